"""Who is asked first: a fair order among those who could take a case.

Promise: pure. Nobody is asked beyond their cap, on a break, or just after a hard case, as long as
somebody else can be; the fewest cases today and the longest rest come first. A case that is
imminent goes to those trained for crisis before all others. Given the same it says the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

HARD_REST: Final = timedelta(hours=4)
"""So long somebody who had a hard case is left in peace; an imminent case may still come last."""
CRISIS: Final = "crisis"
IMMINENT: Final = "imminent"
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Helper(NamedTuple):
    """Somebody who may be asked to take a case, as they stand at this moment.

    id: their person's, or that of a bare number. roles: volunteer, crisis, supervisor,
    coordinator. duties: rotas of which they have a shift now. trained: topics. cap: cases a day,
    None for no limit. holding: open cases that they have. asked: others they are asked about
    just now. away: on a break, off, resting, or not vetted. name: as policies call them.
    """

    id: str
    roles: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    trained: frozenset[str] = frozenset()
    taken_today: int = 0
    cap: int | None = None
    holding: int = 0
    asked: int = 0
    last_case_at: datetime | None = None
    hard_case_at: datetime | None = None
    away: bool = False
    reachable: bool = True
    name: str = ""

    def trained_in(self, topic: str) -> bool:
        return topic in self.trained or topic in self.roles


def spent(helper: Helper) -> bool:
    """Whether they have taken as many cases today as they said they can."""
    return helper.cap is not None and helper.taken_today >= helper.cap


def needs_rest(helper: Helper, now: datetime) -> bool:
    return helper.hard_case_at is not None and now - helper.hard_case_at < HARD_REST


def in_order(
    helpers: Iterable[Helper], priority: str, languages: Iterable[str], now: datetime,
    asked: Mapping[str, int], seed: str,
) -> list[Helper]:  # fmt: skip
    """Those who may be asked of this case, the first to be asked first.

    languages: the person's, as tags. asked: how often each was asked of this case before.
    seed: the case's id; where two are alike in all, it alone decides, case by case.
    """
    spoken = {tag.split("-")[0] for tag in languages}

    def place(helper: Helper) -> tuple[object, ...]:
        return (
            needs_rest(helper, now),
            asked.get(helper.id, 0),
            priority == IMMINENT and not helper.trained_in(CRISIS),
            _misfit(helper, spoken),
            helper.asked > 0,
            helper.holding,
            helper.taken_today,
            helper.last_case_at or _NEVER,
            hashlib.sha256(f"{seed}{helper.id}".encode()).digest(),
        )

    return sorted((one for one in helpers if _may_be_asked(one, priority, now)), key=place)


def _may_be_asked(helper: Helper, priority: str, now: datetime) -> bool:
    rested = priority == IMMINENT or not needs_rest(helper, now)
    return helper.reachable and not helper.away and not spent(helper) and rested


def _misfit(helper: Helper, spoken: set[str]) -> int:
    """0: they share a language; 1: it is not known what they speak; 2: they share none."""
    if not helper.languages:
        return 1
    return 0 if spoken & {tag.split("-")[0] for tag in helper.languages} else 2
