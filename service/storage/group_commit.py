"""One commit for several writers: threads of one process that wait for the same turn share it.

Promise: each writer's work is whole or not there, as if it were alone: it stands in a savepoint
of its own, its error undoes nothing of the others, and it goes on only when all of it is on the
disk. Writing to the disk is what takes longest, and for eight it takes no longer than for one.

The turn is held for a few milliseconds at most, so that other processes do not wait for long.
The main thread, where signals are handled, always commits for itself: nobody waits for a thread
that can be called away.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from service.storage.write_lock import WriteLock

_MOST = 16  # writers
_LONGEST = 0.01  # seconds from the first writer's begin until no other may join


class _Shared:
    """One transaction in which several writers take part."""

    __slots__ = ("begun", "done", "error", "held", "writers")

    def __init__(self, held: Any) -> None:
        self.held = held
        self.begun = time.monotonic()
        self.writers = 0
        self.done = threading.Event()
        self.error: BaseException | None = None

    def is_open(self) -> bool:
        return self.writers < _MOST and time.monotonic() - self.begun < _LONGEST


class GroupCommit:
    """The writers of one SQLite database in this process."""

    def __init__(
        self,
        lock: WriteLock,
        begin: Callable[[str, float], Any],
        commit: Callable[[Any], None],
        undo: Callable[[Any], None],
    ) -> None:
        """`begin` is told for how many seconds its turn was waited for; `commit` and `undo` give
        the connection back; a commit that raises changed nothing."""
        self._lock = lock
        self._begin = begin
        self._commit = commit
        self._undo = undo
        self._shared: _Shared | None = None

    def after_fork(self) -> None:
        self._shared = None

    @contextmanager
    def turn(self) -> Iterator[Any]:
        """A connection in a transaction; what the block did is durable when this ends."""
        joins = threading.current_thread() is not threading.main_thread()
        shared = self._enter(joins)
        first, held = shared.writers == 1, shared.held
        failure: BaseException | None = None
        try:
            if not first:
                held.execute("SAVEPOINT writer")
            yield held
            if not first:
                held.execute("RELEASE writer")
        except BaseException as error:
            failure = error
            if not first and held.in_transaction:
                held.execute("ROLLBACK TO writer")
                held.execute("RELEASE writer")
        if first and failure is not None:
            self._end(shared, self._undo)
        elif not (joins and shared.is_open() and self._lock.pass_on()):
            self._end(shared, self._commit)
        elif failure is None:
            shared.done.wait()
        if failure is not None:
            raise failure
        if shared.error is not None:
            raise shared.error

    def _enter(self, joins: bool) -> _Shared:
        asked = time.monotonic()
        if not self._lock.acquire(joins=joins):
            try:
                self._shared = _Shared(self._begin("BEGIN IMMEDIATE", time.monotonic() - asked))
            except BaseException:
                self._lock.release()
                raise
        shared = self._shared
        assert shared is not None, "who passes the turn on leaves a transaction open"
        shared.writers += 1
        return shared

    def _end(self, shared: _Shared, how: Callable[[Any], None]) -> None:
        """For all of them; then let the next ones in, and tell those who wait."""
        self._shared = None
        try:
            how(shared.held)
        except BaseException as error:
            shared.error = error
        finally:
            self._lock.release()
            shared.done.set()
