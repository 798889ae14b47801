"""A house to tell turns in, in this process: no web, no worker, no Redis, a clock that is moved.

    line.organised(coordinators=["+15550142009"])
    ana = line.phone("+15550142001")
    assert "Hear more?" in ana.text("JOIN")
    line.passes(hours=3)
    assert ana.hears() == []

Promise: the service's own code over a real database. Only the phone network is played: `carry`
claims what is due, as a worker does, and settles it as accepted, or as the test says instead;
`ring` does the same for calls, which nobody takes unless the test says so.
`passes` stops at every moment at which something is due, so hours are lived through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import text

from service import calls, checkins, outbox, placing, recording, settling, timers, turns
from service import house as houses
from service.carrier.outcomes import Accepted, Outcome
from service.settings import load
from service.slate import Slate
from service.storage import (
    cases,
    ids,
    messages,
    numbers,
    people,
    placings,
    senders,
    settings_rows,
)
from service.storage.conversations import of_person
from service.storage.database import Tx
from service.storage.messages import Candidate
from service.storage.standing import Conversation, Standing, by_number
from tests.houses import SERVICE_NUMBER, environment

MONDAY = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)  # ten in the morning in New York
ANA, BEN, CLEO = "+15550142001", "+15550142002", "+15550142003"
ROSA = "+15550142009"  # who is told when somebody needs a person
LANES = (0, 1, 2)
_FAST = 1_000_000_000  # thousandths of a segment a second: nobody waits unless the test says so
_MOST_ROUNDS = 500

Says = Callable[[Candidate, str], Outcome | None]
Places = Callable[[placings.Candidate, str], Outcome | None]
Fate = Callable[[str], str | None]


class Sent(NamedTuple):
    """A text that the phone network took."""

    to: str
    body: str
    row: Candidate
    at: datetime


class Rung(NamedTuple):
    """A call that the phone network placed."""

    to: str
    row: placings.Candidate
    sid: str
    at: datetime


class Silent:
    """A nudger that wakes nobody; who was to be woken can be asked."""

    def __init__(self) -> None:
        self.lanes: list[int] = []

    def nudge(self, lane: int) -> None:
        self.lanes.append(lane)

    def close(self) -> None:
        """Nothing runs."""


class Line:
    """The house, its clock, its phones and the phone network between them."""

    def __init__(
        self, database_url: str, home: Path, at: datetime = MONDAY, **settings: str
    ) -> None:
        self.at = at
        self.home = home
        self.house = houses.House(
            load(environment(database_url, home, **settings)), now=lambda: self.at
        )
        self.house.nudger.close()
        self.nudger = Silent()
        self.house.nudger = self.nudger  # type: ignore[assignment]
        self.sent: list[Sent] = []
        self.says: Says = lambda row, body: None  # None: accepted
        self.rung: list[Rung] = []
        self.places: Places = lambda row, to: None  # None: accepted
        self.fate: Fate = lambda to: "no answer"  # None: nothing is told yet
        self._phones: dict[str, Phone] = {}
        self._sids = count(1)

    # --- the house

    @property
    def database(self) -> Any:
        return self.house.database

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        with self.house.database.reading() as tx:
            yield tx

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        with self.house.database.writing() as tx:
            yield tx

    def organised(self, coordinators: Iterable[str] = (), **choices: Any) -> None:
        """Settings of the organisation; coordinators by their numbers."""
        with self.writing() as tx:
            told = []
            for number in coordinators:
                country, kind = turns.described(number)
                told.append(numbers.add(tx, number, country=country, kind=kind, at=self.at)[0])
            if told:
                choices["coordinators"] = told
            for name, value in choices.items():
                settings_rows.put(tx, name, value, self.at)

    def close(self) -> None:
        self.house.close()

    # --- time

    def passes(self, **time: float) -> None:
        """Let time pass, living through every moment at which something is due."""
        until = self.at + timedelta(**time)
        self.settle()
        while (due := self._next_due()) is not None and due <= until:
            self.at = max(due, self.at)
            self.settle()
        self.at = until
        self.settle()

    def until(self, moment: datetime) -> None:
        """Let time pass until this moment."""
        self.passes(seconds=(moment - self.at).total_seconds())

    def settle(self) -> None:
        """Do everything that is due now: timers, then what is to be sent, until nothing is left."""
        for _ in range(_MOST_ROUNDS):
            worked = timers.take_batch(self.house)
            if outbox.tick(self.house):
                worked += self.carry() + self.ring()
            if not worked:
                return
        raise AssertionError("the house does not come to rest")

    def _next_due(self) -> datetime | None:
        moments = [
            row[0]
            for table, rows in (
                ("timer", "lane < 3"),
                ("message", "status in ('pending','held')"),
                ("call", "status in ('pending','held')"),
            )
            for row in self.rows(
                f"select min(due_at) from {table} where {rows} and due_at > :now",
                now=int(self.at.timestamp() * 1_000_000),
            )
        ]
        found = [moment for moment in moments if moment is not None]
        return datetime.fromtimestamp(min(found) / 1_000_000, UTC) if found else None

    # --- the phone network

    def carry(self, lanes: Iterable[int] = LANES, most: int = 500) -> int:
        """Claim and settle once, in lane order; how many texts were claimed."""
        claimed = 0
        for lane in lanes:
            rows = outbox.claim(self.house, lane, most, "test")
            if rows:
                self._settle(rows)
                claimed += len(rows)
        return claimed

    def _settle(self, rows: list[Candidate]) -> None:
        with self.reading() as tx:
            lines = [messages.line(tx, row) for row in rows]
        outcomes: list[tuple[Candidate, Outcome]] = []
        for row, (to, body) in zip(rows, lines, strict=True):
            said = self.says(row, body) or Accepted(f"SM{ids.new()}", "queued")
            if isinstance(said, Accepted):
                self.sent.append(Sent(to, body, row, self.at))
                self.phone(to).inbox.append(body)
            outcomes.append((row, said))
        settling.settle(self.house, outcomes)

    def ring(self, lanes: Iterable[int] = LANES) -> int:
        """Place what calls may leave now; how many were claimed."""
        rows = placing.claim(self.house, list(lanes), "test")
        with self.reading() as tx:
            numbers_ = [placings.number(tx, row) for row in rows]
        for row, to in zip(rows, numbers_, strict=True):
            said = self.places(row, to) or Accepted(f"CA{ids.new()}", "queued")
            placing.settle(self.house, [(row, said)])
            if isinstance(said, Accepted):
                self.rung.append(Rung(to, row, said.sid, self.at))
                fate = self.fate(to)
                if fate is not None:
                    self.call_over(row.id, fate)
        return len(rows)

    def call_over(self, call_id: str, status: str, **more: Any) -> None:
        """The carrier tells how a call of ours ended; "machine" is one that a voicemail took."""
        if status == "machine":
            status, more = "completed", {"answered_by": "machine_start", **more}
        sid = self.one("select carrier_sid from call where id = :id", id=call_id)
        calls.call_status_came_in(
            self.house, sid=sid or f"CA{call_id}", call_id=call_id,
            status=status.replace(" ", "-"), **more,
        )  # fmt: skip

    def told(self, row: Candidate | str, status: str, code: int | None = None) -> None:
        """A status callback for this message."""
        id_ = row if isinstance(row, str) else row.id
        sid = self.one("select carrier_sid from message where id = :id", id=id_) or f"SM{id_}"
        outbox.status_came_in(self.house, sid=sid, message_id=id_, status=status, error_code=code)

    # --- phones and people

    def phone(self, number: str) -> Phone:
        return self._phones.setdefault(number, Phone(self, number))

    def member(self, number: str, **fields: Any) -> Phone:
        """The phone of somebody who joined, whose phone is theirs alone, with no plan."""
        phone = self.phone(number)
        for word in ("JOIN", "YES", "YES", "YES", "SKIP", "1", "YES", "NO", "1", "4"):
            phone.text(word)
        assert phone.person.status == "active", phone.person
        if fields:
            person = phone.person
            with self.writing() as tx:
                people.set_fields(tx, person.id, {**person.fields, **fields})
        self.passes(minutes=1)
        phone.hears()
        return phone

    def plan(self, phone: Phone, flow: str, days: str, at: str) -> None:
        """A check-in plan for this phone's holder, as a flow would make it."""
        with self.turn(phone) as slate:
            checkins.plan(slate, flow, days, at)

    @contextmanager
    def turn(self, phone: Phone) -> Iterator[Slate]:
        """One turn of this phone's holder, to do something with by hand; recorded at its end."""
        with self.writing() as tx:
            standing = by_number(tx, phone.number)
            assert standing is not None
            force = self.house.editions.in_force(tx, standing.stamp)
            slate = Slate(self.house, tx, self.at, standing, force, force.sender(None))
            yield slate
            recording.record(tx, [slate])

    def new_sid(self) -> str:
        return f"SMin{next(self._sids)}"

    # --- looking into tables

    def rows(self, sql: str, **values: Any) -> list[Any]:
        engine = self.house.database.engine()
        try:
            with engine.connect() as connection:
                return list(connection.execute(text(sql), values).fetchall())
        finally:
            engine.dispose()

    def one(self, sql: str, **values: Any) -> Any:
        rows = self.rows(sql, **values)
        return rows[0][0] if rows else None

    def do(self, sql: str, **values: Any) -> None:
        engine = self.house.database.engine()
        try:
            with engine.begin() as connection:
                connection.execute(text(sql), values)
        finally:
            engine.dispose()

    def fast(self, pace_milli: int = _FAST) -> None:
        """Set how many thousandths of a segment a second our number may send."""
        with self.writing() as tx:
            for sender in senders.all(tx):
                senders.set_pace(tx, sender.id, pace_milli)
            settings_rows.touch(tx, self.at)


class Phone:
    """One phone: what it writes, what it hears, and where its holder stands."""

    def __init__(self, line: Line, number: str) -> None:
        self.line = line
        self.number = number
        self.inbox: list[str] = []

    def text(self, body: str, *, sid: str | None = None, **more: Any) -> str:
        """Write, let everything that follows happen, and read what comes back as one string."""
        self.send(body, sid=sid, **more)
        self.line.settle()
        return "\n".join(self.hears())

    def send(self, body: str, *, sid: str | None = None, **more: Any) -> None:
        """Write; nothing is sent back yet."""
        turns.text_came_in(
            self.line.house, sid=sid or self.line.new_sid(), from_=self.number,
            to=SERVICE_NUMBER, body=body, **more,
        )  # fmt: skip

    def hears(self) -> list[str]:
        """What came since the last look."""
        heard, self.inbox[:] = list(self.inbox), []
        return heard

    @property
    def standing(self) -> Standing:
        with self.line.writing() as tx:
            found = by_number(tx, self.number)
        assert found is not None, "this number was never seen"
        return found

    @property
    def person(self) -> Any:
        person = self.standing.person
        assert person is not None, "nobody holds this number"
        return person

    @property
    def front(self) -> Conversation | None:
        return self.standing.front

    @property
    def conversations(self) -> list[Conversation]:
        with self.line.reading() as tx:
            return of_person(tx, self.person.id)

    @property
    def open_cases(self) -> list[cases.Case]:
        with self.line.reading() as tx:
            return cases.all_open_of(tx, self.person.id)

    @property
    def occurrences(self) -> list[str]:
        """States of this person's occurrences, in the order of their slots."""
        return [
            row[0]
            for row in self.line.rows(
                "select status from occurrence where person_id = :id order by due_at, id",
                id=self.person.id,
            )
        ]
