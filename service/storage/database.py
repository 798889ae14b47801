"""One database, SQLite or PostgreSQL: connections and transactions, nothing about their content.

Promise: `writing()` is one transaction that is durable when the block ends, or has left no trace
when it raises. On SQLite writers go one at a time and in turn (`write_lock`); on PostgreSQL they
run side by side, and rows are locked by the statements that ask for it. `reading()` never waits
for a writer. No other module knows which of the two it is talking to.

Connections are made when first needed, kept, and never carried into a forked child. Nothing here
knows the time, a table, or a rule.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url

from service.storage.group_commit import GroupCommit
from service.storage.sealing import Sealer
from service.storage.write_lock import WriteLock

BUSY_SECONDS = 6.0
"""So long another program may hold what a transaction needs before we give up. Whoever is on the
phone meanwhile hears nothing, and the phone network's own patience ends at fifteen."""
_SOME_TIME = 1.0  # seconds; who waited less than that in line has all patience left
_KEPT_STATEMENTS = 512
_PASSING = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
    )
)
_leaked: list[Any] = []  # a parent's connections, kept in the child so that nothing closes them


class Unavailable(Exception):
    """The database was busy or out of reach; it may be tried again. Nothing was changed, unless the
    server was lost during the commit itself: who tries again has to bear that it happened."""


class AnotherRelease(Exception):
    """The database lacks what this release needs: `hearthline migrate` has not run."""


class Refused(Exception):
    """A unique or foreign key rule of the database stood against this; nothing was changed."""


class Tx:
    """One open transaction (or reading), given to the functions of the noun files."""

    __slots__ = ("_afterwards", "_connection", "_sealer", "_wire", "kept", "ledger", "postgres")

    def __init__(
        self, held: Any, postgres: bool, sealer: Sealer | None = None, ledger: Path | None = None
    ) -> None:
        self.postgres = postgres
        self.ledger = ledger
        self._wire: Any = held if postgres else None
        self._connection: Any = held.connection if postgres else held
        self._sealer = sealer
        self._afterwards: list[Callable[[], object]] = []
        self.kept: dict[str, Any] = {}  # what is loaded once for all turns of this transaction

    @property
    def sealer(self) -> Sealer:
        if self._sealer is None:
            raise RuntimeError(
                "this Database was opened without keys, and a private value is asked for"
            )
        return self._sealer

    @property
    def raw(self) -> Any:
        """The driver's own connection, after all that was sent before."""
        if self.postgres:
            self._wire.flush()
        return self._connection

    def execute(self, sql: str, values: Any = ()) -> Any:
        """Run SQL in the driver's own style; a cursor. For what is rare."""
        if self.postgres:
            return self.raw.execute(sql, values, binary=True)
        return self._connection.execute(sql, values)

    def execute_many(self, sql: str, rows: Sequence[Any]) -> int:
        """Run SQL in the driver's own style once a row; how many rows were touched."""
        cursor = self.raw.cursor()
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)

    def rows(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        """What a statement brings. Values by name on SQLite, in their order on PostgreSQL."""
        if self.postgres:
            asked: list[tuple[Any, ...]] = self._wire.ask(sql, values).rows
            return asked
        rows: list[tuple[Any, ...]] = self._connection.execute(sql, values).fetchall()
        return rows

    def count(self, sql: str, values: Any) -> int:
        """How many rows a statement touches."""
        if self.postgres:
            return int(self._wire.ask(sql, values).touched)
        return int(self._connection.execute(sql, values).rowcount)

    def send(self, sql: str, rows: Sequence[Any]) -> None:
        """Run a statement once a row, and await nothing.

        On PostgreSQL it travels with the next statement that is asked, or with the commit, in one
        round trip; what fails raises there.
        """
        if self.postgres:
            for row in rows:
                self._wire.send(sql, row)
        else:
            self._connection.executemany(sql, rows)

    def copy_in(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """PostgreSQL only: rows into a `COPY ... FROM STDIN`."""
        with self.raw.cursor().copy(sql) as copy:
            for row in rows:
                copy.write_row(row)

    def after_commit(self, call: Callable[[], object]) -> None:
        """Run `call` once this transaction is durable; never when it is not."""
        self._afterwards.append(call)


class Database:
    """Where everything is kept. Share one a process; safe between threads and over forks.

    `ledger` is the file in which erasures are noted, outside of the database (see `ledger`).
    """

    def __init__(self, url: str, sealer: Sealer | None = None, ledger: Path | None = None) -> None:
        parsed = make_url(url)
        self.postgres = parsed.get_backend_name() == "postgresql"
        self.sealer = sealer
        self.ledger = ledger
        self.url = url
        self.path: Path | None = None
        self._idle: deque[Any] = deque()
        self._lock: WriteLock | None = None
        self._group: GroupCommit | None = None
        if not self.postgres:
            if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
                raise ValueError("DATABASE_URL must name an SQLite file or a PostgreSQL database")
            self.path = Path(str(parsed.database)).absolute()
            self._lock = WriteLock(self.path)
            self._group = GroupCommit(self._lock, self._begin, self._finish, self._undo)
        self._dsn = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        _databases.add(self)

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        """One transaction. Raises Unavailable or Refused instead of the driver's errors."""
        try:
            with self._side_by_side() if self._group is None else self._group.turn() as held:
                tx = Tx(held, self.postgres, self.sealer, self.ledger)
                yield tx
        except BaseException as error:
            raise_plainly(error)
            raise
        for call in tx._afterwards:
            call()

    @contextmanager
    def _side_by_side(self) -> Iterator[Any]:
        held = self._begin("BEGIN")
        try:
            yield held
            self._commit(held)
        except BaseException:
            self._undo(held)
            raise
        self._idle.append(held)

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[Tx]:
        """Read only. With `snapshot` all statements see the same moment (SQLite always does so)."""
        if self.postgres and not snapshot:
            held = self._take()
        else:
            held = self._begin(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if self.postgres else "BEGIN"
            )
        try:
            yield Tx(held, self.postgres, self.sealer)
            if snapshot or not self.postgres:
                self._commit(held)
        except BaseException as error:
            self._undo(held)
            raise_plainly(error)
            raise
        self._idle.append(held)

    def engine(self) -> Engine:
        """An SQLAlchemy engine with connections of its own, for migrations and for looking."""
        if self.postgres:
            url = make_url(self.url).set(drivername="postgresql+psycopg")
            return create_engine(url, poolclass=NullPool)
        # The driver begins no transactions by itself, so that DDL is inside of ours as well.
        return create_engine(
            self.url,
            poolclass=NullPool,
            connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        )

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """One transaction over an SQLAlchemy connection, foreign keys unchecked on SQLite.

        For migrations. On SQLite no other writer is let in; PostgreSQL locks what DDL touches.
        """
        if self._lock is not None:
            self._lock.acquire()
        engine = self.engine()
        try:
            with engine.connect() as connection:
                if not self.postgres:
                    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        finally:
            engine.dispose()
            if self._lock is not None:
                self._lock.release()

    def close(self) -> None:
        """Close the connections that nobody uses now."""
        while self._idle:
            self._idle.pop().close()
        if self._lock is not None:
            self._lock.close()

    def _begin(self, sql: str, waited: float = 0.0) -> Any:
        """`waited`: seconds that were spent on this already, so that they are not spent again."""
        held = self._take()
        if self.postgres:
            held.send(sql)  # travels with the first statement
            return held
        try:
            if waited > _SOME_TIME:
                _be_patient(held, max(BUSY_SECONDS - waited, 0.0))
            try:
                held.execute(sql)
            finally:
                if waited > _SOME_TIME:
                    _be_patient(held, BUSY_SECONDS)
        except Exception as error:
            self._undo(held)
            raise_plainly(error)
            raise
        return held

    def _finish(self, held: Any) -> None:
        """Commit and keep the connection. Where it raises, nothing was changed."""
        try:
            if not held.in_transaction:
                raise Unavailable("SQLite undid the transaction by itself")
            held.execute("COMMIT")
        except BaseException:
            self._undo(held)
            raise
        self._idle.append(held)

    def _commit(self, held: Any) -> None:
        if not self.postgres:
            held.execute("COMMIT")
        elif held.ask("COMMIT").said == b"ROLLBACK":
            import psycopg

            # so a server answers where a statement failed and somebody went on
            raise psycopg.OperationalError("the transaction had failed before its commit")

    def _take(self) -> Any:
        while True:
            try:
                held = self._idle.pop()
            except IndexError:
                return self._connect()
            if not self.postgres or not held.has_news():
                return held
            held.close()

    def _connect(self) -> Any:
        try:
            return self._connect_postgres() if self.postgres else self._connect_sqlite()
        except Exception as error:
            raise_plainly(error)
            raise

    def _connect_sqlite(self) -> Any:
        assert self.path is not None
        raw = sqlite3.connect(
            self.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_KEPT_STATEMENTS,
        )
        # FULL: what was acknowledged survives a power cut.
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "cache_size = -16000",
        ):
            raw.execute(f"PRAGMA {pragma}")
        return raw

    def _connect_postgres(self) -> Any:
        import psycopg  # only where it is used: a practice laptop needs no PostgreSQL

        from service.storage.wire import Wire

        # The driver prepares nothing itself: it would drop the wire's statements with its own.
        raw = psycopg.connect(
            self._dsn, autocommit=True, connect_timeout=10, prepare_threshold=None
        )
        # Our statements are short and each has an index (a test holds that): planning them anew
        # for every list of values would take longer than running them.
        raw.execute("SET plan_cache_mode = force_generic_plan")
        raw.execute(f"SET lock_timeout = '{round(BUSY_SECONDS * 1000)}ms'")
        return Wire(raw)

    def _undo(self, held: Any) -> None:
        """Roll back and keep the connection, or give it up where that fails."""
        try:
            if self.postgres:
                held.forget()
                held.connection.rollback()
            elif held.in_transaction:
                held.execute("ROLLBACK")
        except Exception:
            held.close()
        else:
            if not (self.postgres and held.connection.closed):
                self._idle.append(held)

    def _after_fork(self) -> None:
        _leaked.append(self._idle)
        self._idle = deque()
        if self._lock is not None:
            self._lock.after_fork()
        if self._group is not None:
            self._group.after_fork()


def _be_patient(held: sqlite3.Connection, seconds: float) -> None:
    held.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def raise_plainly(error: BaseException) -> None:
    """Raise Unavailable or Refused for such errors of a driver; return for any other."""
    if isinstance(error, sqlite3.IntegrityError):
        raise Refused(str(error)) from error
    if isinstance(error, sqlite3.OperationalError):
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _PASSING:
            raise Unavailable(str(error)) from error
        if str(error).startswith(("no such table", "no such column")):
            raise AnotherRelease(str(error)) from error
        return
    if not type(error).__module__.startswith("psycopg"):
        return
    import psycopg

    if isinstance(error, psycopg.IntegrityError):
        raise Refused(error.diag.message_primary or "refused") from error
    if isinstance(error, (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)):
        raise AnotherRelease(error.diag.message_primary or "unknown") from error
    if isinstance(error, psycopg.OperationalError):
        raise Unavailable(type(error).__name__) from error


_databases: weakref.WeakSet[Database] = weakref.WeakSet()


def _after_fork() -> None:
    for database in list(_databases):
        database._after_fork()


os.register_at_fork(after_in_child=_after_fork)
