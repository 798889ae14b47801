"""PostgreSQL's wire under one connection: prepared statements, many in one round trip.

Promise: what is sent runs in the order in which it was sent; what fails raises psycopg's own
error, at the latest when the next answer is awaited, and nothing that was sent after it runs.
A statement is prepared once a connection, by its text. Values travel as text, bytes as they
are: the statement tells the server of what kind each one is.

The driver's cursors take longer over a short statement than the server does, and in their
pipelines no less; this goes by the driver's own binding of libpq. No SQL is written here.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from psycopg import Connection, OperationalError
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

_TEXT, _BYTES = 0, 1
_TUPLES, _OK, _SYNC = ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.PIPELINE_SYNC

Values = Sequence[Any]


class Answer(NamedTuple):
    """What one statement brought: rows, how many it touched, and the server's word ("COMMIT")."""

    rows: list[tuple[Any, ...]]
    touched: int
    said: bytes


class Wire:
    """One connection. Not for two threads at once."""

    __slots__ = ("_names", "_pg", "_poll", "_reader", "_waiting", "connection")

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self._pg = connection.pgconn
        self._reader = Transformer(connection)
        self._names: dict[str, bytes] = {}
        self._waiting: list[tuple[str, Values]] = []
        self._poll = select.poll()
        self._poll.register(self._pg.socket, select.POLLIN)

    def send(self, sql: str, values: Values = ()) -> None:
        """Run it with the next statement whose answer is awaited, in the same round trip."""
        self._waiting.append((sql, values))

    def ask(self, sql: str, values: Values = ()) -> Answer:
        """Run it and await its answer."""
        self._waiting.append((sql, values))
        last = self.flush()
        assert last is not None
        return last

    def flush(self) -> Answer | None:
        """Run everything that was sent; the answer of the last."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return None
        try:
            fresh, results = self._talk(waiting)
        except BaseException:  # nobody knows where the talk broke off
            self.connection.close()
            raise
        self._names.update(
            (sql, name)
            for at, (sql, name) in fresh.items()
            if at < len(results) and results[at].status == _OK
        )
        for result in results:
            if result.status not in (_TUPLES, _OK):
                raise error_from_result(result, self.connection.info.encoding)
        return self._answer(results[-1])

    def forget(self) -> list[tuple[str, Values]]:
        """Drop what was sent and not run yet; what it was."""
        dropped, self._waiting = self._waiting, []
        return dropped

    def has_news(self) -> bool:
        """Whether the server has something to say unasked: only ever that it is leaving."""
        return self.connection.closed or bool(self._poll.poll(0))

    def close(self) -> None:
        self.connection.close()

    # --- libpq

    def _talk(
        self, waiting: Sequence[tuple[str, Values]]
    ) -> tuple[dict[int, tuple[str, bytes]], list[PGresult]]:
        pg = self._pg
        pg.enter_pipeline_mode()
        fresh = self._write(waiting)
        pg.pipeline_sync()
        while pg.flush():  # more than the socket takes at once
            self._await(select.POLLIN | select.POLLOUT)
            pg.consume_input()
        results = list(self._results())
        pg.exit_pipeline_mode()
        return fresh, results

    def _write(self, waiting: Sequence[tuple[str, Values]]) -> dict[int, tuple[str, bytes]]:
        """Hand all to libpq; which answers tell that a statement was prepared, by their place."""
        pg, known = self._pg, self._names
        fresh: dict[int, tuple[str, bytes]] = {}
        now: dict[str, bytes] = {}
        place = 0
        for sql, values in waiting:
            name = known.get(sql) or now.get(sql)
            if name is None:
                name = now[sql] = b"s%d" % (len(known) + len(now))
                pg.send_prepare(name, sql.encode())
                fresh[place] = (sql, name)
                place += 1
            pg.send_query_prepared(
                name,
                [_dumped(value) for value in values],
                [_BYTES if type(value) is bytes else _TEXT for value in values],
                _BYTES,
            )
            place += 1
        return fresh

    def _results(self) -> Iterator[PGresult]:
        """One result a command, up to the end of the pipeline."""
        pg = self._pg
        while True:
            while pg.is_busy():
                self._await(select.POLLIN)
                pg.consume_input()
            result = pg.get_result()
            if result is None:  # between two commands
                if pg.status != ConnStatus.OK:
                    raise OperationalError("the server went away")
                continue
            if result.status == _SYNC:
                return
            yield result

    def _await(self, events: int) -> None:
        self._poll.modify(self._pg.socket, events)
        self._poll.poll()

    def _answer(self, result: PGresult) -> Answer:
        rows: list[Any] = []
        if result.status == _TUPLES:
            self._reader.set_pgresult(result)
            rows = self._reader.load_rows(0, result.ntuples, tuple)
        return Answer(rows, result.command_tuples or 0, result.command_status or b"")


def _dumped(value: Any) -> bytes | None:
    if value is None or type(value) is bytes:
        return value
    if type(value) is str:
        return value.encode()
    if type(value) is bool:
        return b"true" if value else b"false"
    if type(value) is list:
        return _array(value)
    return str(value).encode()


def _array(values: Sequence[Any]) -> bytes:
    """PostgreSQL's own text of an array."""
    items = (
        "NULL"
        if value is None
        else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if isinstance(value, str)
        else str(value)
        for value in values
    )
    return ("{" + ",".join(items) + "}").encode()
