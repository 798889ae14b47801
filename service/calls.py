"""Calls: one webhook of one call, one person, one transaction, and what is said in the answer.

Promise: a step is taken once; asked again, two at once even, the same words come back and nothing
happens twice. Everything that a call knows is in the database between two steps, so any process may
take the next one. Where a step fails by a mistake of ours, the person hears kind words and a line,
and coordinators are told: never silence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flows import ringing as rules
from flows.calling import NUMBER, OVER, PIN, TALK, Came, Manners
from service import (
    answering,
    bridge_news,
    conversing,
    logs,
    placing,
    reaching,
    recording,
    ringing,
    rooms,
    spending,
    talking,
    telling,
)
from service.carrier import voice
from service.house import House
from service.slate import CALL, CASE, REPLY, URGENT, Slate
from service.speaking import Line, address
from service.storage import calls, ids, links, placings
from service.storage.calls import Call
from service.storage.database import Tx, Unavailable
from service.storage.placings import NewCall
from service.storage.standing import Standing
from service.turns import standing_of

log = logs.get(__name__)

CALLBACK, IN = "callback", "in"
CALLS_BACK_AFTER = timedelta(seconds=20)  # they are ready to take it by then
RANG_AGAIN = "rang again"  # why an earlier missed call is not answered by a call of its own
_DAY = timedelta(hours=24)
_MOST_MISTAKES = 2  # of ours in one call, before it ends with a line to call
_RUNG = 1  # the step at which it still rings

# what the network calls the end of a call, and how our tables call it
_ENDS = {
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no answer",
    "failed": "failed",
    "canceled": "cancelled",
}


class NoSuchCall(LookupError):
    """The network goes on with a call that we do not know."""


def call_came_in(house: House, *, sid: str, from_: str, to: str) -> str:
    """Somebody calls us: it rings for a while, so that a call costs nobody who hangs up.

    Asked again in the middle of a call, because a step of it found us away, it says what was said
    last, and the call goes on from there.
    """
    now = house.now()
    with house.database.writing() as tx:
        stand = standing_of(tx, from_, now)
        force = house.editions.in_force(tx, stand.stamp)
        call, new = calls.came_in(
            tx, sid=sid, number_id=stand.number.id, sender_id=force.sender(to).id, person_id=None,
            lane=REPLY, now=now,
        )  # fmt: skip
        kept = None if new else calls.reply(tx, call.id, max(call.step, _RUNG))
        if kept is not None:
            return kept
        reply = voice.ring(force.organisation.ring_seconds, address(house, call.id, _RUNG + 1))
        if new:
            call.step = _RUNG
            calls.put_step(tx, call.id, _RUNG, None, reply, now)
            calls.save(tx, call)
    return reply


def call_answered(house: House, *, call_id: str, sid: str, answered_by: str | None) -> str:
    """Somebody, or a machine, took a call of ours. Raises NoSuchCall.

    Asked again in the middle of the call it says what was said last, as `call_came_in` does.
    """

    def begin(line: Line) -> None:
        call = line.call
        call.carrier_sid = call.carrier_sid or sid
        call.status, call.answered_at = "answered", line.slate.now
        call.answered_by = answered_by
        if rooms.line_answered(line):
            return
        if rules.by_machine(answered_by):
            answering.leave_word(line)
        else:
            answering.open_kindly(line)

    with house.database.reading() as tx:
        call = calls.by_sid(tx, sid) or calls.load(tx, call_id)
    if call is None:
        raise NoSuchCall(call_id)
    return _turn(house, call.id, max(call.step, _RUNG), None, begin)


def call_went_on(
    house: House, *, call_id: str, step: int, came: Came, recorded: tuple[str, int] | None = None,
    hung_up: bool = False,
) -> str:  # fmt: skip
    """What came in at this step of a call, and what follows. Raises NoSuchCall.

    `recorded`: the network's name and the seconds of what was recorded; `hung_up`: with its end
    they left.
    """

    def go_on(line: Line) -> None:
        if line.call.ended_at is not None and recorded is None:
            line.over = True  # this came late: nobody is on the line any more
            return
        if not line.call.state:
            answering.greet(line)
            return
        if hung_up and line.manners.phase in rooms.PHASES:
            bridge_news.hung_up(line.slate, line.call)
            line.over = True
            return
        if recorded is not None:
            talking.keep_recording(line, *recorded)
        if hung_up and line.manners.phase == TALK and reaching.takes_texts(line.slate.number):
            line.slate.channel = "text"  # nobody is on the line to hear what follows
        answering.take(line, came)

    return _turn(house, call_id, step, came.keys or came.speech or None, go_on)


def call_recorded(house: House, *, call_id: str, sid: str, seconds: int) -> None:
    """The network has a recording of this call; told twice, by step or by callback, it is one."""
    now = house.now()
    with house.database.writing() as tx:
        found = calls.by_call(tx, call_id, 0)
        if found is not None:
            stand, call, _ = found
            talking.keep_recording(_line(house, tx, now, stand, call), sid, seconds)


# --- one step


def _turn(
    house: House, call_id: str, step: int, heard: str | None, take: Callable[[Line], None]
) -> str:
    try:
        return _take(house, call_id, step, heard, take)
    except (Unavailable, NoSuchCall):
        raise
    except Exception as error:
        log.error("a step of a call failed, kind words are said", exc_info=error)
        return _take(house, call_id, step, heard, _plainly)


def _take(
    house: House, call_id: str, step: int, heard: str | None, take: Callable[[Line], None]
) -> str:
    now = house.now()
    with house.database.writing() as tx:
        found = calls.by_call(tx, call_id, step)
        if found is None:
            raise NoSuchCall(call_id)
        stand, call, kept = found
        if kept is None and step < call.step:  # the call went on without it
            kept = calls.reply(tx, call.id, call.step)
        if kept is not None:
            return kept
        line = _line(house, tx, now, stand, call)
        heard = None if _unkept(line) else heard
        take(line)
        line.slate.channel = CALL
        reply = line.document(step)
        _keep(tx, line, step, heard, reply)
        lanes = recording.record(tx, [line.slate])
        timers_due = any(timer.due_at <= now for timer in line.slate.timers)
    _nudge(house, lanes, timers_due)
    return reply


def _unkept(line: Line) -> bool:
    """Whether what comes in answers a question of which nothing is kept: a PIN, a word."""
    if line.manners.phase in (NUMBER, PIN):
        return True
    question = conversing.open_question(line.slate) if line.manners.phase == TALK else None
    return question is not None and not question.keep


def _line(house: House, tx: Tx, now: datetime, stand: Standing, call: Call) -> Line:
    force = house.editions.in_force(tx, stand.stamp)
    manners = Manners.from_json(call.state) if call.state else Manners()
    slate = Slate(house, tx, now, stand, force, force.sender(call.sender_id), REPLY)
    slate.channel, slate.known = CALL, manners.known
    slate.tongue = manners.tongue or None
    return Line(slate, call, manners)


def _keep(tx: Tx, line: Line, step: int, heard: str | None, reply: str) -> None:
    """What this step was, so that the next one goes on from it, and the same one is the same."""
    call, manners, now = line.call, line.manners, line.slate.now
    if line.over:
        manners = manners._replace(phase=OVER)
    if manners.proved and line.manners.phase == TALK and call.proved_at is None:
        call.proved_at = now
    if call.direction == IN and call.status == "ringing" and manners.proved:
        call.status, call.answered_at = "answered", now
    call.step = max(call.step, step)
    call.state = manners.to_json().decode()
    calls.put_step(tx, call.id, step, heard, reply, now)
    calls.save(tx, call)


def _plainly(line: Line) -> None:
    """A mistake of ours: it is said, with a line that answers, and the call may go on."""
    slate = line.slate
    line.manners = line.manners._replace(mistakes=line.manners.mistakes + 1)
    line.call.asked_conversation_id = line.call.asked_token = None
    slate.phrase("failed-kindly", URGENT, CASE)
    slate.phrase("call-lines", URGENT, CASE)
    telling.staff(slate, conversing.ENGINE_TROUBLE, code=line.call.id)
    line.over = line.manners.mistakes >= _MOST_MISTAKES or not line.call.state


def _nudge(house: House, lanes: set[int], timers_due: bool) -> None:
    for lane in lanes:
        house.nudger.nudge(lane)
    if timers_due:
        house.nudger.nudge(0)


# --- the end of a call


def call_status_came_in(
    house: House, *, sid: str, call_id: str | None, status: str, seconds: int | None = None,
    answered_by: str | None = None, error_code: str | None = None,
) -> None:  # fmt: skip
    """The network reports on a call. What is no end of it only tells that it has the call."""
    told = _ENDS.get(status)
    if told is None:
        if call_id is not None:
            placing.under_way(house, call_id, sid)
        return
    now = house.now()
    with house.database.writing() as tx:
        known = _id_of(tx, sid) or call_id
        found = calls.by_call(tx, known, 0) if known is not None else None
        if found is None or known is None:
            return
        stand, before, _ = found
        force = house.editions.in_force(tx, stand.stamp)
        cost = spending.of_call(force, seconds)
        ended = _ended(tx, before, told, sid, now, seconds, answered_by, error_code, cost)
        if ended is None:
            return  # it was over already
        line = _line(house, tx, now, stand, ended)
        _over(line)
        lanes = recording.record(tx, [line.slate])
        spending.called(tx, force, ended, cost, now)
        timers_due = any(timer.due_at <= now for timer in line.slate.timers)
    _nudge(house, lanes, timers_due)


def _id_of(tx: Tx, sid: str) -> str | None:
    """Which of ours counts as the network's call of this name, if any is known to.

    It goes before the id in the address: where two to one number were in doubt at once, its books
    did not tell which of them it had, and each of its calls is to count for one of ours.
    """
    call = calls.by_sid(tx, sid)
    return call.id if call is not None else None


def _ended(
    tx: Tx, call: Call, told: str, sid: str, now: datetime, seconds: int | None,
    answered_by: str | None, error_code: str | None, cost: int,
) -> Call | None:  # fmt: skip
    """Write the end down; None where it is no news."""
    if call.direction == IN:
        told = "missed" if call.step <= _RUNG else "failed" if told == "failed" else "completed"
    elif (
        told == "completed"
        and call.proved_at is None
        and rules.by_machine(answered_by or call.answered_by)
    ):
        told = "machine"
    return calls.ended(
        tx, call_id=call.id, sid=sid, status=told, now=now, seconds=seconds,
        answered_by=answered_by, error_code=error_code, cost_micros=cost,
    )  # fmt: skip


def _over(line: Line) -> None:
    """They are gone: the menu of the call goes too, and what was open goes on by text."""
    slate, call = line.slate, line.call
    slate.channel = "text"
    bridge_news.call_over(slate, call)
    if call.direction == IN and call.status == "missed":
        _call_back(slate, call)
    elif line.manners.phase == TALK and call.person_id is not None:
        talking.leave_home(slate, call)
    ringing.ended(slate, call)


def _call_back(slate: Slate, call: Call) -> None:
    """They rang and hung up, which costs nothing: we call members back, a few times a day. On a
    phone of several nobody is named before they showed who they are.

    Which countries may be called is looked at when it is placed.
    """
    number = slate.number
    holders = links.everybody(slate.tx, [number.id])[number.id]
    members = [held.person_id for held in holders if held.status in talking.MEMBERS]
    if not members or not reaching.rings(number):
        return
    placings.cancel_callbacks(slate.tx, number.id, RANG_AGAIN, slate.now)  # one call is enough
    most = slate.force.organisation.callbacks_a_day
    if calls.count(slate.tx, number.id, CALLBACK, slate.now - _DAY) >= most:
        return
    alone = members == [number.active_person_id] and number.active_until is None
    slate.calls.append(
        NewCall(
            ids.new(), CALLBACK, members[0] if alone else None, number.id, slate.sender.id, REPLY,
            slate.now + CALLS_BACK_AFTER, slate.now,
        )
    )  # fmt: skip
