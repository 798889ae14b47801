"""The heartbeat: whether the service runs, in a few plain sentences for whoever watches it.

Promise: cheap, and the same however many people there are; it tells parts, counts and ages, never a
person, a number or a key. What leans on nothing is looked at first. Nothing is changed here;
`doctor` has the cures, `/ready` is about one web process alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from service import outages
from service.carrier.records import CarrierTrouble
from service.editions import NothingPublished
from service.slate import REPLY, URGENT
from service.storage import messages, placings, restoring, settings_rows, timers
from service.storage.database import AnotherRelease, Tx, Unavailable

if TYPE_CHECKING:
    from service.house import House

CLOCK_BEAT, UNANSWERED = "clock", "unanswered"  # names of rows beside the settings
BEATS: Final = timedelta(seconds=10)
"""So often the clock says that it runs."""
_LATE: Final = timedelta(seconds=60)
_REPLY_LATE: Final = timedelta(minutes=2)  # a number that answers many has its pace
_CALLS_LATE: Final = timedelta(minutes=2)
_NOT_ASKED: Final = 5  # sweeps that nobody made
_KEPT_SECONDS = 5.0

DATABASE, CLOCK, QUEUE, WORKER, CARRIER = (
    "database", "clock", "queue", "worker", "phone network",
)  # fmt: skip


class Trouble(NamedTuple):
    """One part that stands still, in a sentence."""

    part: str
    told: str


def beat(house: House, *, ask: bool = False) -> list[Trouble]:
    """What does not run; empty where all does. `ask`: have the phone network answer now."""
    try:
        with house.database.reading() as tx:
            found = list(_of_the_database(house, tx, house.now()))
    except Unavailable:
        found = [Trouble(DATABASE, "It does not answer.")]
    except (AnotherRelease, NothingPublished):
        found = [Trouble(DATABASE, "It is not at this release.")]
    found += _of_the_workers(house)
    if ask and all(one.part != CARRIER for one in found):
        found += _of_the_carrier(house)
    return found


def _of_the_database(house: House, tx: Tx, now: datetime) -> Iterator[Trouble]:
    if restoring.waiting(tx) is not None:
        yield Trouble(
            DATABASE, "It comes from a backup, and nothing leaves before it is reconciled."
        )
        return
    yield from _clock(tx, now)
    yield from _waiting(tx, now)
    yield from _asked(house, tx, now)


def clock_late(last: str | None, now: datetime) -> str | None:
    """What is wrong with the clock that last beat then; None where nothing is."""
    if last is None:
        return "It was never heard of."
    age = now - datetime.fromisoformat(last)
    return f"It was last heard of {_seconds(age)} s ago." if age > _LATE else None


def _clock(tx: Tx, now: datetime) -> Iterator[Trouble]:
    stands = clock_late(settings_rows.get(tx, CLOCK_BEAT), now)
    if stands is not None:
        yield Trouble(CLOCK, stands)
    count, oldest = timers.late(tx, now - _LATE)
    if count and oldest is not None:
        told = (
            f"{count} timers are due and were not taken, the oldest for {_seconds(now - oldest)} s."
        )
        yield Trouble(CLOCK, told)


def _waiting(tx: Tx, now: datetime) -> Iterator[Trouble]:
    names = {number: name for name, number in messages.LANES.items()}
    for lane, oldest, _ in messages.waiting(tx):
        late = now - oldest
        if lane in (URGENT, REPLY) and late > (_LATE if lane == URGENT else _REPLY_LATE):
            told = f"Messages of the lane {names[lane]} wait, the oldest for {_seconds(late)} s."
            yield Trouble(QUEUE, told)
    for lane, oldest, _ in placings.waiting(tx):
        late = now - oldest
        if lane in (URGENT, REPLY) and late > _CALLS_LATE:
            told = f"Calls of the lane {names[lane]} wait, the oldest for {_seconds(late)} s."
            yield Trouble(QUEUE, told)


def _asked(house: House, tx: Tx, now: datetime) -> Iterator[Trouble]:
    """What is known of the phone network without asking it."""
    since = [one.since for one in outages.recent(tx, now) if one.until is None]
    refused = settings_rows.get(tx, UNANSWERED)
    if refused is not None:
        since.append(datetime.fromisoformat(refused))
    if since and now - min(since) > _LATE:
        told = f"It has not answered for {_seconds(now - min(since))} s."
        yield Trouble(CARRIER, told)
        return
    swept = settings_rows.get(tx, "swept")
    often = max(_NOT_ASKED * timedelta(seconds=house.settings.sweep_seconds), _LATE)
    if swept is None:
        yield Trouble(WORKER, "Nobody has asked the phone network yet what came in.")
    elif now - datetime.fromisoformat(swept) > often:
        age = now - datetime.fromisoformat(swept)
        yield Trouble(
            WORKER, f"For {_seconds(age)} s nobody has asked the phone network what came in."
        )


def _of_the_workers(house: House) -> Iterator[Trouble]:
    """Where Redis is away the clock sends by its own hand: no trouble of its own."""
    if house.nudger.workers() == 0:
        yield Trouble(WORKER, "No worker has reported.")
    waits = house.nudger.oldest_job()
    if waits is not None and waits > _LATE:
        yield Trouble(WORKER, f"A job waits for a worker since {_seconds(waits)} s.")


def _of_the_carrier(house: House) -> Iterator[Trouble]:
    try:
        status = house.gateway.ping()
    except CarrierTrouble as trouble:
        yield Trouble(CARRIER, f"It did not answer: {trouble}.")
        return
    if status != "active":
        yield Trouble(CARRIER, "The account there is not active.")


def _seconds(age: timedelta) -> int:
    return int(age.total_seconds())


# --- what is written down for it


def clock_beats(tx: Tx, now: datetime) -> None:
    """The clock runs."""
    settings_rows.put(tx, CLOCK_BEAT, now.isoformat(), now)


def answered(house: House, did: bool) -> None:
    """Whether the phone network answered when it was asked. Written down where that changed."""
    now = house.now()
    with house.database.reading() as tx:
        known = settings_rows.get(tx, UNANSWERED)
    if did is (known is None):
        return
    with house.database.writing() as tx:
        if did:
            settings_rows.drop(tx, UNANSWERED, now)
        else:
            settings_rows.put(tx, UNANSWERED, now.isoformat(), now)


class Kept:
    """The same answer for a few seconds, however often it is asked for. Safe among threads.

    While one looks the others get what was found before, so that a look that takes long holds up
    one thread and no more.
    """

    def __init__(
        self, look: Callable[[], Sequence[Trouble]], seconds: float = _KEPT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._look = look
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._found: Sequence[Trouble] | None = None

    def __call__(self) -> Sequence[Trouble]:
        before = self._found
        if not self._lock.acquire(blocking=before is None):
            assert before is not None, "who has nothing to tell waits"
            return before
        try:
            found = self._found
            if found is None or self._clock() >= self._until:
                found = self._found = self._look()
                self._until = self._clock() + self._seconds
            return found
        finally:
            self._lock.release()
