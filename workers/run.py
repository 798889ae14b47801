"""`python -m workers.run`: one worker for `urgent` alone, and general ones beside it.

Promise: whatever wave the others are in, somebody is free for a person in danger. What they need is
imported and read before they part, so that they share memory; they connect only afterwards.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from functools import partial

from service import logs, warming
from service.nudging import QUEUES
from service.settings import SettingsError, load
from workers import jobs
from workers.crew import Crew
from workers.hand import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT."""
    options = argparse.ArgumentParser(prog="python -m workers.run", description=__doc__)
    options.add_argument("--general", type=int, default=1, help="how many general workers")
    chosen = options.parse_args(arguments)
    if not 0 <= chosen.general <= 64:
        options.error("--general takes a number from 0 to 64.")
    try:
        settings = load()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.start(level=settings.log_level, readable=settings.env == "practice")
    importlib.import_module("service.carrier.line")  # half a second that no first text waits for
    warming.warm_all()
    urgent = partial(work, ("urgent",), settings.redis_url)
    general = partial(work, QUEUES, settings.redis_url)
    numbered = [(f"general {number}", general) for number in range(1, chosen.general + 1)]
    Crew([("urgent", urgent), *numbered]).run()
    return 0


def work(queues: Sequence[str], redis_url: str) -> None:
    """What each of them does, in a process of its own."""
    jobs.warm()
    serve(queues, redis_url, jobs.farewell)


if __name__ == "__main__":
    sys.exit(main())
