"""Status callbacks: each change of a message's or a call's status told to its StatusCallback.

Promise: best effort, as with the carrier. On a good day the callbacks of one message or call come
in order, one after another; the weather makes them late, doubled, reordered or lost. They never
wait for a caller, so one can come before `create` has returned.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from service.carrier.local.agenda import Agenda, moment
from service.carrier.local.hooks import Hooks
from service.carrier.local.tally import Tally
from service.carrier.local.texts import API, Text
from service.carrier.local.weather import Weather

IN_FLIGHT = 64
OVERTAKEN_SECONDS = 0.4  # a reordered callback waits up to so long for a later one


class Due(NamedTuple):
    """One callback."""

    url: str
    form: Mapping[str, str]
    method: str


class Told(Protocol):
    """What callbacks are about: holds those that wait while one is on its way."""

    pending: list[Due] | None


class Callbacks:
    """All status callbacks of the network."""

    def __init__(self, hooks: Hooks, agenda: Agenda, tally: Tally, account: str) -> None:
        self._hooks = hooks
        self._agenda = agenda
        self._tally = tally
        self._account = account
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._running: set[asyncio.Task[None]] = set()
        self._next_start = 0.0
        self.after: Callable[[Told], None] = lambda about: None  # the service was called back
        self.weather = Weather()
        self.chance = random.Random(self.weather.seed)

    @property
    def busy(self) -> bool:
        """True while one is on its way."""
        return bool(self._running)

    def tell(self, text: Text) -> None:
        """A message has changed its status."""
        weather = self.weather
        if not text.callback or text.status not in weather.callback_statuses:
            return
        self.send(text, text.callback, self._form(text))

    def send(self, about: Told, url: str, form: Mapping[str, str], method: str = "POST") -> None:
        """Call back once, or as the weather has it."""
        weather, tally, roll = self.weather, self._tally.callbacks, self.chance.random
        due = Due(url, {**form, **weather.extra}, method)
        tally["due"] += 1
        copies = 1
        if weather.callback_lost and roll() < weather.callback_lost:
            tally["lost"] += 1
            return
        if weather.callback_doubled and roll() < weather.callback_doubled:
            tally["doubled"] += 1
            copies = 2
        for copy in range(copies):
            wait = self._wait(weather) + (roll() * OVERTAKEN_SECONDS if copy else 0)
            if wait > 0:
                self._agenda.at(moment() + wait, self._enqueue, (about, due))
            else:
                self._enqueue((about, due))

    def _wait(self, weather: Weather) -> float:
        wait, roll = 0.0, self.chance.random
        if weather.callback_late and roll() < weather.callback_late:
            self._tally.callbacks["late"] += 1
            wait += roll() * weather.callback_late_ms / 1000
        if weather.callback_reordered and roll() < weather.callback_reordered:
            self._tally.callbacks["reordered"] += 1
            wait += (0.25 + 0.75 * roll()) * OVERTAKEN_SECONDS
        return wait

    def _form(self, text: Text) -> dict[str, str]:
        form = {
            "SmsSid": text.sid,
            "SmsStatus": text.status,
            "MessageStatus": text.status,
            "To": text.to,
            "MessageSid": text.sid,
            "AccountSid": self._account,
            "From": text.sender,
            "ApiVersion": API,
        }
        if text.error is not None:
            form["ErrorCode"] = str(text.error)
        if text.service:
            form["MessagingServiceSid"] = text.service
        return form

    def _enqueue(self, one: tuple[Told, Due]) -> None:
        about, due = one
        if about.pending is not None:
            about.pending.append(due)
            return
        about.pending = [due]
        task = asyncio.ensure_future(self._send(about))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _send(self, about: Told) -> None:
        """The callbacks that wait now about one message or call, one after another."""
        assert about.pending is not None
        while about.pending:
            due = about.pending.pop(0)
            await self._pace()
            async with self._room:
                self._tally.callbacks["sent"] += 1
                answer = await self._hooks.call(due.url, due.form, due.method)
            self._tally.callbacks["failed" if answer.trouble else "answered"] += 1
            self.after(about)
        about.pending = None

    async def _pace(self) -> None:
        if not self.weather.callback_rate:
            return
        now = time.monotonic()
        start = max(now, self._next_start)
        self._next_start = start + 1 / self.weather.callback_rate
        if start > now:
            await asyncio.sleep(start - now)
