"""Conversations: stored sessions, which one stands in front, which wait behind it.

Promise: sessions are sealed here and nowhere else. Loading the front one is part of
`standing`; this file brings the others and writes what a turn changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.standing import CONVERSATION, Conversation, conversation
from service.storage.statements import Bulk, Prepared, among
from service.storage.tables import of

c = of(tables.Conversation)

_NAMES = (
    "id", "person_id", "number_id", "sender_id", "flow", "edition", "status", "urgency",
    "sealed_session", "token", "outcome", "occurrence_id", "visible_since", "expires_at",
    "closed_until", "started_at", "ended_at",
)  # fmt: skip
_PUT = Bulk(c, *_NAMES)
_SAVE = Prepared(
    c.update()
    .where(c.c.id == bindparam("at"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "status", "urgency", "sealed_session", "token", "outcome", "visible_since",
                "expires_at", "closed_until", "ended_at",
            )
        }
    )
)  # fmt: skip
_WAITING = Prepared(
    select(*CONVERSATION)
    .where(c.c.person_id == bindparam("person_id"), c.c.status == "waiting")
    .order_by(c.c.urgency.desc(), c.c.visible_since, c.c.id)
)
_LATE = Prepared(
    select(*CONVERSATION)
    .where(
        c.c.person_id == bindparam("person_id"),
        c.c.status == "ended",
        c.c.closed_until > bindparam("now"),
    )
    .order_by(c.c.ended_at.desc())
    .limit(1)
)
_BY_IDS = Prepared(select(*CONVERSATION).where(among(c.c.id, "ids")))
_OF_PERSON = Prepared(
    select(*CONVERSATION)
    .where(c.c.person_id == bindparam("person_id"))
    .order_by(c.c.started_at.desc())
    .limit(bindparam("most"))
)
_OLD = Prepared(
    select(c.c.id)
    .where(
        c.c.id > bindparam("after"),
        c.c.status == "ended",
        c.c.ended_at < bindparam("before"),
        c.c.sealed_session.is_not(None),
    )
    .order_by(c.c.id)
    .limit(bindparam("most"))
)
_FADE = Prepared(
    c.update().where(among(c.c.id, "ids"), c.c.status == "ended").values(sealed_session=None)
)
_FORGET = Prepared(
    c.update()
    .where(c.c.person_id == bindparam("person_id"))
    .values(sealed_session=None, status="ended")
)


def save(tx: Tx, rows: Sequence[Conversation]) -> None:
    """Write new and changed conversations, each kind in one statement."""
    seal = tx.sealer.seal
    new = [row for row in rows if row.new]
    old = [row for row in rows if row.changed and not row.new]
    if new:
        _PUT.insert(tx, [_tuple(tx, row) for row in new])
    if old:
        _SAVE.many(
            tx,
            [
                {
                    "at": row.id, "status": row.status, "urgency": row.urgency,
                    "sealed_session": seal(
                        row.session, f"conversation.sealed_session:{row.id}"
                    ),
                    "token": row.token, "outcome": row.outcome,
                    "visible_since": row.visible_since, "expires_at": row.expires_at,
                    "closed_until": row.closed_until, "ended_at": row.ended_at,
                }
                for row in old
            ],
        )  # fmt: skip


def _tuple(tx: Tx, row: Conversation) -> tuple[Any, ...]:
    return (
        row.id, row.person_id, row.number_id, row.sender_id, row.flow, row.edition, row.status,
        row.urgency, tx.sealer.seal(row.session, f"conversation.sealed_session:{row.id}"),
        row.token, row.outcome, row.occurrence_id, row.visible_since, row.expires_at,
        row.closed_until, row.started_at, row.ended_at,
    )  # fmt: skip


def waiting(tx: Tx, person_id: str) -> list[Conversation]:
    """The person's conversations behind the front one, the next one first."""
    return [conversation(tx, row) for row in _WAITING.all(tx, person_id=person_id)]


def late(tx: Tx, person_id: str, now: datetime) -> Conversation | None:
    """The conversation whose last question may still be answered late."""
    row = _LATE.one(tx, person_id=person_id, now=now)
    return None if row is None else conversation(tx, row)


def by_ids(tx: Tx, ids: Sequence[str]) -> dict[str, Conversation]:
    return {row[0]: conversation(tx, row) for row in _BY_IDS.all(tx, ids=list(ids)) if row[8]}


def of_person(tx: Tx, person_id: str, most: int = 50) -> list[Conversation]:
    rows = _OF_PERSON.all(tx, person_id=person_id, most=most)
    return [conversation(tx, row) for row in rows if row[8]]


def forget(tx: Tx, person_id: str) -> None:
    """Take the words out of every conversation of a person who is erased."""
    _FORGET.run(tx, person_id=person_id)


def old(tx: Tx, before: datetime, after: str, most: int) -> list[str]:
    """Ids of conversations with words that ended before a moment, those after a given id."""
    return [row[0] for row in _OLD.all(tx, before=before, after=after, most=most)]


def fade(tx: Tx, ids: Sequence[str]) -> int:
    """Take the words out of these, where they have ended; how many there were."""
    return _FADE.run(tx, ids=list(ids))
