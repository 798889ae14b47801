"""Moving to another database: from a laptop's SQLite to PostgreSQL, or back.

Promise: the new database holds exactly what the old one holds, compared table by table, or
nothing. The old one is only read. While it runs nothing can be written on the SQLite side; stop
the service all the same, so that it goes on with the new database and not with the old one.
"""

from __future__ import annotations

from collections.abc import Callable

from service.storage import copying
from service.storage.copying import Sum
from service.storage.database import Database, Tx
from service.storage.migrations import current, migrate, newest


class CannotMove(Exception):
    """The two databases do not allow it; the message names the cure. Nothing was changed."""


def move(
    source_url: str, target_url: str, told: Callable[[str, int], None] = lambda table, rows: None
) -> dict[str, int]:
    """Copy everything; the number of rows by table. `told` hears of each slice: table, rows."""
    if current(source_url) != newest():
        raise CannotMove("the old database is of another release: run `hearthline migrate` first")
    migrate(target_url)
    source, target = Database(source_url), Database(target_url)
    try:
        with target.writing() as into:
            filled = copying.occupied(into, [shape.table for shape in copying.shapes()])
            if filled:
                raise CannotMove(f"the new database is not empty ({', '.join(filled)}): empty it")
            # On SQLite a writing keeps everyone else from writing; PostgreSQL gives a snapshot.
            opened = source.reading(snapshot=True) if source.postgres else source.writing()
            with opened as out:
                return {
                    shape.table: _copy(out, into, shape, told).rows for shape in copying.shapes()
                }
    finally:
        source.close()
        target.close()


def _copy(out: Tx, into: Tx, shape: copying.Shape, told: Callable[[str, int], None]) -> Sum:
    read = Sum()
    for rows in copying.read(out, shape):
        read = read.add(rows)
        copying.write(into, shape, rows)
        told(shape.table, len(rows))
    written = copying.check_sum(into, shape)
    if written != read:
        raise CannotMove(
            f"the table {shape.table} did not arrive as it was ({read.rows} rows, "
            f"{written.rows} arrived): nothing was kept, try again"
        )
    return read
