"""Volunteers: who takes cases, what they were trained for, how much they carry today.

Promise: everything that decides whom to ask is loaded in four statements, however many volunteers
there are; nobody is active whose check no coordinator recorded. Who is asked is decided by the
rules in `flows`; names, numbers and words are the person's, in `people` and `numbers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Text, bindparam, case, func, or_, select, type_coerce

from flows.states import VOLUNTEER, before
from service.storage import contacts, holding, shifts, tables
from service.storage.contacts import Reach
from service.storage.database import Tx
from service.storage.shifts import Shift
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

v = of(tables.Volunteer)
p = of(tables.Person)

ACTIVE = "active"
ROLES = ("volunteer", "supervisor", "coordinator", "crisis", "buddy", "facilitator", "driver")


class Volunteer(NamedTuple):
    """A volunteer as stored. `trained`: topic -> day as 2026-05-04."""

    person_id: str
    status: str
    roles: Sequence[str]
    languages: Sequence[str]
    trained: Mapping[str, str]
    vetted_at: datetime | None
    vetted_by: str | None
    daily_cap: int | None
    taken_day: int
    taken_count: int
    break_until: datetime | None
    off_until: datetime | None
    last_case_at: datetime | None
    hard_case_at: datetime | None
    created_at: datetime


class Ready(NamedTuple):
    """A volunteer with all that decides whether they are asked now.

    `taken`: cases taken on the day that was asked for; `holding`: cases they have now; `rotas`:
    those in which they are on duty now, by name; `reach`: their verified phones, in order.
    """

    volunteer: Volunteer
    person_status: str
    paused_until: datetime | None
    zone: str
    language: str
    discreet: bool
    taken: int
    holding: int
    rotas: tuple[str, ...]
    duty_roles: tuple[str, ...]
    duty_until: datetime | None
    reach: tuple[Reach, ...]


_COLUMNS = [v.c[name] for name in Volunteer._fields]
_WIDTH = len(_COLUMNS)
_LOAD = Prepared(select(*_COLUMNS).where(among(v.c.person_id, "ids")), Volunteer._make)
_LISTING = Prepared(
    select(*_COLUMNS)
    .where(
        v.c.person_id > bindparam("after"),
        or_(v.c.status != "left", bindparam("left", type_=Boolean())),
    )
    .order_by(v.c.person_id)
    .limit(bindparam("most")),
    Volunteer._make,
)
_COUNTS = Prepared(select(v.c.status, func.count()).group_by(v.c.status))
_LEFT = v.c.status == "left"
_PUT = Prepared(
    insert_into(v)
    .values(
        {
            name: bindparam(name)
            for name in (
                "person_id", "status", "roles", "languages", "trained", "daily_cap", "taken_day",
                "taken_count", "created_at",
            )
        }
    )
    .on_conflict_do_update(
        index_elements=["person_id"],
        set_={
            "status": case((_LEFT, bindparam("status")), else_=v.c.status),
            "vetted_at": case((_LEFT, None), else_=v.c.vetted_at),
            "vetted_by": case((_LEFT, None), else_=v.c.vetted_by),
            "roles": bindparam("roles"),
            "languages": bindparam("languages"),
            "trained": bindparam("trained"),
            "daily_cap": bindparam("daily_cap"),
        },
    )
)  # fmt: skip
_AT = v.c.person_id == bindparam("at")
_VET = Prepared(
    v.update()
    .where(_AT, v.c.status != "left")
    .values(vetted_at=bindparam("now"), vetted_by=bindparam("by"))
)


def _moving(new: str) -> Prepared[tuple[Any, ...]]:
    checked = [v.c.vetted_at.is_not(None)] if new == "active" else []
    return Prepared(
        v.update().where(_AT, v.c.status.in_(before(VOLUNTEER, new)), *checked).values(status=new)
    )


_MOVE = {new: _moving(new) for new in VOLUNTEER.states if new != VOLUNTEER.start}
_SET = {
    name: Prepared(v.update().where(_AT).values({name: bindparam("value")}))
    for name in (
        "roles", "languages", "trained", "daily_cap", "break_until", "off_until", "hard_case_at",
    )
}  # fmt: skip
_TOOK = Prepared(
    v.update()
    .where(_AT)
    .values(
        taken_count=case((v.c.taken_day == bindparam("day"), v.c.taken_count + 1), else_=1),
        taken_day=bindparam("day"),
        last_case_at=bindparam("now"),
    )
)
_FORGET = Prepared(
    v.update()
    .where(_AT)
    .values(
        {
            "status": "left", "languages": bindparam("none"), "trained": bindparam("empty"),
            "break_until": None, "off_until": None,
        }
    )
)  # fmt: skip
_READY = [*_COLUMNS, p.c.status, p.c.paused_until, p.c.zone, p.c.language, p.c.discreet]
_BY_IDS = Prepared(
    select(*_READY)
    .select_from(v.join(p, p.c.id == v.c.person_id))
    .where(among(v.c.person_id, "ids"))
    .order_by(v.c.person_id)
)
_WITH_ROLE = Prepared(
    select(*_READY)
    .select_from(v.join(p, p.c.id == v.c.person_id))
    .where(v.c.status == ACTIVE, type_coerce(v.c.roles, Text).like(bindparam("like")))
    .order_by(v.c.person_id)
)


def put(
    tx: Tx,
    person_id: str,
    now: datetime,
    *,
    roles: Sequence[str] = ("volunteer",),
    languages: Sequence[str] = (),
    trained: Mapping[str, str] | None = None,
    daily_cap: int | None = None,
) -> None:
    """Somebody would like to take cases: applied, until a coordinator recorded the check. For
    who is there already this changes what is given, and a volunteer who had left applies anew."""
    _PUT.run(
        tx, person_id=person_id, status=VOLUNTEER.start, roles=list(roles),
        languages=list(languages), trained=dict(trained or {}), daily_cap=daily_cap, taken_day=0,
        taken_count=0, created_at=now,
    )  # fmt: skip


def load(tx: Tx, person_id: str) -> Volunteer | None:
    return load_many(tx, [person_id]).get(person_id)


def load_many(tx: Tx, person_ids: Iterable[str]) -> dict[str, Volunteer]:
    """Those of these people who are volunteers, by person, in one statement."""
    return {row.person_id: row for row in _LOAD.all(tx, ids=list(person_ids))}


def listing(tx: Tx, *, left: bool = False, after: str = "", most: int = 500) -> list[Volunteer]:
    """Volunteers by id, those after a given one; with `left` those who left as well."""
    return _LISTING.all(tx, after=after, most=most, left=left)


def counts(tx: Tx) -> dict[str, int]:
    """How many there are, by status."""
    return dict(_COUNTS.all(tx))


def vet(tx: Tx, person_id: str, by: str, now: datetime) -> bool:
    """A coordinator checked who they are; whether there is such a volunteer."""
    return _VET.run(tx, at=person_id, by=by, now=now) > 0


def move(tx: Tx, person_id: str, status: str) -> bool:
    """Move to active, resting or left. False where the table has no such move from where they
    are, or they were not vetted."""
    return _MOVE[status].run(tx, at=person_id) > 0


def set_roles(tx: Tx, person_id: str, roles: Sequence[str]) -> bool:
    """Raises ValueError for what is no role."""
    for role in roles:
        if role not in ROLES:
            raise ValueError(f"{role!r} is no role: one of {', '.join(ROLES)}")
    return _set(tx, person_id, "roles", list(roles))


def set_languages(tx: Tx, person_id: str, languages: Sequence[str]) -> bool:
    return _set(tx, person_id, "languages", list(languages))


def set_trained(tx: Tx, person_id: str, trained: Mapping[str, str]) -> bool:
    """Topics, each with the day of the training."""
    return _set(tx, person_id, "trained", dict(trained))


def set_cap(tx: Tx, person_id: str, cases_a_day: int | None) -> bool:
    return _set(tx, person_id, "daily_cap", cases_a_day)


def set_break(tx: Tx, person_id: str, until: datetime | None) -> bool:
    """On shift, and asked for nothing until then."""
    return _set(tx, person_id, "break_until", until)


def set_off(tx: Tx, person_id: str, until: datetime | None) -> bool:
    """Off, whatever the rota says, until then."""
    return _set(tx, person_id, "off_until", until)


def set_hard_case(tx: Tx, person_id: str, at: datetime) -> bool:
    """They came out of a hard case just now."""
    return _set(tx, person_id, "hard_case_at", at)


def took(tx: Tx, person_id: str, day: int, now: datetime) -> None:
    """One more case on this day (yyyymmdd). To be called by whoever won it for them."""
    _TOOK.run(tx, at=person_id, day=day, now=now)


def forget(tx: Tx, person_id: str) -> None:
    """They left, and nothing is kept of what they can. Their phones are `contacts.drop_person`,
    their shifts `shifts.leave`, the cases that they have `holding.held_by`."""
    _FORGET.run(tx, at=person_id, none=[], empty={})


def on_duty(
    tx: Tx, now: datetime, day: int, *, rota: str | None = None, role: str | None = None
) -> list[Ready]:
    """Active volunteers whose shift it is; of one rota, or in one role. Breaks, caps and who is
    off are told, not judged. `day`: yyyymmdd, for the cases taken today."""
    now_on = shifts.under_way(tx, now)
    theirs = {
        shift.person_id
        for shift in now_on
        if rota in (None, shift.rota) and role in (None, shift.role)
    }
    found = _ready(tx, _BY_IDS.all(tx, ids=sorted(theirs)), now_on, day)
    return [one for one in found if one.volunteer.status == ACTIVE]


def by_ids(tx: Tx, person_ids: Iterable[str], now: datetime, day: int) -> list[Ready]:
    """The same of these people, on duty or not, whatever their status."""
    return _ready(tx, _BY_IDS.all(tx, ids=list(person_ids)), shifts.under_way(tx, now), day)


def with_role(tx: Tx, role: str, now: datetime, day: int) -> list[Ready]:
    """All active volunteers who have this role, on duty or not."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is no role: one of {', '.join(ROLES)}")
    rows = _WITH_ROLE.all(tx, like=f'%"{role}"%')
    return _ready(tx, rows, shifts.under_way(tx, now), day)


def _ready(tx: Tx, rows: Sequence[Sequence[Any]], now_on: Sequence[Shift], day: int) -> list[Ready]:
    found = [row[0] for row in rows]
    if not found:
        return []
    duty: dict[str, list[Shift]] = {person_id: [] for person_id in found}
    for shift in now_on:
        if shift.person_id in duty:
            duty[shift.person_id].append(shift)
    reach, has = contacts.reach(tx, found), holding.counts(tx, found)
    return [_one(row, day, duty[row[0]], reach[row[0]], has.get(row[0], 0)) for row in rows]


def _one(
    row: Sequence[Any], day: int, duty: Sequence[Shift], reach: Sequence[Reach], has: int
) -> Ready:
    volunteer = Volunteer._make(row[:_WIDTH])
    status, paused, zone, language, discreet = row[_WIDTH:]
    return Ready(
        volunteer,
        status,
        paused,
        zone,
        language,
        bool(discreet),
        volunteer.taken_count if volunteer.taken_day == day else 0,
        has,
        tuple(dict.fromkeys(shift.rota for shift in duty)),
        tuple(dict.fromkeys(shift.role for shift in duty)),
        max((shift.ends_at for shift in duty), default=None),
        tuple(reach),
    )


def _set(tx: Tx, person_id: str, name: str, value: Any) -> bool:
    return _SET[name].run(tx, at=person_id, value=value) > 0
