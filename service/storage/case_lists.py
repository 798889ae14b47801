"""Cases in lists: those that somebody looks for, and all that ever had a code.

Promise: nothing is moved here. A code means one case while that is open and for a day after; older
ones are told beside it, so that whoever looks for one by its code can be asked which is meant.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, or_, select

from service.storage import tables
from service.storage.cases import COLUMNS, Case, opened
from service.storage.database import Tx
from service.storage.statements import Prepared
from service.storage.tables import of
from service.storage.tables.care import OPEN_CASE

c = of(tables.Case)

_ANY = ""  # in place of a value: whichever it is


class Wanted(NamedTuple):
    """Which cases: those that match all that is given. `holder` and `person` are ids."""

    status: str = _ANY
    kind: str = _ANY
    priority: str = _ANY
    mark: str = _ANY
    holder: str = _ANY
    person: str = _ANY


def _bind(name: str) -> BindParameter[str]:
    return bindparam(name, type_=Text())


def _is(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return or_(_bind(name) == _ANY, column == _bind(name))


_MATCHES = (
    _is(c.c.status, "status"),
    _is(c.c.kind, "kind"),
    _is(c.c.priority, "priority"),
    _is(c.c.mark, "mark"),
    _is(c.c.holder_id, "holder"),
    _is(c.c.person_id, "person"),
)
_OPEN = Prepared(
    select(*COLUMNS)
    .where(OPEN_CASE, *_MATCHES)
    .order_by(c.c.opened_at, c.c.id)
    .limit(bindparam("most"))
)
_ALL = Prepared(select(*COLUMNS).where(*_MATCHES).order_by(c.c.id.desc()).limit(bindparam("most")))
_CODED = Prepared(
    select(*COLUMNS)
    .where(c.c.code == bindparam("code"))
    .order_by(c.c.id.desc())
    .limit(bindparam("most"))
)


def wanted(tx: Tx, which: Wanted, *, settled: bool = False, most: int = 100) -> list[Case]:
    """Open cases, the oldest first; with `settled` those that are over too, the latest first."""
    rows = (_ALL if settled else _OPEN).all(tx, **which._asdict(), most=most)
    return [opened(tx, row) for row in rows]


def with_code(tx: Tx, code: str, most: int = 10) -> list[Case]:
    """Every case that ever had this code, the latest first."""
    return [opened(tx, row) for row in _CODED.all(tx, code=code, most=most)]
