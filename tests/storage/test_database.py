"""Transactions: durable or without a trace, writers in turn, and connections that come back."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.storage.database import Database, Refused, Unavailable
from service.storage.write_lock import WriteLock


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.writing() as tx:
        tx.execute("CREATE TABLE counter (n BIGINT)")
        tx.execute("INSERT INTO counter VALUES (0)")
    yield database
    database.close()


def count(database: Database) -> int:
    with database.reading() as tx:
        return int(tx.execute("SELECT n FROM counter").fetchone()[0])


def test_an_error_leaves_no_trace(database: Database) -> None:
    with pytest.raises(KeyError), database.writing() as tx:  # noqa: PT012
        tx.execute("UPDATE counter SET n = 5")
        raise KeyError
    assert count(database) == 0


def test_calls_after_commit_run_only_after_a_commit(database: Database) -> None:
    said: list[int] = []
    with database.writing() as tx:
        tx.execute("UPDATE counter SET n = 1")
        tx.after_commit(lambda: said.append(count(database)))
        assert said == []
    assert said == [1]
    with pytest.raises(KeyError), database.writing() as tx:  # noqa: PT012
        tx.after_commit(lambda: said.append(2))
        raise KeyError
    assert said == [1]


def test_a_reading_does_not_wait_for_a_writer(database: Database) -> None:
    with database.writing() as tx:
        tx.execute("UPDATE counter SET n = 1")
        assert count(database) == 0
    assert count(database) == 1


def test_a_snapshot_stands_still(database: Database) -> None:
    with database.reading(snapshot=True) as tx:
        before = tx.execute("SELECT n FROM counter").fetchone()[0]
        with database.writing() as other:
            other.execute("UPDATE counter SET n = 9")
        assert tx.execute("SELECT n FROM counter").fetchone()[0] == before == 0


def test_what_is_sent_is_there_for_whoever_asks_next(database: Database) -> None:
    with database.writing() as tx:
        tx.send("UPDATE counter SET n = n + 1", [()] * 3)
        assert tx.rows("SELECT n FROM counter", ()) == [(3,)]
        tx.send("UPDATE counter SET n = n + 1", [()])
        assert tx.execute("SELECT n FROM counter").fetchone()[0] == 4
        tx.send("UPDATE counter SET n = n + 1", [()])
    assert count(database) == 5


def test_what_is_sent_and_fails_undoes_the_whole(database: Database) -> None:
    with database.writing() as tx:
        tx.execute("CREATE UNIQUE INDEX one ON counter (n)")
    with pytest.raises(Refused), database.writing() as tx:  # noqa: PT012
        tx.send("UPDATE counter SET n = 7", [()])
        tx.send("INSERT INTO counter VALUES (7)", [()])
        tx.send("UPDATE counter SET n = 8 WHERE n = 7", [()])
    assert count(database) == 0
    with database.writing() as tx:  # and the connection serves on
        assert tx.count("UPDATE counter SET n = 6", ()) == 1
    assert count(database) == 6


def _add(url: str, times: int) -> None:
    database = Database(url)

    def some() -> None:
        for _ in range(times):
            with database.writing() as tx:
                n = tx.execute(
                    "SELECT n FROM counter FOR UPDATE" if tx.postgres else "SELECT n FROM counter"
                ).fetchone()[0]
                tx.execute(f"UPDATE counter SET n = {n + 1}")

    threads = [threading.Thread(target=some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_no_write_is_lost_between_threads_and_processes(database: Database) -> None:
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_add, args=(database.url, 25)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert count(database) == 200


def test_a_forked_child_uses_connections_of_its_own(database: Database) -> None:
    assert count(database) == 0
    child = os.fork()
    if child == 0:
        try:
            with database.writing() as tx:
                tx.execute("UPDATE counter SET n = 4")
            os._exit(0 if count(database) == 4 else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert count(database) == 4


def test_a_lost_server_is_found_again(postgres_url: str) -> None:
    """Idle connections that the server ended are replaced without anybody noticing."""
    database = Database(postgres_url)
    with database.writing() as tx:
        tx.execute("CREATE TABLE counter (n BIGINT)")
        tx.execute("INSERT INTO counter VALUES (0)")
    with Database(database.url).reading() as tx:
        tx.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    time.sleep(0.1)
    with database.writing() as tx:
        tx.execute("UPDATE counter SET n = 2")
    assert count(database) == 2


def test_a_transaction_whose_error_was_swallowed_is_not_taken_for_committed(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)
    with pytest.raises(Unavailable), database.writing() as tx:  # noqa: PT012
        tx.execute("CREATE TABLE counter (n BIGINT)")
        with contextlib.suppress(Exception):
            tx.execute("SELECT 1 / 0")
    with database.writing() as tx:
        tx.execute("CREATE TABLE counter (n BIGINT)")
    database.close()


def test_a_server_lost_in_the_middle_is_unavailable(postgres_url: str) -> None:
    database = Database(postgres_url)
    with pytest.raises(Unavailable), database.writing() as tx:  # noqa: PT012
        pid = tx.execute("SELECT pg_backend_pid()").fetchone()[0]
        with Database(postgres_url).reading() as other:
            other.execute(f"SELECT pg_terminate_backend({pid})").fetchall()
        time.sleep(0.1)
    with database.writing() as tx:
        assert tx.execute("SELECT 1").fetchone()[0] == 1
    database.close()


def test_a_server_that_is_away_is_unavailable() -> None:
    with pytest.raises(Unavailable), Database("postgresql://nobody@127.0.0.1:1/x").writing():
        pass


def test_a_folder_that_is_missing_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'no' / 'x.db'}")
    with pytest.raises((Unavailable, FileNotFoundError)), database.writing():
        pass


def test_a_database_locked_by_another_program_is_waited_for(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.writing() as tx:
        tx.execute("CREATE TABLE counter (n BIGINT)")
    assert database.path is not None
    foreign = sqlite3.connect(database.path, check_same_thread=False, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    threading.Timer(0.4, lambda: foreign.execute("COMMIT")).start()
    with database.writing() as tx:
        tx.execute("INSERT INTO counter VALUES (1)")
    assert count(database) == 1


def test_writing_inside_writing_is_a_mistake_told_at_once(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with (
        pytest.raises(RuntimeError, match="one transaction at a time"),
        database.writing(),
        database.writing(),
    ):
        pass
    with database.writing() as tx:  # and the lock is free again
        tx.execute("CREATE TABLE counter (n BIGINT)")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SQLite file or a PostgreSQL database"):
        Database(url)


def test_threads_are_served_in_the_order_in_which_they_asked(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "db")
    lock.acquire()
    served: list[int] = []

    def ask(n: int) -> None:
        lock.acquire()
        served.append(n)
        lock.release()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    lock.release()
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_one_who_is_interrupted_while_waiting_leaves_the_queue(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "db")
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        lock.acquire()
        held.set()
        over.wait()
        lock.release()

    def stop(*_: object) -> None:
        raise InterruptedError

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(InterruptedError):
            lock.acquire()
    finally:
        signal.signal(signal.SIGALRM, before)
        over.set()
    holder.join()
    lock.acquire()
    lock.release()


def test_a_killed_process_gives_the_lock_back(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from service.storage.write_lock import WriteLock\n"
        "WriteLock(Path(sys.argv[1])).acquire(); print('mine', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "db")], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"mine\n"
        holder.send_signal(signal.SIGKILL)
        lock = WriteLock(tmp_path / "db")
        lock.acquire()
        lock.release()
