"""However it ends, no process stays behind; a child that dies is told and started again."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.servers import free_port, wait_for

STILL = "sleep 1000"


class Stage:
    """The process under test, what it printed, and who belongs to it."""

    def __init__(self, folder: Path, last: str = STILL) -> None:
        self.mark = f".{secrets.randbelow(10**8):08}"
        self.port = free_port()
        self.out = folder / "out"
        command = [sys.executable, "-m", "tests.service.practice.stage"]
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                [*command, str(self.port), self.mark, f"{last}{self.mark}"],
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self, text: str) -> bool:
        return text in self.out.read_text()

    def ready(self) -> None:
        wait_for(lambda: self.said("Everything is ready."), "the stage")
        wait_for(lambda: len(self.children()) == 4, "all children")

    def children(self) -> list[psutil.Process]:
        """What is still there of it: found by what only it has in its command line."""
        marks = (f"1000{self.mark}", f"http.server {self.port}")
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            line = " ".join(process.info["cmdline"] or [])
            ours = any(mark in line for mark in marks) and "practice.stage" not in line
            if (
                ours
                and process.info["status"] != psutil.STATUS_ZOMBIE
                and not line.startswith("sh")
            ):
                found.append(process)
        return found

    def gone(self) -> bool:
        return not self.children()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.process.kill()
    stage.process.wait()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_told_to_end_it_leaves_nothing(stage: Stage, number: signal.Signals, code: int) -> None:
    stage.ready()
    stage.process.send_signal(number)
    assert stage.process.wait(timeout=20) == code
    assert stage.gone()


def test_ctrl_c_reaches_the_whole_group_and_leaves_nothing(stage: Stage) -> None:
    stage.ready()
    os.killpg(stage.process.pid, signal.SIGINT)
    assert stage.process.wait(timeout=20) == 130
    assert stage.gone()


@pytest.mark.parametrize("whole_group", [False, True])
def test_killed_it_leaves_nothing(stage: Stage, whole_group: bool) -> None:
    stage.ready()
    if whole_group:
        os.killpg(stage.process.pid, signal.SIGKILL)
    else:
        stage.process.kill()
    stage.process.wait()
    wait_for(stage.gone, "the end of all children", 20)


def test_told_to_end_while_it_starts_it_leaves_nothing(stage: Stage) -> None:
    wait_for(lambda: bool(stage.children()), "a first child")
    stage.process.terminate()
    stage.process.wait(timeout=20)
    wait_for(stage.gone, "the end of all children", 20)


def test_a_child_that_is_killed_is_told_and_started_again(stage: Stage) -> None:
    stage.ready()
    [web] = [child for child in stage.children() if "http.server" in " ".join(child.cmdline())]
    web.kill()
    wait_for(lambda: stage.said("web ended by itself (signal 9) and is started again."), "word")
    wait_for(lambda: len(stage.children()) == 4, "all children again")
    assert stage.process.poll() is None


@pytest.mark.parametrize(
    ("last", "code", "said"),
    [
        ("sh -c 'exit 3' ", 3, "last cannot start (code 3); the lines above say why."),
        ("sh -c 'kill -9 $$' ", 1, "last keeps ending (signal 9): everything is stopped."),
    ],
)
def test_a_child_that_cannot_run_ends_everything(
    tmp_path: Path, last: str, code: int, said: str
) -> None:
    stage = Stage(tmp_path, last=last)
    assert stage.process.wait(timeout=60) == code
    assert stage.said(said)
    assert stage.gone()
