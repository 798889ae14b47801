"""The gateway to the phone network: messages and calls out, and questions about what it holds.

Promise: many in flight over connections that live from job to job, on a thread of its
own; every error becomes one of a few outcomes (`outcomes.py`), and nothing is repeated here. No
transaction may be open in the caller while it waits. Nothing here touches the database.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from service import clock
from service.carrier.outcomes import (
    NOT_BEGUN,
    InDoubt,
    Outcome,
    Retry,
    unplaceable,
    unsendable,
)
from service.carrier.records import (
    CallRecord,
    CarrierTrouble,
    Reading,
    Record,
    RecordingRecord,
    ServiceNumber,
)
from service.carrier.sending import Leaving, Outgoing, OutgoingCall, Sending

if TYPE_CHECKING:
    from service.carrier.line import Line

T = TypeVar("T")

_SPARE_CONNECTIONS = 4  # for questions while all sending places are taken
_SHORTEST_VALIDITY, _LONGEST_VALIDITY = 1, 36_000  # seconds, the network's own bounds
_FAREWELL_SECONDS = 1.0  # beyond the time-out of a request, when closing


class Gateway:
    """One account at the phone network. Starts its thread when first used; safe after a fork."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_url: str = "https://api.twilio.com",
        *,
        timeout: float = 10.0,
        in_flight: int = 128,
    ) -> None:
        self._account = (account_sid, auth_token, api_url)
        self._timeout = timeout
        self._in_flight = in_flight
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._line: Line | None = None
        self._of_the_parent: object = None
        self._process = 0
        self._tasks: set[asyncio.Task[None]] = set()

    # --- sending

    @contextlib.contextmanager
    def sending(self, patient_places: int | None = None) -> Iterator[Sending]:
        """A stream of messages and calls. On the way out nothing is begun any more.

        Patient ones take so many of its places in flight at most, by default all of them.
        Leave it only when `open` is 0, or after `withdraw` and taking the rest: what was begun
        and not taken is in doubt for the caller.
        """
        self._started()
        stream = Sending(self._wake, patient_places or self._in_flight)
        try:
            yield stream
        finally:
            stream.withdraw()

    def send(self, outgoing: Leaving) -> Outcome:
        """Send one message, or place one call, and wait for its outcome."""
        with self.sending() as stream:
            stream.put([outgoing])
            settled = stream.take(self._timeout + _FAREWELL_SECONDS)
        return settled[0].outcome if settled else InDoubt("no outcome in time")

    # --- asking

    def list_messages(self, to: str, from_: str, since: datetime) -> list[Record]:
        """What the network holds between these two numbers, created since then, newest first."""
        return self._ask(lambda reading: reading.messages(to=to, from_=from_, since=since))

    def list_received(self, since: datetime, to: str | None = None) -> list[Record]:
        """Texts that the network took in for us since then, oldest first."""
        return self._ask(lambda reading: reading.received(since=since, to=to), patience=6)

    def list_sent(self, since: datetime, until: datetime) -> list[Record]:
        """What left for phones between these moments, and what became of it, newest first."""
        return self._ask(lambda reading: reading.sent(since=since, until=until), patience=6)

    def fetch(self, sid: str) -> Record | None:
        """One message as the network holds it; None where it knows none by that sid."""
        return self._ask(lambda reading: reading.message(sid))

    def redact(self, sid: str) -> bool:
        """Empty the text of a message there. False where there is none."""
        return self._ask(lambda reading: reading.redact(sid))

    def delete(self, sid: str) -> bool:
        """Delete a message there, its media with it, or a call. False where there is none.

        A call that is still going on is refused."""
        return self._ask(lambda reading: reading.delete(sid))

    def list_calls(self, to: str, from_: str, since: datetime) -> list[CallRecord]:
        """The calls between these two numbers, created since then, newest first."""
        return self._ask(lambda reading: reading.calls(to=to, from_=from_, since=since))

    def fetch_call(self, sid: str) -> CallRecord | None:
        """One call as the network holds it; None where it knows none by that sid."""
        return self._ask(lambda reading: reading.call(sid))

    def fetch_recording(self, sid: str) -> tuple[bytes, str] | None:
        """A recording's bytes and media type; None where there is none."""
        return self._ask(lambda reading: reading.recording(sid), patience=6)

    def list_recordings(self, since: datetime) -> list[RecordingRecord]:
        """The account's recordings, created since then, newest first."""
        return self._ask(lambda reading: reading.recordings(since=since), patience=6)

    def delete_recording(self, sid: str) -> bool:
        """Delete a recording there. False where there is none."""
        return self._ask(lambda reading: reading.delete_recording(sid))

    def numbers(self) -> list[ServiceNumber]:
        """Our numbers there, and where each one's webhooks point to."""
        return self._ask(lambda reading: reading.numbers())

    def point_webhooks(self, number_sid: str, urls: dict[str, str]) -> ServiceNumber:
        """Set where a number's webhooks point to; `urls` by the names of `ServiceNumber`.

        They are asked by POST, unless a name's `_method` beside it says otherwise.
        """
        return self._ask(lambda reading: reading.point(number_sid, urls))

    def ping(self) -> str:
        """The account's status ("active"). Raises CarrierTrouble where the line or keys fail."""
        return self._ask(lambda reading: reading.account_status())

    # --- its own thread

    def close(self) -> None:
        """Let what is in flight end, within the time-out, then stop the thread."""
        with self._starting:
            loop, thread, line = self._loop, self._thread, self._line
            self._loop = self._thread = self._line = None
        if loop is None or thread is None or line is None or self._process != os.getpid():
            return
        asyncio.run_coroutine_threadsafe(self._finish(line), loop).add_done_callback(
            lambda _: loop.call_soon_threadsafe(loop.stop)
        )
        thread.join(self._timeout + 2 * _FAREWELL_SECONDS)

    async def _finish(self, line: Line) -> None:
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._timeout + _FAREWELL_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await line.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is not None and self._process == os.getpid():
                return self._loop
            # after a fork: the parent's line is kept untouched, for closing it is the parent's
            self._of_the_parent = (self._loop, self._line)
            loop = asyncio.new_event_loop()
            thread = threading.Thread(
                target=loop.run_forever, name="hearthline-gateway", daemon=True
            )
            thread.start()
            opening = asyncio.run_coroutine_threadsafe(self._open_line(), loop)
            self._line = opening.result()
            self._loop, self._thread, self._process = loop, thread, os.getpid()
            return loop

    async def _open_line(self) -> Line:
        # imported when first used: the carrier's library takes half a second, and web only listens
        from service.carrier.line import Line

        return Line(*self._account, self._in_flight + _SPARE_CONNECTIONS, self._timeout)

    def _wake(self, stream: Sending) -> None:
        self._started().call_soon_threadsafe(self._run, stream)

    def _run(self, stream: Sending) -> None:
        """Have as many runners as there is work for, up to the places in flight."""
        line, loop = self._line, asyncio.get_running_loop()
        if line is None:
            return
        for _ in range(min(stream.unbegun, self._in_flight - stream.runners)):
            stream.runners += 1
            task = loop.create_task(_runner(line, stream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _ask(self, question: Callable[[Reading], Coroutine[Any, Any, T]], patience: int = 2) -> T:
        """Put a question to the network and wait for its answer, `patience` time-outs at most."""
        loop = self._started()
        assert self._line is not None
        answer = asyncio.run_coroutine_threadsafe(question(Reading(self._line)), loop)
        try:
            return answer.result(self._timeout * patience)
        except concurrent.futures.TimeoutError:
            answer.cancel()
            raise CarrierTrouble("unreachable", None, "no answer in time") from None


async def _runner(line: Line, stream: Sending) -> None:
    """Send one after the other from the stream until none waits."""
    try:
        while True:
            outgoing = stream.begin()
            if outgoing is None:
                return
            outcome: Outcome = InDoubt("stopped while sending")
            try:
                outcome = _not_to_begin(outgoing) or await _create(line, outgoing)
            finally:
                stream.settle(outgoing, outcome)
    finally:
        stream.runners -= 1


async def _create(line: Line, outgoing: Leaving) -> Outcome:
    if isinstance(outgoing, OutgoingCall):
        return await line.create("Calls", _call_fields(outgoing))
    return await line.create("Messages", _fields(outgoing))


def _not_to_begin(outgoing: Leaving) -> Outcome | None:
    if outgoing.begin_before is not None and clock.now() >= outgoing.begin_before:
        return Retry(NOT_BEGUN)
    if isinstance(outgoing, OutgoingCall):
        return unplaceable(outgoing.to, outgoing.from_)
    return unsendable(outgoing.to, outgoing.from_, outgoing.body, len(outgoing.media))


def _fields(outgoing: Outgoing) -> list[tuple[str, str]]:
    fields = [("To", outgoing.to), ("From", outgoing.from_)]
    if outgoing.body:
        fields.append(("Body", outgoing.body))
    if outgoing.callback_url:
        fields.append(("StatusCallback", outgoing.callback_url))
    if outgoing.validity_seconds is not None:
        validity = min(max(outgoing.validity_seconds, _SHORTEST_VALIDITY), _LONGEST_VALIDITY)
        fields.append(("ValidityPeriod", str(validity)))
    fields.extend(("MediaUrl", url) for url in outgoing.media)
    return fields


# "initiated" brings the network's name for the call also where the answer to us was lost
_CALL_EVENTS = ("initiated", "answered", "completed")


def _call_fields(call: OutgoingCall) -> list[tuple[str, str]]:
    return [
        ("To", call.to),
        ("From", call.from_),
        ("Url", call.url),
        ("Method", "POST"),
        # where a step in its middle finds nobody: asked there, we say again what was said last
        ("FallbackUrl", call.url),
        ("FallbackMethod", "POST"),
        ("StatusCallback", call.status_url),
        ("StatusCallbackMethod", "POST"),
        *(("StatusCallbackEvent", event) for event in _CALL_EVENTS),
        ("Timeout", str(call.ring_seconds)),
        # a machine is known once its greeting is over: what is said earlier it does not keep
        ("MachineDetection", "DetectMessageEnd"),
    ]
