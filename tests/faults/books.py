"""A phone network in this process, with books: what it took stands in them, whatever it said.

Promise: it takes, refuses, is in doubt or too busy by chance, and tells what became of a text once,
twice, out of order, late or never. What it is asked it answers from its books. All that it took is
counted by our own id of the message.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from service.carrier.outcomes import Accepted, InDoubt, Outcome, Refused, Retry, SlowDown
from service.carrier.records import Record
from service.storage.messages import Candidate
from tests.faults.mischance import Mischance

REFUSED, NOT_TAKEN, LATER, TAKEN_IN_DOUBT, LOST_IN_DOUBT = 0.03, 0.02, 0.01, 0.06, 0.03
UNDELIVERED = 0.08
NO_CALLBACK, TWO_CALLBACKS, LATE_CALLBACK, OUT_OF_ORDER = 0.1, 0.1, 0.1, 0.2
_UNREACHABLE = 30003  # the phone is off
_ODD = 60_999  # a refusal of which no table knows
_QUEUED = "queued"

Later = Callable[[float, Callable[[], None]], None]
Tells = Callable[[str, str, str, int | None], None]
Reads = Callable[[str, str], None]


class Taken(NamedTuple):
    """A text that the network took."""

    message_id: str
    sid: str
    to: str
    body: str
    at: datetime


class Books:
    """The network, as the service's gateway and as the sender of its callbacks."""

    def __init__(
        self, chance: Mischance, now: Callable[[], datetime], later: Later, tells: Tells,
        reads: Reads,
    ) -> None:  # fmt: skip
        self._chance, self._now, self._later = chance, now, later
        self._tells, self._reads = tells, reads
        self.times: Counter[str] = Counter()  # by our id: how often it was taken
        self.taken: dict[str, Taken] = {}  # by our id, the first time
        self.refused: dict[str, tuple[str, str]] = {}  # by our id: to whom, and the words
        self.fell: dict[str, datetime] = {}  # by our id: when it was in doubt, refused, or lost
        self._to: defaultdict[str, list[Taken]] = defaultdict(list)
        self._ends: dict[str, tuple[str, int | None]] = {}  # by sid
        self._untold: dict[str, Taken] = {}
        self.unseen: dict[str, tuple[str, str, datetime]] = {}  # texts to us that no turn took

    # --- sending

    def create(self, row: Candidate, to: str, body: str, helper: bool) -> Outcome:
        """Take one text, or not. `helper`: it is for somebody who is asked to come."""
        strikes = self._chance.strikes
        if helper and strikes("refused", REFUSED):
            self.refused[row.id] = (to, body)
            self.fell.setdefault(row.id, self._now())
            return Refused(_ODD, 400, "other")
        if strikes("not taken", NOT_TAKEN):
            return Retry("the connection was cut before")
        if strikes("too much at once", LATER):
            return SlowDown(20429, 1.0)
        if strikes("in doubt, and lost", LOST_IN_DOUBT):
            self.fell.setdefault(row.id, self._now())
            return InDoubt("timeout")
        sid = self._take(row, to, body, helper)
        if strikes("in doubt, and taken", TAKEN_IN_DOUBT):
            self.fell.setdefault(row.id, self._now())
            return InDoubt("timeout")
        return Accepted(sid, _QUEUED)

    def _take(self, row: Candidate, to: str, body: str, helper: bool) -> str:
        sid = f"SM{len(self.times):08x}{self.times[row.id]:08x}{row.id[-16:]}"
        one = Taken(row.id, sid, to, body, self._now())
        self.times[row.id] += 1
        self.taken.setdefault(row.id, one)
        self._to[to].append(one)
        lost = helper and self._chance.strikes("undelivered", UNDELIVERED)
        self._ends[sid] = ("undelivered", _UNREACHABLE) if lost else ("delivered", None)
        self._tell(one, lost or helper)
        if not lost:
            self._later(self._chance.random.uniform(0.5, 3.0), lambda: self._reads(to, body))
        return sid

    # --- what became of it

    def _tell(self, one: Taken, wanted: bool) -> None:
        """Tell, by and by. Of texts of which nothing hangs on it only some are told of."""
        chance = self._chance
        status, code = self._ends[one.sid]
        if not wanted and chance.random.random() < 0.7:
            return
        if chance.strikes("no callback", NO_CALLBACK):
            self._untold[one.sid] = one
            return
        times = 2 if chance.strikes("two callbacks", TWO_CALLBACKS) else 1
        wait = 60.0 if chance.strikes("a late callback", LATE_CALLBACK) else 2.0
        words: list[tuple[str, int | None]] = [(status, code)] * times
        if chance.strikes("out of order", OUT_OF_ORDER):
            words.append(("sent", None))
        for at, (word, told) in enumerate(words):
            after = chance.random.uniform(0.1, wait) + at
            self._later(after, lambda w=word, c=told: self._tells(one.message_id, one.sid, w, c))  # type: ignore[misc]

    def arrived(self, one: Taken) -> bool:
        """Whether it reached the phone: one that did not may come again, as another text."""
        return self._ends[one.sid][1] is None

    # --- what it is asked

    def list_messages(self, to: str, from_: str, since: datetime) -> list[Record]:
        return [_record(one, from_, _QUEUED, None) for one in reversed(self._to[to])]

    def list_sent(self, since: datetime, until: datetime) -> list[Record]:
        told = [one for one in self._untold.values() if since <= one.at <= until]
        for one in told:
            del self._untold[one.sid]
        return [_record(one, "", *self._ends[one.sid]) for one in told]

    def list_received(self, since: datetime, to: str) -> list[Record]:
        """Those that no webhook brought: of the others the service knows the sid anyway."""
        return [
            Record(sid, "inbound", to, number, body, "received", None, at, at, 0)
            for sid, (number, body, at) in self.unseen.items()
            if at >= since
        ]

    def list_calls(self, *_: Any) -> Sequence[Any]:
        return []

    def list_recordings(self, *_: Any) -> Sequence[Any]:
        return []

    def close(self) -> None:
        """There is no line."""


def _record(one: Taken, from_: str, status: str, code: int | None) -> Record:
    seconds = one.at.replace(microsecond=0)
    return Record(
        one.sid, "outbound-api", one.to, from_, one.body, status, code, seconds,
        seconds + timedelta(seconds=1), 0,
    )  # fmt: skip
