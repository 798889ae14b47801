"""Giving a case to somebody by name, by a coordinator's hand; and telling those whom it concerns.

Promise: a case is given only to who was checked and trained, has a phone that was verified, and is
not the person that it is about. Where a coordinator acts on a case that another has, that one hears
of it. How a case moves is `taking`'s.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from flows import escalation
from flows.case_codes import CODE
from service import conversing, rota, taking, team, telling, waiting
from service.by_hand import whom
from service.cures import Curable
from service.desk import Desk
from service.slate import CASE, URGENT, Slate
from service.storage import case_alerts, cases, contacts, holding, ids, standing, volunteers
from service.storage.cases import Case
from service.storage.database import Tx
from service.storage.placings import NewCall
from service.storage.timers import Timer
from service.taking import Taker

YOURS: Final = "case-yours"  # kind of the timer: somebody has a case by a coordinator's hand
_FLOW = "taken"  # in which whoever has a case hears what stands on it
OFF, CLOSED = "case-off-helper", "case-closed-helper"  # phrases
_CRISIS = "crisis"
_RINGS_FOR = timedelta(minutes=30)  # a call about it that comes later tells nothing new


class Helper(NamedTuple):
    """Somebody of the team who can be asked now, and the phone that they are reached on first."""

    person_id: str
    number_id: str
    channel: str


def somebody(tx: Tx, given: str) -> str:
    """The id of a volunteer. Raises Curable."""
    person_id = whom(tx, given)
    if volunteers.load(tx, person_id) is None:
        raise Curable(given, "This person is no volunteer.", "See `hearthline volunteers list`.")
    return person_id


def helper(desk: Desk, case: Case, given: str) -> Helper:
    """Who is meant, where they may have this case. Raises Curable."""
    person_id = somebody(desk.tx, given)
    who = volunteers.load(desk.tx, person_id)
    if person_id == case.person_id:
        raise Curable(given, "The case is about them.", "Give somebody else.")
    if who is None or not rota.able(who):
        cure = "See `hearthline volunteers show`: a check and a training come first."
        raise Curable(given, "They take no cases now.", cure)
    if case.priority == "imminent" and _CRISIS not in who.trained:
        cure = f"Give somebody trained for crisis, or record it: `volunteers train WHO {_CRISIS}`."
        raise Curable(given, "They are not trained for a case that is imminent.", cure)
    ways = team.ways(contacts.reach(desk.tx, [person_id])[person_id])
    if not ways:
        cure = "Verify one: `hearthline volunteers contact verify`."
        raise Curable(given, "No phone of theirs was verified and can be reached.", cure)
    return Helper(person_id, ways[0].number_id, ways[0].channel)


def give(desk: Desk, case: Case, to: Helper, by: str) -> str:
    """They said yes to a coordinator: the case is theirs, and they are told what stands on it.

    What came of it, as `taking.take` tells. Where another has it, it stays with them.
    """
    came = taking.take(desk, case, Taker(to.person_id, to.number_id))
    if came == taking.WON:
        desk.note(case, "given by hand", by, to.person_id)
        payload = {"number": to.number_id, "code": case.code, "channel": to.channel}
        desk.later(Timer(
            ids.new(), f"{YOURS}:{case.id}", YOURS, to.person_id, case.id, desk.now, None, payload,
            URGENT,
        ))  # fmt: skip
    return came


def say_yours(slate: Slate, event: Timer) -> None:
    """In the turn of whom it was given to: what stands on it, if they still have it."""
    case = cases.load(slate.tx, event.subject_id or "")
    payload = event.payload or {}
    if slate.person is None or case is None or case.holder_id != slate.person.id:
        return
    if case.status not in holding.HELD or _FLOW not in slate.force.program.library.flows:
        return
    number_id = str(payload.get("number", ""))
    if number_id != slate.number.id:
        found = standing.by_numbers(slate.tx, [number_id]).get(number_id)
        slate.number = found.number if found is not None else slate.number
    slate.lane, slate.purpose = URGENT, CASE
    if payload.get("channel") != team.CALL:
        conversing.start(slate, _FLOW, given={CODE: case.code})
        return
    conversation = conversing.prepare(slate, _FLOW, None)
    waiting.until_called(slate, conversation)
    slate.calls.append(NewCall(
        ids.new(), CASE, slate.person.id, slate.number.id, slate.sender.id, URGENT, slate.now,
        slate.now, conversation.id, None, slate.now + _RINGS_FOR,
    ))  # fmt: skip


def ask(desk: Desk, case: Case, to: Helper, by: str) -> bool:
    """Ask them to take it, beside those who are asked, or over from who has it.

    False where they have it or are being asked.
    """
    if case.status in holding.HELD:
        return taking.hand_over(desk, case, to.person_id, by)
    if case.status not in escalation.WAITS:
        raise Curable(case.code, f"This case is {case.status}.", "It needs nobody any more.")
    told = [a for a in case_alerts.of_case(desk.tx, case.id) if a.person_id == to.person_id]
    if any(alert.status == "told" for alert in told):
        return False
    return taking.ask(desk, case, to.person_id, by, "asked by hand")


def tell_holder(desk: Desk, case: Case, phrase: str, by: str) -> None:
    """Whoever had the case hears what a coordinator did with it."""
    if case.holder_number_id is not None and case.status in holding.HELD and by != case.holder_id:
        desk.later(telling.event(case.holder_number_id, phrase, desk.now, code=case.code))
