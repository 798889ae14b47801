"""The loop of the clock: look at what is due, wake the workers, and stand in when nobody can wake.

Promise: it never ends by itself, whatever a look raises; while Redis is away it sends by its own
hand, so that losing Redis costs time and nothing else. What is due is for the service to know.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol

from service import logs
from service.nudging import QueueName

_LONGEST_PAUSE = 5.0  # seconds between two looks while they fail

log = logs.get(__name__)


class Wakes(Protocol):
    """The part of the nudger that the clock uses."""

    def now(self, queues: Collection[QueueName]) -> bool: ...


class Look(NamedTuple):
    """What one look at the house found."""

    queues: Collection[QueueName]
    more: bool


class Timekeeper:
    """Calls `look` again and again until `stop` is set.

    `look()` does what is due, returns the queues for which there is something to send now, and
    whether more is due already.
    `drain(queue)` sends a slice of it and returns whether there is more.
    """

    def __init__(
        self,
        look: Callable[[], Look],
        drain: Callable[[QueueName], bool],
        wakes: Wakes,
        seconds: float,
    ) -> None:
        self._look = look
        self._drain = drain
        self._wakes = wakes
        self._seconds = seconds
        self._failures = 0
        self.stop = threading.Event()

    def keep(self) -> None:
        """Until stopped. A busy look is followed by the next one without much of a pause."""
        while not self.stop.is_set():
            began = time.monotonic()
            pause = self.once()
            self.stop.wait(max(0.0, pause - (time.monotonic() - began)))

    def once(self) -> float:
        """One look; returns after how many seconds the next one should begin."""
        try:
            found = self._look()
            if found.queues and not self._wakes.now(found.queues):
                self._stand_in(found.queues)
        except Exception as error:  # the database may be away: nothing is lost by looking again
            self._failures += 1
            log.error("a look at what is due failed", exc_info=error)
            return min(self._seconds * 2.0 ** min(self._failures, 16), _LONGEST_PAUSE)
        self._failures = 0
        return 0.0 if found.more else self._seconds

    def _stand_in(self, queues: Collection[QueueName]) -> None:
        """Send by this process's own hand, urgent first, a slice of each at a time."""
        for queue in sorted(queues, reverse=True):
            more = self._drain(queue)
            while more and queue == "urgent" and not self.stop.is_set():
                more = self._drain(queue)
