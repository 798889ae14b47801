"""Tells those who wait that a handset shows something new.

Promise: a waiter for a handset (or for all of them) wakes at the next change or when its time is
over. It carries no news itself: who wakes looks again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

ALL = ""


class Bell:
    """Waiters by handset."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def ring(self, handset: str) -> None:
        """Wake those who wait for this handset, and for all."""
        for key in (handset, ALL):
            for waiter in self._waiting.pop(key, ()):
                if not waiter.done():
                    waiter.set_result(None)

    def ring_all(self) -> None:
        """Wake everybody."""
        for key in list(self._waiting):
            self.ring(key)

    async def wait(self, handset: str, seconds: float) -> None:
        """Until the next change of this handset (ALL: of any), at most so long."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting[handset].add(waiter)
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return
        finally:
            if handset in self._waiting:
                self._waiting[handset].discard(waiter)
