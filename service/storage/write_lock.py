"""Writers in turn: one writer at a time in one SQLite database, whoever came first goes first.

Promise: threads of one process are served in the order in which they asked, and no process is
served twice while another waits. SQLite alone lets writers sleep and try again, so that some
wait for half a second while others pass them. A process that dies gives the lock back at once,
because the kernel holds it (flock on two small files beside the database).
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from pathlib import Path


class _Place:
    """Where one thread waits."""

    __slots__ = ("gate", "joins", "passed_on")

    def __init__(self, joins: bool) -> None:
        self.gate = threading.Lock()
        self.gate.acquire()
        self.joins = joins
        self.passed_on = False


class WriteLock:
    """A fair lock over threads and processes. Not reentrant: asking twice raises."""

    def __init__(self, beside: Path) -> None:
        self._paths = (
            beside.with_name(beside.name + "-next"),
            beside.with_name(beside.name + "-turn"),
        )
        self._start_over()

    def _start_over(self) -> None:
        """Open own files, at first and in a forked child: an inherited one shares its lock."""
        self._mutex = threading.Lock()
        self._waiting: deque[_Place] = deque()
        self._held = False
        self._owner = 0
        self._next, self._turn = (-1, -1)

    after_fork = _start_over

    def acquire(self, *, joins: bool = False) -> bool:
        """Wait for the turn; True where it was passed on, which only happens to one who joins."""
        me = threading.get_ident()
        if self._owner == me:
            raise RuntimeError("this thread is writing already: one transaction at a time")
        with self._mutex:
            place = None
            if self._held:
                place = _Place(joins)
                self._waiting.append(place)
            self._held = True
        if place is not None:
            self._wait(place)
            if place.passed_on:
                self._owner = me
                return True
        try:
            self._take_from_processes()
        except BaseException:
            self._hand_on()
            raise
        self._owner = me
        return False

    def _wait(self, place: _Place) -> None:
        try:
            place.gate.acquire()  # given free by the one before
        except BaseException:  # a signal, whose handler raised: step out of the queue
            with self._mutex:
                still_waiting = place in self._waiting
                if still_waiting:
                    self._waiting.remove(place)
            if not still_waiting:
                self._hand_on()
            raise

    def pass_on(self) -> bool:
        """Give the turn, as it is, to the thread of this process that has waited longest.

        False where none waits, or that one does not join: then the turn is still the caller's.
        Other processes wait on, so there has to be an end to it.
        """
        with self._mutex:
            if not self._waiting or not self._waiting[0].joins:
                return False
            place = self._waiting.popleft()
        self._owner = 0
        place.passed_on = True
        place.gate.release()
        return True

    def release(self) -> None:
        self._owner = 0
        fcntl.flock(self._turn, fcntl.LOCK_UN)
        self._hand_on()

    def _take_from_processes(self) -> None:
        if self._turn < 0:
            self._next, self._turn = (
                os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths
            )
        # A turnstile: who waits for the turn holds `next`, so the process that had the turn last
        # cannot take it again before.
        fcntl.flock(self._next, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._turn, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)

    def _hand_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().gate.release()
            else:
                self._held = False

    def close(self) -> None:
        for file in (self._next, self._turn):
            if file >= 0:
                os.close(file)
        self._next, self._turn = (-1, -1)
