"""Volunteers by hand: added, checked, trained, resting, gone; and their phones, each verified.

Promise: nobody takes a case or has a shift before a coordinator recorded the check, a training and
its date; each is a line of the trail with who recorded it. A phone counts once the code that came
there was given back, or a coordinator says that they know it. Numbers are never shown, ids are.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from flows.recurrence import moment_of
from service import by_hand, departing, rota, shift_words
from service.by_hand import Actor, plain_number, whom
from service.cures import Curable
from service.house import House
from service.slate import Slate
from service.storage import contacts, numbers, people, trail, volunteers
from service.storage.contacts import Contact
from service.storage.database import Tx
from service.storage.volunteers import ROLES, Volunteer
from service.turns import described

NOUN = "volunteer"  # as the trail names it
TEXT, CALL = "text", "call"
CODE_FOR: Final = timedelta(minutes=30)
"""So long a code counts."""
_DIGITS = 6


# --- looking


def listing(house: House, *, left: bool = False) -> list[dict[str, Any]]:
    """Everybody who volunteers, by id, without a name or a number."""
    now = house.now()
    with house.database.reading() as tx:
        found = volunteers.listing(tx, left=left)
        reach = contacts.of_people(tx, [who.person_id for who in found])
        there = {one.volunteer.person_id for one in rota.on_duty(tx, now)}
        return [
            {
                **_head(who),
                "phones": _counts(reach[who.person_id]),
                "on_duty": who.person_id in there,
            }
            for who in found
        ]


def shown(house: House, given: str) -> dict[str, Any]:
    """One volunteer with their phones by id. Raises Curable."""
    with house.database.reading() as tx:
        who = _known(tx, given)
        phones = contacts.of_people(tx, [who.person_id])[who.person_id]
        return {
            **_head(who), "trained": dict(who.trained), "vetted_by": who.vetted_by,
            "daily_cap": who.daily_cap, "break_until": who.break_until,
            "off_until": who.off_until, "last_case_at": who.last_case_at,
            "contacts": [_phone(phone) for phone in phones],
        }  # fmt: skip


def _head(who: Volunteer) -> dict[str, Any]:
    return {
        "person_id": who.person_id, "status": who.status, "roles": list(who.roles),
        "languages": list(who.languages), "vetted_at": who.vetted_at,
        "topics": sorted(who.trained), "ready": rota.able(who),
    }  # fmt: skip


def _counts(phones: Sequence[Contact]) -> str:
    return f"{sum(phone.verified_at is not None for phone in phones)} of {len(phones)}"


def _phone(phone: Contact) -> dict[str, Any]:
    return {
        "contact": phone.id, "channel": phone.channel, "place": phone.place,
        "verified_at": phone.verified_at, "code_until": phone.code_expires_at,
    }  # fmt: skip


# --- check, training and what they do


def add(
    house: House, given: str, roles: Sequence[str], languages: Sequence[str], cap: int | None,
    by: str,
) -> dict[str, Any]:  # fmt: skip
    """Somebody would like to take cases: their roles, languages and cap, added or changed.

    Their main number becomes a contact that is still to be verified. Raises Curable.
    """
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise Curable(unknown[0], "There is no such role.", f"There are: {', '.join(ROLES)}.")
    now = house.now()
    with house.database.writing() as tx:
        person_id = whom(tx, given)
        person = people.load(tx, person_id)
        if person is None or person.status != "active":
            raise Curable(given, "They have not joined.", "They join first, as everybody does.")
        kept = volunteers.load(tx, person_id)
        spoken = languages or (kept.languages if kept else (person.language.split("-")[0],))
        topics = kept.trained if kept is not None and kept.status != "left" else {}
        volunteers.put(
            tx, person_id, now, roles=roles or (kept.roles if kept else ("volunteer",)),
            languages=spoken, trained=topics, daily_cap=cap,
        )  # fmt: skip
        if person.main_number_id is not None and not contacts.of_people(tx, [person_id])[person_id]:
            number = numbers.load(tx, person.main_number_id)
            channel = CALL if number is not None and number.kind == "landline" else TEXT
            contacts.add(tx, person_id, person.main_number_id, channel, now)
        trail.record(tx, by, "added" if kept is None else "changed", NOUN, person_id, now)
    return shown(house, person_id)


def vet(house: House, given: str, day: date | None, by: str) -> dict[str, Any]:
    """A coordinator checked who they are, on that day. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        who = _known(tx, given)
        at = _day(house, day, now)
        if at > now:
            raise Curable(str(day), "This day is still to come.", "Give the day of the check.")
        volunteers.vet(tx, who.person_id, by, at)
        trail.record(tx, by, "checked", NOUN, who.person_id, now, {"on": at.date().isoformat()})
        _ready(tx, who.person_id, now)
    return shown(house, who.person_id)


def train(house: House, given: str, topic: str, day: date | None, by: str) -> dict[str, Any]:
    """They were trained in something, on that day; `crisis` is asked for where lives are at risk.

    Raises Curable.
    """
    name = topic.strip().lower()
    if not name or len(name) > 40:
        raise Curable(topic, "This is no topic.", "Name it shortly, such as listening or crisis.")
    now = house.now()
    with house.database.writing() as tx:
        who = _known(tx, given)
        on = day or now.date()
        if on > now.date():
            raise Curable(str(day), "This day is still to come.", "Give the day of the training.")
        volunteers.set_trained(tx, who.person_id, {**who.trained, name: on.isoformat()})
        detail = {"topic": name, "on": on.isoformat()}
        trail.record(tx, by, "trained", NOUN, who.person_id, now, detail)
        _ready(tx, who.person_id, now)
    return shown(house, who.person_id)


def _ready(tx: Tx, person_id: str, now: datetime) -> None:
    """Once check and training are there, they take cases."""
    who = volunteers.load(tx, person_id)
    if who is not None and who.status == "applied" and who.vetted_at is not None and who.trained:
        volunteers.move(tx, person_id, "active")
        rota.look_soon(tx, now)


def _day(house: House, day: date | None, now: datetime) -> datetime:
    if day is None or day == now.date():
        return now
    return moment_of(datetime(day.year, day.month, day.day, 12), "UTC")


def rest(house: House, given: str, until: datetime | None, by: str) -> dict[str, Any]:
    """Asked for nothing, and on no shift, until then or until they are back. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        who = _known(tx, given)
        if until is not None:
            ends = until if until.tzinfo is not None else moment_of(until, _zone(tx, who))
            if ends <= now:
                raise Curable(str(until), "This moment is over.", "Give one that is to come.")
            volunteers.set_off(tx, who.person_id, ends)
        elif not volunteers.move(tx, who.person_id, "resting"):
            raise Curable(given, f"They are {who.status}.", "Only who is active can rest.")
        rota.look_soon(tx, now)
        trail.record(tx, by, "rests", NOUN, who.person_id, now)
    return shown(house, who.person_id)


def back(house: House, given: str, by: str) -> dict[str, Any]:
    """They take cases and shifts again. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        who = _known(tx, given)
        volunteers.set_off(tx, who.person_id, None)
        volunteers.set_break(tx, who.person_id, None)
        if who.status == "resting":
            volunteers.move(tx, who.person_id, "active")
        rota.look_soon(tx, now)
        trail.record(tx, by, "is back", NOUN, who.person_id, now)
    return shown(house, who.person_id)


def leave(house: House, given: str, by: str) -> dict[str, Any]:
    """They volunteer no more: cases go back, shifts stand open, phones are forgotten."""
    now = house.now()
    with house.database.writing() as tx:
        who = _known(tx, given)
        left = departing.leave(tx, who.person_id, now)
        rota.look_soon(tx, now)
        trail.record(tx, by, "left", NOUN, who.person_id, now)
    house.nudger.nudge(0)
    return {
        "person_id": who.person_id, "status": "left", "shifts_open": len(left.shifts),
        "cases_given_back": [case.code for case in left.cases],
    }  # fmt: skip


def _zone(tx: Tx, who: Volunteer) -> str:
    person = people.load(tx, who.person_id)
    return (person.zone if person is not None else None) or "UTC"


def _known(tx: Tx, given: str) -> Volunteer:
    who = volunteers.load(tx, whom(tx, given))
    if who is None:
        raise Curable(given, "This person is no volunteer.", "See `hearthline volunteers add`.")
    return who


# --- their phones


def add_contact(
    house: House, given: str, number: str, channel: str, place: int, by: str, *, known: bool
) -> dict[str, Any]:
    """They may be reached there, once it is verified. `known`: a coordinator vouches for it."""
    plain = plain_number(number)
    now = house.now()
    with house.database.writing() as tx:
        who = _known(tx, given)
        country, kind = described(plain)
        number_id, _ = numbers.add(tx, plain, country=country, kind=kind, at=now)
        if channel == TEXT and kind == "landline":
            raise Curable(number, "No text comes to a landline.", "Add it with --channel call.")
        contact_id = contacts.add(
            tx, who.person_id, number_id, channel, now, place=place, verified=known
        )
        act = "vouched for a phone" if known else "added a phone"
        trail.record(tx, by, act, NOUN, who.person_id, now, {"contact": contact_id})
        phone = contacts.load(tx, contact_id)
    assert phone is not None, "it was added just now"
    return _phone(phone)


def ask_to_verify(
    house: House, given: str, contact_id: str | None, by: str, *, spoken: bool = False
) -> dict[str, Any]:
    """Send a code to a phone that is not verified yet. Raises Curable.

    spoken: it is told here, once, for a coordinator who rings that phone and says it there: the
    way for a landline.
    """
    with by_hand.turn_of(house, given, Actor(by, "had a phone verified")) as slate:
        phone = _of_them(slate, given, contact_id)
        told: dict[str, Any] = {"contact": phone.id, "code_until": slate.now + CODE_FOR}
        if spoken:
            return {**told, "say_there": new_code(slate.tx, phone, slate.now)}
        if phone.channel == CALL:
            cure = "Ring it and say the code there: --spoken gives you one."
            raise Curable(phone.id, "No text comes to this phone.", cure)
        code = new_code(slate.tx, phone, slate.now)
        slate.timers.append(shift_words.code_for(phone.number_id, code, slate.now))
        return told


def new_code(tx: Tx, phone: Contact, now: datetime) -> str:
    """A code for this phone; one before it counts no more."""
    code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    contacts.ask(tx, phone.id, code, now + CODE_FOR)
    return code


def verify(house: House, given: str, code: str, contact_id: str | None, by: str) -> dict[str, Any]:
    """The code that came to a phone is given. Raises Curable where it is not that."""
    with by_hand.turn_of(house, given, Actor(by, "gave a code")) as slate:
        phone = _of_them(slate, given, contact_id)
        came = contacts.give(slate.tx, phone.id, code, slate.now)
    if came != contacts.VERIFIED:
        raise Curable("the code", *_NOT[came])
    return {"contact": phone.id, "verified": True}


_NOT = {
    contacts.WRONG: ("It is another one.", "Look again, and give it once more."),
    contacts.OVER: ("It counts no more.", "Have a new one sent: `volunteers contact verify`."),
    contacts.NONE: ("None was sent.", "Have one sent: `volunteers contact verify`."),
}


def drop_contact(house: House, given: str, contact_id: str, by: str) -> dict[str, Any]:
    """They are not reached there any more. Raises Curable."""
    with by_hand.turn_of(house, given, Actor(by, "dropped a phone")) as slate:
        phone = _of_them(slate, given, contact_id)
        contacts.drop(slate.tx, phone.id)
    return {"contact": contact_id, "dropped": True}


def _of_them(slate: Slate, given: str, contact_id: str | None) -> Contact:
    """The contact named, or the first that is not verified."""
    assert slate.person is not None
    phones = contacts.of_people(slate.tx, [slate.person.id])[slate.person.id]
    if contact_id is None:
        found = [phone for phone in phones if phone.verified_at is None] or phones[:1]
    else:
        found = [phone for phone in phones if phone.id == contact_id]
    if not found:
        cure = "See `hearthline volunteers show`, or add one: `volunteers contact add`."
        raise Curable(contact_id or given, "There is no such phone of theirs.", cure)
    return found[0]
