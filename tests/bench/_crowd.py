"""A crowd for the benches: people with a number and a daily plan, put into a database in bulk.

Promise: each of them is whole, as if they had joined: their check-ins are begun by the service
itself, and every row opens with its keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select

from flows.recurrence import Slot, rrule_from
from service import checkins, outbox, timers
from service.house import House
from service.storage import (
    ids,
    links,
    messages,
    numbers,
    people,
    plans,
    senders,
    settings_rows,
    tables,
)
from service.storage import timers as stored_timers
from service.storage.statements import Prepared
from service.storage.tables import of

FLOW = "daily-checkin"
_BATCH = 2_000

_m, _n = of(tables.Message), of(tables.Number)
_PENDING = Prepared(
    select(_m.c.id, _n.c.id, _n.c.sealed_number)
    .select_from(_m.join(_n, _n.c.id == _m.c.number_id))
    .where(_m.c.status == "pending", _m.c.waits_for.is_(None))
)


class Asked(NamedTuple):
    """One of the crowd whose check-in the carrier has: their number, and the message's ids."""

    number: str
    message_id: str
    sid: str


def number_of(place: int) -> str:
    """The phone number of the crowd's n-th person; 555 is kept for fiction."""
    return f"+1555{place:07d}"


def unbounded(house: House, pace_milli: int) -> str:
    """No budget stops a wave, and our number has this pace; the id of our number."""
    with house.database.writing() as tx:
        settings_rows.put(tx, "daily_budget", 1_000_000, house.now())
        sender = senders.all(tx)[0]
        senders.set_pace(tx, sender.id, pace_milli)
    return sender.id


def gather(house: House, count: int, due: datetime, *, first: int = 1_000_000) -> None:
    """So many active people, each with a daily check-in that is due at that moment."""
    places = iter(range(first, first + count))
    while batch := list(islice(places, _BATCH)):
        _gather(house, [number_of(place) for place in batch], due)


def _gather(house: House, plain: Sequence[str], due: datetime) -> None:
    now = house.now()
    local = due.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    rrule = rrule_from("every day", time(local.hour, local.minute))
    slot = Slot(local, due)
    with house.database.writing() as tx:
        known = numbers.add_many(tx, [(number, "US", "mobile") for number in plain], now)
        own = [(ids.new(), number_id) for number_id in known.values()]
        people.add_many(
            tx,
            [
                people.New(
                    person, "active", "en", "UTC", now, {"name": "Ana"},
                    main_number_id=number_id, joined_at=now,
                )
                for person, number_id in own
            ],
        )  # fmt: skip
        links.add_many(tx, [(person, number_id, True) for person, number_id in own])
        for person, number_id in own:
            numbers.set_holder(tx, number_id, person, None)
        made = [
            plans.NewPlan(
                ids.new(), person, FLOW, rrule, (local - timedelta(days=1)).isoformat(), None,
                None, number_id, now,
            )
            for person, number_id in own
        ]  # fmt: skip
        plans.add_many(tx, [(plan, slot) for plan in made])
        stored_timers.put(
            tx, [checkins.slot_timer(plan.id, plan.person_id, slot) for plan in made], now
        )


def ask_all(house: House) -> list[Asked]:
    """Begin every check-in that is due, and let the carrier have them all."""
    while timers.take_batch(house):
        pass
    with house.database.reading() as tx:
        asked = [
            Asked(messages.number(tx, row[1], row[2]), row[0], f"SM{at:032x}")
            for at, row in enumerate(_PENDING.all(tx))
        ]
    for batch in _batches(asked):
        with house.database.writing() as tx:
            rows = [(one.message_id, one.sid) for one in batch]
            outbox.settled_as_accepted(house, tx, rows, house.now())
    return asked


def _batches(asked: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    for begin in range(0, len(asked), _BATCH):
        yield asked[begin : begin + _BATCH]
