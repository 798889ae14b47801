"""What the actions of two people who are connected do, in the turn of whoever acts.

Promise: a case is connected by who has it, and a call joined by who was rung for it. What a person
leaves for their helper is noted as an act, without a word of it. Where nothing can be done the
coordinators are told at once, for somebody waits. How the phones go on is `bridges` and `rooms`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.actions import FAILED
from flows.case_codes import CODE
from flows.effects import Perform
from flows.events import Performed
from service import audio_links, bridges, case_actions, taking, telling
from service.desk import Desk
from service.slate import CALL, CASE, URGENT, Slate
from service.storage import cases, holding, recordings
from service.storage.cases import Case
from service.storage.standing import Conversation

_HERE = ("fetched", "cleared")  # what can be listened to: it was fetched from the carrier
_MOST_PLAYED = 3


def _case(slate: Slate, conversation: Conversation) -> Case | None:
    found = bridges.case_of(slate, conversation)
    return found or case_actions.case_of(slate, conversation, "ring")


def _ring_person(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed | None:
    case = _case(slate, conversation)
    if case is None:
        return Performed("which")
    if not _holds_here(slate, case):
        return Performed("not yours", {CODE: case.code})
    came = bridges.connect(slate, conversation, case, wanted.token)
    return _with_code(came, case)


def _holds_here(slate: Slate, case: Case) -> bool:
    """Whether they have it; from now on on this phone."""
    assert slate.person is not None
    me = taking.Taker(slate.person.id, slate.number.id or None)
    if not me.holds(case) or case.status not in holding.HELD:
        return False
    if me.number_id is not None and me.number_id != case.holder_number_id:
        holding.set_phone(slate.tx, case.id, slate.person.id, me.number_id)
    return True


def _with_code(came: Performed | None, case: Case) -> Performed | None:
    if came is None:
        return None
    return came._replace(answers={**came.answers, CODE: case.code})


def _ring_helper(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed | None:
    case = case_of_person(slate)
    if case is None:
        return Performed(bridges.NOT_REACHED)
    return bridges.call_back(slate, conversation, case, wanted.token)


def case_of_person(slate: Slate) -> Case | None:
    """The case of theirs that somebody has, the latest one."""
    assert slate.person is not None
    mine = cases.all_open_of(slate.tx, slate.person.id)
    held = [case for case in mine if case.status in holding.HELD and case.holder_id is not None]
    return held[-1] if held else None


def _join(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed | None:
    return bridges.join(slate, conversation, wanted.token)


def _supervisor(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed | None:
    case = _case(slate, conversation)
    if case is None or not _holds_here(slate, case):
        return Performed(FAILED)
    return _with_code(bridges.with_supervisor(slate, conversation, case, wanted.token), case)


def _line(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed | None:
    case = _case(slate, conversation)
    if case is None or not _holds_here(slate, case):
        return Performed(FAILED)
    return bridges.with_line(slate, conversation, case, wanted.token)


def _take_over(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    came = bridges.take_over(slate, conversation)
    case = bridges.case_of(slate, conversation)
    code = {CODE: case.code} if case is not None else {}
    return Performed("taken" if came in (taking.WON, taking.YOURS) else "gone", code)


def _voicemail(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    case = case_of_person(slate)
    if case is None:
        return Performed(FAILED)
    Desk.of(slate).note(case, "left a message", "person")
    if case.holder_number_id is not None:
        telling.number(slate, case.holder_number_id, "case-voicemail-helper", code=case.code)
    telling.staff(slate, "case-voicemail-coordinator", URGENT, code=case.code)
    return Performed("left")


def _play(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    """For whoever has the case, and noted: it was left for them."""
    case = _case(slate, conversation)
    if case is None or not _holds_here(slate, case):
        return Performed(FAILED)
    left = [
        one
        for one in recordings.of_person(slate.tx, case.person_id)
        if one.kind == "voicemail" and one.created_at >= case.opened_at and one.status in _HERE
    ]
    if not left:
        return Performed("no message")
    if slate.channel != CALL:
        return Performed("by call only")
    house = slate.house
    for one in left[-_MOST_PLAYED:]:
        slate.phrase("bridge-message", URGENT, CASE)
        address = audio_links.recording(house.sealer, house.settings.public_url, one.id, slate.now)
        slate.say(slate.said[-1]._replace(play=address))
        recordings.heard(slate.tx, one.id, slate.now)
    assert slate.person is not None
    Desk.of(slate).note(case, "message heard", slate.person.id)
    return Performed("played")


Act = Callable[[Slate, Conversation, Perform], Performed | None]
ACTIONS: Mapping[str, Act] = {
    "ring person": _ring_person,
    "ring helper": _ring_helper,
    "enter call": _join,
    "call supervisor": _supervisor,
    "call line": _line,
    "take over call": _take_over,
    "note voicemail": _voicemail,
    "play voicemail": _play,
}
