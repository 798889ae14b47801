"""The trail: who did what to which subject, when.

Promise: rows are only ever added, and hold ids and names of things, never words of people, numbers
or names of persons; so nothing has to be taken out of it when somebody is erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, put
from service.storage.tables import of

t = of(tables.Trail)


class Entry(NamedTuple):
    """One line of the trail."""

    at: datetime
    actor: str
    act: str
    subject: str
    subject_id: str | None
    detail: Mapping[str, Any] | None


_COLUMNS = [t.c[name] for name in Entry._fields]
_ADD = put(t)
_OF_SUBJECT = Prepared(
    select(*_COLUMNS)
    .where(t.c.subject == bindparam("subject"), t.c.subject_id == bindparam("subject_id"))
    .order_by(t.c.at, t.c.id),
    Entry._make,
)
_LATEST = Prepared(
    select(*_COLUMNS).order_by(t.c.at.desc(), t.c.id.desc()).limit(bindparam("most")), Entry._make
)


def record(
    tx: Tx,
    actor: str,
    act: str,
    subject: str,
    subject_id: str | None,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add a line. `detail` holds ids, codes and counts only."""
    _ADD.run(
        tx, id=ids.new(), at=at, actor=actor, act=act, subject=subject, subject_id=subject_id,
        detail=detail,
    )  # fmt: skip


def of_subject(tx: Tx, subject: str, subject_id: str) -> list[Entry]:
    """Everything that was done to one thing, the first first."""
    return _OF_SUBJECT.all(tx, subject=subject, subject_id=subject_id)


def latest(tx: Tx, most: int = 100) -> list[Entry]:
    return _LATEST.all(tx, most=most)
