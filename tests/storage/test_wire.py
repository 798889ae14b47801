"""PostgreSQL's wire: every kind of value there and back, order, and what happens to a failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from service.storage.wire import Wire
from tests.servers import wait_for


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    wire = Wire(psycopg.connect(postgres_url, autocommit=True, prepare_threshold=None))
    yield wire
    wire.close()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "plain, \u00f1 \u0645\u0631 \U0001f331 \\ ' \""),
        ("text", ""),
        ("text", None),
        ("bytea", bytes(range(256))),
        ("bytea", b""),
        ("bytea", b"x" * 1_000_000),
        ("bytea", None),
        ("bigint", -(2**62)),
        ("smallint", 3),
        ("boolean", True),
        ("boolean", False),
        ("boolean", None),
        ("text[]", []),
        ("text[]", ["a", "", 'quo"te', "back\\slash", "NULL", "com,ma", "{brace}", " "]),
        ("text[]", [None, "a"]),
        ("bigint[]", [1, -2, 3]),
    ],
)
def test_a_value_comes_back_as_it_went(wire: Wire, kind: str, value: Any) -> None:
    assert wire.ask(f"SELECT $1::{kind}, $1::{kind}", [value]).rows == [(value, value)]


def test_statements_run_in_their_order_in_one_go(wire: Wire) -> None:
    wire.ask("CREATE TABLE t (n INT)")
    wire.send("BEGIN")
    for n in range(500):
        wire.send("INSERT INTO t VALUES ($1::int)", [n])
    wire.send("UPDATE t SET n = n + 1 WHERE n >= $1::int", [250])
    assert wire.ask("SELECT count(*), max(n) FROM t").rows == [(500, 500)]
    assert wire.ask("COMMIT").said == b"COMMIT"
    assert wire.ask("DELETE FROM t").touched == 500


def test_a_failure_stops_what_follows_and_the_wire_goes_on(wire: Wire) -> None:
    wire.ask("CREATE TABLE t (n INT UNIQUE)")
    wire.send("BEGIN")
    wire.send("INSERT INTO t VALUES (1)")
    wire.send("INSERT INTO t VALUES ($1::int)", [1])
    with pytest.raises(psycopg.errors.UniqueViolation):
        wire.ask("COMMIT")
    wire.connection.rollback()
    assert wire.ask("SELECT count(*) FROM t").rows == [(0,)]
    # what was prepared in vain is prepared again
    assert wire.ask("INSERT INTO t VALUES ($1::int)", [1]).touched == 1


def test_a_server_that_goes_away_is_told(wire: Wire, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [wire.connection.info.backend_pid])
    wait_for(wire.has_news, "the farewell of the server")
    with pytest.raises(psycopg.OperationalError):
        wire.ask("SELECT 1")
    assert wire.connection.closed
