"""What the network does later, by the service's clock.

Promise: acts run in the order of their due moments, one after another, in the event loop; when the
clock is moved on, what became due runs at once. Acts must be quick and start tasks for the rest.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import Any

from service import clock

LOOK_SECONDS = 0.02  # how soon a moved clock is noticed
SLICE = 200  # acts after which requests get their turn


def moment() -> float:
    """The present moment by the service's clock, in seconds since 1970."""
    return clock.now().timestamp()


class Agenda:
    """Acts with their due moments."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._numbers = itertools.count()
        self._sooner = asyncio.Event()

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def first(self) -> float | None:
        """The moment of the first act; None where there is nothing to do."""
        return self._heap[0][0] if self._heap else None

    @property
    def overdue(self) -> bool:
        """True while something is due that has not run yet."""
        return bool(self._heap) and self._heap[0][0] <= moment()

    def at(self, due: float, act: Callable[[Any], None], about: Any) -> None:
        """Run `act(about)` when the clock reaches `due`."""
        entry = (due, next(self._numbers), act, about)
        heapq.heappush(self._heap, entry)
        if self._heap[0] is entry:
            self._sooner.set()

    def clear(self) -> None:
        """Forget everything."""
        self._heap.clear()

    def run_all(self) -> None:
        """Run everything now, due or not, with what that adds."""
        while self._heap:
            _, _, act, about = heapq.heappop(self._heap)
            act(about)

    async def run(self) -> None:
        """Run what is due, for ever."""
        while True:
            done = 0
            now = moment()
            while self._heap and self._heap[0][0] <= now:
                _, _, act, about = heapq.heappop(self._heap)
                act(about)
                done += 1
                if done % SLICE == 0:
                    await asyncio.sleep(0)
            await self._sleep()

    async def _sleep(self) -> None:
        self._sooner.clear()
        if not self._heap:
            await self._sooner.wait()
            return
        left = self._heap[0][0] - moment()
        if left <= 0:
            await asyncio.sleep(0)
        elif left <= LOOK_SECONDS:
            await asyncio.sleep(left)
        else:
            await asyncio.sleep(LOOK_SECONDS)
