"""Reports for those who run the service: what days cost, how check-ins went, who did what.

Promise: reads only; ids, counts and states.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.by_hand import whom
from service.house import House
from service.slate import day_of
from service.storage import messages, occurrences, spend, trail

_LANES = {number: name for name, number in messages.LANES.items()}


def costs(house: House, days: int) -> list[dict[str, Any]]:
    """What each of the last days cost, by lane, in the organisation's currency."""
    now = house.now()
    with house.database.reading() as tx:
        rows = spend.report(tx, day_of(now - timedelta(days=days - 1)), day_of(now))
    return [
        {
            "day": f"{row.day // 10000}-{row.day // 100 % 100:02}-{row.day % 100:02}",
            "lane": _LANES[row.lane], "messages": row.messages, "segments": row.segments,
            "cost": row.cost_micros / 1_000_000,
        }
        for row in rows
    ]  # fmt: skip


def checkins(
    house: House, given: str | None = None, plan_id: str | None = None,
    status: str | None = None, most: int = 50,
) -> list[dict[str, Any]]:  # fmt: skip
    """Occurrences, the latest first: of a person, of a plan, or everybody's."""
    with house.database.reading() as tx:
        if plan_id is not None:
            found = occurrences.of_plan(tx, plan_id, most)
        elif given is not None:
            found = occurrences.of_person(tx, whom(tx, given), most)
        else:
            found = occurrences.latest(tx, status, most)
    return [row._asdict() for row in found if status in (None, row.status)]


def done(
    house: House, subject: str | None = None, subject_id: str | None = None, most: int = 50
) -> list[dict[str, Any]]:
    """The trail: the latest lines, or all that was done to one thing."""
    with house.database.reading() as tx:
        if subject is not None and subject_id is not None:
            wanted = whom(tx, subject_id) if subject == "person" else subject_id
            found = trail.of_subject(tx, subject, wanted)
        else:
            found = trail.latest(tx, most)
    return [row._asdict() for row in found]
