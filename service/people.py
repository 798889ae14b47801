"""People, for those who run the service: shown, listed, paused, known by a word, erased.

Promise: ids, states and moments unless words are asked for, and each look at words is a line of
the trail. What changes a person is a turn like any other (`by_hand`). Adding is `importing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flows.recurrence import Rule, describe, moment_of
from service import by_hand, call_ends, checkins, erasing, pins, spoken_history, team_history
from service.by_hand import PERSON, Actor, whom
from service.cures import Curable
from service.house import House
from service.slate import Slate
from service.storage import (
    answers,
    cases,
    consents,
    forgetting,
    links,
    message_lists,
    numbers,
    occurrences,
    people,
    plans,
    trail,
)
from service.storage.database import Tx

STATUSES = ("invited", "joining", "active", "left", "erasing", "erased")
_RECENT = 10


# --- looking


def listing(
    house: House, status: str | None = None, after: str = "", most: int = 100
) -> list[dict[str, Any]]:
    """People in the order in which they came, without a word of theirs."""
    with house.database.reading() as tx:
        found = people.listing(tx, status, after, most)
        own = plans.of_people(tx, [person.id for person in found])
    return [_head(person, own[person.id]) for person in found]


def find(house: House, given: str, by: str) -> list[dict[str, Any]]:
    """Those who answer to this id, number or name; the look is a line of the trail."""
    now = house.now()
    with house.database.writing() as tx:
        if any(letter.isalpha() for letter in given) and len(given.strip()) != 26:
            ids = people.find_by_name(tx, given)
        else:
            ids = [whom(tx, given)]
        found = people.load_many(tx, ids)
        own = plans.of_people(tx, list(found))
        for person_id in found:
            trail.record(tx, by, "found", PERSON, person_id, now)
    return [_head(person, own[person.id]) for person in found.values()]


def shown(
    house: House, given: str, by: str, *, words: bool = False, most: int = _RECENT
) -> dict[str, Any]:
    """What is kept of one person. With `words` everything in plain, and a line in the trail."""
    now = house.now()
    with house.database.writing() as tx:
        person_id = whom(tx, given)
        found = _all_of(tx, person_id, words, most)
        trail.record(tx, by, "read" if words else "looked at", PERSON, person_id, now)
    return found


def _head(person: people.Person, own: Sequence[plans.Plan]) -> dict[str, Any]:
    following = [plan.next_due for plan in own if plan.next_due is not None]
    return {
        "id": person.id, "status": person.status, "language": person.language,
        "zone": person.zone, "channel": person.channel, "discreet": person.discreet,
        "created_at": person.created_at, "joined_at": person.joined_at,
        "last_heard_at": person.last_heard_at, "paused_until": person.paused_until,
        "erase_at": person.erase_at, "plans": len(own),
        "next_checkin_at": min(following, default=None),
    }  # fmt: skip


def _all_of(tx: Tx, person_id: str, words: bool, most: int) -> dict[str, Any]:
    person = people.load(tx, person_id)
    assert person is not None, "`whom` has found them just now"
    every = plans.of_person(tx, person_id, ended=True)
    found: dict[str, Any] = _head(person, [plan for plan in every if plan.status == "active"])
    found["fields"] = dict(person.fields) if words else sorted(person.fields)
    found["kept"] = {
        "messages": forgetting.count_messages(tx, person_id),
        "answers": answers.count(tx, person_id),
        "plans": len(every),
    }
    found["numbers"] = _numbers(tx, person_id, words)
    found["consents"] = [
        {"act": row.act, "at": row.at, "how": row.how, **_wording(row, words)}
        for row in consents.of_person(tx, person_id)
    ]
    found["plans"] = [plan_shown(plan) for plan in every]
    found["occurrences"] = [row._asdict() for row in occurrences.of_person(tx, person_id, most)]
    found["cases"] = [_case(case, words) for case in cases.of_person(tx, person_id)]
    found["calls"] = spoken_history.of_calls(tx, person_id, words, most)
    found["recordings"] = spoken_history.of_recordings(tx, person_id)
    found["safe_word"] = _safe_word(tx, person_id, words)
    found["volunteer"] = team_history.of_volunteer(tx, person_id, most)
    if words:
        found["messages"] = message_lists.history(tx, person_id, most)
        found["answers"] = [row._asdict() for row in answers.of_person(tx, person_id, most)]
    else:
        found["messages"] = [
            {"id": row.id, "direction": row.direction, "status": row.status, "at": row.created_at}
            for row in message_lists.of_person(tx, person_id, most)
        ]
    return found


def _safe_word(tx: Tx, person_id: str, words: bool) -> Mapping[str, Any] | bool:
    """Whether they have one; with `words` what it is and what we may do then."""
    chosen = people.safe(tx, [person_id]).get(person_id)
    return chosen is not None if not words or chosen is None else chosen


def _numbers(tx: Tx, person_id: str, words: bool) -> list[dict[str, Any]]:
    own = links.of_person(tx, person_id)
    loaded = numbers.load_many(tx, [link.number_id for link in own])
    return [
        {
            "id": link.number_id, "main": link.is_main, "has_word": link.has_word,
            "country": number.country, "kind": number.kind, "shared": number.shared,
            "costs": number.costs, "opted_out_at": number.opted_out_at,
            "unusable": number.unusable_code, **({"number": number.number} if words else {}),
        }
        for link in own
        for number in [loaded[link.number_id]]
    ]  # fmt: skip


def plan_shown(plan: plans.Plan) -> dict[str, Any]:
    """A plan as it is told: its times in words beside the rule."""
    return {
        "id": plan.id, "person_id": plan.person_id, "flow": plan.flow, "status": plan.status,
        "times": _times(plan), "rrule": plan.rrule, "zone": plan.zone,
        "next_local": plan.next_local, "next_due": plan.next_due,
        "paused_until": plan.paused_until, "skip_next": plan.skip_next,
    }  # fmt: skip


def _times(plan: plans.Plan) -> str:
    return describe(Rule(plan.rrule, datetime.fromisoformat(plan.starts_local), plan.zone or "UTC"))


def _wording(row: consents.Consent, words: bool) -> dict[str, str | None]:
    return {"wording": row.wording} if words else {}


def _case(case: cases.Case, words: bool) -> dict[str, Any]:
    known: Mapping[str, Any] = case._asdict()
    return {name: value for name, value in known.items() if words or name != "note"}


# --- changing


def pause(house: House, given: str, until: datetime, by: str) -> datetime:
    """No check-in before that moment, of their own clock where it names no zone. Curable."""
    with by_hand.turn_of(house, given, Actor(by, "paused")) as slate:
        if until.tzinfo is None:
            until = moment_of(until, checkins.zone_of(slate))
        if until <= slate.now:
            raise Curable(str(until), "This moment is over.", "Give one that is to come.")
        _rest(slate, until)
    return until


def resume(house: House, given: str, by: str) -> datetime | None:
    """The pause is over; when the next check-in comes."""
    with by_hand.turn_of(house, given, Actor(by, "resumed")) as slate:
        return _rest(slate, None)


def _rest(slate: Slate, until: datetime | None) -> datetime | None:
    person = slate.person
    assert person is not None
    if person.status != "active":
        cure = "Only who is active has check-ins to pause."
        raise Curable(person.id, f"This person is {person.status}.", cure)
    person.paused_until, person.changed = until, True
    if until is not None:
        call_ends.call_off(slate, "paused")
    slot = checkins.replan(slate)
    return slot.due if slot is not None else None


def erase(house: House, given: str, by: str) -> datetime:
    """Erase this person in seven days, as if they had asked by DELETE; when that is."""
    with by_hand.turn_of(house, given, Actor(by, "asked to erase")) as slate:
        _not_erased(slate)
        return erasing.schedule(slate)


def erase_now(house: House, given: str, by: str) -> None:
    """Erase this person at once, here and at the carrier. Nothing brings it back."""
    with by_hand.turn_of(house, given, Actor(by, "erased")) as slate:
        _not_erased(slate)
        sids = erasing.carry_out(slate)
        slate.timers += erasing.for_the_carrier(sids, slate.now)


def keep(house: House, given: str, by: str) -> bool:
    """Take an erasure back that was not carried out yet; whether there was one."""
    with by_hand.turn_of(house, given, Actor(by, "kept after all")) as slate:
        return erasing.undo(slate)


def _not_erased(slate: Slate) -> None:
    person = slate.person
    assert person is not None
    if person.status == "erased":
        raise Curable(person.id, "This person is erased already.", "There is nothing left to do.")


def set_word(house: House, given: str, word: str | None, by: str) -> list[str]:
    """By which word this person is known on their main number.

    Returns the ids of others on that number who have no word yet.
    """
    act = "set a word" if word else "took a word away"
    with by_hand.turn_of(house, given, Actor(by, act)) as slate:
        person, number = slate.person, slate.number
        assert person is not None
        if not number.id:
            raise Curable(given, "No number reaches this person.", "Add a number first.")
        if word and links.by_word(slate.tx, number.id, word) not in (None, person.id):
            cure = "Choose another one together."
            raise Curable("the word", "Somebody else on this phone has it.", cure)
        links.set_word(slate.tx, person.id, number.id, word)
        return wordless(slate.tx, number.id)


def clear_pin(house: House, given: str, by: str) -> bool:
    """Take away a PIN that its person forgot; False where there is none. Nobody else sets one."""
    with by_hand.turn_of(house, given, Actor(by, "took a PIN away")) as slate:
        had = pins.has(slate)
        pins.clear(slate)
    return had


def wordless(tx: Tx, number_id: str) -> list[str]:
    """Who on a number that several hold cannot be told apart by a word yet."""
    holders = links.holders(tx, number_id)
    if len(holders) < 2:
        return []
    return [holder.person_id for holder in holders if not holder.has_word]
