"""Cases: a person who needs a human being, and everything that happened about it.

Promise: a person has at most one open case of a kind, and of two who take a case the first wins:
the database decides both. Notes and details are sealed. Which move is legal is read from
`flows.states.CASE`; a move that came too late changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select, update

from flows.states import CASE
from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, put
from service.storage.tables import of
from service.storage.tables.care import SETTLED_CASES as SETTLED

c = of(tables.Case)
e = of(tables.CaseEvent)


class Case(NamedTuple):
    """A case as stored; the note is plain."""

    id: str
    code: str
    person_id: str
    number_id: str | None
    kind: str
    priority: str
    status: str
    policy_hash: str | None
    note: str | None
    opened_at: datetime
    stopped: bool
    settled_at: datetime | None


class NewCase(NamedTuple):
    """A case to be opened."""

    id: str
    code: str
    person_id: str
    number_id: str | None
    kind: str
    priority: str
    status: str
    policy_hash: str | None
    note: str | None
    opened_at: datetime
    stopped: bool = False


class CaseEvent(NamedTuple):
    """One thing that happened in a case; the detail is plain."""

    at: datetime
    act: str
    actor: str
    detail: str | None = None


_COLUMNS = [
    c.c.id, c.c.code, c.c.person_id, c.c.number_id, c.c.kind, c.c.priority, c.c.status,
    c.c.policy_hash, c.c.sealed_note, c.c.opened_at, c.c.stopped, c.c.settled_at,
]  # fmt: skip
# Word for word the condition of the partial indexes, so that both databases use them.
_OPEN: ColumnElement[bool] = literal_column(
    "\"case\".status NOT IN ('handed over', 'resolved', 'cancelled')"
)
_ADD = put(c, *(name for name in c.columns.keys() if name != "settled_at"))  # noqa: SIM118
_LOAD = Prepared(select(*_COLUMNS).where(among(c.c.id, "ids")))
_OPEN_OF = Prepared(select(*_COLUMNS).where(c.c.person_id == bindparam("person_id"), _OPEN))
_OF_PERSON = Prepared(
    select(*_COLUMNS).where(c.c.person_id == bindparam("person_id")).order_by(c.c.id.desc())
)
_BY_CODE = Prepared(select(*_COLUMNS).where(c.c.code == bindparam("code"), _OPEN))
_LISTING = Prepared(
    select(*_COLUMNS).where(_OPEN).order_by(c.c.opened_at, c.c.id).limit(bindparam("most"))
)
_HISTORY = Prepared(select(*_COLUMNS).order_by(c.c.id.desc()).limit(bindparam("most")))


def _moving(new: str) -> Prepared[tuple[Any, ...]]:
    before = [old for old in CASE.states if CASE.allows(old, new)]
    settled: dict[str, Any] = {"settled_at": bindparam("now")} if new in SETTLED else {}
    return Prepared(
        update(c)
        .where(c.c.id == bindparam("at"), c.c.status.in_(before))
        .values(status=new, **settled)
    )


_MOVE = {new: _moving(new) for new in CASE.states}
_PRIORITY = Prepared(
    update(c).where(c.c.id == bindparam("at")).values(priority=bindparam("priority"))
)
_STOPPED = Prepared(update(c).where(c.c.id == bindparam("at")).values(stopped=True))
_FORGET = Prepared(update(c).where(c.c.person_id == bindparam("of")).values(sealed_note=None))
_FORGET_EVENTS = Prepared(
    update(e)
    .where(e.c.case_id.in_(select(c.c.id).where(c.c.person_id == bindparam("of"))))
    .values(sealed_detail=None)
)
_COUNTS = Prepared(select(c.c.status, func.count()).where(_OPEN).group_by(c.c.status))
_NOTE = put(e)
_EVENTS = Prepared(
    select(e.c.at, e.c.act, e.c.actor, e.c.sealed_detail, e.c.id)
    .where(e.c.case_id == bindparam("case_id"))
    .order_by(e.c.at, e.c.id)
)


def add(tx: Tx, case: NewCase) -> None:
    """Open this case. Refused, at the latest by the commit, where the person has an open one of
    this kind, or the code is taken by an open one."""
    values = case._asdict()
    sealed = tx.sealer.seal_text(values.pop("note"), f"case.sealed_note:{case.id}")
    _ADD.send(tx, **values, sealed_note=sealed)


def load(tx: Tx, case_id: str) -> Case | None:
    rows = _LOAD.all(tx, ids=[case_id])
    return _open(tx, rows[0]) if rows else None


def open_of(tx: Tx, person_id: str, kind: str) -> Case | None:
    """The person's open case of that kind."""
    return next((case for case in all_open_of(tx, person_id) if case.kind == kind), None)


def all_open_of(tx: Tx, person_id: str) -> list[Case]:
    return [_open(tx, row) for row in _OPEN_OF.all(tx, person_id=person_id)]


def of_person(tx: Tx, person_id: str) -> list[Case]:
    """All of a person's cases, the latest first."""
    return [_open(tx, row) for row in _OF_PERSON.all(tx, person_id=person_id)]


def by_code(tx: Tx, code: str) -> Case | None:
    """The open case with that code."""
    row = _BY_CODE.one(tx, code=code)
    return None if row is None else _open(tx, row)


def listing(tx: Tx, *, settled: bool = False, most: int = 200) -> list[Case]:
    """Open cases, the oldest first; with `settled`, all of them, the latest first."""
    rows = (_HISTORY if settled else _LISTING).all(tx, most=most)
    return [_open(tx, row) for row in rows]


def move(tx: Tx, case_id: str, status: str, at: datetime) -> bool:
    """Move a case, if its present status allows it; whether this call won."""
    values = {"now": at} if status in SETTLED else {}
    return _MOVE[status].run(tx, at=case_id, **values) > 0


def set_priority(tx: Tx, case_id: str, priority: str) -> None:
    _PRIORITY.run(tx, at=case_id, priority=priority)


def set_stopped(tx: Tx, case_id: str) -> None:
    """The person asked for no more texts: call, or write nothing."""
    _STOPPED.run(tx, at=case_id)


def add_event(tx: Tx, case_id: str, act: str, actor: str, detail: str | None, at: datetime) -> None:
    """Add what happened."""
    id_ = ids.new()
    sealed = tx.sealer.seal_text(detail, f"case_event.sealed_detail:{id_}")
    _NOTE.send(tx, id=id_, case_id=case_id, at=at, act=act, actor=actor, sealed_detail=sealed)


def events(tx: Tx, case_id: str) -> list[CaseEvent]:
    """What happened, the first first."""
    return [
        CaseEvent(
            row[0],
            row[1],
            row[2],
            tx.sealer.open_text(row[3], f"case_event.sealed_detail:{row[4]}"),
        )
        for row in _EVENTS.all(tx, case_id=case_id)
    ]


def counts(tx: Tx) -> dict[str, int]:
    """How many cases are open, by status."""
    return dict(_COUNTS.all(tx))


def forget(tx: Tx, person_id: str) -> None:
    """Take the words out of a person's cases; what was done when stays."""
    _FORGET.run(tx, of=person_id)
    _FORGET_EVENTS.run(tx, of=person_id)


def _open(tx: Tx, row: Sequence[Any]) -> Case:
    note = tx.sealer.open_text(row[8], f"case.sealed_note:{row[0]}")
    return Case._make((*row[:8], note, *row[9:]))
