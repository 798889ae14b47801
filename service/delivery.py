"""Delivery: what follows when the carrier has a text, and when it never arrives.

Promise: a wait begins when the carrier accepts the question. A failed delivery is an event for
its person, taken at once; a check-in that never arrived is unreachable, not missed. `delivered`
proves nothing about a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows import leaving
from service import alerting, checkins, conversing, failing, ringing, trials
from service.carrier.outcomes import kind_of
from service.slate import CASE, CHECKIN, REPLY, URGENT, Slate
from service.storage import (
    conversations,
    ids,
    messages,
    occurrence_moves,
    resending,
    timers,
)
from service.storage.database import Tx
from service.storage.settlements import Settled
from service.storage.standing import Conversation
from service.storage.timers import Timer

LATE, OUT = "too late", "network"  # reasons of ours, beside the carrier's codes


def accepted(tx: Tx, rows: Sequence[Settled], now: datetime) -> None:
    """These were not known to be accepted before: waits begin, check-ins count as prompted."""
    waits = [
        Timer(
            ids.new(), f"wait:{row.conversation_id}", "wait", row.person_id,
            row.conversation_id, now + timedelta(seconds=row.wait_seconds), row.wait_token,
            lane=REPLY,
        )
        for row in rows
        if row.wait_seconds is not None and row.conversation_id is not None
    ]  # fmt: skip
    if waits:
        timers.put(tx, waits, now)
    prompted = [
        row.conversation_id
        for row in rows
        if row.purpose == CHECKIN and row.conversation_id is not None
    ]
    if prompted:
        occurrence_moves.prompted(tx, prompted, now)


def failure(
    message_id: str, person_id: str, conversation_id: str | None, purpose: str,
    code: str | None, now: datetime,
) -> Timer:  # fmt: skip
    """The event, due now for its person, that a text did not arrive."""
    payload = {"conversation": conversation_id, "purpose": purpose, "code": code}
    return Timer(
        ids.new(), f"undelivered:{message_id}", "undelivered", person_id, message_id, now, None,
        payload, URGENT,
    )  # fmt: skip


def number_failure(message_id: str, number_id: str, code: str | None, now: datetime) -> Timer:
    """The same for a number that nobody holds, a coordinator's for one."""
    payload = {"conversation": None, "purpose": "case", "code": code}
    return Timer(
        ids.new(), f"undelivered:{message_id}", "undelivered", None, number_id, now, None,
        payload, URGENT,
    )  # fmt: skip


def failed(slate: Slate, timer: Timer) -> None:
    """Take the event: the number, its check-in, and those who should know."""
    payload = timer.payload or {}
    code = payload.get("code")
    kind = kind_of(int(code)) if code is not None and str(code).isdigit() else code
    of_case = payload.get("purpose") == CASE
    alert = of_case and (
        alerting.undelivered(slate, timer) or trials.undelivered(slate, payload.get("conversation"))
    )
    if not alert and kind == "later" and _sent_again(slate, timer):
        return
    failing.failed(slate, str(kind), code)
    conversation_id = payload.get("conversation")
    if conversation_id is None or slate.person is None:
        return
    row = slate.conversations.get(conversation_id) or conversations.by_ids(
        slate.tx, [conversation_id]
    ).get(conversation_id)
    if row is None or row.status == "ended" or row.occurrence_id is None:
        return
    if payload.get("purpose") != CHECKIN:
        return
    slate.conversations[row.id] = row
    if kind in (LATE, OUT):
        checkins.suspended(slate, row)
    elif ringing.asked_by_call(slate, row):
        _go_on_without(slate, row, timer)
        return
    elif _by_the_carrier(code) and ringing.instead_of_text(slate, row):
        return
    else:
        checkins.unreachable(slate, row)
    conversing.close(slate, row, "unreachable")


def _go_on_without(slate: Slate, row: Conversation, timer: Timer) -> None:
    """They heard the question by call, and no text comes to their phone: the reminder is not
    heard, and silence takes its time all the same."""
    lost = resending.load(slate.tx, timer.key.partition(":")[2], slate.now)
    if lost is not None and lost.wait_seconds is not None and lost.wait_token == str(row.token):
        slate.later(conversing.wait_timer(row, lost.wait_seconds, lost.wait_token, slate))


def _by_the_carrier(code: str | None) -> bool:
    """Whether the carrier gave it up, and not we, who had our reason for a call as well."""
    return code is None or code.isdigit()


def _sent_again(slate: Slate, timer: Timer) -> bool:
    """The phone was off or out of reach: once more, later, for as long as that makes sense."""
    message_id = timer.key.partition(":")[2]
    draft = resending.load(slate.tx, message_id, slate.now)
    wait = leaving.again_after(slate.now - draft.created_at) if draft is not None else None
    if draft is None or wait is None:
        return False
    due = slate.now + wait
    if draft.expires_at is not None and due >= draft.expires_at:
        return False
    messages.put(slate.tx, [draft._replace(due_at=due)])
    return True
