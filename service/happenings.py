"""Happenings: what each kind of timer does that is no slot of a plan and no wait of a talk.

Promise: one table, kind -> what is done in the turn of whoever it is for. What it concerns is
loaded anew: a timer that came to nothing meanwhile does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service import (
    alerting,
    bridge_news,
    bridges,
    call_ends,
    case_words,
    cases,
    checkins,
    conversing,
    delivery,
    desk,
    erasing,
    giving,
    ladder,
    ringing,
    shift_watch,
    trials,
)
from service.slate import BULK, CASE, NOTICE, URGENT, Out, Slate
from service.storage import occurrences, timers
from service.storage.timers import Timer


def _tell(slate: Slate, timer: Timer) -> None:
    """A phrase for this number, asked for by somebody else's turn."""
    payload = timer.payload or {}
    lane = int(payload.get("lane", URGENT))
    purpose = CASE if lane == URGENT else NOTICE
    about = slate.about()
    values = {**about.values, **payload.get("values", {})}
    text = slate.force.program.phrase(
        str(payload["phrase"]), about._replace(values=values, discreet=False)
    )
    slate.say(Out(text, lane, purpose, None))


def _case_deadline(slate: Slate, timer: Timer) -> None:
    ladder.deadline_over(slate, timer.subject_id or "")


def _undelivered(slate: Slate, timer: Timer) -> None:
    delivery.failed(slate, timer)


def _called(slate: Slate, timer: Timer) -> None:
    if not any(over(slate, timer) for over in _ABOUT_CASES):
        ringing.follow(slate, timer)


_ABOUT_CASES = (alerting.called, bridge_news.called, trials.called)


def _silence(slate: Slate, timer: Timer) -> None:
    """What silence should bring, if nobody has answered in the meantime."""
    missed = occurrences.load(slate.tx, timer.subject_id or "")
    if missed is None or missed.status != "missed" or slate.person is None:
        return
    person = slate.person
    if person.status != "active":
        return
    if person.paused_until is not None and person.paused_until > slate.now:
        return  # they told us since that they rest
    if timer.token == checkins.A_TEXT:
        if slate.front is None:
            slate.phrase("missed-you", BULK, NOTICE)
        return
    cases.open_case(slate, cases.MISSED, "routine")


def _case(slate: Slate, timer: Timer) -> None:
    ladder.look(slate, timer.subject_id or "")


def _erase(slate: Slate, timer: Timer) -> None:
    """The seven days are over, and nobody took the wish back."""
    person = slate.person
    if person is None or person.erase_at is None or person.erase_at > slate.now:
        return
    sids = erasing.carry_out(slate)
    if sids:  # the carrier has to forget them too; the network is not for a turn to reach
        timers.put(slate.tx, erasing.for_the_carrier(sids, slate.now), slate.now)


def _start(slate: Slate, timer: Timer) -> None:
    """Begin a flow that was asked for from outside, an invitation for one."""
    flow = str((timer.payload or {}).get("flow", ""))
    if slate.person is None or flow not in slate.force.program.library.flows:
        return
    if slate.front is None:
        conversing.start(slate, flow)
    else:
        conversing.prepare(slate, flow, None)


HANDLERS: Mapping[str, Callable[[Slate, Timer], None]] = {
    "tell": _tell,
    "undelivered": _undelivered,
    call_ends.KIND: _called,
    "silence": _silence,
    desk.LOOK: _case,
    desk.WORD: case_words.still_trying,
    desk.TAKEN: case_words.somebody_comes,
    desk.DEADLINE: _case_deadline,
    **alerting.HANDLERS,
    bridges.RING: bridge_news.ring,
    **shift_watch.HANDLERS,
    giving.YOURS: giving.say_yours,
    "erase": _erase,
    "start": _start,
}
