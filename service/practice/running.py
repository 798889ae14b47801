"""Keeps the processes of one machine running, says when they are ready, and leaves none behind.

honcho starts them and gathers their output. Added here: a child that ends by itself is started
again, as a host would do; and whatever happens to this process, the children end with it.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import multiprocessing.connection
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
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

US = "hearthline"  # whose lines stand without a prefix
_READY_SECONDS = 120
_STARTS_IN_A_MINUTE = 5
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
    ending = multiprocessing.Event()
    manager = _Manager(ending, lambda: _greet(manager, ending, health, welcome))
    for name, command in commands.items():
        manager.add_process(name, f"exec {command}", env=dict(environment))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        manager.loop()
    finally:
        ending.set()
        manager.kill()
    return int(manager.returncode or 0)


class _Kept(Process):  # type: ignore[misc]  # honcho ships no types
    """A child that is started again when it ends by itself; a few times, then all end."""

    def __init__(self, *arguments: Any, ending: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._ending = ending

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """In a process of its own: start the child, pass its lines on, wait for its end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Handled, not ignored: what is ignored would stay ignored in the child.
            signal.signal(number, lambda *_: None)
        self._events = events
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        ends: deque[float] = deque(maxlen=_STARTS_IN_A_MINUTE)
        while not self._ending.is_set():
            code = self._once()
            if self._ending.is_set():
                break
            how = f"signal {-code}" if code < 0 else f"code {code}"
            if len(ends) == ends.maxlen and time.monotonic() - ends[0] < 60:
                self._say(f"{self.name} keeps ending ({how}): everything is stopped.")
                break
            ends.append(time.monotonic())
            self._say(f"{self.name} ended by itself ({how}) and is started again.")
            self._ending.wait(0.5 * len(ends))
        self._send_message({"returncode": self._child.returncode if self._child else 0}, "stop")

    def _once(self) -> int:
        self._child = Popen(self.cmd, env=self.env, cwd=self.cwd, preexec_fn=_end_with_maker)
        self._send_message({"pid": self._child.pid}, "start")
        threading.Thread(target=self._end_the_rest, args=(self._child,), daemon=True).start()
        for line in iter(self._child.stdout.readline, b""):
            self._send_message(line)
        self._child.stdout.close()
        return int(self._child.wait())

    def _end_the_rest(self, child: subprocess.Popen[bytes]) -> None:
        """What a child left behind keeps its ports, its locks and this pipe: end it as well."""
        child.wait()
        _signal_group(child, signal.SIGTERM)
        time.sleep(_GRACE_SECONDS)
        _signal_group(child, signal.SIGKILL)

    def _end_with_parent(self) -> None:
        parent = multiprocessing.parent_process()
        if parent is None:
            return
        multiprocessing.connection.wait([parent.sentinel])
        self._ending.set()
        if self._child:
            _signal_group(self._child, signal.SIGTERM)
            time.sleep(_GRACE_SECONDS)
            _signal_group(self._child, signal.SIGKILL)
        os._exit(1)

    def _say(self, text: str) -> None:
        self._events.put(_line(text))


class _Manager(Manager):  # type: ignore[misc]  # honcho ships no types
    def __init__(self, ending: Any, started: Callable[[], None]) -> None:
        super().__init__(_Tidy(ending))
        self._ending = ending
        self._started = started
        self._process_ctor = lambda *a, **named: _Kept(*a, ending=ending, **named)

    def terminate(self) -> None:
        if not self._ending.is_set():
            self._ending.set()
            self._printer.write(_line("Stopping ..."))
        super().terminate()

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._started, daemon=True).start()

    def _killall(self, force: bool = False) -> None:
        # A child between two starts has no process to signal; its keeper sees `ending`.
        with suppress(ProcessLookupError):
            super()._killall(force)

    def _system_print(self, data: str) -> None:
        """honcho's own remarks (pids, signals) say nothing to the person here."""


class _Tidy(Printer):  # type: ignore[misc]  # honcho ships no types
    """Our own lines as they are, a child's with its name; nothing after the end was asked for."""

    def __init__(self, ending: Any) -> None:
        super().__init__(sys.stdout, time_format="%H:%M:%S")
        self.output: Any = sys.stdout
        self._ending = ending

    def write(self, message: Any) -> None:
        try:
            if message.name == US:
                print(message.data, file=self.output, flush=True)
            elif not self._ending.is_set():
                super().write(message)
        except OSError:
            # The terminal is gone. Nobody reads any more; the children still have to be ended.
            self.output = open(os.devnull, "w")  # noqa: SIM115 - stays open until the end


def _greet(manager: Manager, ending: Any, health: Mapping[str, str], welcome: str) -> None:
    """Say the welcome when everything answers; otherwise what does not, and end."""
    waiting = dict(health)
    end = time.monotonic() + _READY_SECONDS
    while waiting and time.monotonic() < end and not ending.wait(0.1):
        waiting = {name: url for name, url in waiting.items() if not _answers(url)}
    if ending.is_set():
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


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # honcho gives each child a session of its own, so its group has its number.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def _end_with_maker() -> None:
    """In the child before it becomes its program: end when the keeper is killed (Linux)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
