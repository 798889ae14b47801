"""Check-in plans: when somebody wants to be asked, and which moment comes next.

Promise: a plan knows its next slot, as wall time and as moment, and the last one that was taken.
Both are computed in `flows/recurrence.py` and handed in; that a slot comes is a timer's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from flows.recurrence import Slot
from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Bulk, Prepared, among
from service.storage.tables import of

p = of(tables.Plan)


class Plan(NamedTuple):
    """A plan as stored. `starts_local` and `next_local` are wall clock, as ISO text."""

    id: str
    person_id: str
    flow: str
    rrule: str
    starts_local: str
    zone: str | None
    status: str
    paused_until: datetime | None
    channel: str | None
    number_id: str | None
    on_silence: int
    skip_next: bool
    next_local: str | None
    next_due: datetime | None
    taken_local: str | None
    created_at: datetime


class NewPlan(NamedTuple):
    """A plan to be added. Without a zone it follows the person's."""

    id: str
    person_id: str
    flow: str
    rrule: str
    starts_local: str
    zone: str | None
    channel: str | None
    number_id: str | None
    created_at: datetime


_COLUMNS = [p.c[name] for name in Plan._fields]
_AT = p.c.id == bindparam("at")
_ACTIVE = p.c.status == "active"
_ADD = Bulk(p, *NewPlan._fields, "status", "on_silence", "skip_next", "next_local", "next_due")
_LOAD = Prepared(select(*_COLUMNS).where(among(p.c.id, "ids")), Plan._make)
_OF_PEOPLE = Prepared(
    select(*_COLUMNS).where(among(p.c.person_id, "ids"), _ACTIVE).order_by(p.c.id), Plan._make
)
_ALL_OF_PERSON = Prepared(
    select(*_COLUMNS).where(p.c.person_id == bindparam("person_id")).order_by(p.c.id), Plan._make
)
_OVERDUE = Prepared(
    select(*_COLUMNS)
    .where(_ACTIVE, p.c.next_due.is_not(None), p.c.next_due < bindparam("before"))
    .order_by(p.c.next_due)
    .limit(bindparam("most")),
    Plan._make,
)
_LISTING = Prepared(
    select(*_COLUMNS).where(p.c.id > bindparam("after")).order_by(p.c.id).limit(bindparam("most")),
    Plan._make,
)
_NEXT: dict[str, Any] = {"next_local": bindparam("local"), "next_due": bindparam("due")}
_SET_NEXT = Prepared(update(p).where(_AT).values(**_NEXT, skip_next=bindparam("skip")))
_TAKE = Prepared(
    update(p).where(_AT).values(**_NEXT, skip_next=bindparam("skip"), taken_local=p.c.next_local)
)
_CHANGE = Prepared(
    update(p)
    .where(_AT)
    .values({name: bindparam(name) for name in Plan._fields if name not in ("id", "created_at")})
)
_END = Prepared(
    update(p).where(_AT, _ACTIVE).values(status="ended", next_local=None, next_due=None)
)
_END_ALL = Prepared(
    update(p)
    .where(p.c.person_id == bindparam("of"), _ACTIVE)
    .values(status="ended", next_local=None, next_due=None)
)
_PAUSE = Prepared(update(p).where(_AT, _ACTIVE).values(paused_until=bindparam("until")))
_SKIP = Prepared(update(p).where(_AT, _ACTIVE).values(skip_next=bindparam("skip")))
_COUNTS = Prepared(select(p.c.status, func.count()).group_by(p.c.status))


def add(tx: Tx, new: NewPlan, slot: Slot | None) -> None:
    """Add a plan with its first slot."""
    add_many(tx, [(new, slot)])


def add_many(tx: Tx, plans: Sequence[tuple[NewPlan, Slot | None]]) -> None:
    _ADD.insert(tx, [(*new, "active", 1, False, *_slot(slot)) for new, slot in plans])


def load(tx: Tx, plan_id: str) -> Plan | None:
    return load_many(tx, [plan_id]).get(plan_id)


def load_many(tx: Tx, plan_ids: Sequence[str]) -> dict[str, Plan]:
    return {row.id: row for row in _LOAD.all(tx, ids=plan_ids)}


def of_person(tx: Tx, person_id: str, *, ended: bool = False) -> list[Plan]:
    """A person's plans, the oldest first; with `ended`, those that ended too."""
    if ended:
        return _ALL_OF_PERSON.all(tx, person_id=person_id)
    return _OF_PEOPLE.all(tx, ids=[person_id])


def of_people(tx: Tx, person_ids: Sequence[str]) -> dict[str, list[Plan]]:
    """The active plans of many people, by person."""
    found: dict[str, list[Plan]] = {person_id: [] for person_id in person_ids}
    for row in _OF_PEOPLE.all(tx, ids=list(found)):
        found[row.person_id].append(row)
    return found


def listing(tx: Tx, after: str = "", most: int = 100) -> list[Plan]:
    return _LISTING.all(tx, after=after, most=most)


def overdue(tx: Tx, before: datetime, most: int = 100) -> list[Plan]:
    """Plans whose next slot should have been taken before that moment, the oldest first."""
    return _OVERDUE.all(tx, before=before, most=most)


def set_next(
    tx: Tx, following: Sequence[tuple[str, Slot | None, bool]], *, taken: bool = False
) -> None:
    """(plan, next slot, whether to skip it). `taken`: the slot that was next has been taken."""
    rows = [(id_, _slot(slot), skip) for id_, slot, skip in following]
    (_TAKE if taken else _SET_NEXT).many(
        tx,
        [{"at": id_, "local": slot[0], "due": slot[1], "skip": skip} for id_, slot, skip in rows],
    )


def taken(plan: Plan) -> datetime | None:
    """The last local slot of the plan that was taken, as `flows.recurrence` wants to know it."""
    return None if plan.taken_local is None else datetime.fromisoformat(plan.taken_local)


def change(tx: Tx, plan: Plan) -> bool:
    """Write a changed plan whole; whether it is there."""
    values = plan._asdict()
    del values["created_at"]
    return _CHANGE.run(tx, at=values.pop("id"), **values) > 0


def end(tx: Tx, plan_id: str) -> bool:
    """Nothing comes of it any more; whether it was active."""
    return _END.run(tx, at=plan_id) > 0


def end_all(tx: Tx, person_id: str) -> int:
    """End all of a person's plans; how many there were."""
    return _END_ALL.run(tx, of=person_id)


def pause(tx: Tx, plan_id: str, until: datetime | None) -> bool:
    return _PAUSE.run(tx, at=plan_id, until=until) > 0


def skip_next(tx: Tx, plan_id: str, skip: bool = True) -> bool:
    """Leave out the next one, or not after all; whether the plan is active."""
    return _SKIP.run(tx, at=plan_id, skip=skip) > 0


def _slot(slot: Slot | None) -> tuple[str | None, datetime | None]:
    return (None, None) if slot is None else (slot.local.isoformat(), slot.due)


def counts(tx: Tx) -> dict[str, int]:
    return dict(_COUNTS.all(tx))
