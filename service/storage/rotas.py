"""Rotas: by which rule shifts are made. What a definition means is decided in `flows`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, insert_into
from service.storage.tables import of

r = of(tables.Rota)


class Rota(NamedTuple):
    """A rota. `role`: of those who are on duty by it; `definition`: plain JSON values."""

    name: str
    role: str
    zone: str
    definition: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime


_COLUMNS = [r.c[name] for name in Rota._fields]
_CHANGED = ("role", "zone", "definition", "updated_at")
_PUT = Prepared(
    insert_into(r)
    .values({name: bindparam(name) for name in Rota._fields})
    .on_conflict_do_update(
        index_elements=["name"], set_={name: bindparam(name) for name in _CHANGED}
    )
)
_LOAD = Prepared(select(*_COLUMNS).where(r.c.name == bindparam("name")), Rota._make)
_ALL = Prepared(select(*_COLUMNS).order_by(r.c.name), Rota._make)
_DROP = Prepared(delete(r).where(r.c.name == bindparam("name")))


def put(
    tx: Tx, name: str, role: str, zone: str, definition: Mapping[str, Any], now: datetime
) -> None:
    """Have this rota, in place of the one of that name. Shifts are made from it apart."""
    _PUT.run(
        tx, name=name, role=role, zone=zone, definition=dict(definition), created_at=now,
        updated_at=now,
    )  # fmt: skip


def load(tx: Tx, name: str) -> Rota | None:
    return _LOAD.one(tx, name=name)


def listing(tx: Tx) -> list[Rota]:
    """All rotas by name."""
    return _ALL.all(tx)


def drop(tx: Tx, name: str) -> bool:
    """The rota is no more; its shifts are `shifts.clear`. Whether there was one."""
    return _DROP.run(tx, name=name) > 0
