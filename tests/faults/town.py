"""A town in one process: people who need somebody, helpers who come or do not, and all that fails.

Promise: the service's own code over a real database, its clock moved from one happening to the
next. Web, clock and worker each do what their process does, and are killed at any commit; what they
held is gone then, and the next one finds it. After each happening nobody who waits is forgotten.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from service import outbox, reconciling, settling, taking, timers, turns
from service.carrier.outcomes import Outcome
from service.desk import Desk
from service.house import House
from service.settings import load
from service.storage import cases as stored
from service.storage import (
    messages,
    senders,
    settings_rows,
)
from service.storage.database import Unavailable
from service.storage.messages import Candidate
from service.taking import Taker
from tests.faults.books import Books
from tests.faults.mischance import Killed, Mischance, forgo_the_disk
from tests.faults.peopled import Peopled, Somebody
from tests.houses import SERVICE_NUMBER, environment
from tests.service.house import MONDAY

LOST_WEBHOOK, TWO_WEBHOOKS = 0.02, 0.05
_TRIES = 3  # of the network to bring a text
_SETTINGS = {
    "HEARTHLINE_LEASE_SECONDS": "30",
    "HEARTHLINE_HTTP_TIMEOUT": "10",
    "HEARTHLINE_DOUBT_SECONDS": "5",
    "HEARTHLINE_SWEEP_SECONDS": "300",
}
_MOST_ROUNDS = 300
_TICK = timedelta(seconds=1)
_NEXT = "SELECT " + ", ".join(
    f"(SELECT min({what}) FROM {where})"
    for what, where in (
        *(("due_at", f"timer WHERE lane = {lane}") for lane in (0, 1, 2)),
        *(
            ("due_at", f"message WHERE status = 'pending' AND waits_for IS NULL AND lane = {lane}")
            for lane in (0, 1, 2)
        ),
        ("due_at", "message WHERE status = 'held'"),
        ("due_at", "message WHERE status = 'in doubt'"),
        ("claimed_at + 31000000", "message WHERE status = 'sending'"),  # the end of a lease
    )
)
_OPENINGS = ("TALK", "TALK", "I want to kill myself tonight with pills", "", "")
_KINDS = (("alert", "urgent"), ("missed", "routine"), ("alert", "imminent"))
_ASKS = re.compile(r"\bTAKE ([A-Z0-9]{4})\b")
_YOURS = re.compile(r"\b([A-Z0-9]{4}) is yours\b")
_CASE = re.compile(r"^Case ([A-Z0-9]{4})\b")
_NEEDLESS = ("thank you", "goes on to", "the person")


_UNDER_WAY = """SELECT count(*) FROM message WHERE direction = 'out'
    AND status IN ('pending', 'held', 'sending', 'in doubt')"""


class Town(Peopled):
    """One house on one database, and everybody around it."""

    def __init__(self, database_url: str, home: Path, seed: int, helpers: int, staff: int) -> None:
        """`helpers`: volunteers on duty; `staff`: coordinators who are only a number."""
        self.at = MONDAY
        self.chance = Mischance(seed)
        self.inside = House(load(environment(database_url, home, **_SETTINGS)), lambda: self.at)
        forgo_the_disk(self.inside)
        self._people = 0
        self.books = Books(self.chance, lambda: self.at, self.later, self._told, self._read)
        self.inside.gateway = self.books  # type: ignore[assignment]
        self._happenings: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._sids = count(1)
        self._lanes: set[int] = set()
        self.opened: list[Somebody] = []
        self._unhurried()
        plain = [f"+1555{1_000_000 + place:07d}" for place in range(staff)]
        self.staff = {one.number: one for one in self.coordinators(plain)}
        self.team = {one.number: one for one in self.helpers(helpers)}
        self.chance.haunt(self.inside)

    def close(self) -> None:
        self.inside.close()

    def _unhurried(self) -> None:
        """No hour, no budget and no pace holds anybody up."""
        with self.inside.database.writing() as tx:
            settings_rows.put(tx, "quiet_hours", "00:00-00:00", self.at)
            settings_rows.put(tx, "daily_budget", 1_000_000, self.at)
            for sender in senders.all(tx):
                senders.set_pace(tx, sender.id, 1_000_000_000)

    # --- time

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Have this happen after so long."""
        due = self.at + timedelta(seconds=seconds)
        heapq.heappush(self._happenings, (due, next(self._order), what))

    def live(self, cases_: int, apart: float) -> None:
        """So many people need somebody, about so many seconds apart; then the weather clears, and
        all comes to its end."""
        crowd, wait = self.crowd(cases_), 0.0
        for one in crowd:
            wait += self.chance.random.expovariate(1 / apart)
            self.later(wait, lambda one=one: self._needs(one))  # type: ignore[misc]
        end = self.at + timedelta(seconds=wait, minutes=10)
        self._go_on(end)
        self.chance.cleared = True
        self._go_on(end + timedelta(days=4))
        assert not self._open_cases(), "a case never came to its end"

    def _go_on(self, until: datetime) -> None:
        while self.at < until and (due := self._next()) is not None:
            self.at = min(max(due, self.at), until)
            while self._happenings and self._happenings[0][0] <= self.at:
                heapq.heappop(self._happenings)[2]()
            self._work()
            self._nobody_is_forgotten()
            if self.chance.cleared and not (
                self._happenings or self._open_cases() or self._under_way()
            ):
                return

    def _next(self) -> datetime | None:
        found = [self._happenings[0][0]] if self._happenings else []
        with self.inside.database.reading() as tx:
            row = tx.execute(_NEXT).fetchone()
        found += [datetime.fromtimestamp(at / 1e6, UTC) for at in row if at is not None]
        return max(min(found, default=self.at), self.at + _TICK)

    # --- the service's processes

    def _work(self) -> None:
        """Clock and workers do what is due, whoever of them dies meanwhile."""
        for _ in range(_MOST_ROUNDS):
            looked, sent = self._survives(self._clock), self._survives(self._worker)
            if not looked and not sent:
                return
        raise AssertionError("the service does not come to rest")

    def _survives(self, what: Callable[[], int]) -> int:
        """What a process did; one where it died or failed, for the next one looks again."""
        try:
            return what()
        except (Killed, Unavailable):
            return 1

    def _clock(self) -> int:
        done = timers.take_batch(self.inside)
        self._lanes = outbox.tick(self.inside)
        if reconciling.anything(self.inside):
            reconciling.look(self.inside)
            done += 1
        return done

    def _worker(self) -> int:
        claimed = 0
        for lane in sorted(self._lanes):
            rows = outbox.claim(self.inside, lane, 50, "worker")
            if rows:
                self._send(rows)
                claimed += len(rows)
        return claimed

    def _send(self, rows: Sequence[Candidate]) -> None:
        with self.inside.database.reading() as tx:
            lines = [messages.line(tx, row) for row in rows]
        outcomes: list[tuple[Candidate, Outcome]] = []
        for row, (to, body) in zip(rows, lines, strict=True):
            if self.chance.strikes("killed between two sends", 0.003):
                raise Killed
            helper = to in self.team or to in self.staff
            outcomes.append((row, self.books.create(row, to, body, helper)))
        for _ in range(_TRIES):
            try:
                settling.settle(self.inside, outcomes)
                return
            except Unavailable:
                continue  # as the dispatcher does: what is known is not forgotten

    def _told(
        self, message_id: str, sid: str, status: str, code: int | None, tries: int = 0
    ) -> None:
        """A status callback, which comes again where it is not answered."""
        try:
            outbox.status_came_in(
                self.inside, sid=sid, message_id=message_id, status=status, error_code=code
            )
            if status == "undelivered":
                self.books.fell.setdefault(message_id, self.at)
        except (Killed, Unavailable):
            again = lambda: self._told(message_id, sid, status, code, tries + 1)  # noqa: E731
            if tries < _TRIES:
                self.later(1.0, again)

    # --- people

    def _needs(self, one: Somebody) -> None:
        """Somebody needs a person: they write, or the service finds out."""
        self.opened.append(one)
        words = self.chance.random.choice(_OPENINGS) if self.team else ""
        if words:
            self.text(one.number, words)
        else:
            self._found_out(one, *self.chance.random.choice(_KINDS))

    def _found_out(self, one: Somebody, kind: str, priority: str) -> None:
        """A turn of theirs opens it. Whoever takes the turn tries until it was taken, as a timer
        is; what may have been taken is not taken twice."""
        try:
            self.needs(one, kind, priority)
        except (Killed, Unavailable):
            self.later(1.0, lambda: self._found_out(one, kind, priority))

    def text(self, number: str, body: str) -> None:
        """Somebody writes to us."""
        sid = f"SMi{next(self._sids):031d}"
        self.books.unseen[sid] = (number, body, self.at)
        if not self.chance.strikes("no webhook", LOST_WEBHOOK):
            self._webhook(sid, number, body, 0)

    def _webhook(self, sid: str, number: str, body: str, tries: int) -> None:
        try:
            turns.text_came_in(self.inside, sid=sid, from_=number, to=SERVICE_NUMBER, body=body)
        except (Killed, Unavailable):
            if tries < _TRIES:
                self.later(2.0, lambda: self._webhook(sid, number, body, tries + 1))
            return
        self.books.unseen.pop(sid, None)
        if not tries and self.chance.strikes("two webhooks", TWO_WEBHOOKS):
            self.later(0.3, lambda: self._webhook(sid, number, body, 1))

    # --- helpers

    def _read(self, to: str, body: str) -> None:
        """A text arrived. Who is asked answers, or does not."""
        if to in self.staff:
            self._staff_reads(self.staff[to], body)
        elif to in self.team:
            self._helper_reads(to, body)

    def _helper_reads(self, number: str, body: str) -> None:
        random = self.chance.random
        if (mine := _YOURS.search(body)) is not None:
            self._goes_on(number, mine[1])
        elif (asked := _ASKS.search(body)) is not None:
            word, after = self._mind()
            if word:
                self.later(after, lambda: self.text(number, f"{word} {asked[1]}"))
                if random.random() < 0.1:  # and presses twice
                    self.later(after + 0.4, lambda: self.text(number, f"{word} {asked[1]}"))

    def _mind(self) -> tuple[str, float]:
        """What somebody does who is asked, and after how long; mostly they come in the end."""
        random = self.chance.random
        draw = 0.0 if self.chance.cleared else random.random()
        if draw < 0.5:
            return "TAKE", random.uniform(2, 110)
        if draw < 0.65:
            return "TAKE", random.uniform(120, 900)
        return ("PASS", random.uniform(2, 110)) if draw < 0.8 else ("", 0.0)

    def _goes_on(self, number: str, code: str) -> None:
        """Who has a case reaches the person and closes it, mostly; some do not come."""
        random = self.chance.random
        draw = 0.0 if self.chance.cleared else random.random()
        if draw < 0.85:
            after = random.uniform(20, 500)
            self.later(after, lambda: self.text(number, f"REACHED {code}"))
            self.later(after + random.uniform(5, 500), lambda: self.text(number, f"DONE {code}"))
        elif draw < 0.93:
            self.later(random.uniform(20, 500), lambda: self.text(number, f"PASS {code}"))

    def _staff_reads(self, one: Somebody, body: str) -> None:
        """A coordinator takes it at the desk, in a transaction of their own, or does not."""
        found = _CASE.search(body)
        if found is None or any(words in body for words in _NEEDLESS):
            return
        word, after = self._mind()
        if word == "TAKE":
            self.later(after, lambda: self._at_the_desk(one, found[1], ("take",)))

    def _at_the_desk(self, one: Somebody, code: str, acts: tuple[str, ...]) -> None:
        house, who = self.inside, Taker(None, one.number_id)
        won = False
        try:
            with house.database.writing() as tx:
                case = stored.by_code(tx, code)
                if case is not None:
                    force = house.editions.in_force(tx, settings_rows.stamp(tx))
                    for act in acts:
                        came = getattr(taking, act)(Desk(tx, force, self.at), case, who)
                        won = came in (taking.WON, taking.YOURS)
                        case = stored.load(tx, case.id) or case
        except (Killed, Unavailable):
            self.later(3.0, lambda: self._at_the_desk(one, code, acts))
            return
        if won and acts == ("take",):
            done = self.chance.random.uniform(30, 600)
            if self.chance.cleared or self.chance.random.random() < 0.9:
                self.later(done, lambda: self._at_the_desk(one, code, ("reached", "done")))

    # --- what is looked at all the while

    def _open_cases(self) -> list[stored.Case]:
        with self.inside.database.reading() as tx:
            return stored.listing(tx, most=10)

    def _under_way(self) -> int:
        """How many texts have not come to an end."""
        with self.inside.database.reading() as tx:
            return int(tx.execute(_UNDER_WAY).fetchone()[0])

    def _nobody_is_forgotten(self) -> None:
        """Whoever waits for somebody has the next look at the ladder, after every death."""
        with self.inside.database.reading() as tx:
            forgotten = stored.unwatched(tx, most=1)
        assert not forgotten, f"nobody will look at {forgotten[0].code} again"
