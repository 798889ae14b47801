"""What goes out, and the queue on which its outcomes come back.

Promise: every `Outgoing` that was put in comes back exactly once - by `take` with its outcome, or
by `withdraw` untouched. Safe between the caller's thread and the gateway's own. No network here.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, TypeAlias

from service.carrier.outcomes import Outcome


class Outgoing(NamedTuple):
    """One message to send. `id` is ours and comes back with the outcome.

    `callback_url` carries that id, so that a status tells which message it means even when the
    answer to the send was lost. `validity_seconds`: after that the network lets it die.
    `begin_before`: not begun any more at that moment; then its outcome is `Retry`. One that is
    `patient` lets the others pass, and leaves them some places.
    """

    id: str
    to: str
    from_: str
    body: str
    callback_url: str | None = None
    validity_seconds: int | None = None
    media: tuple[str, ...] = ()
    begin_before: datetime | None = None
    patient: bool = False


class OutgoingCall(NamedTuple):
    """One call to place. `id`, `begin_before` and `patient` as with a message.

    `url` is asked for what is said once somebody, or something, has answered, and `status_url`
    told how the call fares; both carry our id. `ring_seconds`: so long it rings at most.
    """

    id: str
    to: str
    from_: str
    url: str
    status_url: str
    ring_seconds: int = 30
    begin_before: datetime | None = None
    patient: bool = False


Leaving: TypeAlias = Outgoing | OutgoingCall
"""What one stream carries: a text, or a call."""


class Settled(NamedTuple):
    id: str
    outcome: Outcome


class Sending:
    """One drain's stream of messages and calls: put many, take settled in batches, N in flight.

    Made by `Gateway.sending()`. Coalescing is the point: waking the caller for each message costs
    more than sending it, so `take` waits for a handful or for its time.
    """

    def __init__(self, wake: Callable[[Sending], None], patient_places: int) -> None:
        self.runners = 0  # touched by the gateway's thread only, like the next one
        self._patient_places = patient_places
        self._soon: deque[Leaving] = deque()
        self._patient: deque[Leaving] = deque()
        self._wake = wake
        self._changed = threading.Condition()
        self._settled: list[Settled] = []
        self._wanted = 0  # by `take`
        self._room_wanted: int | None = None  # by `wait_for_room`
        self._open = 0

    def put(self, outgoing: Iterable[Leaving]) -> None:
        """Hand over messages; returns at once."""
        batch = tuple(outgoing)
        if not batch:
            return
        with self._changed:
            self._open += len(batch)
            self._changed.notify_all()
        self._soon.extend(outgoing for outgoing in batch if not outgoing.patient)
        self._patient.extend(outgoing for outgoing in batch if outgoing.patient)
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

    def wait_for_room(self, most: int, timeout: float) -> int:
        """Wait until no more than `most` are unanswered, or for the time-out; how many are.

        What has its outcome makes room at once, whether or not anybody has taken it.
        """
        until = time.monotonic() + timeout
        with self._changed:
            while self._open - len(self._settled) > most:
                self._room_wanted = most
                left = until - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    break
            self._room_wanted = None
            return self._open - len(self._settled)

    def wait(self, timeout: float) -> bool:
        """Wait until something is put in; whether anything is open."""
        with self._changed:
            if not self._open:
                self._changed.wait(timeout)
            return self._open > 0

    def withdraw(self) -> list[Leaving]:
        """Take back everything that was not begun; its outcome will not come."""
        back: list[Leaving] = []
        for waiting in (self._soon, self._patient):
            with suppress(IndexError):
                while True:
                    back.append(waiting.popleft())
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
        return len(self._soon) + len(self._patient)

    # --- for the gateway, on its thread

    def begin(self) -> Leaving | None:
        """The next to be sent; None where none waits, or only patient ones without a place."""
        with suppress(IndexError):
            return self._soon.popleft()
        if self._patient_places > 0:
            with suppress(IndexError):
                patient = self._patient.popleft()
                self._patient_places -= 1
                return patient
        return None

    def settle(self, outgoing: Leaving, outcome: Outcome) -> None:
        """One message came to its outcome."""
        self._patient_places += outgoing.patient
        with self._changed:
            self._settled.append(Settled(outgoing.id, outcome))
            enough = bool(self._wanted) and len(self._settled) >= min(self._wanted, self._open)
            if enough:
                self._wanted = 0
            room = self._room_wanted
            if room is not None and self._open - len(self._settled) <= room:
                self._room_wanted, enough = None, True
            if enough:
                self._changed.notify_all()
