"""Several worker processes under one command: starts them, restarts what died, ends them together.

Promise: each place in the crew is taken by one living process; one that keeps dying is started
again ever more slowly, but is never given up. SIGTERM and SIGINT end all of them, gracefully first.
The crew itself holds no connection and runs no job, so that there is little in it that can fail.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

from service import logs

_GRACE_SECONDS = 25.0  # hosts give thirty before they kill
_SHORT_LIFE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 30.0

log = logs.get(__name__)


class Place:
    """One place in the crew: what runs there, and when it may be started again."""

    def __init__(self, name: str, task: Callable[[], None]) -> None:
        self.name = name
        self.task = task
        self.process: BaseProcess | None = None
        self.started_at = 0.0
        self.not_before = 0.0
        self.deaths = 0


class Crew:
    """Runs each task in a process of its own until it is asked to stop."""

    def __init__(self, tasks: Sequence[tuple[str, Callable[[], None]]]) -> None:
        # Forked, so that all share the memory of what was imported before.
        self._context = multiprocessing.get_context("fork")
        self._places = [Place(name, task) for name, task in tasks]
        self._stopping = False

    def run(self) -> None:
        """Returns when all have ended after SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        while not self._stopping:
            for place in self._places:
                self._look_after(place)
            self._wait()
        self._end()

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _look_after(self, place: Place) -> None:
        now = time.monotonic()
        if place.process is not None and not place.process.is_alive():
            code = place.process.exitcode
            place.process.join()
            place.process.close()
            place.process = None
            short = now - place.started_at < _SHORT_LIFE_SECONDS
            place.deaths = place.deaths + 1 if short else 0
            pause = (
                min(2.0 ** min(place.deaths - 1, 8), _LONGEST_PAUSE_SECONDS)
                if place.deaths
                else 0.0
            )
            place.not_before = now + pause
            log.error("a worker ended", worker=place.name, code=code, seconds=pause)
        if place.process is None and now >= place.not_before and not self._stopping:
            place.process = self._context.Process(target=_take_place, args=(place.task,))
            place.process.start()
            place.started_at = now

    def _wait(self) -> None:
        """Until one of them ends, or half a second has passed."""
        sentinels = [place.process.sentinel for place in self._places if place.process]
        if sentinels:
            wait(sentinels, timeout=0.5)
        else:
            time.sleep(0.2)

    def _end(self) -> None:
        living = [place.process for place in self._places if place.process is not None]
        for process in living:
            process.terminate()
        until = time.monotonic() + _GRACE_SECONDS
        for process in living:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def _take_place(task: Callable[[], None]) -> None:
    """In the new process: the crew's own handlers are not this one's."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl-C in a terminal reaches everybody; the crew tells its processes in order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        task()
    except Exception as error:  # told by our logs: a bare traceback may show what is private
        log.error("a worker broke", exc_info=error)
        sys.exit(1)
