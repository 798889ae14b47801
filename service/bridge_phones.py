"""Bridge phones: which phone of whom a bridge may ring, if any.

Promise: what a safe word allows is done and nothing else, whichever case it is about; a phone whose
owner wants nothing from us is rung only where they asked for somebody after that. Helpers are rung
on phones that they verified, the one on which they have the case first. Nothing is rung here.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from flows.wish_actions import MAY
from service import team, wishes
from service.carrier.outcomes import can_be_rung
from service.desk import SAFE_WORD
from service.storage import cases, contacts, links, numbers, people, suppressions, volunteers
from service.storage.cases import Case
from service.storage.contacts import Reach
from service.storage.database import Tx
from service.storage.volunteers import Ready, Volunteer

BRIDGE, ASKED = "bridge", "bridge asked"  # purposes of calls; ASKED: after a stop they asked for it
PURPOSES = (BRIDGE, ASKED)
# Why nobody is rung.
NOT_NOW, STOPPED, NO_PHONE = "not now", "stopped", "no phone"
_CALL_ANOTHER, _IN_HOURS, _TEXT, _WAIT = MAY
_WANTED = "asked"  # the kind of case in which they ask for a person themselves
_AGAIN = "joined by another"
_ENOUGH = 7  # last digits that tell one phone from another
_NO_LINE = ("anonymous", "premium")


class Phone(NamedTuple):
    """What to ring. `person_id` is None where whoever answers need not show who they are."""

    number_id: str
    person_id: str | None
    purpose: str = BRIDGE


def of_person(tx: Tx, case: Case, now: datetime) -> Phone | str:
    """The phone on which the person of a case may be rung; otherwise why not."""
    told = _by_safe_word(tx, case, now)
    if told is not None:
        return told
    never = _never(tx, case.person_id)
    mine = [link.number_id for link in links.of_person(tx, case.person_id)]
    mine.sort(key=lambda id_: id_ != case.number_id)
    found = numbers.load_many(tx, mine)
    why = NO_PHONE
    for number in (found[id_] for id_ in mine if id_ in found):
        if number.kind in _NO_LINE or not can_be_rung(number.unusable_code):
            continue
        if number.number[-_ENOUGH:] in never:
            continue
        if number.opted_out_at is None:
            return Phone(number.id, case.person_id)
        if _asked_since(tx, case, number.opted_out_at):
            return Phone(number.id, case.person_id, ASKED)
        why = STOPPED
    return why


def _never(tx: Tx, person_id: str) -> str:
    """The digits of whom they wished us never to call."""
    person = people.load(tx, person_id)
    told = str(person.fields.get(wishes.NEVER) or "") if person is not None else ""
    return "".join(filter(str.isdecimal, told))


def _by_safe_word(tx: Tx, case: Case, now: datetime) -> Phone | str | None:
    """What a safe word leaves us to do; None where none was heard."""
    if all(one.kind != SAFE_WORD for one in cases.all_open_of(tx, case.person_id)):
        return None
    chosen = people.safe(tx, [case.person_id]).get(case.person_id, {})
    may = chosen.get("may", _WAIT)
    if may == _IN_HOURS:  # in their own words: whoever has the case has read them
        return None
    number = str(chosen.get("number") or "")
    if may != _CALL_ANOTHER or not number:
        return NOT_NOW
    return _another(tx, number, now) or NO_PHONE


def _another(tx: Tx, number: str, now: datetime) -> Phone | None:
    """The number that they gave; who answers there is nobody of ours."""
    from service import turns  # which knows what a number is, and leads here

    country, kind = turns.described(number)
    if country is None or kind in _NO_LINE:
        return None
    if suppressions.holds(tx, number):
        return None  # it was erased with the wish never to hear from us
    number_id, _ = numbers.add(tx, number, country=country, kind=kind, at=now)
    held = numbers.load(tx, number_id)
    stopped = held is None or held.opted_out_at is not None
    return None if stopped else Phone(number_id, None)


def _asked_since(tx: Tx, case: Case, stopped_at: datetime) -> bool:
    """Whether they asked for a person after they had stopped what we send."""
    if case.kind != _WANTED:
        return False
    again = [event.at for event in cases.events(tx, case.id) if event.act == _AGAIN]
    return max([case.opened_at, *again]) >= stopped_at


def of_helper(tx: Tx, case: Case, now: datetime) -> Phone | None:
    """The phone on which who has the case can be rung now; None where they have time off."""
    who = volunteers.load(tx, case.holder_id) if case.holder_id is not None else None
    if who is None or away(who, now):
        return None
    reach = contacts.reach(tx, [who.person_id]).get(who.person_id, [])
    return best(reach, case.holder_number_id)


def best(reach: list[Reach] | tuple[Reach, ...], first: str | None = None) -> Phone | None:
    """The phone to ring among those that they verified: that one, then one they have for calls."""
    rung = [way for way in reach if rings(way)]
    rung.sort(key=lambda way: (way.number_id != first, way.channel != team.CALL, way.place))
    return Phone(rung[0].number_id, rung[0].person_id) if rung else None


def rings(way: Reach) -> bool:
    return not way.opted_out and way.number_kind not in _NO_LINE and can_be_rung(way.unusable_code)


def away(who: Volunteer, now: datetime) -> bool:
    """Whether they have a break, are off, or take no cases any more."""
    rests = (who.break_until, who.off_until)
    return who.status != "active" or any(until is not None and until > now for until in rests)


def supervisors(tx: Tx, now: datetime, day: int, but: set[str]) -> list[Ready]:
    """Supervisors whose phone may ring now."""
    there = volunteers.with_role(tx, team.SUPERVISOR, now, day)
    return [
        one
        for one in there
        if one.volunteer.person_id not in but
        and not away(one.volunteer, now)
        and best(one.reach) is not None
    ]
