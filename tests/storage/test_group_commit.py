"""Writers that share a commit: each whole or not there, on the disk before it goes on."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.storage import database as database_module
from service.storage.database import Database, Refused, Unavailable


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.writing() as tx:
        tx.execute("CREATE TABLE t (n INTEGER UNIQUE)")
    yield database
    database.close()


def kept(database: Database) -> set[int]:
    """What is on the disk, seen by a stranger."""
    assert database.path is not None
    with sqlite3.connect(database.path) as other:
        return {row[0] for row in other.execute("SELECT n FROM t")}


def at_once(database: Database, count: int, fails: int = 0) -> list[BaseException | None]:
    """So many threads write their number; every `fails`-th raises after it has written."""
    ready = threading.Barrier(count)
    seen: list[bool] = []

    def write(n: int) -> BaseException | None:
        ready.wait()
        try:
            with database.writing() as tx:
                tx.execute("INSERT INTO t VALUES (?)", (n,))
                time.sleep(0.0002)
                if fails and n % fails == 0:
                    raise KeyError(n)
        except KeyError as error:
            return error
        seen.append(n in kept(database))
        return None

    with ThreadPoolExecutor(count) as pool:
        errors = list(pool.map(write, range(count)))
    assert all(seen), "who went on was on the disk"
    return errors


def test_all_of_them_are_there(database: Database) -> None:
    for _ in range(5):
        assert at_once(database, 12) == [None] * 12
        assert kept(database) == set(range(12))
        with database.writing() as tx:
            tx.execute("DELETE FROM t")


@pytest.mark.parametrize("fails", [1, 2, 3, 5])
def test_an_error_undoes_its_own_and_nothing_else(database: Database, fails: int) -> None:
    errors = at_once(database, 12, fails)
    assert [error is not None for error in errors] == [n % fails == 0 for n in range(12)]
    assert kept(database) == {n for n in range(12) if n % fails}


def test_commits_are_shared(database: Database) -> None:
    commits: list[int] = []
    finish = database._finish

    def counted(held: sqlite3.Connection) -> None:
        commits.append(1)
        finish(held)

    assert database._group is not None
    database._group._commit = counted
    at_once(database, 12)
    assert len(commits) < 12


def test_a_commit_that_fails_fails_for_all(database: Database) -> None:
    undo = database._undo

    def broken(held: sqlite3.Connection) -> None:
        undo(held)
        raise Unavailable("no room left")

    assert database._group is not None
    database._group._commit = broken
    with ThreadPoolExecutor(8) as pool:
        ready = threading.Barrier(8)

        def write(n: int) -> bool:
            ready.wait()
            try:
                with database.writing() as tx:
                    tx.execute("INSERT INTO t VALUES (?)", (n,))
            except Unavailable:
                return True
            return False

        assert all(pool.map(write, range(8)))
    assert kept(database) == set()


def test_a_rule_of_the_database_stands_against_one(database: Database) -> None:
    with database.writing() as tx:
        tx.execute("INSERT INTO t VALUES (3)")
    refused: list[int] = []

    def write(n: int) -> None:
        try:
            with database.writing() as tx:
                tx.execute("INSERT INTO t VALUES (?)", (n,))
        except Refused:
            refused.append(n)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert refused == [3]
    assert kept(database) == set(range(8))


def test_who_waits_in_line_waits_no_longer_than_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program holds the file: nobody's patience begins when the one before gives up."""
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 1.5)
    database = Database(f"sqlite:///{tmp_path / 'held.db'}")
    with database.writing() as tx:
        tx.execute("CREATE TABLE t (n INTEGER)")
    began = time.monotonic()

    def write(n: int) -> float:
        with pytest.raises(Unavailable), database.writing() as tx:
            tx.execute("INSERT INTO t VALUES (?)", (n,))
        return time.monotonic() - began

    other = sqlite3.connect(tmp_path / "held.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(6) as pool:
        waited = list(pool.map(write, range(6)))
    other.execute("ROLLBACK")
    other.close()
    assert max(waited) < 2 * 1.5, waited
    with database.writing() as tx:  # and they are as patient as before
        assert tx.rows("PRAGMA busy_timeout", ()) == [(1500,)]
    database.close()
