"""Dispatching: the worker's side of the outbox. Claims in lane order, sends, settles in batches.
Calls leave beside the texts, over the same connections.

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
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TypeVar

from service import logs, outbox, placing, reconciling, settling, timers
from service.carrier.outcomes import NOT_BEGUN, Outcome, Retry
from service.carrier.sending import Outgoing, OutgoingCall, Sending
from service.house import SPARE_IN_FLIGHT, House
from service.slate import BULK, URGENT
from service.storage import messages, placings
from service.storage.database import Unavailable
from service.storage.messages import Candidate

R = TypeVar("R", Candidate, placings.Candidate)

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
        self._ringing: dict[str, placings.Candidate] = {}  # by call and try
        self._closing = False
        self._thread: threading.Thread | None = None
        self._asking: threading.Thread | None = None

    def drain(self, lanes: Sequence[int]) -> bool:
        """Send what is due in these lanes for a slice of time; whether there is more."""
        until = time.monotonic() + self._house.settings.slice_seconds
        timers.take_batch(self._house, (URGENT,))
        self._place(lanes)
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

    def _place(self, lanes: Sequence[int]) -> None:
        """Place what calls may leave now. One a second does: the clock wakes us for the next."""
        before = self._begin_before()
        rows = placing.claim(self._house, lanes, self._worker)
        if not rows:
            return
        stream, house = self._started(), self._house
        with house.database.reading() as tx:
            senders = {s.id: s.number for s in outbox.our_numbers(tx, house)}
            numbers = [placings.number(tx, row) for row in rows]
        flights = {f"{row.id}:{row.tries}": row for row in rows}
        self._ringing.update(flights)
        stream.put(
            OutgoingCall(
                flight,
                to,
                senders[row.sender_id or ""],
                *house.call_urls(row.id),
                begin_before=before,
                patient=row.lane == BULK,
            )
            for (flight, row), to in zip(flights.items(), numbers, strict=True)
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
            if not self._settled([(item.id, item.outcome) for item in settled]):
                return  # the rows stay `sending` or `placing`, and will be in doubt

    def _settled(self, outcomes: Sequence[tuple[str, Outcome]]) -> bool:
        """Texts and calls, each to those who write them."""
        texts = [(self._flying[id_], said) for id_, said in outcomes if id_ in self._flying]
        calls = [(self._ringing[id_], said) for id_, said in outcomes if id_ in self._ringing]
        if not self._write(settling.settle, texts) or not self._write(placing.settle, calls):
            return False
        for id_, _ in outcomes:
            self._flying.pop(id_, None)
            self._ringing.pop(id_, None)
        return True

    def _write(
        self, write: Callable[[House, Sequence[tuple[R, Outcome]]], None],
        rows: Sequence[tuple[R, Outcome]],
    ) -> bool:  # fmt: skip
        """Write these outcomes, however long the database is away; False when closing meanwhile."""
        while rows:
            try:
                write(self._house, rows)
                return True
            except Unavailable as error:  # what we know is not forgotten
                log.error("outcomes could not be written yet", exc_info=error)
                if self._closing:
                    return False
                time.sleep(_PAUSE)
            except Exception as error:
                if len(rows) > 1:  # one of them stands in the way of the others
                    return all(self._write(write, [row]) for row in rows)
                log.error("an outcome was not written", row_id=rows[0][0].id, exc_info=error)
                return True  # the row stays as it is, will be in doubt, and is looked for
        return True

    def close(self) -> None:
        """Let what is in flight come to its outcome, give back what was not begun, then stop."""
        self._closing = True
        if self._stream is not None:
            back = self._stream.withdraw()
            self._settled([(item.id, Retry(NOT_BEGUN)) for item in back])
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
