"""Calls in lists: of a person, about a conversation, waiting to be placed.

Promise: nothing is moved here. What is shown to those who run the service holds ids, states and
moments; what was said in a call is opened step by step, by `calls.steps`. How calls move by
themselves is in `calls` and `placings`.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from service.storage import calls, tables
from service.storage.calls import CALL, Call
from service.storage.database import Tx
from service.storage.statements import Prepared
from service.storage.tables import of

c = of(tables.Call)


class Listed(NamedTuple):
    """A call without its words."""

    id: str
    direction: str
    purpose: str
    status: str
    conversation_id: str | None
    created_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    seconds: int | None
    answered_by: str | None
    error_code: str | None


_OF_PERSON = Prepared(
    select(*(c.c[name] for name in Listed._fields))
    .where(c.c.person_id == bindparam("person_id"))
    .order_by(c.c.created_at.desc(), c.c.id.desc())
    .limit(bindparam("most")),
    Listed._make,
)
_OF_CONVERSATION = Prepared(
    select(*CALL).where(c.c.conversation_id == bindparam("id")).order_by(c.c.created_at, c.c.id)
)
_WAITING_FOR = Prepared(
    select(c.c.id).where(
        c.c.person_id == bindparam("person_id"), c.c.status.in_(("pending", "held"))
    )
)


def of_person(tx: Tx, person_id: str, most: int = 100) -> list[Listed]:
    """The latest calls from and to a person, the newest first."""
    return _OF_PERSON.all(tx, person_id=person_id, most=most)


def of_conversation(tx: Tx, conversation_id: str) -> list[Call]:
    """All calls that were planned about a conversation, the first one first."""
    return [calls.opened(tx, row) for row in _OF_CONVERSATION.all(tx, id=conversation_id)]


def waiting_for(tx: Tx, person_id: str) -> list[str]:
    """Ids of the calls that wait to be placed for a person."""
    return [row[0] for row in _WAITING_FOR.all(tx, person_id=person_id)]
