"""`python3 dev.py up`, whole: it becomes ready, says where to go, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.architecture.source import ROOT
from tests.servers import free_port, wait_for

EMBEDDED = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SERVICE_NUMBER", "HEARTHLINE_KEYS")
EMBEDDED += ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_URL", "HEARTHLINE_ENV")


class Up:
    """One `dev.py up` with a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.out = home.with_suffix(".out")
        self.environment = {k: v for k, v in os.environ.items() if k not in EMBEDDED}
        self.environment |= {"HEARTHLINE_HOME": str(home), "PORT": str(free_port())}
        self.process = self.command("up")

    def command(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.out.open("a") as out:
            return subprocess.Popen(
                [sys.executable, "dev.py", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ready(self) -> None:
        wait_for(lambda: "Hearthline is ready" in self.said() or self.ended(), "up", 120)
        assert not self.ended(), self.said()

    def said(self) -> str:
        return self.out.read_text()

    def ended(self) -> bool:
        return self.process.poll() is not None

    def processes(self) -> list[psutil.Process]:
        """Everything that runs with this folder, whoever its parent is now."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("HEARTHLINE_HOME") == str(self.home):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def gone(self) -> bool:
        return not self.processes()

    def page(self) -> str:
        found = re.search(r"the phone page +(\S+)", self.said())
        assert found, self.said()
        return found.group(1)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    running = Up(tmp_path / "home")
    yield running
    running.process.kill()
    running.process.wait()
    wait_for(running.gone, "the end of all processes", 30)


def answer(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as page:
        body: bytes = page.read()
    return body


def test_it_says_where_to_go_is_alone_comes_back_in_seconds_and_leaves_nothing(up: Up) -> None:
    up.ready()
    said = up.said()
    for words in ("text first      JOIN", "SQLite, embedded", "Valkey, embedded", "practice only"):
        assert words in said
    assert b"<html" in answer(up.page())
    assert b"ok" in answer(f"http://127.0.0.1:{up.environment['PORT']}/ready").lower()

    second = up.command("up")
    assert second.wait(timeout=90) == 2
    assert f"already running here. The phone page is at {up.page()}" in up.said()

    os.killpg(up.process.pid, signal.SIGINT)
    assert up.process.wait(timeout=90) == 130
    assert up.gone()

    up.out.write_text("")
    begun = time.monotonic()
    up.process = up.command("up")
    up.ready()
    assert time.monotonic() - begun < 150  # seconds, on a machine that tests keep busy

    # The other ways to end are tried on `running` alone; this is the hardest on the whole.
    assert len(up.processes()) > 5
    up.process.kill()
    up.process.wait()
    wait_for(up.gone, "the end of all processes", 30)
