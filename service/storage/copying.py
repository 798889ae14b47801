"""Whole tables in a portable form: read from one database, written into another of either kind.

Promise: what is written is what was read, compared by count and by a digest that does not depend
on the order of rows. Private values stay sealed throughout: no key is needed to copy.

Rows are lists of plain values in the order of the columns: text, whole numbers (moments as
microseconds, flags as 0 and 1), bytes, None.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Boolean, LargeBinary
from sqlalchemy.types import TypeDecorator

from service.storage import settings_rows
from service.storage.database import Tx
from service.storage.tables import metadata, rows_at_once

BATCH = 2000
_DIGEST_BYTES = 16


class Shape(NamedTuple):
    """A table's name and its columns: (name, kind), kind being `flag`, `bytes` or `plain`."""

    table: str
    columns: tuple[tuple[str, str], ...]


class Sum(NamedTuple):
    """How many rows, and a digest of them in whatever order."""

    rows: int = 0
    digest: int = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> Sum:
        digest = self.digest
        for row in rows:
            text = repr([bytes(v) if isinstance(v, memoryview) else v for v in row]).encode()
            one = hashlib.blake2b(text, digest_size=_DIGEST_BYTES).digest()
            digest = (digest + int.from_bytes(one, "big")) % (1 << 8 * _DIGEST_BYTES)
        return Sum(self.rows + len(rows), digest)


def shapes() -> list[Shape]:
    """All tables of this release, parents before children."""
    return [
        Shape(str(table.name), tuple((str(c.name), _kind(c.type)) for c in table.columns))
        for table in metadata.sorted_tables
    ]


def read(tx: Tx, shape: Shape) -> Iterator[list[list[Any]]]:
    """All rows of a table, some at a time. The transaction has to be a snapshot."""
    names = ", ".join(f'"{name}"' for name, _ in shape.columns)
    sql = f'SELECT {names} FROM "{shape.table}"'
    flags = [at for at, (_, kind) in enumerate(shape.columns) if kind == "flag"]
    at_once = rows_at_once((name for name, _ in shape.columns), BATCH)
    if tx.postgres:
        cursor = tx.raw.cursor(name="copying", binary=True)
        cursor.execute(sql)
    else:
        cursor = tx.raw.execute(sql)
    try:
        while rows := [list(row) for row in cursor.fetchmany(at_once)]:
            for row in rows:
                for at in flags:
                    row[at] = None if row[at] is None else int(row[at])
            yield rows
    finally:
        cursor.close()


def write(tx: Tx, shape: Shape, rows: Sequence[list[Any]]) -> None:
    """Put rows into a table, as they were read."""
    names = ", ".join(f'"{name}"' for name, _ in shape.columns)
    if not tx.postgres:
        marks = ", ".join("?" * len(shape.columns))
        tx.execute_many(f'INSERT INTO "{shape.table}" ({names}) VALUES ({marks})', rows)
        return
    flags = [at for at, (_, kind) in enumerate(shape.columns) if kind == "flag"]
    for row in rows:
        for at in flags:
            row[at] = None if row[at] is None else bool(row[at])
    tx.copy_in(f'COPY "{shape.table}" ({names}) FROM STDIN', rows)


def check_sum(tx: Tx, shape: Shape) -> Sum:
    """Count and digest of what stands in a table."""
    total = Sum()
    for rows in read(tx, shape):
        total = total.add(rows)
    return total


def filled_tables(tx: Tx, tables: Iterable[str]) -> list[str]:
    """Those of these tables that hold anything."""
    return [name for name in tables if tx.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()]


# What a release puts into an empty database before anybody can hinder it, children first.
_SEEDED = ("publication", "edition", "revision", "sender", "setting", "line")


def occupied(tx: Tx, tables: Iterable[str]) -> list[str]:
    """Those of these tables that hold something of somebody. Where a release has only put there
    what it brings itself, that is taken away, and the database is as good as empty."""
    filled = filled_tables(tx, tables)
    own = ", ".join(f"'{key}'" for key in settings_rows.OWN)
    chosen = (
        f"SELECT 1 FROM setting WHERE key NOT IN ({own}) LIMIT 1",
        "SELECT 1 FROM publication WHERE origin = 'person' LIMIT 1",
        "SELECT 1 FROM line WHERE origin = 'person' OR checked_at IS NOT NULL LIMIT 1",
    )
    if not filled or set(filled) - set(_SEEDED):
        return filled
    if any(tx.execute(sql).fetchone() for sql in chosen):
        return filled
    for table in _SEEDED:
        tx.execute(f'DELETE FROM "{table}"')
    return []


def _kind(type_: Any) -> str:
    plain = type_.impl if isinstance(type_, TypeDecorator) else type_
    if isinstance(plain, Boolean):
        return "flag"
    return "bytes" if isinstance(plain, LargeBinary) else "plain"
