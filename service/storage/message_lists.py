"""Messages looked at by those who run the service, and what is held let go by hand.

Promise: a list holds ids, states and moments; words are opened one message at a time, by `load`.
How messages move by themselves is in `messages` and `settlements`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from service.storage import messages, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among
from service.storage.tables import of

m = of(tables.Message)


class Listed(NamedTuple):
    """A message without its words."""

    id: str
    direction: str
    status: str
    lane: int
    purpose: str
    person_id: str | None
    number_id: str | None
    conversation_id: str | None
    held_for: str | None
    error_code: str | None
    segments: int
    attempts: int
    doubts: int
    created_at: datetime
    due_at: datetime
    accepted_at: datetime | None
    settled_at: datetime | None
    carrier_sid: str | None


_COLUMNS = [m.c[name] for name in Listed._fields]
_OPEN = ("pending", "sending", "held", "in doubt")  # these have an index each


def _listing(*conditions: Any, by: Any) -> Prepared[Listed]:
    return Prepared(
        select(*_COLUMNS).where(*conditions).order_by(by).limit(bindparam("most")), Listed._make
    )


_LATEST = _listing(by=m.c.id.desc())
_IN_STATUS = _listing(m.c.status == bindparam("status"), by=m.c.id.desc())
_OPEN_IN = {
    # the status written out, so that both databases see which partial index holds the rows
    status: _listing(m.c.status == status, by=m.c.due_at)
    for status in _OPEN
}
_OF_PERSON = _listing(m.c.person_id == bindparam("person_id"), by=m.c.created_at.desc())
_LOAD = Prepared(select(*_COLUMNS, m.c.sealed_body).where(m.c.id == bindparam("id")))
_HELD = Prepared(
    select(m.c.held_for, m.c.lane, func.count(), func.min(m.c.created_at))
    .where(m.c.status == "held")
    .group_by(m.c.held_for, m.c.lane)
    .order_by(m.c.held_for, m.c.lane)
)
_DOUBTS = Prepared(select(func.count(), func.min(m.c.claimed_at)).where(m.c.status == "in doubt"))
_HERE = (m.c.status == "held", m.c.held_for != "restore")
_LET_GO = Prepared(
    update(m)
    .where(among(m.c.id, "ids"), *_HERE)
    .values(status="pending", held_for=None, due_at=bindparam("now"))
)
_LET_ALL_GO = Prepared(
    update(m).where(*_HERE).values(status="pending", held_for=None, due_at=bindparam("now"))
)


class Held(NamedTuple):
    """How many messages of a lane are held for one reason, and since when the oldest waits."""

    reason: str | None
    lane: int
    messages: int
    oldest: datetime


def latest(tx: Tx, status: str | None = None, most: int = 50) -> list[Listed]:
    """The newest first; what is still to leave, by its due moment."""
    if status is None:
        return _LATEST.all(tx, most=most)
    if status in _OPEN_IN:
        return _OPEN_IN[status].all(tx, most=most)
    return _IN_STATUS.all(tx, status=status, most=most)


def of_person(tx: Tx, person_id: str, most: int = 50) -> list[Listed]:
    return _OF_PERSON.all(tx, person_id=person_id, most=most)


def load(tx: Tx, message_id: str, *, words: bool) -> tuple[Listed, str | None] | None:
    """One message, with its words where they are asked for and not gone."""
    row = _LOAD.one(tx, id=message_id)
    if row is None:
        return None
    sealed = row[-1]
    body = None
    if words and sealed is not None:
        body = tx.sealer.open(sealed, f"message.sealed_body:{message_id}").decode()
    return Listed._make(row[:-1]), body


def held(tx: Tx) -> list[Held]:
    """What is held, by reason and lane."""
    return [Held(*row) for row in _HELD.all(tx)]


def doubts(tx: Tx) -> tuple[int, datetime | None]:
    """How many messages are in doubt, and when the oldest of them was sent."""
    row = _DOUBTS.one(tx)
    return (int(row[0]), row[1]) if row else (0, None)


def let_go(tx: Tx, message_ids: Sequence[str], now: datetime) -> int:
    """Held messages become pending; those of a restore stay. How many."""
    return _LET_GO.run(tx, ids=list(message_ids), now=now)


def let_all_go(tx: Tx, now: datetime) -> int:
    return _LET_ALL_GO.run(tx, now=now)


def history(tx: Tx, person_id: str, most: int = 50) -> list[dict[str, Any]]:
    """The last messages of a person, newest first, opened: for those who may read them."""
    rows = _HISTORY.all(tx, person_id=person_id, most=most)
    return [
        {
            "id": row[0], "direction": row[1], "status": row[2], "at": row[3], "lane": row[4],
            "segments": row[5], "purpose": row[6], "held_for": row[7], "error_code": row[8],
            "text": messages.body(tx, row[0], row[9]) if row[9] else None,
        }
        for row in rows
    ]  # fmt: skip


_HISTORY = Prepared(
    select(
        m.c.id, m.c.direction, m.c.status, m.c.created_at, m.c.lane, m.c.segments, m.c.purpose,
        m.c.held_for, m.c.error_code, m.c.sealed_body,
    )
    .where(m.c.person_id == bindparam("person_id"))
    .order_by(m.c.created_at.desc(), m.c.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip
