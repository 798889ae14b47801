"""Rotation: everything private sealed again under the current key, and found under it.

Promise: it may run while the service does, may be stopped at any moment, and goes on where it was
when it is started again. A row is sealed again and its blind indexes are made anew in one
transaction, of a few hundred rows each, so nobody waits long for it.

How to change a key: add the new one in second place and restart every process; put it first and
restart again; rotate; then `still_sealed` tells that the old key seals nothing. Now the old data
key may go: replace it by `Key.retired()`, its index part, which opens nothing. That part has to
stay as long as there are suppressions made with it (`suppression.key_id`), because nothing of
those numbers is left from which a new index could be made. Backups made before need the old key
whole: keep it with them, apart from the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Table, bindparam, func, or_, select, tuple_, update

from service.storage import links, numbers, people, settings_rows
from service.storage.database import Database, Tx
from service.storage.statements import Prepared
from service.storage.tables import Sealed, metadata, rows_at_once

_PROGRESS = "rotation"  # the setting row that remembers where it was
_FIRST: dict[type, str | int] = {str: "", int: -1}  # before every key of that kind


class Progress(NamedTuple):
    """A table and how many of its rows this slice sealed again."""

    table: str
    rows: int


def rotate(database: Database, at: datetime, batch: int = 500) -> Iterator[Progress]:
    """Seal everything again under the current key, a slice at each step of the iterator.

    Ends when nothing is left, rows included that were written meanwhile under another key.
    """
    # Rows that somebody holds just now are passed over at first: waiting for one while holding
    # others could stop a turn. What is left is then waited for, row by row.
    yield from _pass(database, at, batch, waiting=False)
    left = True
    while left:
        left = False
        for progress in _pass(database, at, 1, waiting=True):
            left = True
            yield progress


def still_sealed(tx: Tx, key_id: str) -> dict[str, int]:
    """How many rows of each table are sealed with that key; empty where the key may go."""
    prefix = bytes([len(key_id)]) + key_id.encode()
    counts = {
        table.name: int(_count(table.name, len(prefix)).value(tx, prefix=prefix))
        for table in _tables()
    }
    return {name: count for name, count in counts.items() if count}


def _pass(database: Database, at: datetime, batch: int, waiting: bool) -> Iterator[Progress]:
    """Once through all tables, from where an earlier run stopped."""
    names = [table.name for table in _tables()]
    with database.reading() as tx:
        stopped = settings_rows.get(tx, _PROGRESS) or {}
        key_id = tx.sealer.key_id
    same = stopped.get("key") == key_id and stopped.get("table") in names
    first = names.index(stopped["table"]) if same else 0
    after: list[str | int] | None = stopped.get("after") if same else None
    for table in _tables()[first:]:
        while True:
            with database.writing() as tx:
                rows = _some(tx, table, after, rows_at_once(_sealed(table), batch), waiting)
                for row in rows:
                    _seal_again(tx, table, row)
                if rows:
                    after = [row[name] for name in _keys(table)]
                    place = {"key": key_id, "table": table.name, "after": after}
                    settings_rows.put(tx, _PROGRESS, place, at)
            if not rows:
                break
            yield Progress(table.name, len(rows))
        after = None
    with database.writing() as tx:
        settings_rows.drop(tx, _PROGRESS, at)


def _some(
    tx: Tx, table: Table, after: list[str | int] | None, batch: int, waiting: bool
) -> list[dict[str, Any]]:
    """The next rows of which something is not sealed with the current key, held."""
    prefix = bytes([len(tx.sealer.key_id)]) + tx.sealer.key_id.encode()
    keys = _keys(table)
    start = after or [_FIRST[table.c[name].type.python_type] for name in keys]
    position = {f"after_{name}": value for name, value in zip(keys, start, strict=True)}
    names = (*keys, *_sealed(table))
    find = _find(table.name, len(prefix), waiting)
    rows = find.all(tx, prefix=prefix, most=batch, **position)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _seal_again(tx: Tx, table: Table, row: Mapping[str, Any]) -> None:
    sealer = tx.sealer
    keys = [str(row[name]) for name in _keys(table)]
    changed: dict[str, Any] = {}
    plain: dict[str, bytes] = {}
    for name in _sealed(table):
        if row[name] is not None:
            place = f"{table.name}.{name}:{'/'.join(keys)}"
            plain[name] = sealer.open(row[name], place)
            changed[name] = sealer.seal(plain[name], place)
        else:
            changed[name] = None
    changed |= _blinds(tx, table.name, keys, plain)
    _write(table.name).run(tx, **changed, **{f"at_{n}": row[n] for n in _keys(table)})


def _blinds(tx: Tx, table: str, keys: Sequence[str], plain: Mapping[str, bytes]) -> dict[str, Any]:
    """The blind indexes made of what is sealed in a row, under the current key."""
    sealer = tx.sealer
    if table == "number":
        number = plain["sealed_number"].decode()
        return {"blind": sealer.blind(number, numbers.PURPOSE), "key_id": sealer.key_id}
    if table == "person_number":
        word = links.fold_word(plain["sealed_word"].decode())
        return {"word_blind": sealer.blind(word, links.purpose(keys[1]))}
    if table == "person" and "sealed_fields" in plain:
        people.index_name(tx, keys[0], orjson.loads(plain["sealed_fields"]))
    return {}


_BLIND_COLUMNS = {"number": ("blind", "key_id"), "person_number": ("word_blind",)}


@lru_cache(maxsize=1)
def _tables() -> tuple[Table, ...]:
    return tuple(table for table in metadata.sorted_tables if _sealed(table))


def _sealed(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if isinstance(column.type, Sealed))


def _keys(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


@lru_cache
def _find(name: str, length: int, waiting: bool) -> Prepared[tuple[Any, ...]]:
    table = metadata.tables[name]
    keys = [table.c[key] for key in _keys(table)]
    after = [bindparam(f"after_{key.name}", type_=key.type) for key in keys]
    old = [func.substr(table.c[column], 1, length) != _prefix() for column in _sealed(table)]
    return Prepared(
        select(*keys, *(table.c[column] for column in _sealed(table)))
        .where(tuple_(*keys) > tuple_(*after), or_(*old))
        .order_by(*keys)
        .limit(bindparam("most"))
        .with_for_update(key_share=True, skip_locked=not waiting)
    )


@lru_cache
def _write(name: str) -> Prepared[tuple[Any, ...]]:
    table = metadata.tables[name]
    at = [table.c[key] == bindparam(f"at_{key}") for key in _keys(table)]
    changed = (*_sealed(table), *_BLIND_COLUMNS.get(name, ()))
    return Prepared(update(table).where(*at).values({c: bindparam(c) for c in changed}))


@lru_cache
def _count(name: str, length: int) -> Prepared[tuple[Any, ...]]:
    table = metadata.tables[name]
    by_key = [func.substr(table.c[column], 1, length) == _prefix() for column in _sealed(table)]
    return Prepared(select(func.count()).select_from(table).where(or_(*by_key)))


def _prefix() -> Any:
    return bindparam("prefix", type_=Sealed())
