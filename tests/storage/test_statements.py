"""Prepared statements give on the driver what SQLAlchemy would give, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    select,
    update,
)

from service.storage.database import Database, Refused
from service.storage.moments import Moment
from service.storage.statements import Bulk, Prepared, among, insert_into, put

AT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
THINGS = Table(
    "thing",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("at", Moment),
    Column("count", BigInteger),
    Column("flag", Boolean),
    Column("bytes", LargeBinary),
    UniqueConstraint("status", "count"),
)
t = THINGS.c


class Thing(NamedTuple):
    id: str
    at: datetime | None
    flag: bool | None
    bytes: bytes | None


PUT = put(THINGS)
FIND = Prepared(
    select(t.id, t.at, t.flag, t.bytes).where(t.id == bindparam("id"), t.status == "it's 100%"),
    Thing._make,
)
SOME = Prepared(
    select(t.id).where(among(t.id, "ids"), among(t.at, "moments")).order_by(t.id).limit(2)
)
MOVE = Prepared(
    update(THINGS)
    .where(t.id == bindparam("of"), t.count == bindparam("was"))
    .values(count=t.count + 1, at=bindparam("at"), status="moved")
)
KEEP = Prepared(
    insert_into(THINGS)
    .values(id=bindparam("id"), status=bindparam("status"), count=bindparam("count"))
    .on_conflict_do_update(index_elements=[t.id], set_={"count": bindparam("count")})
    .returning(t.id, t.count)
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    engine = database.engine()
    THINGS.metadata.create_all(engine)
    engine.dispose()
    yield database
    database.close()


def thing(id: str, **values: Any) -> dict[str, Any]:
    return {
        "id": id,
        "status": "it's 100%",
        "at": AT,
        "count": int(id[1:]),
        "flag": True,
        "bytes": b"\0\xff",
    } | values


def test_values_come_back_as_they_went_in(database: Database) -> None:
    with database.writing() as tx:
        assert PUT.run(tx, **thing("a1")) == 1
        PUT.run(tx, **thing("a2", at=None, flag=None, bytes=None))
    with database.reading() as tx:
        assert FIND.one(tx, id="a1") == Thing("a1", AT, True, b"\0\xff")
        assert FIND.one(tx, id="a2") == Thing("a2", None, None, None)
        assert FIND.one(tx, id="a3") is None
        assert FIND.value(tx, id="a1") == "a1"
        assert FIND.value(tx, id="a3") is None


def test_lists_of_any_length_are_one_parameter(database: Database) -> None:
    with database.writing() as tx:
        PUT.many(tx, [thing(f"a{n}") for n in range(5)])
        PUT.many(tx, [])
    with database.reading(snapshot=True) as tx:
        assert SOME.all(tx, ids=["a4", "a1", "a3"], moments=[AT]) == [("a1",), ("a3",)]
        assert SOME.all(tx, ids=[], moments=[AT]) == []
        assert SOME.all(tx, ids=["a1"], moments=[AT + timedelta(microseconds=1)]) == []


def test_an_update_tells_how_many_rows_it_won(database: Database) -> None:
    with database.writing() as tx:
        PUT.run(tx, **thing("a7"))
        assert MOVE.run(tx, of="a7", was=7, at=AT) == 1
        assert MOVE.run(tx, of="a7", was=7, at=AT) == 0


def test_put_or_change(database: Database) -> None:
    with database.writing() as tx:
        assert KEEP.one(tx, id="a1", status="x", count=1) == ("a1", 1)
        assert KEEP.one(tx, id="a1", status="x", count=2) == ("a1", 2)


def test_constants_are_written_so_that_partial_indexes_serve() -> None:
    for postgres in (True, False):
        assert "'it''s 100%'" in FIND.compiled(postgres).sql
        assert "LIMIT 2" in SOME.compiled(postgres).sql


def test_bulk_puts_many_at_once(database: Database) -> None:
    rows = [(f"a{n}", "x", AT, n, None, b"\0\\\n\t") for n in range(1000)]
    with database.writing() as tx:
        assert Bulk(THINGS).insert(tx, rows) == []
        assert Bulk(THINGS).insert(tx, []) == []
    with database.reading() as tx:
        assert SOME.all(tx, ids=["a999"], moments=[AT]) == [("a999",)]
        assert tx.execute("SELECT bytes FROM thing WHERE id = 'a5'").fetchone()[0] == b"\0\\\n\t"


def test_bulk_passes_over_what_is_known(database: Database) -> None:
    bulk = Bulk(THINGS, "id", "status", "at", "count", "flag", skip_known=True)
    with database.writing() as tx:
        assert bulk.insert(tx, [("a1", "x", AT, 1, True)]) == ["a1"]
        rows = [("a1", "x", AT, 1, True), ("a2", "x", None, 2, None), ("a3", "x", AT, 1, False)]
        assert bulk.insert(tx, rows) == ["a2"]
        assert bulk.insert(tx, rows) == []


def test_a_broken_rule_is_refused_and_leaves_no_trace(database: Database) -> None:
    with pytest.raises(Refused), database.writing() as tx:  # noqa: PT012
        PUT.run(tx, **thing("a1"))
        PUT.run(tx, **thing("a1"))
    with database.reading() as tx:
        assert FIND.one(tx, id="a1") is None
