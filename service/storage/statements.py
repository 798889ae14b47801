"""Prepared statements: written in SQLAlchemy's Core, compiled once a dialect, run by the driver.

Promise: what a Prepared returns is what SQLAlchemy would return for the same statement (moments
are datetimes, flags are bools), without its cost for each execution. Values given in the
statement itself, such as `status == "pending"`, are written into the SQL: only then do both
databases see that a partial index holds the rows.

Nothing here opens, commits or rolls back: that is `database`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast, overload

import orjson
from sqlalchemy import BindParameter, Boolean, ColumnElement, Table, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_into
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import NullType, TypeDecorator

if TYPE_CHECKING:
    from service.storage.database import Tx

# PostgreSQL's insert compiles for SQLite too: both speak the same ON CONFLICT.
__all__ = ["Bulk", "Prepared", "among", "insert_into", "put"]

Row = TypeVar("Row")
Process = Callable[[Any], Any]

DIALECTS: dict[bool, DefaultDialect] = {
    True: PGDialect_psycopg(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
    False: SQLiteDialect_pysqlite(paramstyle="named"),
}


class _Many(TypeDecorator[Sequence[Any]]):
    """A list as one parameter: an array for PostgreSQL, JSON text for SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: Any) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name != "postgresql":
            return Text()
        # the plain type: each item went through its own type already
        return ARRAY(self.item.impl if isinstance(self.item, TypeDecorator) else self.item)

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        process = _bind_process(self.item, dialect)
        values = [process(v) for v in value or ()] if process else list(value or ())
        return values if dialect.name == "postgresql" else orjson.dumps(values).decode()


class among(ColumnElement[bool]):
    """`column in the list bound as name`, of any length, with one and the same SQL text."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.items = bindparam(name, type_=_Many(column.type))

    def self_group(self, against: Any = None) -> among:
        """Itself: SQLAlchemy would add `= 1` for SQLite, which then uses no index."""
        return self


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return f"{column} = ANY ({compiler.process(element.items, **options)})"


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    items = compiler.process(element.items, **options)
    return f"{column} IN (SELECT value FROM json_each({items}))"


class _Written(ColumnElement[Any]):
    """A constant that is written into the SQL instead of being bound."""

    inherit_cache = False

    def __init__(self, bind: BindParameter[Any]) -> None:
        self.bind = bind
        self.type = bind.type


@compiles(_Written)
def _written(element: _Written, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.bind, **{**options, "literal_binds": True})


def _write_constants(element: Any, **_: Any) -> Any:
    if (
        isinstance(element, BindParameter)
        and element.unique
        and not element.required
        and element.value is not None
        and not isinstance(element.type, NullType)
    ):
        return _Written(element)
    return None


def _bind_process(type_: Any, dialect: Dialect) -> Process | None:
    process: Process | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return process


class Compiled(NamedTuple):
    """A statement for one dialect: SQL, how values go in, and how each column comes out."""

    sql: str
    order: tuple[str, ...] | None  # of the values, where they do not go by name
    fixed: dict[str, Any]
    into: tuple[tuple[str, Process], ...]
    out: tuple[tuple[int, Process], ...]


def _compile(statement: Executable, postgres: bool) -> Compiled:
    dialect = DIALECTS[postgres]
    written: Any = replacement_traverse(cast(Any, statement), {}, _write_constants)
    compiled = written.compile(dialect=dialect)
    fixed: dict[str, Any] = {}
    into: dict[str, Process] = {}  # by name: one value may stand in a statement more than once
    for bind, name in compiled.bind_names.items():
        process = _bind_process(bind.type, dialect)
        if not bind.required:
            fixed[name] = process(bind.value) if process else bind.value
        elif process:
            into[name] = process
    out: list[tuple[int, Process]] = []
    for at, column in enumerate(compiled._result_columns or ()):
        process = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if process:
            out.append((at, process))
    order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
    return Compiled(str(compiled), order, fixed, tuple(into.items()), tuple(out))


class Prepared(Generic[Row]):
    """One statement. Give the values by name: `FIND.one(tx, id=person_id)`.

    `row` makes one result of the columns' values in order (a NamedTuple's `_make`, or a
    function); without it rows are tuples.
    """

    __slots__ = ("_compiled", "_row", "_statement")

    @overload
    def __init__(self: Prepared[tuple[Any, ...]], statement: Executable) -> None: ...

    @overload
    def __init__(self, statement: Executable, row: Callable[[Sequence[Any]], Row]) -> None: ...

    def __init__(
        self, statement: Executable, row: Callable[[Sequence[Any]], Row] | None = None
    ) -> None:
        self._statement = statement
        self._row: Callable[[Sequence[Any]], Any] = row or tuple
        self._compiled: dict[bool, Compiled] = {}

    def compiled(self, postgres: bool) -> Compiled:
        """The statement for one of the two databases, compiled at its first use."""
        found = self._compiled.get(postgres)
        if found is None:
            found = self._compiled[postgres] = _compile(self._statement, postgres)
        return found

    def run(self, tx: Tx, **values: Any) -> int:
        """Run it; how many rows it touched."""
        compiled = self.compiled(tx.postgres)
        return tx.count(compiled.sql, _fill(compiled, values))

    def send(self, tx: Tx, **values: Any) -> None:
        """Run it and ask for nothing: it travels with what is asked next."""
        compiled = self.compiled(tx.postgres)
        tx.send(compiled.sql, (_fill(compiled, values),))

    def many(self, tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it once a row and ask for nothing: all travel with what is asked next."""
        compiled = self.compiled(tx.postgres)
        tx.send(compiled.sql, [_fill(compiled, dict(row)) for row in rows])

    def one(self, tx: Tx, **values: Any) -> Row | None:
        """The first row, or None."""
        compiled = self.compiled(tx.postgres)
        rows = tx.rows(compiled.sql, _fill(compiled, values))
        if not rows:
            return None
        row = rows[0]
        return self._row(_read(compiled.out, row) if compiled.out else row)  # type: ignore[no-any-return]

    def all(self, tx: Tx, **values: Any) -> list[Row]:
        compiled = self.compiled(tx.postgres)
        rows = tx.rows(compiled.sql, _fill(compiled, values))
        make, out = self._row, compiled.out
        if out:
            return [make(_read(out, row)) for row in rows]
        return [make(row) for row in rows]

    def value(self, tx: Tx, **values: Any) -> Any:
        """The first column of the first row, or None."""
        compiled = self.compiled(tx.postgres)
        rows = tx.rows(compiled.sql, _fill(compiled, values))
        if not rows:
            return None
        return _read(compiled.out, rows[0])[0] if compiled.out else rows[0][0]


def _fill(compiled: Compiled, values: dict[str, Any]) -> Any:
    """The values as the database takes them: in their order on PostgreSQL, by name on SQLite."""
    for name, process in compiled.into:
        values[name] = process(values[name])
    if compiled.fixed:
        values.update(compiled.fixed)
    return values if compiled.order is None else [values[name] for name in compiled.order]


def _read(out: tuple[tuple[int, Process], ...], row: Sequence[Any]) -> list[Any]:
    values = list(row)
    for at, process in out:
        if values[at] is not None:
            values[at] = process(values[at])
    return values


def put(table: Table, *names: str) -> Prepared[tuple[Any, ...]]:
    """INSERT of the named columns (all, when none is named), one parameter a column."""
    columns = names or tuple(column.name for column in table.columns)
    return Prepared(insert_into(table).values({name: bindparam(name) for name in columns}))


_WORTH_A_COPY = 20  # rows; fewer go as INSERTs, which travel with what is asked next


class Bulk:
    """Many rows into one table at once: COPY on PostgreSQL, one prepared INSERT on SQLite.

    With `skip_known` rows that break a unique rule are passed over; `insert` then tells the ids
    of those that went in. Rows are tuples in the order of the names.
    """

    __slots__ = ("_copy", "_into", "_known", "_names", "_put", "_table")

    def __init__(self, table: Table, *names: str, skip_known: bool = False) -> None:
        self._table = table
        self._names = names or tuple(column.name for column in table.columns)
        self._put = put(table, *self._names)
        self._known = skip_known
        self._copy = f"COPY {_quote(table.name)} ({', '.join(self._names)}) FROM STDIN"
        self._into: dict[bool, tuple[tuple[int, Process], ...]] = {}

    def insert(self, tx: Tx, rows: Sequence[tuple[Any, ...]]) -> list[str]:
        """Insert all; with `skip_known`, the ids of the new ones, otherwise an empty list."""
        if not rows:
            return []
        if self._known:
            return self._insert_new(tx, [self._ready(row, tx.postgres) for row in rows])
        if tx.postgres and len(rows) >= _WORTH_A_COPY:
            tx.copy_in(self._copy, [self._ready(row, True) for row in rows])
        else:
            self._put.many(tx, [dict(zip(self._names, row, strict=True)) for row in rows])
        return []

    def _ready(self, row: tuple[Any, ...], postgres: bool) -> Sequence[Any]:
        into = self._into.get(postgres)
        if into is None:
            into = self._into[postgres] = tuple(
                (at, process)
                for at, name in enumerate(self._names)
                if (process := _bind_process(self._table.c[name].type, DIALECTS[postgres]))
            )
        return _read(into, row) if into else row

    def _insert_new(self, tx: Tx, rows: Sequence[Sequence[Any]]) -> list[str]:
        table, names = _quote(self._table.name), ", ".join(self._names)
        if tx.postgres:
            types = [
                DIALECTS[True].type_compiler_instance.process(self._table.c[name].type)
                for name in self._names
            ]
            arrays = ", ".join(f"%s::{kind}[]" for kind in types)
            sql = (
                f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) "
                "ON CONFLICT DO NOTHING RETURNING id"
            )
            values: Any = [list(column) for column in zip(*rows, strict=True)]
        else:
            fields = ", ".join(f"value ->> {at}" for at in range(len(self._names)))
            sql = (
                f"INSERT INTO {table} ({names}) SELECT {fields} FROM json_each(?) "
                "WHERE true ON CONFLICT DO NOTHING RETURNING id"
            )
            values = (orjson.dumps(rows).decode(),)
        return [row[0] for row in tx.execute(sql, values).fetchall()]


def _quote(name: str) -> str:
    return f'"{name}"'
