"""The alarm from inside: coordinators are told when the service fails, and when it runs again.

Promise: once each, whichever processes notice it, and only of what lasts: a minute in one process,
by a clock that nobody moves. It is written down before it is sent; where nothing can be sent it
comes late, so an outside watcher is to ask the heartbeat too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from service import heartbeat, logs, team, telling
from service.editions import InForce, NothingPublished
from service.heartbeat import WORKER, Trouble
from service.storage import settings_rows, timers, volunteers
from service.storage.database import AnotherRelease, Tx, Unavailable
from service.storage.messages import URGENT
from service.storage.timers import Timer

if TYPE_CHECKING:
    from service.house import House

ALARMED = "alarmed"  # the row beside the settings: what coordinators were told of
_LASTS: Final = 60.0  # seconds
_EVERY: Final = 10.0  # seconds between two looks
FAILS, OVER = "heartbeat-coordinator", "heartbeat-over-coordinator"  # phrases

log = logs.get(__name__)


class Watch:
    """Looks now and then, for one process. `beats`: this is the clock, which says so."""

    def __init__(
        self, house: House, *, beats: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._house = house
        self._beats = beats
        self._clock = clock
        self._next = float("-inf")
        self._beaten: datetime | None = None
        self._since = float("-inf")  # by its own clock, since when it is as it is
        self._fails: bool | None = None
        self.workers = True  # False where nobody has been there to send for a while

    def look(self) -> None:
        """Look, where it is time. Whatever is wrong is told, and never raised."""
        try:
            self._beat()
            if self._clock() < self._next:
                return
            self._next = self._clock() + _EVERY
            self.heard(heartbeat.beat(self._house))
        except Unavailable as error:
            log.warning("the database is away, nothing is known of the rest", exc_info=error)
        except Exception as error:  # what is due must not wait for who watches it
            log.error("looking after the service failed", exc_info=error)

    def _beat(self) -> None:
        """The clock says that it runs, by the house's time, which tests move."""
        now = self._house.now()
        if not self._beats or (
            self._beaten is not None and abs(now - self._beaten) < heartbeat.BEATS
        ):
            return
        with self._house.database.writing() as tx:
            heartbeat.clock_beats(tx, now)
        self._beaten = now

    def heard(self, found: Sequence[Trouble]) -> None:
        """What a look found. What lasts is told to the coordinators."""
        if bool(found) is not self._fails:
            self._fails, self._since = bool(found), self._clock()
        if self._clock() - self._since < _LASTS:
            return
        self.workers = all(one.part != WORKER for one in found)
        try:
            tell(self._house, found)
        except (Unavailable, AnotherRelease, NothingPublished) as error:
            log.warning("nobody could be told that the service fails", exc_info=error)


def tell(house: House, found: Sequence[Trouble]) -> bool:
    """Tell the coordinators that it fails, or runs again, where they do not know; whether."""
    now = house.now()
    with house.database.reading() as tx:
        known = settings_rows.get(tx, ALARMED)
    if bool(found) is (known is not None):
        return False
    parts = sorted({one.part for one in found})
    value = {"since": now.isoformat(), "parts": parts} if found else None
    with house.database.writing() as tx:
        if not settings_rows.change(tx, ALARMED, known, value, now):
            return False  # another process told them
        force = house.editions.in_force(tx, settings_rows.stamp(tx))
        code = "-".join(part.replace(" ", "-") for part in parts)
        timers.put(tx, _events(tx, force, FAILS if found else OVER, code, now), now)
    house.nudger.nudge(URGENT)
    if found:
        log.error("the service does not run as it should", code=parts[0], count=len(parts))
    else:
        log.info("the service runs again")
    return True


def _events(tx: Tx, force: InForce, phrase: str, code: str, now: datetime) -> list[Timer]:
    """For each coordinator: their number, or the first phone for texts of one of the team."""
    told = list(force.organisation.coordinators)
    for one in volunteers.with_role(tx, team.COORDINATOR, now, team.today(force, now)):
        found = [way.number_id for way in team.ways(one.reach) if way.channel == team.TEXT]
        told += found[:1]
    return [telling.event(number_id, phrase, now, code=code) for number_id in dict.fromkeys(told)]


def known(tx: Tx) -> datetime | None:
    """Since when coordinators know that it does not run; None where it does."""
    value = settings_rows.get(tx, ALARMED)
    return None if value is None else datetime.fromisoformat(value["since"])
