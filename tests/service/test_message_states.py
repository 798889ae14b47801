"""Whatever order things happen in: states are legal, none is lost, none is sent twice.

The service's own code over a real database. The network is played: a book of what it accepted,
which the service is told of late, twice, in any order, or never.
"""

from __future__ import annotations

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

from flows.states import MESSAGE
from service import outbox, reconciling, settling
from service.carrier.outcomes import Accepted, InDoubt, Outcome, Retry, SlowDown
from service.carrier.records import Record, RecordingRecord
from service.house import House
from service.slate import REPLY
from service.storage import conversations, ids, messages, numbers, settings_rows, tables
from service.storage.messages import Candidate, Draft
from service.storage.standing import Conversation
from service.storage.statements import Prepared
from service.storage.tables import of
from tests import houses
from tests.service.any_order import live_through, reaches

m, t = of(tables.Message), of(tables.Timer)
_ROWS = Prepared(
    select(m.c.id, m.c.status, m.c.accepted_at, m.c.carrier_sid, m.c.wait_seconds, m.c.due_at)
)
_WAITS = Prepared(select(t.c.key, t.c.id, t.c.due_at).where(t.c.kind == "wait"))
_TABLES = ("timer", "message", "conversation", "number", "spend")
WORDS = ("How are you?", "Thank you.")
PHONES = ("+15550142001", "+15550142002")
ENDS = {"accepted", "sent", *MESSAGE.finals}
STATUSES = ("queued", "sent", "delivered", "undelivered", "failed")
UNTAKEN: tuple[Outcome, ...] = (
    Retry("connection refused"), SlowDown(20429, None), InDoubt("timeout"),
)  # fmt: skip
TAKEN: tuple[Outcome, ...] = (InDoubt("timeout"), InDoubt("http 500"))


class Flight:
    """A request to the network that was begun, by some worker."""

    def __init__(self, row: Candidate, to: str, body: str, begun: datetime) -> None:
        self.row, self.to, self.body, self.begun = row, to, body, begun
        self.record: Record | None = None
        self.open = True  # the network may still take it


class Book:
    """The network: what it accepted, and from which of our messages."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.taken: list[tuple[Record, str]] = []

    def accept(self, flight: Flight) -> None:
        flight.record = Record(
            f"SM{len(self.taken):032}", "outbound-api", flight.to, houses.SERVICE_NUMBER,
            flight.body, "queued", None, self._now(), None, 0,
        )  # fmt: skip
        self.taken.append((flight.record, flight.row.id))

    def list_messages(self, to: str, from_: str, since: datetime) -> list[Record]:
        return [
            record
            for record, _ in reversed(self.taken)
            if record.to == to and record.created_at and record.created_at >= since
        ]

    def list_received(self, since: datetime, to: str | None = None) -> list[Record]:
        return []

    def list_sent(self, since: datetime, until: datetime) -> list[Record]:
        return []

    def list_recordings(self, since: datetime) -> list[RecordingRecord]:
        return []

    def close(self) -> None:
        """Nothing runs."""


class Outgoing(RuleBasedStateMachine):
    """Texts on their way, with everything that may happen to them."""

    house: House
    at: datetime

    @initialize()
    def an_empty_house(self) -> None:
        with self.house.database.writing() as tx:
            for table in _TABLES:
                tx.execute(f"DELETE FROM {table}")
            tx.execute("UPDATE sender SET busy_until = NULL, paused_until = NULL")
            known = numbers.add_many(tx, [(p, "US", "mobile") for p in PHONES], self.house.now())
            force = self.house.editions.in_force(tx, settings_rows.stamp(tx))
        self.sender = force.sender(None).id
        self.numbers = {phone: known[phone] for phone in PHONES}
        self.book = Book(self.house.now)
        self.house.__dict__["gateway"] = self.book
        self.flights: list[Flight] = []
        self.words: dict[str, tuple[str, str]] = {}
        self.statuses: dict[str, str] = {}
        self.accepted: dict[str, datetime] = {}
        self.waits: dict[str, tuple[str, datetime]] = {}

    # --- what may happen

    @rule(phone=st.sampled_from(PHONES), words=st.lists(st.sampled_from(WORDS), max_size=3))
    def a_turn(self, phone: str, words: list[str]) -> None:
        now, turn, before = self.house.now(), ids.new(), None
        drafts: list[Draft] = []
        talks = [self.conversation(phone, now) for _ in words]
        for seq, (body, talk) in enumerate(zip(words, talks, strict=True)):
            drafts.append(
                Draft(
                    ids.new(), None, self.numbers[phone], self.sender, talk.id, turn, seq, REPLY,
                    "pending", None, body, 1, now, before, 3600, "1", now, None, "answer",
                )
            )  # fmt: skip
            before = drafts[-1].id
            self.words[drafts[-1].id] = (phone, body)
        with self.house.database.writing() as tx:
            conversations.save(tx, talks)
            messages.put(tx, drafts)

    def conversation(self, phone: str, now: datetime) -> Conversation:
        """One whose question waits for an answer."""
        return Conversation(
            ids.new(), ids.new(), self.numbers[phone], self.sender, "flow", "edition", "front", 1,
            b"{}", 1, None, None, now, now + timedelta(days=1), None, now, None, new=True,
        )  # fmt: skip

    @rule()
    def claimed(self) -> None:
        for row in outbox.claim(self.house, REPLY, 10, "worker"):
            to, body = self.words[row.id]
            self.flights.append(Flight(row, to, body, self.house.now()))

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
        if flight.record is not None:
            said = data.draw(st.sampled_from((Accepted(flight.record.sid, "queued"), *TAKEN)))
        else:
            said = data.draw(st.sampled_from(UNTAKEN))
        self.answer(flight, said)

    @precondition(lambda self: self.flights)
    @rule(data=st.data())
    def a_worker_dies(self, data: Any) -> None:
        dead = data.draw(st.lists(st.sampled_from(self.flights), unique=True))
        self.flights = [flight for flight in self.flights if flight not in dead]

    @precondition(lambda self: self.book.taken)
    @rule(data=st.data(), status=st.sampled_from(STATUSES), own=st.booleans())
    def a_callback_comes(self, data: Any, status: str, own: bool) -> None:
        record, id_ = data.draw(st.sampled_from(self.book.taken))
        outbox.status_came_in(
            self.house, sid=record.sid, message_id=id_ if own else None, status=status,
            error_code=30008 if status in ("undelivered", "failed") else None,
        )  # fmt: skip

    @rule(seconds=st.sampled_from((1, 5, 16, 40, 70)))
    def time_passes(self, seconds: int) -> None:
        type(self).at += timedelta(seconds=seconds)
        late = self.house.now() - timedelta(seconds=self.house.settings.http_timeout)
        for flight in self.flights:
            if flight.begun < late:
                flight.open = False  # its time-out is over; the answer may still be unwritten
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
        settling.settle(self.house, [(flight.row, said)])

    # --- what holds at any time

    @invariant()
    def states_are_legal(self) -> None:
        if not hasattr(self, "book"):
            return
        with self.house.database.reading() as tx:
            rows, waits = _ROWS.all(tx), _WAITS.all(tx)
        for id_, status, accepted_at, _, _, _ in rows:
            before = self.statuses.get(id_, "pending")
            assert reaches(MESSAGE, before, status), f"{before} -> {status}"
            self.statuses[id_] = status
            if id_ in self.accepted:
                assert accepted_at == self.accepted[id_], "accepted is set once"
            elif accepted_at is not None:
                self.accepted[id_] = accepted_at
        for key, id_, due in waits:
            assert self.waits.setdefault(key, (id_, due)) == (id_, due), "a wait is set once"
        assert len(self.waits) == len(self.accepted)

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        if not hasattr(self, "book"):
            return
        sent = [(record.to, record.body) for record, _ in self.book.taken]
        wanted = list(self.words.values())
        for words in set(sent):
            assert sent.count(words) <= wanted.count(words), f"doubled: {words}"

    def teardown(self) -> None:
        """On a good day all of it leaves, once."""
        if not hasattr(self, "book"):
            return
        for _ in range(60):
            if all(status in ENDS for status in self.statuses.values()):
                break
            self.claimed()
            for flight in list(self.flights):
                if flight.open:
                    self.book.accept(flight)
                said = Accepted(flight.record.sid, "queued") if flight.record else TAKEN[0]
                self.answer(flight, said)
            self.time_passes(61)
            self.the_carrier_is_asked()
            self.states_are_legal()
        self.nothing_is_sent_twice()
        assert len(self.book.taken) == len(self.words), "lost"
        assert set(self.statuses.values()) <= ENDS


def test_any_order_of_events() -> None:
    live_through(Outgoing)
