"""What goes out, and the queue on which its outcomes come back.

Promise: every `Outgoing` that was put in comes back exactly once - by `take` with its outcome, or
by `withdraw` untouched. Safe between the caller's thread and the gateway's own. No network here.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from service.carrier.outcomes import Outcome


class Outgoing(NamedTuple):
    """One message to send. `id` is ours and comes back with the outcome.

    `callback_url` carries that id, so that a status tells which message it means even when the
    answer to the send was lost. `validity_seconds`: after that the network lets it die.
    `begin_before`: not begun any more at that moment; then its outcome is `Retry`.
    """

    id: str
    to: str
    from_: str
    body: str
    callback_url: str | None = None
    validity_seconds: int | None = None
    media: tuple[str, ...] = ()
    begin_before: datetime | None = None


class Settled(NamedTuple):
    id: str
    outcome: Outcome


class Sending:
    """One drain's stream of messages: put many, take settled ones in batches, keep N in flight.

    Made by `Gateway.sending()`. Coalescing is the point: waking the caller for each message costs
    more than sending it, so `take` waits for a handful or for its time.
    """

    def __init__(self, wake: Callable[[Sending], None]) -> None:
        self.waiting: deque[Outgoing] = deque()
        self.runners = 0  # touched by the gateway's thread only
        self._wake = wake
        self._changed = threading.Condition()
        self._settled: list[Settled] = []
        self._wanted = 0
        self._open = 0

    def put(self, outgoing: Iterable[Outgoing]) -> None:
        """Hand over messages; returns at once."""
        batch = tuple(outgoing)
        if not batch:
            return
        with self._changed:
            self._open += len(batch)
            self._changed.notify_all()
        self.waiting.extend(batch)
        self._wake(self)

    def take(self, timeout: float, at_least: int = 1) -> list[Settled]:
        """What has settled since the last call.

        Returns as soon as `at_least` have settled, or everything open has, or `timeout` seconds
        are over; then with what there is, perhaps nothing.
        """
        until = time.monotonic() + timeout
        with self._changed:
            self._wanted = at_least
            while len(self._settled) < min(at_least, self._open):
                left = until - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    break
            self._wanted = 0
            settled, self._settled = self._settled, []
            self._open -= len(settled)
            return settled

    def wait(self, timeout: float) -> bool:
        """Wait until something is put in; whether anything is open."""
        with self._changed:
            if not self._open:
                self._changed.wait(timeout)
            return self._open > 0

    def withdraw(self) -> list[Outgoing]:
        """Take back everything that was not begun; its outcome will not come."""
        back: list[Outgoing] = []
        while True:
            try:
                back.append(self.waiting.popleft())
            except IndexError:
                break
        with self._changed:
            self._open -= len(back)
            self._changed.notify_all()
        return back

    @property
    def open(self) -> int:
        """How many were put in and not yet taken or withdrawn."""
        return self._open

    @property
    def unbegun(self) -> int:
        """How many still wait for a free place in flight."""
        return len(self.waiting)

    def settle(self, settled: Settled) -> None:
        """For the gateway: one message came to its outcome."""
        with self._changed:
            self._settled.append(settled)
            if self._wanted and len(self._settled) >= min(self._wanted, self._open):
                self._wanted = 0
                self._changed.notify_all()
