"""Whatever order things happen in: states of a call are legal, none is lost, no phone rings twice
for one reason.

The service's own code over a real database. The network is played: a book of the calls it placed,
which the service is told of late, twice, in any order, or never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from flows.states import CALL_OUT
from service import calls, outbox, placing, reconciling
from service.carrier.outcomes import Accepted, InDoubt, Outcome, Retry, SlowDown
from service.carrier.records import CallRecord, Record, RecordingRecord
from service.house import House
from service.slate import REPLY
from service.storage import ids, numbers, placings, settings_rows, tables
from service.storage.placings import Candidate, NewCall
from service.storage.statements import Prepared
from service.storage.tables import of
from tests import houses
from tests.service.any_order import live_through, reaches

k = of(tables.Call)
_ROWS = Prepared(select(k.c.id, k.c.status, k.c.carrier_sid))
_TABLES = ("timer", "call", "call_step", "message", "conversation", "number", "spend")
PHONES = ("+15550142001", "+15550142002")
OVER = ("completed", "busy", "no-answer", "failed", "canceled")
UNTAKEN: tuple[Outcome, ...] = (
    Retry("connection refused"), SlowDown(20429, None), InDoubt("timeout"),
)  # fmt: skip
TAKEN: tuple[Outcome, ...] = (InDoubt("timeout"), InDoubt("http 500"))
RINGS = timedelta(seconds=60)  # a phone that nobody takes


class Flight:
    """A request to the network that was begun, by some worker."""

    def __init__(self, row: Candidate, to: str, begun: datetime) -> None:
        self.row, self.to, self.begun = row, to, begun
        self.sid: str | None = None
        self.open = True  # the network may still take it


class Book:
    """The network: the calls it placed, by sid, and for which of ours each was."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.placed: dict[str, tuple[CallRecord, str]] = {}

    def accept(self, flight: Flight) -> None:
        flight.sid = f"CA{len(self.placed):032}"
        record = CallRecord(
            flight.sid, "outbound-api", flight.to, houses.SERVICE_NUMBER, "ringing", "", 0,
            self._now(),
        )  # fmt: skip
        self.placed[flight.sid] = (record, flight.row.id)

    def over(self, sid: str, status: str) -> str:
        """It ends so, unless it had ended; how it ended."""
        record, id_ = self.placed[sid]
        if record.status not in OVER:
            taken = record.status == "in-progress"
            record = record._replace(status="completed" if taken else status)
            self.placed[sid] = (record, id_)
        return record.status

    def taken(self, sid: str) -> None:
        record, id_ = self.placed[sid]
        self.placed[sid] = (record._replace(status="in-progress"), id_)

    def time_passes(self) -> None:
        for sid, (record, _) in list(self.placed.items()):
            if record.created_at is not None and self._now() - record.created_at > RINGS:
                self.over(sid, "no-answer")

    def list_calls(self, to: str, from_: str, since: datetime) -> list[CallRecord]:
        return [
            record
            for record, _ in reversed(self.placed.values())
            if record.to == to and record.created_at and record.created_at >= since
        ]

    def fetch_call(self, sid: str) -> CallRecord | None:
        return self.placed[sid][0] if sid in self.placed else None

    def list_received(self, since: datetime, to: str | None = None) -> list[Record]:
        return []

    def list_sent(self, since: datetime, until: datetime) -> list[Record]:
        return []

    def list_recordings(self, since: datetime) -> list[RecordingRecord]:
        return []

    def close(self) -> None:
        """Nothing runs."""


class Placed(RuleBasedStateMachine):
    """Calls on their way, with everything that may happen to them."""

    house: House
    at: datetime

    @initialize()
    def an_empty_house(self) -> None:
        with self.house.database.writing() as tx:
            for table in _TABLES:
                tx.execute(f"DELETE FROM {table}")
            tx.execute(
                "UPDATE sender SET busy_until = NULL, paused_until = NULL, calling_until = NULL"
            )
            known = numbers.add_many(tx, [(p, "US", "mobile") for p in PHONES], self.house.now())
            force = self.house.editions.in_force(tx, settings_rows.stamp(tx))
        self.sender = force.sender(None).id
        self.numbers = {phone: known[phone] for phone in PHONES}
        self.book = Book(self.house.now)
        self.house.__dict__["gateway"] = self.book
        self.flights: list[Flight] = []
        self.wanted: dict[str, str] = {}
        self.statuses: dict[str, str] = {}

    # --- what may happen

    @rule(phone=st.sampled_from(PHONES))
    def one_is_wanted(self, phone: str) -> None:
        now = self.house.now()
        new = NewCall(ids.new(), "notice", None, self.numbers[phone], self.sender, REPLY, now, now)
        self.wanted[new.id] = phone
        with self.house.database.writing() as tx:
            placings.plan(tx, [new])

    @rule()
    def claimed(self) -> None:
        for row in placing.claim(self.house, (REPLY,), "worker"):
            self.flights.append(Flight(row, self.wanted[row.id], self.house.now()))

    @precondition(lambda self: any(f.open for f in self.flights))
    @rule(data=st.data())
    def the_network_takes_one(self, data: Any) -> None:
        flight = data.draw(st.sampled_from([f for f in self.flights if f.open]))
        flight.open = False
        self.book.accept(flight)

    @precondition(lambda self: self.flights)
    @rule(data=st.data())
    def one_is_answered(self, data: Any) -> None:
        flight = data.draw(st.sampled_from(self.flights))
        if flight.sid is not None:
            said = data.draw(st.sampled_from((Accepted(flight.sid, "queued"), *TAKEN)))
        else:
            said = data.draw(st.sampled_from(UNTAKEN))
        self.answer(flight, said)

    @precondition(lambda self: self.flights)
    @rule(data=st.data())
    def a_worker_dies(self, data: Any) -> None:
        dead = data.draw(st.lists(st.sampled_from(self.flights), unique=True))
        self.flights = [flight for flight in self.flights if flight not in dead]

    @precondition(lambda self: self.book.placed)
    @rule(data=st.data(), status=st.sampled_from(("initiated", *OVER)), own=st.booleans())
    def a_callback_comes(self, data: Any, status: str, own: bool) -> None:
        sid = data.draw(st.sampled_from(sorted(self.book.placed)))
        if status in OVER:
            status = self.book.over(sid, status)
        calls.call_status_came_in(
            self.house, sid=sid, call_id=self.book.placed[sid][1] if own else None, status=status
        )

    @precondition(lambda self: self.book.placed)
    @rule(data=st.data())
    def somebody_takes_it(self, data: Any) -> None:
        sid = data.draw(st.sampled_from(sorted(self.book.placed)))
        record, id_ = self.book.placed[sid]
        if record.status not in OVER:
            self.book.taken(sid)
            calls.call_answered(self.house, call_id=id_, sid=sid, answered_by="human")

    @rule(seconds=st.sampled_from((1, 5, 16, 40, 70)))
    def time_passes(self, seconds: int) -> None:
        type(self).at += timedelta(seconds=seconds)
        late = self.house.now() - timedelta(seconds=self.house.settings.http_timeout)
        for flight in self.flights:
            if flight.begun < late:
                flight.open = False  # its time-out is over; the answer may still be unwritten
        self.book.time_passes()
        outbox.tick(self.house)
        self.claimed()

    @rule()
    def an_hour_in_which_answers_stay_unwritten(self) -> None:
        """What was claimed is looked for until it may be claimed again."""
        for _ in range(4):
            self.time_passes(70)
            self.the_carrier_is_asked()
        self.time_passes(1)

    @rule()
    def the_carrier_is_asked(self) -> None:
        reconciling.look(self.house)

    def answer(self, flight: Flight, said: Outcome) -> None:
        self.flights.remove(flight)
        placing.settle(self.house, [(flight.row, said)])

    # --- what holds at any time

    @invariant()
    def states_are_legal(self) -> None:
        if not hasattr(self, "book"):
            return
        with self.house.database.reading() as tx:
            rows = _ROWS.all(tx)
        for id_, status, _ in rows:
            before = self.statuses.get(id_, "pending")
            assert reaches(CALL_OUT, before, status), f"{before} -> {status}"
            self.statuses[id_] = status
        sids = [sid for _, _, sid in rows if sid is not None]
        assert len(sids) == len(set(sids))

    @invariant()
    def no_phone_rings_twice_for_one_reason(self) -> None:
        if not hasattr(self, "book"):
            return
        rang = Counter(record.to for record, _ in self.book.placed.values())
        assert rang <= Counter(self.wanted.values()), "doubled"

    def teardown(self) -> None:
        """On a good day all of them are placed, once, and come to their end."""
        if not hasattr(self, "book"):
            return
        for _ in range(60):
            if all(status in CALL_OUT.finals for status in self.statuses.values()):
                break
            self.claimed()
            for flight in list(self.flights):
                if flight.open:
                    flight.open = False
                    self.book.accept(flight)
                said = Accepted(flight.sid, "queued") if flight.sid else TAKEN[0]
                self.answer(flight, said)
            self.time_passes(61)
            self.the_carrier_is_asked()
            self.states_are_legal()
        self.no_phone_rings_twice_for_one_reason()
        assert len(self.book.placed) == len(self.wanted), "lost"
        assert set(self.statuses.values()) <= CALL_OUT.finals


def test_any_order_of_events() -> None:
    live_through(Placed)
