"""A whole service, running, for stories told from the phone.

Promise: web, worker, clock, Valkey, database and phone network are real processes over real HTTP,
started once and used by many stories; each story begins in an empty house at a known moment. Time
passes only where a story says so, and then as it would: it halts at every moment at which
something is due. Nothing here looks into the service to steer it, only to know that it is at rest.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import requests

from service import clock, outbox, seeding
from service.house import House
from service.settings import load
from service.storage import settings_rows
from service.storage.migrations import migrate
from tests import servers
from tests.calls import Ring
from tests.houses import environment
from tests.patience import Hurry
from tests.phone import ROOT, Handset, PhoneNetwork

START_SECONDS = 180.0  # generous: other tests may keep the machine busy
QUIET_SECONDS = 90.0  # the same
HOME = ZoneInfo("America/New_York")
FIRST_DAY = datetime(2027, 1, 11, 10, 0, tzinfo=HOME)  # a Monday, when the team is there
_STEP = timedelta(milliseconds=20)  # beyond the moment at which something is due

# Whatever a story leaves behind. What is not named here is the house itself.
_LEFT_BEHIND = (
    "case_alert", "case_code", "case_event", '"case"', "swap", "shift", "rota", "contact",
    "volunteer", "timer", "message", "occurrence", "plan", "conversation", "answer",
    "consent", "erasure", "suppression", "person_name", "person_number", "person", "number",
    "spend", "trail", "setting", "call_step", "call", "recording", "prompt_file",
    "marked_text", "trial",
)  # fmt: skip
_DUE = """
    SELECT EXISTS (SELECT 1 FROM timer WHERE due_at <= {now})
        OR EXISTS (SELECT 1 FROM message WHERE status = 'sending')
        OR EXISTS (SELECT 1 FROM call WHERE status = 'placing')
        OR EXISTS (
            SELECT 1 FROM call k WHERE k.due_at <= {now}
            AND k.status IN ('pending', 'held', 'in doubt')
            AND NOT EXISTS (
                SELECT 1 FROM call o WHERE o.number_id = k.number_id
                AND o.status IN ('ringing', 'placed', 'answered')
            )
        )
        OR EXISTS (
            SELECT 1 FROM message m WHERE m.direction = 'out' AND m.due_at <= {now}
            AND m.status IN ('pending', 'held', 'in doubt')
            AND NOT EXISTS (
                SELECT 1 FROM message b WHERE b.id = m.waits_for
                AND b.status IN ('pending', 'sending', 'held', 'in doubt')
            )
            AND NOT EXISTS (
                SELECT 1 FROM sender s WHERE s.id = m.sender_id AND s.paused_until > {now}
            )
        )"""
_NEXT = """
    SELECT min(due_at) FROM (
        SELECT min(due_at) AS due_at FROM timer
        UNION ALL SELECT min(due_at) FROM message
            WHERE direction = 'out' AND status IN ('pending', 'held', 'in doubt') AND due_at > {now}
        UNION ALL SELECT min(due_at) FROM call
            WHERE status IN ('pending', 'held', 'in doubt') AND due_at > {now}
        UNION ALL SELECT min(paused_until) FROM sender WHERE paused_until > {now}
    ) AS soon"""
_TIMERS = "SELECT kind, key, due_at FROM timer WHERE due_at <= {now}"
_UNSENT = """
    SELECT status, held_for, lane, due_at, waits_for, error_code FROM message
    WHERE direction = 'out' AND status IN ('pending', 'sending', 'held', 'in doubt')"""


class RunningHouse:
    """One service with all its processes, on one database."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = folder
        self.clock_file = folder / "clock"
        clock.write_offset(self.clock_file, 0.0)
        self.port = servers.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url
        self._stack = ExitStack()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._read = 0  # of the log, by stories before
        self.network: PhoneNetwork
        self.inside: House

    # --- its processes

    def __enter__(self) -> Self:
        self.network = self._stack.enter_context(PhoneNetwork(self.url, clock_file=self.clock_file))
        self.network.hurry = self._hurry
        valkey = self._stack.enter_context(servers.valkey())
        self.environment = environment(
            self.database_url,
            self.folder,
            REDIS_URL=valkey.url,
            PORT=str(self.port),
            HEARTHLINE_CLOCK_FILE=str(self.clock_file),
            HEARTHLINE_TICK_SECONDS="0.05",
            HEARTHLINE_LOG_LEVEL="info",
            HEARTHLINE_SWEEP_SECONDS="3600",
            **self.network.environment(),
        )
        migrate(self.database_url)
        self.inside = House(load(self.environment), now=self.now)
        self._stack.callback(self.inside.close)
        seeding.seed(self.inside, sample=True)
        self._start("web", "gunicorn", "--config", "service/web/server.py", "service:create_app()")
        self._start("worker", "workers.run")
        self._start("clock", "workers.clock")
        self._stack.callback(self._stop)
        servers.wait_for(self._ready, "the service", START_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, name: str, module: str, *arguments: str) -> None:
        with (self.folder / "log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                preexec_fn=servers.dies_with_parent(signal.SIGTERM),
            )

    def _ready(self) -> bool:
        for name, process in self._processes.items():
            assert process.poll() is None, f"{name} ended: {self.log()[-2000:]}"
        try:
            return requests.get(f"{self.url}/ready", timeout=2).ok
        except requests.RequestException:
            return False

    def _stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    # --- its log

    def log(self) -> str:
        """What the processes logged since the story began."""
        with (self.folder / "log").open("rb") as log:
            log.seek(self._read)
            return log.read().decode(errors="replace")

    def errors(self) -> list[str]:
        """Lines of trouble since the story began."""
        found = []
        for line in self.log().splitlines():
            try:
                level = json.loads(line).get("level")
            except (ValueError, AttributeError):
                level = "error"  # no line of ours: a process wrote past its log
            if level in ("error", "critical"):
                found.append(line)
        return found

    # --- time

    def now(self) -> datetime:
        offset = timedelta(seconds=clock.read_offset(self.clock_file))
        return datetime.now(UTC) + offset

    def set_clock(self, moment: datetime) -> None:
        """It is that moment now, for every process: only while nothing is planned."""
        ahead = (moment - datetime.now(UTC)).total_seconds()
        clock.write_offset(self.clock_file, ahead)

    def move_clock(self, **by: float) -> None:
        """Let time pass, as in `hours=3`: with a halt wherever something is due on the way."""
        self.move_to(self.now() + timedelta(**by))

    def move_to(self, moment: datetime) -> None:
        """Let time pass until that moment."""
        self.quiet()
        while True:
            due = self._next_due()
            if due is None or due >= moment:
                break
            self._come_to(due)
        self._come_to(moment)

    def until_rings(self, phone: Handset, **within: float) -> Ring:
        """Let time pass until this phone rings, at most so much: no further, or it rings out."""
        moment = self.now() + timedelta(**within)
        self.quiet()
        while (ring := phone.ringing) is None:
            due = self._next_due()
            if due is None or due >= moment:
                raise AssertionError(
                    f"{phone.number} did not ring; its calls: {phone.calls}; {self.unrest()}"
                )
            self._come_to(due)
        return ring

    def _hurry(self, within: float) -> Hurry:
        """For who waits: what is due in the next seconds is due at once."""
        ends = self.now() + timedelta(seconds=within)

        def still() -> bool:
            if not self._quiet():
                return True
            due = self._next_due()
            if due is None or due > ends:
                return False
            self.set_clock(max(due + _STEP, self.now()))
            return True

        return still

    def _come_to(self, moment: datetime) -> None:
        """A little beyond that moment, never back, and at rest there."""
        self.set_clock(max(moment + _STEP, self.now()))
        self.quiet()

    def leap(self, **by: float) -> None:
        """Move the clock at once, as if nobody had been awake meanwhile; then wait for rest."""
        self.quiet()
        self.set_clock(self.now() + timedelta(**by))
        self.quiet()

    def _next_due(self) -> datetime | None:
        """The next moment at which something is due here, or at the network: a ring's end."""
        ((due,),) = self.look(_NEXT)
        there = self.network.get("/control/idle", wait=0)["next"]
        moments = [due / 1_000_000] if due is not None else []
        moments += [there] if there is not None else []
        return datetime.fromtimestamp(min(moments), UTC) if moments else None

    # --- rest

    def quiet(self, within: float = QUIET_SECONDS) -> None:
        """Wait until nothing is under way: in the network, in the outbox, among the timers."""
        ends = time.monotonic() + within
        while not self._quiet():
            if time.monotonic() > ends:
                raise AssertionError(f"no rest within {within} s: {self.unrest()}")
            time.sleep(0.005)

    def _quiet(self) -> bool:
        # Work goes from the network into the database and back: only where the network counted
        # nothing new meanwhile did none slip past the looks.
        if not self._at_rest():
            return False
        before = self.network.get("/control/idle", wait=5)
        rest = bool(before["idle"]) and self._at_rest()
        return rest and self.network.get("/control/idle", wait=0) == before

    def _at_rest(self) -> bool:
        return not self.look(_DUE)[0][0]

    def unrest(self) -> dict[str, Any]:
        """What is under way, for the message of a story that waits in vain."""
        return {
            "now": _micros(self.now()),
            "timers": self.look(_TIMERS),
            "messages": self.look(_UNSENT),
            "calls": self.look("SELECT status, held_for, lane, due_at, attempt FROM call"),
            "log": self.log()[-3000:],
        }

    def look(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database, where a story has no other way to see that something was kept."""
        with self.inside.database.reading() as tx:
            rows = tx.raw.execute(sql.format(now=_micros(self.now()))).fetchall()
        return [tuple(row) for row in rows]

    # --- one story after another

    def begin_story(self) -> None:
        """An empty house, a good day at the network, Monday ten o'clock."""
        self.network.behave()
        self.network.forget()
        with self.inside.database.writing() as tx:
            for table in _LEFT_BEHIND:
                tx.execute(f"DELETE FROM {table}")
            tx.execute("DELETE FROM publication WHERE origin <> 'release'")
            tx.execute(
                "UPDATE sender SET busy_until = NULL, paused_until = NULL, paused_reason = NULL,"
                " calling_until = NULL"
            )
        self.set_clock(FIRST_DAY)
        seeding.seed(self.inside, sample=True)
        with self.inside.database.writing() as tx:
            # asked just now what came in, so that this is not under way in the story's middle
            settings_rows.put(tx, outbox.SWEPT, self.now().isoformat(), self.now())
            settings_rows.touch(tx, self.now())
        self._read = (self.folder / "log").stat().st_size


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
