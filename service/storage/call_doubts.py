"""Calls in doubt, which the carrier may have or not, and calls whose end it has not told.

Promise: what is looked for at the carrier, and against which other calls its records have to be
held, is found here; what comes of it is written by `placings` and `calls`. Nothing here moves one.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared
from service.storage.tables import of

k = of(tables.Call)
n = of(tables.Number)


class Doubt(NamedTuple):
    """A call of which nobody knows yet whether the carrier has it; `tries`: this one too.

    Its number may be gone, where its person was erased meanwhile.
    """

    id: str
    number_id: str
    sender_id: str | None
    lane: int
    sealed_number: bytes | None
    claimed_at: datetime | None
    doubts: int
    tries: int
    status: str


_DOUBT_COLUMNS = [
    k.c.id, k.c.number_id, k.c.sender_id, k.c.lane, n.c.sealed_number, k.c.claimed_at,
    k.c.doubts, k.c.tries, k.c.status,
]  # fmt: skip
_DOUBTS = Prepared(
    select(*_DOUBT_COLUMNS)
    .select_from(k.outerjoin(n, n.c.id == k.c.number_id))
    .where(k.c.status == "in doubt", k.c.due_at <= bindparam("now"))
    .order_by(k.c.lane, k.c.due_at)
    .limit(bindparam("most")),
    Doubt._make,
)
_RIVALS = Prepared(
    select(*_DOUBT_COLUMNS)
    .select_from(k.join(n, n.c.id == k.c.number_id))
    .where(k.c.number_id == bindparam("number_id"), k.c.status.in_(("placing", "in doubt")))
    .order_by(k.c.claimed_at, k.c.id)
    .with_for_update(of=k),
    Doubt._make,
)
_UNENDED = Prepared(
    select(k.c.id, k.c.carrier_sid)
    .where(
        k.c.status.in_(("ringing", "placed", "answered")),
        k.c.due_at < bindparam("before"),
        k.c.carrier_sid.is_not(None),
    )
    .order_by(k.c.due_at)
    .limit(bindparam("most"))
)


_OLDEST = Prepared(select(func.count(), func.min(k.c.claimed_at)).where(k.c.status == "in doubt"))
_ON_THE_LINE = Prepared(
    select(func.count()).where(k.c.status.in_(("ringing", "placed", "answered")))
)


def due(tx: Tx, now: datetime, most: int) -> list[Doubt]:
    """What is to be looked for at the carrier now, the most urgent first."""
    return _DOUBTS.all(tx, now=now, most=most)


def rivals(tx: Tx, number_id: str) -> list[Doubt]:
    """All calls on their way to this number, or in doubt, the longest claimed first; locked."""
    return _RIVALS.all(tx, number_id=number_id)


def unended(tx: Tx, before: datetime, most: int) -> list[tuple[str, str]]:
    """(id, sid) of calls in and out that began before that moment and whose end was not told."""
    return [(row[0], row[1]) for row in _UNENDED.all(tx, before=before, most=most)]


def oldest(tx: Tx) -> tuple[int, datetime | None]:
    """How many calls are in doubt, and since when the longest of them."""
    row = _OLDEST.one(tx)
    assert row is not None
    return row[0], row[1]


def on_the_line(tx: Tx) -> int:
    """How many calls are under way now, as far as anybody told."""
    return int(_ON_THE_LINE.value(tx))
