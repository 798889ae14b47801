"""RQ's jobs: wake-ups of a few lines. What there is to send stands in the database, never here."""

from __future__ import annotations

from functools import lru_cache

from service import warming
from service.alarm import Watch
from service.dispatching import Dispatcher
from service.house import House
from service.nudging import LANES, QueueName
from service.settings import load


@lru_cache(maxsize=1)
def house() -> House:
    """The house of this process, opened when its first job begins."""
    return House(load())


@lru_cache(maxsize=1)
def watch() -> Watch:
    """Looks whether the service runs: the clock cannot tell that the clock stands."""
    return Watch(house())


@lru_cache(maxsize=1)
def dispatcher() -> Dispatcher:
    """The one that sends for this process; what is in flight outlives a job."""
    return Dispatcher(house())


def drain(queue: QueueName) -> None:
    """Send what waits in this queue's lanes, for a slice of time; wake the next job for the rest.

    The flag goes first: what is recorded while this runs wakes somebody of its own.
    """
    house().nudger.clear(queue)
    if dispatcher().drain(LANES[queue]):
        house().nudger.nudge_queue(queue)
    watch().look()


def warm() -> None:
    """Make ready what the first job needs."""
    warming.warm(house())


def farewell() -> None:
    """Let what is in flight come to its outcome, and close."""
    if dispatcher.cache_info().currsize:
        dispatcher().close()
    if house.cache_info().currsize:
        house().close()
