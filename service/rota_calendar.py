"""A rota as a calendar, and a calendar as a rota.

Promise: what goes out names nobody unless that is asked for, which the trail keeps. What comes in
is taken as a whole or not at all; the same file again changes nothing, and what it has no more is
dropped. A rota kept in a calendar has no turns of its own. Only who may be on duty has a shift.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flows.rota import slot_name
from flows.rotations import Rota
from service import calendars, rota, shift_watch
from service.by_hand import whom
from service.calendars import Event, Problem
from service.cures import Curable
from service.house import House
from service.rota_by_hand import ADDED, NOUN, called, known
from service.storage import people, shifts, timers, trail, volunteers
from service.storage.database import Tx
from service.storage.shifts import NewShift

CALENDAR_AHEAD = timedelta(days=90)
"""So far ahead a calendar is read."""


def export(
    house: House, name: str, days: int, by: str, *, given: str | None = None, names: bool = False
) -> bytes:
    """A rota as a calendar file; of one person, where one is given. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        one = known(tx, name)
        only = whom(tx, given) if given is not None else None
        found = [
            shift
            for shift in shifts.of_rota(tx, one.name, now - rota.AHEAD, now + timedelta(days=days))
            if shift.status == shifts.PLANNED and only in (None, shift.person_id)
        ]
        names_of = called(tx, found) if names else {}
        detail = {"names": names}
        trail.record(tx, by, "exported", NOUN, one.name, now, detail)
    title = one.title or one.name
    return calendars.written(title, (
        calendars.Entry(
            f"{shift.id}@hearthline", shift.starts_at, shift.ends_at,
            f"{title}: {names_of.get(shift.person_id) or 'on duty'}", shift.person_id,
            shift.created_at,
        )
        for shift in found
    ))  # fmt: skip


def bring(
    house: House, name: str, data: bytes, by: str, *, dry: bool = False
) -> tuple[dict[str, Any], list[Problem]]:
    """Shifts out of a calendar file, and what is wrong with it; with a problem nothing changes.

    The same file again changes nothing; what it has no more is dropped. Raises Curable.
    """
    now = house.now()
    until = now + CALENDAR_AHEAD
    with house.database.writing() as tx:
        one = known(tx, name)
        if one.turns:
            cure = "Make a rota without turns for it: `hearthline rota add NAME --from-calendar`."
            raise Curable(name, "This rota makes its own shifts.", cure)
        events, problems = calendars.read(data, one.zone, now, until)
        wanted: dict[tuple[str, str], NewShift] = {}
        for event in events:
            new = _from_event(tx, one, event, problems)
            if new is not None:
                wanted[new.local_slot, new.person_id] = new
        result = {"rota": one.name, "shifts": len(wanted), "dropped": 0}
        problems = list(dict.fromkeys(problems))  # a series is told once
        if problems or dry:
            return result, problems
        held = [s for s in shifts.of_rota(tx, one.name, now, until) if s.source == rota.CALENDAR]
        gone = [shift for shift in held if shift.starts_at > now and not _same(shift, wanted)]
        dropped = shifts.move(tx, [shift.id for shift in gone], shifts.DROPPED)
        lost = [s for s in gone if s.id in dropped and s.status == shifts.PLANNED]
        timers.put(tx, shift_watch.not_any_more(tx, one, lost, now), now)
        shifts.plan(tx, wanted.values(), now)
        rota.look_soon(tx, now)
        trail.record(tx, by, "imported", NOUN, one.name, now, {"shifts": len(wanted)})
    return {**result, "dropped": len(dropped)}, []


def _same(shift: shifts.Shift, wanted: Mapping[tuple[str, str], NewShift]) -> bool:
    """Whether the calendar still has this shift as it is."""
    new = wanted.get((shift.local_slot, shift.person_id))
    return new is not None and new.ends_at == shift.ends_at


def _from_event(tx: Tx, one: Rota, event: Event, problems: list[Problem]) -> NewShift | None:
    person_id = _meant(tx, event)
    who = volunteers.load(tx, person_id) if person_id is not None else None
    if who is None:
        cure = "Name one volunteer as in `hearthline people find`, or put their id there."
        problems.append(Problem(event.place, "It is not clear which volunteer is meant.", cure))
        return None
    fits = one.role in who.roles and rota.trained_for(who, one.trained)
    if not rota.able(who) or not fits:
        problems.append(Problem(event.place, "Who is meant may not be on duty here.", ADDED))
        return None
    slot = slot_name(event.starts, one.zone)
    return NewShift(
        one.name, one.role, who.person_id, slot, event.starts, event.ends, rota.CALENDAR
    )


def _meant(tx: Tx, event: Event) -> str | None:
    if event.person_id is not None:
        return event.person_id
    for name in event.who:
        found = volunteers.load_many(tx, people.find_by_name(tx, name))
        if len(found) == 1:
            return next(iter(found))
    return None
