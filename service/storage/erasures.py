"""Wishes to be forgotten: asked for, taken back, carried out.

Promise: that an erasure was done is written to the ledger (see `ledger`) before it is committed.
What is taken away is `forgetting`; when it is due is a timer's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from service.storage import ids, ledger, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, put
from service.storage.tables import of

e = of(tables.Erasure)


class Erasure(NamedTuple):
    """A wish to be forgotten."""

    id: str
    person_id: str
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None


_COLUMNS = [e.c[name] for name in Erasure._fields]
_ADD = put(e)
_OPEN = Prepared(
    select(*_COLUMNS).where(e.c.person_id == bindparam("person_id"), e.c.done_at.is_(None)),
    Erasure._make,
)
_DUE = Prepared(
    select(*_COLUMNS)
    .where(e.c.done_at.is_(None), e.c.due_at < bindparam("before"))
    .order_by(e.c.due_at),
    Erasure._make,
)
_TAKE_BACK = Prepared(
    delete(e).where(e.c.person_id == bindparam("person_id"), e.c.done_at.is_(None))
)
_DONE = Prepared(
    update(e)
    .where(e.c.person_id == bindparam("of"), e.c.done_at.is_(None))
    .values(done_at=bindparam("now"), number_blinds=bindparam("blinds"))
)
_CARRIED_OUT = Prepared(
    select(e.c.person_id, e.c.done_at, e.c.number_blinds)
    .where(e.c.done_at.is_not(None))
    .order_by(e.c.done_at, e.c.id)
)
_COUNT = Prepared(select(func.count(), func.count(e.c.done_at)))


def ask(tx: Tx, person_id: str, *, asked_at: datetime, due_at: datetime) -> str:
    """Note the wish; its id. A wish that stands already is kept, and its id given."""
    standing = open_of(tx, person_id)
    if standing is not None:
        return standing.id
    erasure_id = ids.new()
    _ADD.run(
        tx, id=erasure_id, person_id=person_id, asked_at=asked_at, due_at=due_at, done_at=None,
        number_blinds=[],
    )  # fmt: skip
    return erasure_id


def open_of(tx: Tx, person_id: str) -> Erasure | None:
    """The wish of this person that was neither taken back nor carried out."""
    return _OPEN.one(tx, person_id=person_id)


def overdue(tx: Tx, before: datetime) -> list[Erasure]:
    """Wishes that should have been carried out before that moment, the oldest first."""
    return _DUE.all(tx, before=before)


def take_back(tx: Tx, person_id: str) -> bool:
    """The person stays; whether there was a wish."""
    return _TAKE_BACK.run(tx, person_id=person_id) > 0


def done(tx: Tx, person_id: str, at: datetime, number_blinds: Sequence[str]) -> None:
    """It was carried out. Call it last: the ledger's line is written here."""
    if not _DONE.run(tx, of=person_id, now=at, blinds=list(number_blinds)):
        _ADD.run(
            tx, id=ids.new(), person_id=person_id, asked_at=at, due_at=at, done_at=at,
            number_blinds=list(number_blinds),
        )  # fmt: skip
    if tx.ledger is not None:
        ledger.append(tx.ledger, ledger.Line(person_id, at, tuple(number_blinds)))


def carried_out(tx: Tx) -> list[ledger.Line]:
    """All that were carried out, as the ledger has them, the first first."""
    return [ledger.Line(row[0], row[1], tuple(row[2])) for row in _CARRIED_OUT.all(tx)]


def counts(tx: Tx) -> tuple[int, int]:
    """How many wishes there are in all, and how many of them were carried out."""
    row = _COUNT.one(tx)
    assert row is not None
    return row[0], row[1]
