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
import select
import sqlite3
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url

from service.storage.sealing import Sealer
from service.storage.write_lock import WriteLock

_DONE = 1  # PGRES_COMMAND_OK
BUSY_SECONDS = 20.0  # a foreign program may hold SQLite's lock for so long before we give up
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


class Refused(Exception):
    """A unique or foreign key rule of the database stood against this; nothing was changed."""


class Tx:
    """One open transaction (or reading), given to the functions of the noun files."""

    __slots__ = ("_afterwards", "_sealer", "ledger", "postgres", "raw")

    def __init__(
        self, raw: Any, postgres: bool, sealer: Sealer | None = None, ledger: Path | None = None
    ) -> None:
        self.raw = raw
        self.postgres = postgres
        self.ledger = ledger
        self._sealer = sealer
        self._afterwards: list[Callable[[], object]] = []

    @property
    def sealer(self) -> Sealer:
        if self._sealer is None:
            raise RuntimeError(
                "this Database was opened without keys, and a private value is asked for"
            )
        return self._sealer

    def execute(self, sql: str, values: Any = ()) -> Any:
        """Run driver SQL; a cursor."""
        if self.postgres:
            return self.raw.execute(sql, values, prepare=True, binary=True)
        return self.raw.execute(sql, values)

    def execute_many(self, sql: str, rows: Sequence[Any]) -> int:
        """Run driver SQL once a row; how many rows were touched."""
        cursor = self.raw.cursor()
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)

    def copy_in(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """PostgreSQL only: rows into a `COPY ... FROM STDIN`."""
        with self.raw.cursor().copy(sql) as copy:
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        """Statements whose results nobody awaits share one round trip, where there is one."""
        if not self.postgres:
            yield
            return
        with self.raw.pipeline():
            yield

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
        if not self.postgres:
            if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
                raise ValueError("DATABASE_URL must name an SQLite file or a PostgreSQL database")
            self.path = Path(str(parsed.database)).absolute()
            self._lock = WriteLock(self.path)
        self._dsn = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        _databases.add(self)

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        """One transaction. Raises Unavailable or Refused instead of the driver's errors."""
        lock = self._lock
        if lock is not None:
            lock.acquire()
        try:
            raw = self._begin("BEGIN IMMEDIATE" if lock is not None else "BEGIN")
            tx = Tx(raw, self.postgres, self.sealer, self.ledger)
            try:
                yield tx
                _say(raw, self.postgres, "COMMIT")
            except BaseException as error:
                self._undo(raw)
                raise_plainly(error)
                raise
            self._idle.append(raw)
        finally:
            if lock is not None:
                lock.release()
        for call in tx._afterwards:
            call()

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[Tx]:
        """Read only. With `snapshot` all statements see the same moment (SQLite always does so)."""
        if self.postgres and not snapshot:
            raw = self._take()
        else:
            raw = self._begin(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if self.postgres else "BEGIN"
            )
        try:
            yield Tx(raw, self.postgres, self.sealer)
            if snapshot or not self.postgres:
                _say(raw, self.postgres, "COMMIT")
        except BaseException as error:
            self._undo(raw)
            raise_plainly(error)
            raise
        self._idle.append(raw)

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

    def _begin(self, sql: str) -> Any:
        raw = self._take()
        try:
            raw.execute(sql)
        except Exception as error:
            if (
                self.postgres and raw.closed
            ):  # the server went away since: once more, with a new one
                self._drop_idle()
                raw = self._connect()
                raw.execute(sql)
            else:
                self._undo(raw)
                raise_plainly(error)
                raise
        return raw

    def _take(self) -> Any:
        while True:
            try:
                raw = self._idle.pop()
            except IndexError:
                return self._connect()
            if not self.postgres or not _has_news(raw):
                return raw
            raw.close()

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

        raw = psycopg.connect(self._dsn, autocommit=True, connect_timeout=10)
        raw.prepared_max = _KEPT_STATEMENTS
        return raw

    def _undo(self, raw: Any) -> None:
        """Roll back and keep the connection, or give it up where that fails."""
        try:
            if self.postgres:
                raw.rollback()
            elif raw.in_transaction:
                raw.execute("ROLLBACK")
        except Exception:
            raw.close()
        else:
            if not (self.postgres and raw.closed):
                self._idle.append(raw)

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _after_fork(self) -> None:
        _leaked.append(self._idle)
        self._idle = deque()
        if self._lock is not None:
            self._lock.after_fork()


def _say(raw: Any, postgres: bool, sql: str) -> None:
    """Begin or commit. On PostgreSQL past the cursor, which takes as long as the server does."""
    if not postgres:
        raw.execute(sql)
        return
    result = raw.pgconn.exec_(sql.encode())
    # a COMMIT of a transaction in which a statement failed is answered with ROLLBACK
    if result.status != _DONE or result.command_status == b"ROLLBACK":
        import psycopg

        raise psycopg.OperationalError(result.error_message.decode("utf-8", "replace") or sql)


def _has_news(raw: Any) -> bool:
    """Whether a server has something to say on an idle connection: only ever that it is leaving."""
    if raw.closed:
        return True
    return bool(select.select([raw.pgconn.socket], [], [], 0)[0])


def raise_plainly(error: BaseException) -> None:
    """Raise Unavailable or Refused for such errors of a driver; return for any other."""
    if isinstance(error, sqlite3.IntegrityError):
        raise Refused(str(error)) from error
    if isinstance(error, sqlite3.OperationalError):
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _PASSING:
            raise Unavailable(str(error)) from error
        return
    if not type(error).__module__.startswith("psycopg"):
        return
    import psycopg

    if isinstance(error, psycopg.IntegrityError):
        raise Refused(error.diag.message_primary or "refused") from error
    if isinstance(error, psycopg.OperationalError):
        raise Unavailable(type(error).__name__) from error


_databases: weakref.WeakSet[Database] = weakref.WeakSet()


def _after_fork() -> None:
    for database in list(_databases):
        database._after_fork()


os.register_at_fork(after_in_child=_after_fork)
