"""What we sent to a person, one text after the other, so that it can be heard or read again.

Promise: only texts that left and were not answers to what they wrote just then; the newest
first. One text is opened at a time.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from service.storage import messages, tables
from service.storage.database import Tx
from service.storage.statements import Prepared
from service.storage.tables import of

m = of(tables.Message)

_LEFT = ("accepted", "sent", "delivered", "undelivered", "failed")
_REPLIES = "answer"
_LAST = "~"  # sorts after every id

_AT = Prepared(
    select(m.c.created_at).where(m.c.id == bindparam("id"), m.c.person_id == bindparam("person_id"))
)
_BEFORE = Prepared(
    select(m.c.id, m.c.created_at, m.c.sealed_body)
    .where(
        m.c.person_id == bindparam("person_id"),
        m.c.created_at <= bindparam("at"),
        or_(
            m.c.created_at < bindparam("at"),
            and_(m.c.created_at == bindparam("at"), m.c.id < bindparam("id")),
        ),
        m.c.direction == "out",
        m.c.status.in_(_LEFT),
        m.c.purpose != _REPLIES,
        m.c.sealed_body.is_not(None),
    )
    .order_by(m.c.created_at.desc(), m.c.id.desc())
    .limit(1)
)


class SentText(NamedTuple):
    """One text as it left."""

    id: str
    at: datetime
    text: str


def newest(tx: Tx, person_id: str, now: datetime) -> SentText | None:
    """The last text that we sent; None where there is none, or nothing is kept of it."""
    return _before(tx, person_id, now, _LAST)


def before(tx: Tx, person_id: str, message_id: str) -> SentText | None:
    """The one sent before that message of the same person."""
    row = _AT.one(tx, id=message_id, person_id=person_id)
    return None if row is None else _before(tx, person_id, row[0], message_id)


def _before(tx: Tx, person_id: str, at: datetime, message_id: str) -> SentText | None:
    row = _BEFORE.one(tx, person_id=person_id, at=at, id=message_id)
    return None if row is None else SentText(row[0], row[1], messages.body(tx, row[0], row[2]))
