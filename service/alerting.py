"""Alerting: one who may take a case is asked, by text or by call, as their verified phone says.

Promise: in a turn of their own, in front of all else at once. A text is worth sending for as long
as they are waited for, a call too. What does not arrive, is in doubt, or is taken by a voicemail
moves the ladder on at once: only a key, a word or an answer takes a case. Whoever is asked in vain
is told so. Nothing of the person stands in an alert: what there is to know comes after it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import escalation
from flows.ringing import REACHED
from service import case_actions, conversing, taking, team, telling, waiting
from service.desk import LET_GO, OVER, Desk
from service.slate import CASE, URGENT, Out, Slate
from service.storage import (
    case_alerts,
    cases,
    contacts,
    conversations,
    holding,
    ids,
    messages,
    placings,
    settlements,
    standing,
)
from service.storage.case_alerts import Alert
from service.storage.cases import Case
from service.storage.contacts import Reach
from service.storage.placings import NewCall
from service.storage.standing import Conversation
from service.storage.timers import Timer

_LATELY = timedelta(days=2)
FLOW = "alert"  # in which somebody is asked to take a case
DOUBT = "alert-doubt"  # kind of the timer: nobody knows whether an alert left
_FIRST = {
    "danger": "case-danger-coordinator",
    "asked": "case-opened-coordinator",
    "alert": "case-alert-coordinator",
    "missed": "case-missed-coordinator",
}
_AGAIN = "case-still-open-coordinator"
_SAID = {"taken": "case-taken-helper", "needless": "case-needless-helper"}


def current(slate: Slate, conversation: Conversation) -> tuple[Alert, Case] | None:
    """The alert that a conversation is about, and its case. For the actions of its flow."""
    alert = case_alerts.by_conversation(slate.tx, conversation.id)
    case = cases.load(slate.tx, alert.case_id) if alert is not None else None
    return (alert, case) if alert is not None and case is not None else None


def give(slate: Slate, event: Timer) -> None:
    """Ask them, if that is still wanted."""
    payload = event.payload or {}
    alert = case_alerts.load(slate.tx, str(payload.get("alert", "")))
    case = cases.load(slate.tx, alert.case_id) if alert is not None else None
    if alert is None or case is None or alert.status != "told":
        return
    if case.status not in escalation.WAITS and alert.step != taking.HANDED:
        return
    until = datetime.fromisoformat(str(payload["until"]))
    if slate.person is None or alert.person_id is None:
        _to_a_number(slate, alert, case, until)
        return
    way = _way(slate, alert)
    if way is None or not _on(slate, way):
        _lost(slate, alert, "failed")
    elif FLOW not in slate.force.program.library.flows:
        _to_a_number(slate, alert, case, until)
    elif way.channel == team.CALL:
        _by_call(slate, alert, way, until)
    else:
        _by_text(slate, alert, way, until)


def _way(slate: Slate, alert: Alert) -> Reach | None:
    """The first phone of theirs that works; one where it failed for this case comes last."""
    assert alert.person_id is not None
    reach = contacts.reach(slate.tx, [alert.person_id]).get(alert.person_id, [])
    before = case_alerts.of_case(slate.tx, alert.case_id)
    failed = [
        a.number_id
        for a in before
        if a.person_id == alert.person_id and a.status == "failed" and a.number_id is not None
    ]
    return next(iter(team.ways(reach, failed)), None)


def _on(slate: Slate, way: Reach) -> bool:
    """Speak on that phone in this turn; whether it is there."""
    if way.number_id != slate.number.id:
        found = standing.by_numbers(slate.tx, [way.number_id]).get(way.number_id)
        if found is None:
            return False
        slate.number = found.number
    return True


def _by_text(slate: Slate, alert: Alert, way: Reach, until: datetime) -> None:
    slate.lane, slate.purpose = URGENT, CASE
    conversation = conversing.prepare(slate, FLOW, None)
    case_alerts.bind(
        slate.tx, alert.id, conversation_id=conversation.id, channel=way.channel,
        number_id=way.number_id,
    )  # fmt: skip
    slate.prompts_expire_at = until
    conversing.start(slate, FLOW, before=conversation)
    slate.prompts_expire_at = None
    _alone(slate, alert, conversation)
    _end_earlier(slate, alert)


def _alone(slate: Slate, alert: Alert, conversation: Conversation) -> None:
    """It leaves as a text of its own, whatever else is said in this turn: whether that one arrives
    says whether they were asked."""
    for at, out in reversed(list(enumerate(slate.out))):
        if out.conversation_id == conversation.id:
            message_id = out.id or ids.new()
            slate.out[at] = out._replace(id=message_id)
            case_alerts.bind(slate.tx, alert.id, message_id=message_id)
            return


def _by_call(slate: Slate, alert: Alert, way: Reach, until: datetime) -> None:
    """Their phone rings; the flow begins when they take the call."""
    assert slate.person is not None
    conversation = conversing.prepare(slate, FLOW, None)
    waiting.until_called(slate, conversation)
    call = NewCall(
        ids.new(), CASE, slate.person.id, slate.number.id, slate.sender.id, URGENT, slate.now,
        slate.now, conversation.id, None, until,
    )  # fmt: skip
    slate.calls.append(call)
    case_alerts.bind(
        slate.tx, alert.id, conversation_id=conversation.id, call_id=call.id,
        channel=way.channel, number_id=way.number_id,
    )  # fmt: skip
    _end_earlier(slate, alert)


def _end_earlier(slate: Slate, alert: Alert) -> None:
    """What asked them about this case before asks no more: this does."""
    for earlier in case_alerts.of_case(slate.tx, alert.case_id):
        if earlier.person_id == alert.person_id and earlier.id != alert.id:
            _end(slate, earlier)


def _to_a_number(slate: Slate, alert: Alert, case: Case, until: datetime) -> None:
    """A coordinator who is only a number gets a code, and reads the rest where they may."""
    again = any(
        a.number_id == slate.number.id and a.id != alert.id
        for a in case_alerts.of_case(slate.tx, case.id)
    )
    phrase = _AGAIN if again else _FIRST.get(case.kind, _FIRST["alert"])
    about = slate.about()
    values = {**about.values, "code": case.code, "priority": case.priority}
    text = slate.force.program.phrase(phrase, about._replace(values=values, discreet=False))
    message_id = ids.new()
    slate.say(Out(text, URGENT, CASE, None, expires_at=until, id=message_id))
    case_alerts.bind(
        slate.tx, alert.id, message_id=message_id, channel=team.TEXT, number_id=slate.number.id
    )


# --- what becomes of it


def undelivered(slate: Slate, event: Timer) -> bool:
    """A text did not arrive; whether it was an alert. Then the next one is asked at once."""
    message_id = event.key.partition(":")[2]
    conversation_id = (event.payload or {}).get("conversation")
    alert = case_alerts.by_message(slate.tx, message_id)
    if alert is None and conversation_id is not None:
        alert = case_alerts.by_conversation(slate.tx, str(conversation_id))
    if alert is None:
        return False
    _lost(slate, alert, "failed")
    return True


def let_go(slate: Slate, event: Timer) -> None:
    """They have a case no more: what stands open with them about it asks nothing now.

    But for what asks them anew: who was late may be the only one who is there.
    """
    code = str((event.payload or {}).get("code", ""))
    for row in case_actions.open_about(slate, code) if slate.person is not None else ():
        asked = case_alerts.by_conversation(slate.tx, row.id)
        if asked is None or asked.status != "told":
            conversing.close(slate, row, "needless")


def in_doubt(slate: Slate, event: Timer) -> None:
    """It may or may not have left: it is looked for, and the next one is asked meanwhile."""
    message_id = event.key.partition(":")[2]
    conversation_id = (event.payload or {}).get("conversation")
    alert = case_alerts.by_message(slate.tx, message_id)
    if alert is None and conversation_id is not None:
        alert = case_alerts.by_conversation(slate.tx, str(conversation_id))
    if alert is not None and alert.status == "told":
        _settle(slate, alert, "silent", "in doubt")


def not_now(slate: Slate, call_id: str) -> bool:
    """They took the call, and it is no good time; whether it was an alert. The next one is asked at
    once, and a late yes of theirs still counts."""
    alert = case_alerts.by_call(slate.tx, call_id)
    if alert is None:
        return False
    if _settle(slate, alert, "silent", "asked for later"):
        _end(slate, alert)
    return True


def gone(slate: Slate) -> None:
    """They wrote STOP on this phone: nobody waits for their answer there, nor for them to meet
    whom they took. The next is asked at once; whom they met is told to the coordinators."""
    person, number_id = slate.person, slate.number.id
    since = slate.now - _LATELY
    if person is None:
        alerts = case_alerts.lately_at(slate.tx, number_id, since)
        held = holding.held_at(slate.tx, number_id)
    else:
        alerts = case_alerts.lately(slate.tx, person.id, since)
        held = holding.held_by(slate.tx, [person.id])[person.id]
    for alert in alerts:
        if alert.status == "told" and alert.number_id in (None, number_id):
            _lost(slate, alert, "failed")
    me = taking.Taker(person.id if person is not None else None, number_id)
    for case in held:
        if case.status == "in contact":
            telling.staff(slate, "case-left-coordinator", code=case.code)
        else:
            taking.pass_on(Desk.of(slate), case, me)


def called(slate: Slate, event: Timer) -> bool:
    """A call of ours is over; whether it was an alert. Nobody has taken the case in it."""
    alert = case_alerts.by_call(slate.tx, event.subject_id or "")
    if alert is None:
        return False
    _lost(slate, alert, "silent" if event.token == REACHED else "failed")
    return True


def over(slate: Slate, event: Timer) -> None:
    """Somebody else has it, or it is needless: what rings or stands open for it goes, kindly."""
    payload = event.payload or {}
    alert = case_alerts.load(slate.tx, str(payload.get("alert", "")))
    if alert is None:
        return
    if alert.number_id is not None and alert.number_id != slate.number.id:
        found = standing.by_numbers(slate.tx, [alert.number_id]).get(alert.number_id)
        slate.number = found.number if found is not None else slate.number
    row = _conversation(slate, alert)
    asking = row.id if row is not None and row.status != "ended" else None
    waits = messages.waiting_of(slate.tx, asking, alert.message_id)
    if waits:
        messages.cancel(slate.tx, waits, "needless", slate.now)
        settlements.free(slate.tx, waits)
    rings = _end(slate, alert)
    let_go(slate, event)
    phrase = _SAID.get(str(payload.get("why", "")))
    if waits or (alert.message_id is None and rings):
        return  # it never reached them: there is nothing to take back
    if phrase is not None and alert.channel == team.TEXT:
        about = slate.about()
        values = {**about.values, "code": payload.get("code", "")}
        text = slate.force.program.phrase(phrase, about._replace(values=values))
        slate.say(Out(text, URGENT, CASE, None))


def _conversation(slate: Slate, alert: Alert) -> Conversation | None:
    if alert.conversation_id is None:
        return None
    held = slate.conversations.get(alert.conversation_id)
    if held is not None:
        return held
    return conversations.by_ids(slate.tx, [alert.conversation_id]).get(alert.conversation_id)


def _lost(slate: Slate, alert: Alert, status: str) -> None:
    if _settle(slate, alert, status, "not reached" if status == "failed" else "no answer"):
        _end(slate, alert)


def _settle(slate: Slate, alert: Alert, status: str, act: str) -> bool:
    """Note what came of it, and have the ladder looked at now; whether it still stood."""
    case = cases.load(slate.tx, alert.case_id)
    if case is None or alert.status not in ("told", "silent"):
        return False
    if not case_alerts.settle(slate.tx, [alert.id], status, slate.now):
        return False
    desk = Desk.of(slate)
    desk.note(case, act, alert.person_id or alert.number_id or "")
    if case.status in escalation.WAITS:
        desk.look(case)
    return True


def _end(slate: Slate, alert: Alert) -> bool:
    """End its conversation and its calls; whether a call was called off before it rang."""
    if alert.conversation_id is None:
        return False
    off = placings.cancel_conversation(slate.tx, alert.conversation_id, "needless", slate.now)
    held = _conversation(slate, alert)
    if held is not None and held.status != "ended" and slate.person is not None:
        slate.conversations[held.id] = held
        conversing.close(slate, held, "needless")
    return bool(off)


HANDLERS = {
    "alert": give,
    OVER: over,
    LET_GO: let_go,
    DOUBT: in_doubt,
}


def doubt(message_id: str, person_id: str | None, number_id: str, now: datetime,
          conversation_id: str | None) -> Timer:  # fmt: skip
    """The event, due now for whom it was, that a text of a case is in doubt."""
    payload = {"conversation": conversation_id}
    subject = message_id if person_id is not None else number_id
    return Timer(
        ids.new(), f"{DOUBT}:{message_id}", DOUBT, person_id, subject, now, None, payload, URGENT
    )
