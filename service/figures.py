"""The house in figures, for /metrics and `doctor`: what waits, what is late, what is open.

Promise: counts and ages only, read in one short transaction over partial indexes, so that looking
costs the same however many people there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from service.storage import call_doubts, cases, messages, placings, timers

if TYPE_CHECKING:
    from service.house import House
    from service.storage.database import Tx

_LATE_AFTER = timedelta(seconds=10)  # a timer is taken within a second or two of its moment
_LANES = {number: name for name, number in messages.LANES.items()}


class Figure(NamedTuple):
    """One figure at this moment: `pending_messages`, {"lane": "urgent"}, 3."""

    name: str
    meaning: str
    labels: dict[str, str]
    value: float


def figures(house: House) -> list[Figure]:
    """All figures of the house now."""
    now = house.now()
    with house.database.reading() as tx:
        return [*_messages(tx, now), *_calls(tx, now), *_timers(tx, now), *_cases(tx)]


def _messages(tx: Tx, now: datetime) -> Iterator[Figure]:
    waiting = {lane: (count, oldest) for lane, oldest, count in messages.waiting(tx)}
    for lane, name in _LANES.items():
        count, oldest = waiting.get(lane, (0, now))
        late = max(0.0, (now - oldest).total_seconds())
        lane_of = {"lane": name}
        yield Figure("pending_messages", "Messages waiting to be sent, by lane.", lane_of, count)
        yield Figure("oldest_pending_seconds", "How late the oldest of them is.", lane_of, late)


def _calls(tx: Tx, now: datetime) -> Iterator[Figure]:
    waiting = placings.waiting(tx)
    late = max((now - oldest for _, oldest, _ in waiting), default=timedelta(0))
    late_seconds = max(0.0, late.total_seconds())
    count = sum(count for _, _, count in waiting)
    yield Figure("pending_calls", "Calls that are to be placed, now or later.", {}, count)
    yield Figure("oldest_pending_call_seconds", "How late the oldest is.", {}, late_seconds)
    yield Figure("calls_on_the_line", "Calls under way.", {}, call_doubts.on_the_line(tx))


def _timers(tx: Tx, now: datetime) -> Iterator[Figure]:
    count, oldest = timers.overdue(tx, now - _LATE_AFTER)
    late = (now - oldest).total_seconds() if oldest is not None else 0.0
    yield Figure("overdue_timers", "What is due and was not taken.", {}, count)
    yield Figure("oldest_overdue_timer_seconds", "How late the oldest of them is.", {}, late)


def _cases(tx: Tx) -> Iterator[Figure]:
    for status, count in sorted(cases.counts(tx).items()):
        yield Figure(
            "open_cases", "Cases that are not settled, by status.", {"status": status}, count
        )
