"""Settling: outcomes of sends, written in batches; pauses, alarms and outages that follow.

Promise: nothing here decides what an error means, only what is done about each of the gateway's
few outcomes. What was surely not taken is tried again, bounded; what may have been taken is in
doubt; what was refused is an event for its person.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from service import alerting, delivery, logs, outages, outbox
from service.carrier.outcomes import (
    NOT_BEGUN,
    Accepted,
    InDoubt,
    Outcome,
    Refused,
    Retry,
    SlowDown,
)
from service.house import House
from service.slate import CASE, URGENT
from service.storage import senders, settlements, timers
from service.storage.database import Refused as Contradicted
from service.storage.database import Tx
from service.storage.messages import Candidate

MOST_TRIES = 8
_STOP_FOR = {
    "credentials": timedelta(minutes=5),
    "daily-cap": timedelta(hours=1),
    "config": timedelta(minutes=5),
}
# Refusals that are about where one text goes, though the account's settings are at fault.
_ONE_TEXT_ONLY = (21408, 21612)

log = logs.get(__name__)

Rows = Sequence[tuple[Candidate, Outcome]]


def settle(house: House, rows: Rows) -> None:
    """Write what became of these sends, in one transaction."""
    try:
        _settle(house, rows)
    except Contradicted:
        if len(rows) > 1:
            for row in rows:
                settle(house, [row])
        elif isinstance(rows[0][1], Accepted):
            # Its lease was over, and reconciling took this sid for another text with the same
            # words: that one has it now, and this one is looked for like any other.
            log.warning("another text counts as this one", message_id=rows[0][0].id)
        else:
            raise


def _settle(house: House, rows: Rows) -> None:
    now = house.now()
    with house.database.writing() as tx:
        accepted = [(row, said) for row, said in rows if isinstance(said, Accepted)]
        if accepted:
            taken = [(row.id, said.sid) for row, said in accepted]
            outbox.settled_as_accepted(house, tx, taken, now)
        others = [(row, said) for row, said in rows if not isinstance(said, Accepted)]
        for row, said in others:
            _other(house, tx, row, said, now)
        if not accepted:
            outages.notice(tx, [said for _, said in others], now)


def _other(house: House, tx: Tx, row: Candidate, said: Outcome, now: datetime) -> None:
    match said:
        case InDoubt(reason=reason):
            log.warning("a send is in doubt", message_id=row.id, reason=reason)
            due = now + timedelta(seconds=house.settings.doubt_seconds)
            settlements.doubted(tx, [(row.id, row.attempts + 1, 0, due)])
            if row.lane == URGENT and row.purpose == CASE:  # whoever waits does not wait for this
                event = alerting.doubt(
                    row.id, row.person_id, row.number_id, now, row.conversation_id
                )
                timers.put(tx, [event], now)
        case SlowDown(code=code, retry_after=seconds):
            _again(tx, row, code, now, seconds)
            if row.sender_id is not None:
                until = now + timedelta(seconds=min(seconds or 1.0, 30.0))
                senders.pause(tx, row.sender_id, until, "slow down")
        case Retry(reason=reason) if reason == NOT_BEGUN:
            settlements.again(tx, [(row.id, row.attempts + 1, None, now)])
        case Retry(reason=reason):
            if row.attempts + 1 >= MOST_TRIES and isinstance(reason, int):
                _refused(tx, row, reason, now)
            else:
                _again(tx, row, reason if isinstance(reason, int) else None, now, None)
        case Refused(code=code, kind=kind):
            if kind in _STOP_FOR and code not in _ONE_TEXT_ONLY:
                _stop_and_alarm(house, tx, row, kind, code, now)
            else:
                _refused(tx, row, code, now)
        case _:
            raise TypeError(f"no outcome: {said!r}")


def _again(tx: Tx, row: Candidate, code: int | None, now: datetime, seconds: float | None) -> None:
    """Not taken: again after a while that grows, with some chance in it."""
    wait = seconds or min(0.5 * 2 ** min(row.attempts, 8), 60.0)
    due = now + timedelta(seconds=wait * random.uniform(1.0, 1.5))
    said = str(code) if code is not None else None
    settlements.again(tx, [(row.id, row.attempts + 1, said, due)])


def _refused(tx: Tx, row: Candidate, code: int | None, now: datetime) -> None:
    said = str(code) if code is not None else "refused"
    if settlements.refused(tx, row.id, row.attempts + 1, said, now) is None:
        return  # the carrier has it after all, or somebody else is sending it again
    if row.person_id is not None:
        timer = delivery.failure(row.id, row.person_id, row.conversation_id, row.purpose, said, now)
    else:
        timer = delivery.number_failure(row.id, row.number_id, said, now)
    timers.put(tx, [timer], now)


def _stop_and_alarm(
    house: House, tx: Tx, row: Candidate, kind: str, code: int | None, now: datetime
) -> None:
    """Our own account or number is at fault: nothing more leaves by it for a while."""
    until = now + _STOP_FOR[kind]
    log.error("the carrier refuses our account or number", kind=kind, code=code)
    said = str(code) if code is not None else kind
    settlements.again(tx, [(row.id, row.attempts + 1, said, until)])
    if row.sender_id is not None:
        senders.pause(tx, row.sender_id, until, kind)
