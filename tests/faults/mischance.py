"""Mischance: what goes wrong in one process, drawn from a seed.

Promise: a transaction fails before its commit, is lost in it, or the process ends just after it or
between it and its nudge, at any boundary alike. `Killed` is caught by nothing in the service, as no
power cut is. What struck is counted, and nothing strikes once the weather has cleared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from random import Random
from typing import Any

from service.house import House
from service.storage.database import Tx, Unavailable

AT_A_COMMIT = 0.01  # chance of each of these at each transaction
AT_A_NUDGE = 0.01


class Killed(BaseException):
    """The process ended here."""


class Mischance:
    """What strikes, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.cleared = False
        self.struck: Counter[str] = Counter()

    def strikes(self, what: str, chance: float) -> bool:
        """Whether this happens now."""
        if self.cleared or self.random.random() >= chance:
            return False
        self.struck[what] += 1
        return True

    def haunt(self, house: House) -> None:
        """Let transactions and nudges of this house be struck from now on."""
        house.nudger.close()
        house.nudger = _Nudger(self)  # type: ignore[assignment]
        house.database.writing = self._writing(house.database.writing)  # type: ignore[method-assign]

    def _writing(
        self, real: Callable[[], AbstractContextManager[Tx]]
    ) -> Callable[[], AbstractContextManager[Tx]]:
        @contextmanager
        def writing() -> Iterator[Tx]:
            with real() as tx:
                yield tx
                if self.strikes("failed before its commit", AT_A_COMMIT):
                    raise Unavailable("struck before its commit")
                if self.strikes("killed before its commit", AT_A_COMMIT):
                    raise Killed
            if self.strikes("lost in its commit", AT_A_COMMIT):
                raise Unavailable("struck in its commit, which happened")
            if self.strikes("killed after its commit", AT_A_COMMIT):
                raise Killed

        return writing


class _Nudger:
    """Wakes nobody: everything is found by looking. Some processes end instead of a nudge."""

    def __init__(self, chance: Mischance) -> None:
        self._chance = chance

    def nudge(self, lane: int) -> None:
        if self._chance.strikes("killed before its nudge", AT_A_NUDGE):
            raise Killed

    def close(self) -> None:
        """Nothing runs."""


def forgo_the_disk(house: House) -> None:
    """A process that dies loses nothing that it committed, whether or not the disk has it yet."""
    database = house.database
    if database.postgres:
        return
    connect = database._connect

    def connected() -> Any:
        raw = connect()
        raw.execute("PRAGMA synchronous = OFF")
        return raw

    database.close()
    database._connect = connected  # type: ignore[method-assign]
