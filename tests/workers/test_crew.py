"""The crew of workers as real processes on a real Valkey."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest
import redis

from service.nudging import Nudger
from tests import servers


class Running:
    def __init__(self, url: str) -> None:
        self.url = url
        self.client = redis.Redis.from_url(url)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.workers.crew_of_two"],
            env={**os.environ, "REDIS_URL": url},
            stderr=subprocess.PIPE,
            text=True,
        )

    def children(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def ran(self) -> list[str]:
        return [entry.decode() for entry in self.client.lrange("ran", 0, -1)]

    def workers(self) -> int:
        return int(self.client.scard("rq:workers"))

    def stop(self) -> str:
        if self.process.poll() is None:
            self.process.terminate()
        _, errors = self.process.communicate(timeout=40)
        return errors


@pytest.fixture
def crew(valkey: str) -> Iterator[Running]:
    running = Running(valkey)
    servers.wait_for(lambda: running.workers() == 2, "two workers")
    yield running
    running.stop()


def test_a_nudge_reaches_a_worker_and_one_is_free_for_urgent(crew):
    slow = Nudger(crew.url, job="tests.workers.chores.slowly")
    quick = Nudger(crew.url, job="tests.workers.chores.note")
    slow.now(["general"])
    time.sleep(0.2)
    quick.now(["urgent"])
    servers.wait_for(lambda: bool(crew.ran()), "the urgent job")
    assert crew.ran()[0].startswith("urgent:")
    servers.wait_for(lambda: len(crew.ran()) == 2, "the general job")


def test_a_worker_that_was_killed_is_replaced(crew):
    before = crew.children()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    servers.wait_for(
        lambda: len(crew.children()) == 2 and not set(crew.children()) & set(before), "others"
    )
    Nudger(crew.url, job="tests.workers.chores.note").now(["general"])
    servers.wait_for(lambda: bool(crew.ran()), "a job after that")


def test_asked_to_stop_it_ends_what_runs_and_leaves_nobody(crew):
    children = crew.children()
    Nudger(crew.url, job="tests.workers.chores.slowly").now(["general"])
    time.sleep(0.4)
    began = time.monotonic()
    crew.stop()
    assert time.monotonic() - began < 20  # the grace of a crew is longer
    assert crew.process.returncode == 0
    assert len(crew.ran()) == 1
    assert not [pid for pid in children if psutil.pid_exists(pid)]
    assert crew.client.llen("farewell") == 2


def test_nobody_outlives_a_crew_that_was_killed(crew):
    children = crew.children()
    crew.process.kill()
    servers.wait_for(lambda: not [pid for pid in children if _lives(pid)], "the end of the workers")


def test_a_failure_keeps_no_text_in_redis(crew):
    Nudger(crew.url, job="tests.workers.chores.fail").now(["general"])
    servers.wait_for(lambda: bool(crew.client.zcard("rq:failed:general")) or _idle(crew), "it")
    time.sleep(0.3)
    kept = b""
    for key in crew.client.scan_iter("*"):
        if crew.client.type(key) == b"hash":
            kept += b"".join(crew.client.hgetall(key).values())
        elif crew.client.type(key) == b"stream":
            kept += repr(crew.client.xrange(key)).encode()
    assert b"must not be kept" not in kept
    errors = crew.stop()
    assert "+1555" not in errors


def test_redis_may_be_away_at_the_start_and_come_and_go():
    with servers.valkey() as server:
        server.kill()
        running = Running(server.url)
        time.sleep(3)
        assert running.process.poll() is None
        server.start()
        servers.wait_for(lambda: running.workers() == 2, "two workers")
        server.empty()
        nudger = Nudger(server.url, job="tests.workers.chores.note")
        nudger.now(["general"])
        servers.wait_for(lambda: bool(running.ran()), "a job after that", 20)
        running.stop()
        assert running.process.returncode == 0


def _idle(crew: Running) -> bool:
    return not crew.client.llen("rq:queue:general")


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
