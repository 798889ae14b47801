"""Messages in doubt: nobody knows yet whether the carrier has them; and the carrier's own names.

Promise: what is looked for at the carrier, and against which other messages its records have to
be held, is found here; what comes of it is written by `settlements`. Nothing here moves a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among
from service.storage.tables import of

m = of(tables.Message)
n = of(tables.Number)


class Doubt(NamedTuple):
    """A message of which nobody knows yet whether the carrier has it; `attempts`: this one too.

    Its words or its number may be gone, where its person was erased meanwhile.
    """

    id: str
    number_id: str
    sender_id: str | None
    lane: int
    sealed_body: bytes | None
    sealed_number: bytes | None
    claimed_at: datetime | None
    doubts: int
    attempts: int
    status: str


_DOUBT_COLUMNS = [
    m.c.id, m.c.number_id, m.c.sender_id, m.c.lane, m.c.sealed_body, n.c.sealed_number,
    m.c.claimed_at, m.c.doubts, m.c.attempts, m.c.status,
]  # fmt: skip
_DOUBTS = Prepared(
    select(*_DOUBT_COLUMNS)
    .select_from(m.outerjoin(n, n.c.id == m.c.number_id))
    .where(m.c.status == "in doubt", m.c.due_at <= bindparam("now"))
    .order_by(m.c.lane, m.c.due_at)
    .limit(bindparam("most")),
    Doubt._make,
)
_RIVALS = Prepared(
    select(*_DOUBT_COLUMNS)
    .select_from(m.join(n, n.c.id == m.c.number_id))
    .where(
        m.c.number_id == bindparam("number_id"),
        m.c.status.in_(("sending", "in doubt")),
        m.c.sealed_body.is_not(None),
    )
    .order_by(m.c.claimed_at, m.c.id)
    .with_for_update(of=m),
    Doubt._make,
)
_KNOWN_SIDS = Prepared(select(m.c.carrier_sid).where(among(m.c.carrier_sid, "sids")))
_UNENDED = Prepared(
    select(m.c.carrier_sid).where(
        among(m.c.carrier_sid, "sids"), m.c.status.in_(("accepted", "sent"))
    )
)


def due(tx: Tx, now: datetime, most: int) -> list[Doubt]:
    """What is to be looked for now, the most urgent first."""
    return _DOUBTS.all(tx, now=now, most=most)


def rivals(tx: Tx, number_id: str) -> list[Doubt]:
    """All messages on their way to this number, or in doubt, the longest claimed first; locked."""
    return _RIVALS.all(tx, number_id=number_id)


def unended(tx: Tx, sids: Sequence[str]) -> set[str]:
    """Those among the carrier's sids of whose messages no end was told."""
    return {row[0] for row in _UNENDED.all(tx, sids=list(sids))}


def known_sids(tx: Tx, sids: Sequence[str]) -> set[str]:
    """Those among the carrier's sids that a message of ours holds already."""
    return {row[0] for row in _KNOWN_SIDS.all(tx, sids=list(sids))}
