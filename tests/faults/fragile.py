"""A whole service to be hurt: each process can be killed alone, and started again.

Promise: web, workers, clock, Valkey, database and phone network are real processes. Leases and
doubts are short, so that what a dead process left behind is found within seconds. What was lost
or doubled is counted at the phone network, by our own id in each message's callback URL.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy import text

from service import alarm, clock, heartbeat, outbox, seeding
from service.house import House
from service.settings import load
from service.storage import settings_rows, tables
from service.storage.migrations import migrate
from tests import servers
from tests.faults.peopled import Peopled
from tests.houses import environment
from tests.phone import ROOT, PhoneNetwork

START_SECONDS = 180.0  # generous, like all limits here: other tests may keep the machine busy
REST_SECONDS = 120.0
SO_SECONDS = 90.0
SHORT = {
    "HEARTHLINE_TICK_SECONDS": "0.1",
    "HEARTHLINE_HTTP_TIMEOUT": "1",
    "HEARTHLINE_LEASE_SECONDS": "2",
    "HEARTHLINE_DOUBT_SECONDS": "0.3",
    "HEARTHLINE_SWEEP_SECONDS": "1",
    "HEARTHLINE_SLICE_SECONDS": "0.2",
    "HEARTHLINE_LOG_LEVEL": "info",
}
PACE = 2_000_000  # thousandths of a segment a second, of our number: it holds nobody up

_COMMANDS: dict[str, tuple[str, ...]] = {
    "web": ("-m", "gunicorn", "--config", "service/web/server.py", "service:create_app()"),
    "worker": ("-m", "tests.faults.hurried"),
    "clock": ("-m", "workers.clock"),
}
_TOLD = (heartbeat.UNANSWERED, alarm.ALARMED)
_KEPT = ("revision", "edition", "publication", "sender", "setting")
_UNDER_WAY = text(
    "SELECT (SELECT count(*) FROM timer WHERE due_at <= :now),"
    " (SELECT count(*) FROM message WHERE direction = 'out'"
    "   AND status IN ('pending', 'sending', 'in doubt'))"
)


Test = TypeVar("Test", bound=Callable[..., None])


class Count(NamedTuple):
    """What became of every message that was to leave."""

    sent: int  # accepted by the network exactly once
    lost: list[str]  # never accepted, though not cancelled
    doubled: list[str]
    statuses: Counter[str]  # as the service has them


class FragileHouse(Peopled):
    """One service on one database, with a grip on each of its processes."""

    def __init__(
        self, database_url: str, folder: Path, postgres: servers.Postgres | None = None
    ) -> None:
        """`postgres`: the server of this database, where it is one."""
        self.folder = folder
        self.postgres = postgres
        self.clock_file = folder / "clock"
        clock.write_offset(self.clock_file, 0.0)
        self.port = servers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url
        self._stack = ExitStack()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._read = 0
        self._people = 0
        self.network: PhoneNetwork
        self.valkey: servers.Valkey
        self.inside: House

    def __enter__(self) -> Self:
        self.network = self._stack.enter_context(PhoneNetwork(self.url, clock_file=self.clock_file))
        self.valkey = self._stack.enter_context(servers.valkey())
        self.environment = environment(
            self.database_url,
            self.folder,
            REDIS_URL=self.valkey.url,
            PORT=str(self.port),
            HEARTHLINE_CLOCK_FILE=str(self.clock_file),
            **SHORT,
            **self.network.environment(),
        )
        self._open()
        self._stack.callback(self._close)
        seeding.seed(self.inside, sample=True)
        self._stack.callback(self._end)
        self.heal()
        return self

    def _open(self) -> None:
        migrate(self.database_url)
        self.inside = House(load(self.environment), now=self.now)
        self._engine = self.inside.database.engine()

    def _close(self) -> None:
        self._engine.dispose()
        self.inside.close()

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # --- its processes

    def start(self, *names: str) -> None:
        """Start these; a name may carry a number ("worker 2"), for one more of its kind."""
        for name in names:
            assert not self.runs(name), f"{name} runs already"
            with (self.folder / "log").open("ab") as log:
                self._processes[name] = subprocess.Popen(
                    [sys.executable, *_COMMANDS[name.split()[0]]],
                    cwd=ROOT,
                    env={**os.environ, **self.environment},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # a group of its own: killed with all its children
                    preexec_fn=servers.dies_with_parent(signal.SIGTERM),
                )

    def runs(self, name: str) -> bool:
        process = self._processes.get(name)
        return process is not None and process.poll() is None

    def kill(self, *names: str) -> None:
        """As a power cut would: these and all their children, at once."""
        for name in names:
            process = self._processes.pop(name)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self, name: str, within: float = 60.0) -> int:
        """As an operator would; its exit code."""
        process = self._processes[name]
        process.terminate()
        code = process.wait(within)
        del self._processes[name]
        return code

    def children(self, name: str) -> list[int]:
        """The processes that this one started: gunicorn's, or the crew's."""
        pid = self._processes[name].pid
        with suppress(FileNotFoundError, ProcessLookupError):
            path = Path(f"/proc/{pid}/task/{pid}/children")
            return [int(child) for child in path.read_text().split()]
        return []

    def ready(self) -> bool:
        """Whether web answers, and its database too."""
        try:
            return requests.get(f"{self.url}/ready", timeout=2).ok
        except requests.RequestException:
            return False

    def wait_ready(self) -> None:
        servers.wait_for(self.ready, "web", START_SECONDS)

    def heal(self) -> None:
        """Everything runs once, the network is well, and nobody is known: before each test."""
        if not self.valkey.runs:
            self.valkey.start()
        self.network.behave()
        for name in list(self._processes):
            if name not in _COMMANDS or not self.runs(name):
                self.kill(name)
        self.start(*(name for name in _COMMANDS if not self.runs(name)))
        self.wait_ready()
        self.network.flush()
        self._empty()
        self.network.forget()
        self._read = (self.folder / "log").stat().st_size

    def _empty(self) -> None:
        now = self.inside.now()
        with self.inside.database.writing() as tx:
            for table in reversed(tables.metadata.sorted_tables):
                if table.name not in _KEPT:
                    tx.execute(f'DELETE FROM "{table.name}"')
            tx.execute(
                "UPDATE sender SET busy_until = NULL, paused_until = NULL, paused_reason = NULL,"
                f" calling_until = NULL, pace_milli = {PACE}"
            )
            settings_rows.put(tx, "quiet_hours", "00:00-00:00", now)
            for key in (*_TOLD, "swept", "sweeping", "told", "outages", "budget-told"):
                settings_rows.drop(tx, key, now)
            settings_rows.touch(tx, now)

    def _end(self) -> None:
        self.kill(*list(self._processes))

    # --- the database, and time

    @contextmanager
    def database_locked(self) -> Iterator[None]:
        """Somebody else holds what every turn and every worker needs."""
        if self.inside.database.postgres:
            with self._engine.begin() as connection:
                connection.execute(text("LOCK TABLE message, call IN ACCESS EXCLUSIVE MODE"))
                yield
        else:
            with closing(sqlite3.connect(self.inside.database.path or "")) as connection:
                connection.execute("BEGIN EXCLUSIVE")
                yield

    @contextmanager
    def database_down(self) -> Iterator[None]:
        """Nobody reaches the database; a file cannot be down, so that one is locked."""
        if self.postgres is None:
            with self.database_locked():
                yield
        else:
            self.postgres.stop()
            try:
                yield
            finally:
                self.postgres.start()

    def lose_database(self) -> None:
        """The file is gone; an empty database of this release takes its place. SQLite only."""
        path = self.inside.database.path
        assert path is not None
        self._close()
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        self._open()

    def wait_seconds(self, seconds: float) -> None:
        """Real time passes, for what is under way."""
        time.sleep(seconds)

    def pass_time(self, seconds: float) -> None:
        """Time passes for every process at once."""
        clock.write_offset(self.clock_file, clock.read_offset(self.clock_file) + seconds)

    # --- rest and reckoning

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=clock.read_offset(self.clock_file))

    def quiet(self, within: float = REST_SECONDS) -> None:
        """Wait until all that is due was taken and every text has come to some end."""
        ends = time.monotonic() + within
        while not (self._at_rest() and self._idle() and self._at_rest()):
            if time.monotonic() > ends:
                raise AssertionError(f"no rest within {within} s: {self.unrest()}")
            time.sleep(0.02)

    def _idle(self) -> bool:
        return bool(self.network.get("/control/idle", wait=5)["idle"])

    def _at_rest(self) -> bool:
        return self.under_way() == (0, 0)

    def under_way(self) -> tuple[int, int]:
        """How many timers are due, and how many texts have not come to an end."""
        row = self.query(_UNDER_WAY, now=_micros(self.now()))[0]
        return int(row[0]), int(row[1])

    def sending(self) -> int:
        """How many texts some process is sending now."""
        return int(self.query("SELECT count(*) FROM message WHERE status = 'sending'")[0][0])

    def swept(self, within: float = SO_SECONDS) -> None:
        """Wait until the carrier was asked, from now on, what came in."""
        now = self.now()

        def since() -> bool:
            with self.inside.database.reading() as tx:
                swept = settings_rows.get(tx, outbox.SWEPT)
            return swept is not None and datetime.fromisoformat(swept) >= now

        self.wait_until(since, "a sweep", within)

    def wait_until(self, so: Callable[[], bool], what: str, within: float = SO_SECONDS) -> None:
        """Wait until it is so; AssertionError names what was waited for, and who is dead."""
        ends = time.monotonic() + within
        while not so():
            if time.monotonic() > ends:
                dead = [name for name in self._processes if not self.runs(name)]
                raise AssertionError(
                    f"{what}: not so within {within:g} s; ended: {dead}; {self.unrest()}"
                )
            time.sleep(0.005)

    def query(self, statement: Any, **values: Any) -> list[Any]:
        """Look into the database, as an onlooker."""
        if isinstance(statement, str):
            statement = text(statement)
        with self._engine.connect() as connection:
            return list(connection.execute(statement, values).all())

    def unrest(self) -> str:
        """What is under way, for a test that waits in vain."""
        timers = self.query(
            "SELECT kind, key FROM timer WHERE due_at <= :now LIMIT 5", now=_micros(self.now())
        )
        rows = self.query(
            "SELECT id, status, lane, due_at, waits_for, attempts, doubts, error_code FROM message"
            " WHERE direction = 'out' AND status IN ('pending', 'sending', 'in doubt') LIMIT 5"
        )
        senders = self.query("SELECT busy_until, paused_until, paused_reason FROM sender")
        return f"{timers} {rows} {senders} now={_micros(self.now())} {self.log()[-3000:]}"

    def log(self) -> str:
        """What the processes logged since the test began."""
        with (self.folder / "log").open("rb") as log:
            log.seek(self._read)
            return log.read().decode(errors="replace")

    def count(self) -> Count:
        """Compare every message that was to leave with what the network accepted."""
        accepted: Counter[str] = Counter()
        for url, times in self.network.accepted_by_callback().items():
            named = parse_qs(urlsplit(url).query)
            if "m" in named:  # a check-in whose text fails is asked by call, which has another name
                accepted[named["m"][0]] += times
        rows = self.query("SELECT id, status FROM message WHERE direction = 'out'")
        ours: dict[str, str] = {row[0]: row[1] for row in rows}
        strangers = set(accepted) - set(ours)
        assert not strangers, f"the service does not know messages of its own: {strangers}"
        return Count(
            sum(1 for id_ in ours if accepted[id_] == 1),
            [id_ for id_, status in ours.items() if not accepted[id_] and status != "cancelled"],
            [id_ for id_ in ours if accepted[id_] > 1],
            Counter(ours.values()),
        )

    def check(self, sent: int) -> Count:
        """Nothing lost, nothing doubled, and so many sent."""
        count = self.count()
        assert (count.lost, count.doubled) == ([], []), f"{count} {self.log()[-3000:]}"
        assert count.sent == sent, count
        return count


def on_both(test: Test) -> Test:
    """Run this test on both databases in every run."""
    test.on_both = True  # type: ignore[attr-defined]
    return test


def only_in_full(test: Test) -> Test:
    """Run this test with --full only: a shorter one elsewhere holds the same."""
    test.only_in_full = True  # type: ignore[attr-defined]
    return test


def share(house: FragileHouse, scale: float, count: int) -> int:
    """So many of `count` as this run takes; on PostgreSQL a tenth of that, though never few."""
    return max(20, round(count * scale * (0.1 if house.inside.database.postgres else 1.0)))


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
