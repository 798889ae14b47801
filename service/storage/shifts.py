"""Shifts: who is on duty when, as rows that a rota was made into.

Promise: a person has one shift a rota and local slot, however often a rota is filled in; every
change of state is one conditional statement, so of two who take a shift over one has it. Which
move is legal is read from `flows.states.SHIFT`; which slots a rota has is decided in `flows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, bindparam, or_, select

from flows.states import SHIFT, before
from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.moments import Moment
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

s = of(tables.Shift)

PLANNED, OPEN, SWAPPED, DROPPED = "planned", "open", "swapped", "dropped"
SOURCES = ("rotation", "override", "swap", "calendar", "hand")


class NewShift(NamedTuple):
    """A shift of one person. `local_slot`: when it begins by the rota's clock, which names it."""

    rota: str
    role: str
    person_id: str
    local_slot: str
    starts_at: datetime
    ends_at: datetime
    source: str


class Shift(NamedTuple):
    """A shift as stored. `told_at`: when the person was reminded."""

    id: str
    rota: str
    role: str
    person_id: str
    local_slot: str
    starts_at: datetime
    ends_at: datetime
    status: str
    source: str
    told_at: datetime | None
    created_at: datetime


_COLUMNS = [s.c[name] for name in Shift._fields]
_ORDER = (s.c.starts_at, s.c.rota, s.c.id)
_SLOT = ("rota", "local_slot", "person_id")


def _planning(*unless: str) -> Prepared[tuple[Any, ...]]:
    """A new shift, or one of the same slot and person that is in none of these states."""
    again = ("role", "starts_at", "ends_at", "status", "source", "told_at")
    return Prepared(
        insert_into(s)
        .values({name: bindparam(name) for name in Shift._fields})
        .on_conflict_do_update(
            index_elements=_SLOT,
            set_={name: bindparam(name) for name in again},
            where=s.c.status.not_in(unless),
        )
    )


# A rota filled in again leaves alone what people have arranged among themselves.
_PLAN, _GIVE = _planning(PLANNED, OPEN, SWAPPED), _planning(PLANNED)
_LOAD = Prepared(select(*_COLUMNS).where(among(s.c.id, "ids")), Shift._make)
_BETWEEN = Prepared(
    select(*_COLUMNS)
    .where(
        s.c.rota == bindparam("rota"),
        s.c.starts_at < bindparam("until"),
        s.c.ends_at > bindparam("since"),
    )
    .order_by(*_ORDER),
    Shift._make,
)
_PLANNED = Prepared(
    select(*_COLUMNS)
    .where(
        s.c.status == PLANNED,
        s.c.starts_at < bindparam("until"),
        s.c.ends_at > bindparam("since"),
    )
    .order_by(*_ORDER),
    Shift._make,
)
_NOW = Prepared(
    select(*_COLUMNS)
    .where(
        s.c.status == PLANNED,
        s.c.starts_at <= bindparam("now", type_=Moment),
        s.c.ends_at > bindparam("now", type_=Moment),
    )
    .order_by(*_ORDER),
    Shift._make,
)
_OF_PERSON = Prepared(
    select(*_COLUMNS)
    .where(s.c.person_id == bindparam("person_id"), s.c.ends_at > bindparam("since"))
    .order_by(*_ORDER)
    .limit(bindparam("most")),
    Shift._make,
)
_LATEST = Prepared(
    select(*_COLUMNS)
    .where(s.c.person_id == bindparam("person_id"))
    .order_by(s.c.starts_at.desc(), s.c.id.desc())
    .limit(bindparam("most")),
    Shift._make,
)
_IN_SLOT = Prepared(
    select(s.c.id).where(
        s.c.rota == bindparam("rota"),
        s.c.local_slot == bindparam("local_slot"),
        s.c.person_id == bindparam("person_id"),
        s.c.status == PLANNED,
    )
)
_MOVE = {
    new: Prepared(
        s.update()
        .where(among(s.c.id, "ids"), s.c.status.in_(before(SHIFT, new)))
        .values(status=new)
        .returning(s.c.id)
    )
    for new in SHIFT.states
}
_TO_REMIND = Prepared(
    select(*_COLUMNS)
    .where(
        s.c.status == PLANNED,
        s.c.told_at.is_(None),
        s.c.ends_at > bindparam("now"),
        s.c.starts_at <= bindparam("until"),
    )
    .order_by(*_ORDER),
    Shift._make,
)
_REMINDED = Prepared(
    s.update()
    .where(among(s.c.id, "ids"), s.c.told_at.is_(None))
    .values(told_at=bindparam("now"))
    .returning(s.c.id)
)
_END = Prepared(
    s.update()
    .where(s.c.id == bindparam("at"), s.c.status == PLANNED, s.c.ends_at > bindparam("ends"))
    .values(ends_at=bindparam("ends"))
)
_LEAVE = Prepared(
    s.update()
    .where(
        s.c.person_id == bindparam("of"),
        s.c.ends_at > bindparam("now"),
        s.c.status.in_(before(SHIFT, OPEN)),
    )
    .values(status=OPEN)
    .returning(*_COLUMNS),
    Shift._make,
)
_OF_ROTA_AHEAD = Prepared(
    s.update()
    .where(
        s.c.rota == bindparam("of"),
        s.c.starts_at > bindparam("now"),
        s.c.status.in_(before(SHIFT, DROPPED)),
        or_(s.c.source == "rotation", bindparam("all", type_=Boolean())),
    )
    .values(status=DROPPED)
    .returning(s.c.id)
)


def plan(tx: Tx, new: Iterable[NewShift], now: datetime) -> None:
    """Have these shifts. What is there already stays as it is, whatever became of it; only what
    was dropped is planned anew. Raises ValueError for a source that is none."""
    _PLAN.many(tx, [_row(shift, now) for shift in new])


def load(tx: Tx, shift_id: str) -> Shift | None:
    return load_many(tx, [shift_id]).get(shift_id)


def load_many(tx: Tx, shift_ids: Iterable[str]) -> dict[str, Shift]:
    return {shift.id: shift for shift in _LOAD.all(tx, ids=list(shift_ids))}


def of_rota(tx: Tx, rota: str, since: datetime, until: datetime) -> list[Shift]:
    """Shifts of a rota that touch a time, in whatever state, the first first."""
    return _BETWEEN.all(tx, rota=rota, since=since, until=until)


def planned(tx: Tx, since: datetime, until: datetime) -> list[Shift]:
    """Planned shifts of all rotas that touch a time, the first first."""
    return _PLANNED.all(tx, since=since, until=until)


def under_way(tx: Tx, now: datetime) -> list[Shift]:
    """The planned shifts of all rotas in which this moment lies."""
    return _NOW.all(tx, now=now)


def of_person(tx: Tx, person_id: str, since: datetime, most: int = 100) -> list[Shift]:
    """Shifts of a person that end after a moment, in whatever state, the first first."""
    return _OF_PERSON.all(tx, person_id=person_id, since=since, most=most)


def latest(tx: Tx, person_id: str, most: int) -> list[Shift]:
    """Shifts of a person, those that begin last first, at most so many."""
    return _LATEST.all(tx, person_id=person_id, most=most)


def move(tx: Tx, shift_ids: Sequence[str], status: str) -> set[str]:
    """Move these, where each one's state allows it; ids of those that moved."""
    return {row[0] for row in _MOVE[status].all(tx, ids=list(shift_ids))}


def take_over(
    tx: Tx, shift_id: str, to_id: str, now: datetime, *, source: str = "swap"
) -> str | None:
    """Another has this shift from now on: the id of their own. None where somebody else took it
    first, it is over or dropped, or they are on duty in that slot already."""
    shift = load(tx, shift_id)
    if shift is None or shift.ends_at <= now or shift.person_id == to_id:
        return None
    slot = {"rota": shift.rota, "local_slot": shift.local_slot, "person_id": to_id}
    if _IN_SLOT.value(tx, **slot) is not None or not move(tx, [shift_id], SWAPPED):
        return None
    new = NewShift(
        shift.rota, shift.role, to_id, shift.local_slot, shift.starts_at, shift.ends_at, source
    )
    _GIVE.run(tx, **_row(new, now))
    return str(_IN_SLOT.value(tx, **slot))


def to_remind(tx: Tx, now: datetime, until: datetime) -> list[Shift]:
    """Planned shifts that begin by a moment, are not over, and of which the person was not yet
    reminded."""
    return _TO_REMIND.all(tx, now=now, until=until)


def reminded(tx: Tx, shift_ids: Iterable[str], now: datetime) -> set[str]:
    """Their people are reminded now; ids of those for whom nobody else did it before."""
    return {row[0] for row in _REMINDED.all(tx, ids=list(shift_ids), now=now)}


def end(tx: Tx, shift_id: str, at: datetime) -> bool:
    """A planned shift is over earlier than planned; whether that changed anything."""
    return _END.run(tx, at=shift_id, ends=at) > 0


def leave(tx: Tx, person_id: str, now: datetime) -> list[Shift]:
    """A person can take no shift any more: those that are not over stand open; which."""
    return _LEAVE.all(tx, of=person_id, now=now)


def clear(tx: Tx, rota: str, now: datetime, *, all: bool = False) -> set[str]:
    """Drop the shifts of a rota that begin later and came from its rotation, because that
    changed; with `all` also those that were arranged. Ids of those that were dropped."""
    return {row[0] for row in _OF_ROTA_AHEAD.all(tx, of=rota, now=now, all=all)}


def _row(shift: NewShift, now: datetime) -> dict[str, Any]:
    if shift.source not in SOURCES:
        raise ValueError(f"{shift.source!r} is no source of a shift: one of {', '.join(SOURCES)}")
    return {
        "id": ids.new(), **shift._asdict(), "status": PLANNED, "told_at": None, "created_at": now,
    }  # fmt: skip
