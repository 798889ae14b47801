"""Dispatching: the worker's side of the outbox. Claims in lane order, sends, settles in batches.

Promise: a bounded number is in flight over connections that live as long as the process; a
drain lasts a slice of time and returns, what is in flight settles behind it, and the carrier is
asked behind it. Replies keep places that a wave cannot take. A process that dies leaves rows
`sending`: they are in doubt. None is begun so late that its lease might end before its answer.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from service import logs, outbox, reconciling, settling, timers
from service.carrier.outcomes import NOT_BEGUN, Outcome, Retry
from service.carrier.sending import Outgoing, Sending
from service.house import SPARE_IN_FLIGHT, House
from service.slate import BULK, URGENT
from service.storage import messages
from service.storage.database import Unavailable
from service.storage.messages import Candidate

_HANDFUL = 64  # outcomes worth a transaction, unless they take longer than a moment
_MOMENT = 0.05  # seconds
_PAUSE = 0.5  # seconds between two tries to write outcomes
_FAREWELL = 12.0

log = logs.get(__name__)


class Dispatcher:
    """Sends for one process. Made once; its settling thread starts with the first drain."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._worker = f"{os.getpid()}-{random.getrandbits(32):08x}"
        self._stack = ExitStack()
        self._stream: Sending | None = None
        self._flying: dict[str, Candidate] = {}  # by message and attempt
        self._closing = False
        self._thread: threading.Thread | None = None
        self._asking: threading.Thread | None = None

    def drain(self, lanes: Sequence[int]) -> bool:
        """Send what is due in these lanes for a slice of time; whether there is more."""
        until = time.monotonic() + self._house.settings.slice_seconds
        timers.take_batch(self._house, (URGENT,))
        more = False
        while True:
            claimed = self._round(lanes, until)
            if time.monotonic() >= until:
                more = claimed is None or claimed > 0
                break
            if not claimed:
                break
        if BULK in lanes:
            self._ask()
        return more

    def _ask(self) -> None:
        """Ask the carrier what has to be asked, behind the drain: its answers may take long."""
        if self._asking is not None and self._asking.is_alive():
            return
        if reconciling.anything(self._house):
            self._asking = threading.Thread(
                target=reconciling.look, args=(self._house,), name="hearthline-asking", daemon=True
            )
            self._asking.start()

    def _round(self, lanes: Sequence[int], until: float) -> int | None:
        """Claim once from each lane, the most urgent first; how many were claimed.

        None where a lane found no room: nobody knows whether it has more.
        """
        claimed: int | None = 0
        for lane in lanes:
            free = self._wait_for_room(lane, until)
            if free <= 0:
                claimed = claimed or None
                continue
            before = self._begin_before()
            rows = outbox.claim(self._house, lane, free, self._worker)
            if rows:
                self._send(rows, before)
                claimed = (claimed or 0) + len(rows)
        return claimed

    def _wait_for_room(self, lane: int, until: float) -> int:
        """How many of this lane may be claimed; waits while a wave fills every place of its own.

        Somewhat more than can be in flight, so that no place is free while the next are claimed.
        """
        in_flight = self._house.settings.in_flight
        most = in_flight + in_flight // 2 + (SPARE_IN_FLIGHT if lane != BULK else 0)
        if self._stream is None:
            return most
        enough = max(1, in_flight // 8)
        return most - self._stream.wait_for_room(most - enough, until - time.monotonic())

    def _begin_before(self) -> datetime:
        """What is claimed now and begun later than this might still be on its way at its end."""
        settings = self._house.settings
        return self._house.now() + timedelta(seconds=settings.lease_seconds - settings.http_timeout)

    def _send(self, rows: Sequence[Candidate], before: datetime) -> None:
        stream = self._started()
        house = self._house
        with house.database.reading() as tx:
            senders = {s.id: s.number for s in outbox.our_numbers(tx, house)}
            lines = [messages.line(tx, row) for row in rows]
        now = house.now()
        flights = {_flight(row): row for row in rows}
        self._flying.update(flights)
        stream.put(
            Outgoing(
                flight,
                to,
                senders[row.sender_id or ""],
                body,
                house.callback_url(row.id),
                _validity(row, now),
                begin_before=before,
                patient=row.lane == BULK,
            )
            for (flight, row), (to, body) in zip(flights.items(), lines, strict=True)
        )

    # --- settling

    def _started(self) -> Sending:
        if self._stream is None:
            self._stream = self._stack.enter_context(
                self._house.gateway.sending(self._house.settings.in_flight)
            )
            self._thread = threading.Thread(
                target=self._settle, name="hearthline-settling", daemon=True
            )
            self._thread.start()
        return self._stream

    def _settle(self) -> None:
        assert self._stream is not None
        while not (self._closing and self._stream.open == 0):
            settled = self._stream.take(_MOMENT, _HANDFUL)
            if not settled:
                if self._stream.open == 0:
                    time.sleep(_MOMENT)
                continue
            rows = [(self._flying[item.id], item.outcome) for item in settled]
            if not self._write(rows):
                return  # the rows stay `sending`, and will be in doubt
            for item in settled:
                self._flying.pop(item.id, None)

    def _write(self, rows: Sequence[tuple[Candidate, Outcome]]) -> bool:
        """Write these outcomes, however long the database is away; False when closing meanwhile."""
        while True:
            try:
                settling.settle(self._house, rows)
                return True
            except Unavailable as error:  # what we know is not forgotten
                log.error("outcomes could not be written yet", exc_info=error)
                if self._closing:
                    return False
                time.sleep(_PAUSE)
            except Exception as error:
                if len(rows) > 1:  # one of them stands in the way of the others
                    return all(self._write([row]) for row in rows)
                log.error("an outcome was not written", message_id=rows[0][0].id, exc_info=error)
                return True  # the row stays `sending`, will be in doubt, and is looked for

    def close(self) -> None:
        """Let what is in flight come to its outcome, give back what was not begun, then stop."""
        self._closing = True
        if self._stream is not None:
            back = [self._flying[item.id] for item in self._stream.withdraw()]
            if back:
                self._write([(row, Retry(NOT_BEGUN)) for row in back])
        if self._thread is not None:
            self._thread.join(_FAREWELL)
        if self._asking is not None:
            self._asking.join(_MOMENT)  # nothing is lost: whoever looks next asks again
        self._stack.close()


def _flight(row: Candidate) -> str:
    return f"{row.id}:{row.attempts}"


def _validity(row: Candidate, now: datetime) -> int | None:
    """Seconds after which the network lets it die: a stale alert or check-in helps nobody."""
    if row.expires_at is not None:
        return max(60, int((row.expires_at - now).total_seconds()))
    return 3600 if row.lane == URGENT else None
