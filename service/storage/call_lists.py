"""Calls looked at by those who run the service.

Promise: a list holds ids, states and moments. What was said in a call is opened step by step, by
`calls.steps`; how calls move by themselves is in `calls` and `placings`.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from service.storage import tables
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


def of_person(tx: Tx, person_id: str, most: int = 100) -> list[Listed]:
    """The latest calls from and to a person, the newest first."""
    return _OF_PERSON.all(tx, person_id=person_id, most=most)
