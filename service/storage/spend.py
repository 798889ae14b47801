"""What days cost, by lane and service number. Written by `settlements` as messages are accepted."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared
from service.storage.tables import of

s = of(tables.Spend)


class Spend(NamedTuple):
    """One day (yyyymmdd) and lane. Cost in millionths of the currency."""

    day: int
    lane: int
    messages: int
    segments: int
    cost_micros: int


_BY_DAY = Prepared(
    select(
        s.c.day,
        s.c.lane,
        func.sum(s.c.messages),
        func.sum(s.c.segments),
        func.sum(s.c.cost_micros),
    )
    .where(s.c.day >= bindparam("first"), s.c.day <= bindparam("last"))
    .group_by(s.c.day, s.c.lane)
    .order_by(s.c.day, s.c.lane)
)


def report(tx: Tx, first_day: int, last_day: int) -> list[Spend]:
    """What each day from the first to the last cost, by lane."""
    # PostgreSQL's sums of big integers are decimals
    return [Spend(*map(int, row)) for row in _BY_DAY.all(tx, first=first_day, last=last_day)]
