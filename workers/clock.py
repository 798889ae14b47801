"""`python -m workers.clock`: looks at what is due, again and again.

Promise: a second clock does no harm, and none runs out: what is due stays due in the database.
What it does at a look is the service's to know.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Collection

from service import case_watch, logs, outbox, reconciling, timers
from service.alarm import Watch
from service.dispatching import Dispatcher
from service.house import House
from service.nudging import LANES, QUEUES, Nudger, QueueName
from service.settings import SettingsError, load
from workers.timekeeper import Look, Timekeeper


def look(house: House, watch: Watch) -> Look:
    """Do what is due; say for whom there is something to send now, and whether more is due."""
    watch.look()
    more = timers.tick(house)
    waiting = outbox.tick(house)
    return Look([queue for queue in QUEUES if waiting & _OWN_LANES[queue]], more)


_OWN_LANES: dict[QueueName, set[int]] = {"urgent": {0}, "general": {1, 2}}


class Hands:
    """Wakes the workers; where nobody is there to be woken, the clock sends by its own hand."""

    def __init__(self, nudger: Nudger, watch: Watch) -> None:
        self._nudger = nudger
        self._watch = watch

    def now(self, queues: Collection[QueueName]) -> bool:
        return self._nudger.now(queues) and self._watch.workers


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    try:
        settings = load()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.start(level=settings.log_level, readable=settings.env == "practice")
    house = House(settings)
    dispatcher = Dispatcher(house)
    watch = Watch(house, beats=True)
    timekeeper = Timekeeper(
        look=lambda: look(house, watch),
        drain=lambda queue: dispatcher.drain(LANES[queue]),
        wakes=Hands(house.nudger, watch),
        seconds=settings.tick_seconds,
    )
    signal.signal(signal.SIGTERM, lambda *_: timekeeper.stop.set())
    signal.signal(signal.SIGINT, lambda *_: timekeeper.stop.set())
    reconciling.catch_up(house)
    case_watch.catch_up(house)
    timekeeper.keep()
    dispatcher.close()
    house.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
