"""`python -m workers.clock`: looks at what is due, again and again.

Promise: a second clock does no harm, and none runs out: what is due stays due in the database.
What it does at a look is the service's to know.
"""

from __future__ import annotations

import signal
import sys

from service import case_watch, logs, outbox, reconciling, timers
from service.dispatching import Dispatcher
from service.house import House
from service.nudging import LANES, QUEUES, QueueName
from service.settings import SettingsError, load
from workers.timekeeper import Look, Timekeeper


def look(house: House) -> Look:
    """Do what is due; say for whom there is something to send now, and whether more is due."""
    more = timers.tick(house)
    waiting = outbox.tick(house)
    return Look([queue for queue in QUEUES if waiting & _OWN_LANES[queue]], more)


_OWN_LANES: dict[QueueName, set[int]] = {"urgent": {0}, "general": {1, 2}}


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
    timekeeper = Timekeeper(
        look=lambda: look(house),
        drain=lambda queue: dispatcher.drain(LANES[queue]),
        wakes=house.nudger,
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
