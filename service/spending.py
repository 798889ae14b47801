"""Spending: what texts and calls cost, by day, lane and number of ours, and who is told of the
budget.

Promise: a text is counted once, when it is known for the first time that the carrier took it,
however that became known; a call when it is over, by minutes begun. What the budget holds is
`flows.leaving`'s rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service import telling
from service.editions import InForce
from service.house import House
from service.slate import day_of
from service.storage import settings_rows, settlements, timers
from service.storage.calls import Call
from service.storage.database import Tx
from service.storage.settlements import Settled

_TOLD = "budget-told"


def taken(house: House, tx: Tx, rows: Sequence[Settled], now: datetime) -> None:
    """The carrier took these."""
    force = house.editions.in_force(tx, settings_rows.stamp(tx))
    price = int(force.organisation.segment_price * 1_000_000)
    sums: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        total = sums.setdefault((row.lane, row.sender_id or ""), [0, 0])
        total[0] += 1
        total[1] += row.segments
    day = day_of(now)
    settlements.spend(
        tx,
        day,
        [
            (lane, sender, count, segments, segments * price)
            for (lane, sender), (count, segments) in sorted(sums.items())
        ],
    )
    _look_at_budget(tx, force, day, now)


def of_call(force: InForce, seconds: int | None) -> int:
    """What a call of so many seconds costs, in millionths: every minute that was begun counts."""
    return -(-(seconds or 0) // 60) * int(force.organisation.call_price * 1_000_000)


def called(tx: Tx, force: InForce, call: Call, cost_micros: int, now: datetime) -> None:
    """This call is over, as was not known before.

    The last thing in its turn: every call that ends on this day waits here for the others.
    """
    if cost_micros:
        day = day_of(now)
        settlements.spend(tx, day, [(call.lane, call.sender_id or "", 0, 0, cost_micros)])
        _look_at_budget(tx, force, day, now)


def _look_at_budget(tx: Tx, force: InForce, day: int, now: datetime) -> None:
    budget = int(force.organisation.daily_budget * 1_000_000)
    if budget:
        _tell_budget(tx, force, day, settlements.spent(tx, day) * 100 // budget, now)


def _tell_budget(tx: Tx, force: InForce, day: int, share: int, now: datetime) -> None:
    """Tell coordinators at 80 % and at 100 %, once a day each."""
    mark = 100 if share >= 100 else 80 if share >= 80 else 0
    if not mark:
        return
    told = settings_rows.get(tx, _TOLD) or [0, 0]
    if told[0] == day and told[1] >= mark:
        return
    settings_rows.put(tx, _TOLD, [day, mark], now)
    phrase = "budget-spent" if mark == 100 else "budget-warning"
    timers.put(tx, telling.timers_for_staff(force, phrase, now, share=share), now)
