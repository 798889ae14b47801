"""Keeps the processes of one machine running, says when they are ready, and leaves none behind.

honcho starts them and gathers their output. Added here: a child that ends by itself is started
again, as a host would do; and whatever happens to this process, the children end with it.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

US = "hearthline"  # whose lines stand without a prefix
_READY_SECONDS = 120
_ENDS_IN_A_MINUTE = 5
_START_SECONDS = 5
_GRACE_SECONDS = 8
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def run(
    commands: Mapping[str, str],
    environment: Mapping[str, str],
    health: Mapping[str, str],
    welcome: str,
) -> int:
    """Run `commands` until told to end; the code to exit with.

    `health`: for each name an address that answers 200 when that process is ready; `welcome` is
    printed when all of them have.
    """
    manager = _Manager(lambda: _greet(manager, health, welcome))
    for name, command in commands.items():
        manager.add_process(name, f"exec {command}", env=dict(environment))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        manager.loop()
    finally:
        manager.terminate()
    code = int(manager.returncode or 0)
    return code if code >= 0 else 1


class _Kept(Process):  # type: ignore[misc]  # honcho ships no types
    """A child that is started again when it ends by itself; a few times, then all end.

    `ending` is a pipe that nobody writes to. It closes when the manager wants the end, and just as
    well when the manager is killed: either way the keeper sees it and ends its child.
    """

    def __init__(self, *arguments: Any, ending: tuple[Connection, Connection], **named: Any):
        super().__init__(*arguments, **named)
        self._ending, self._managers_end = ending

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """In a process of its own: start the child, pass its lines on, wait for its end."""
        self._managers_end.close()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Handled, not ignored: what is ignored would stay ignored in the child.
            signal.signal(number, lambda *_: None)
        self._events = events
        threading.Thread(target=self._end_when_told, daemon=True).start()
        ends: deque[float] = deque(maxlen=_ENDS_IN_A_MINUTE)
        code, begun = 0, time.monotonic()
        while not self._ending.poll():
            code = self._once()
            if self._ending.poll():
                break
            how = f"signal {-code}" if code < 0 else f"code {code}"
            if not ends and code > 0 and time.monotonic() - begun < _START_SECONDS:
                self._say(f"{self.name} cannot start ({how}); the lines above say why.")
                break
            if len(ends) == ends.maxlen and time.monotonic() - ends[0] < 60:
                self._say(f"{self.name} keeps ending ({how}): everything is stopped.")
                break
            ends.append(time.monotonic())
            self._say(f"{self.name} ended by itself ({how}) and is started again.")
            self._ending.poll(0.5 * len(ends))
        self._send_message({"returncode": code}, "stop")

    def _once(self) -> int:
        child = Popen(self.cmd, env=self.env, cwd=self.cwd, preexec_fn=_end_with_maker)
        self._child = child
        self._send_message({"pid": child.pid}, "start")
        threading.Thread(target=_end_the_rest, args=(child,), daemon=True).start()
        for line in iter(child.stdout.readline, b""):
            self._send_message(line)
        child.stdout.close()
        return int(child.wait())

    def _end_when_told(self) -> None:
        self._ending.poll(None)
        for number in (signal.SIGTERM, signal.SIGKILL):
            asked = None
            end = time.monotonic() + _GRACE_SECONDS
            while time.monotonic() < end:
                # The child may be starting just now: it is asked as soon as it is there.
                if self._child is not asked:
                    asked = self._child
                    _signal_group(asked, number)
                time.sleep(0.05)
        os._exit(1)  # something outside the child's group still holds its output open

    def _say(self, text: str) -> None:
        self._events.put(_line(text))


class _Manager(Manager):  # type: ignore[misc]  # honcho ships no types
    """honcho's manager, where keepers end their children themselves."""

    def __init__(self, started: Callable[[], None]) -> None:
        super().__init__(_Tidy())
        self._started = started
        ending = multiprocessing.Pipe(duplex=False)
        self._managers_end = ending[1]
        self._process_ctor = lambda *a, **named: _Kept(*a, ending=ending, **named)

    @property
    def ending(self) -> bool:
        """Whether the end was asked for."""
        return self._managers_end.closed

    def terminate(self) -> None:
        if not self.ending:
            self._printer.write(_line("Stopping ..."))
            self._printer.ending = True
            self._managers_end.close()

    def kill(self) -> None:
        """The keepers do that, each for its own child."""

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._started, daemon=True).start()

    def _all_started(self) -> bool:
        return self.ending or bool(super()._all_started())

    def _all_stopped(self) -> bool:
        return all(map(self._stopped, self._processes.values()))

    def _any_stopped(self) -> bool:
        return any(map(self._stopped, self._processes.values()))

    def _stopped(self, process: dict[str, Any]) -> bool:
        keeper = process.get("process")
        return "returncode" in process or (keeper is not None and not keeper.is_alive())

    def _system_print(self, data: str) -> None:
        """honcho's own remarks (pids, signals) say nothing to the person here."""


class _Tidy(Printer):  # type: ignore[misc]  # honcho ships no types
    """Our own lines as they are, a child's with its name; nothing after the end was asked for."""

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        self.output: Any = sys.stdout
        self.ending = False

    def write(self, message: Any) -> None:
        try:
            if message.name == US:
                print(message.data, file=self.output, flush=True)
            elif not self.ending:
                super().write(message)
        except OSError:
            # The terminal is gone. Nobody reads any more; the children still have to be ended.
            self.output = open(os.devnull, "w")  # noqa: SIM115 - stays open until the end


def _greet(manager: _Manager, health: Mapping[str, str], welcome: str) -> None:
    """Say the welcome when everything answers; otherwise what does not, and end."""
    waiting = dict(health)
    end = time.monotonic() + _READY_SECONDS
    while waiting and time.monotonic() < end and not manager.ending:
        waiting = {name: url for name, url in waiting.items() if not _answers(url)}
        time.sleep(0.1)
    if manager.ending:
        return
    if not waiting:
        manager.events.put(_line(welcome))
        return
    names = " and ".join(waiting)
    manager.events.put(
        _line(f"{names} did not become ready in {_READY_SECONDS} s; the lines above say why.")
    )
    os.kill(os.getpid(), signal.SIGTERM)


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def _line(text: str) -> Any:
    return Message(type="line", data=text, time=datetime.min, name=US, colour=None)


def _signal_group(child: subprocess.Popen[bytes] | None, number: signal.Signals) -> None:
    # honcho gives each child a session of its own, so its group has its number.
    if child is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)


def _end_the_rest(child: subprocess.Popen[bytes]) -> None:
    """What a child leaves behind keeps its ports, its locks and its output: end it as well."""
    child.wait()
    _signal_group(child, signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    _signal_group(child, signal.SIGKILL)


def _end_with_maker() -> None:
    """In the child before it becomes its program: end when the keeper is killed (Linux)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
