"""The rota as shifts: filled in ahead, changed, and asked who is on duty.

Promise: shifts follow the rules of `flows.rota`; what people arranged among themselves stays, as
long as the rota still has it. Nobody has a shift before a coordinator recorded check, training
and date. Filling in twice changes nothing. Nothing is said to anybody here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flows import rota as rules
from flows.rota import Candidate, Duty, Gap, Span, Wanted
from flows.rotations import Rota, from_json, to_json
from service.slate import day_of
from service.storage import ids, rotas, shifts, timers, volunteers
from service.storage.database import Tx
from service.storage.shifts import NewShift, Shift
from service.storage.timers import Timer
from service.storage.volunteers import Ready, Volunteer

AHEAD = timedelta(days=14)
"""So far ahead shifts are made."""
LOOK = "rota"  # the kind of timer at which the rota is looked at, and its key
LOOK_KEY = "rota:look"
CAME = "rota:came:"  # before a person's id: the key of the timer of when they come
BY_HAND, CALENDAR, SWAP = "hand", "calendar", "swap"


class Filled(NamedTuple):
    """What became of filling a rota in: how many shifts are new, and which are no more."""

    planned: int
    dropped: list[Shift]


def keep(tx: Tx, rota: Rota, now: datetime) -> Filled:
    """Have this rota, in place of the one of that name; its shifts follow at once."""
    rotas.put(tx, rota.name, rota.role, rota.zone, to_json(rota), now)
    look_soon(tx, now)
    return fill(tx, rota, now)


def load(tx: Tx, name: str) -> Rota | None:
    row = rotas.load(tx, name)
    return None if row is None else from_json(row.name, row.role, row.zone, row.definition)


def every(tx: Tx) -> list[Rota]:
    """All rotas by name."""
    return [from_json(r.name, r.role, r.zone, r.definition) for r in rotas.listing(tx)]


def drop(tx: Tx, name: str, now: datetime) -> list[Shift]:
    """The rota is no more; who is on duty goes on until the end of their shift. What is dropped."""
    ahead = [s for s in shifts.of_rota(tx, name, now, now + 100 * AHEAD) if s.starts_at > now]
    gone = shifts.clear(tx, name, now, all=True) if rotas.drop(tx, name) else set()
    return [shift for shift in ahead if shift.id in gone and shift.status == shifts.PLANNED]


def look_soon(tx: Tx, now: datetime) -> None:
    """Look at the rota in a turn of its own, now."""
    timers.put(tx, [Timer(ids.new(), LOOK_KEY, LOOK, None, None, now)], now)


def comes_at(tx: Tx, person_id: str, at: datetime, now: datetime) -> None:
    """Have all that waits for somebody looked at then, when this one may be asked again."""
    timers.put(tx, [Timer(ids.new(), f"{CAME}{person_id}", LOOK, None, None, at)], now)


# --- who may be on duty


def able(volunteer: Volunteer) -> bool:
    """Whether a coordinator recorded check, training and date, and they take cases."""
    checked = volunteer.vetted_at is not None and bool(volunteer.trained)
    return volunteer.status == "active" and checked


def trained_for(volunteer: Volunteer, topic: str | None) -> bool:
    """Whether they have the training that a rota asks for."""
    return topic is None or topic in volunteer.trained or topic in volunteer.roles


def comes(volunteer: Volunteer | None, starts: datetime, trained: str | None = None) -> bool:
    """Whether somebody may be counted on for a shift that begins then."""
    if volunteer is None or not able(volunteer) or not trained_for(volunteer, trained):
        return False
    return volunteer.off_until is None or starts >= volunteer.off_until


def on_duty(
    tx: Tx, now: datetime, role: str | None = None, *, rota: str | None = None
) -> list[Ready]:
    """Who is on duty now and may be asked: checked and trained, on no break, and not off."""
    found = volunteers.on_duty(tx, now, day_of(now), rota=rota, role=role)
    return [one for one in found if not away(one, now)]


def away(one: Ready, now: datetime) -> bool:
    """Whether they are asked for nothing just now, whatever the rota says."""
    who = one.volunteer
    moments = (who.break_until, who.off_until, one.paused_until)
    resting = any(moment is not None and moment > now for moment in moments)
    return resting or not able(who) or one.person_status != "active"


# --- filling in


def fill(tx: Tx, rota: Rota, now: datetime) -> Filled:
    """Make the shifts of the next days follow the rota."""
    known = volunteers.load_many(tx, rota.people)
    wanted = {
        (duty.slot, duty.person): duty
        for duty in rules.duties(rota, now, now + AHEAD)
        if comes(known.get(duty.person), duty.starts, rota.trained)
    }
    held = shifts.of_rota(tx, rota.name, now, now + AHEAD)
    had = {_same(shift): shift for shift in held if shift.status != shifts.DROPPED}
    meant = {key: _meant(shift, wanted, had) for key, shift in had.items()}
    gone = [shift for key, shift in had.items() if not _stands(shift, meant[key])]
    # who is on duty by other hours than before goes on: their shift is made anew below
    anew = [shift for shift in gone if meant[_same(shift)] is not None]
    ahead = [shift for shift in gone if shift.starts_at > now]
    shifts.move(tx, [shift.id for shift in (*ahead, *anew)], shifts.DROPPED)
    for shift in gone:
        if shift not in ahead and shift not in anew:
            shifts.end(tx, shift.id, now)
    new = [_new(rota, duty) for key, duty in wanted.items() if key not in had]
    new += [_new(rota, duty) for s in anew if (duty := meant[_same(s)]) is not None]
    _give_back(tx, [s for s in held if s in anew or s not in gone], wanted)
    shifts.plan(tx, new, now)
    lost = [s for s in gone if s.status == shifts.PLANNED and s not in anew]
    return Filled(len(new), lost)


_Wanted = Mapping[tuple[str, str], Duty]


def _same(shift: Shift) -> tuple[str, str]:
    return shift.local_slot, shift.person_id


def _meant(shift: Shift, wanted: _Wanted, had: Mapping[tuple[str, str], Shift]) -> Duty | None:
    """What the rota has in place of this shift; None where it has it no more."""
    duty = wanted.get(_same(shift))
    if duty is not None or shift.source != SWAP:
        return duty
    # taken over: it stands while the one who gave it away would have it
    gave = (
        wanted.get(_same(other))
        for other in had.values()
        if other.local_slot == shift.local_slot and other.status == shifts.SWAPPED
    )
    theirs = next((duty for duty in gave if duty is not None), None)
    return theirs._replace(person=shift.person_id, source=SWAP) if theirs is not None else None


def _stands(shift: Shift, meant: Duty | None) -> bool:
    """Whether this shift stays as it is. What was put there by hand is not the rota's to change."""
    if shift.source in (BY_HAND, CALENDAR) or shift.status == shifts.SWAPPED:
        return True
    if shift.status == shifts.OPEN:
        return meant is not None
    return meant is not None and (meant.starts, meant.ends) == (shift.starts_at, shift.ends_at)


def _give_back(tx: Tx, held: Sequence[Shift], wanted: _Wanted) -> None:
    """A shift that was given away, and that its taker has no more, is its giver's again."""
    taken = {s.local_slot for s in held if s.source == SWAP and s.status != shifts.DROPPED}
    back = [
        shift.id
        for shift in held
        if shift.status == shifts.SWAPPED and shift.local_slot not in taken
        and _same(shift) in wanted
    ]  # fmt: skip
    shifts.move(tx, back, shifts.PLANNED)


def _new(rota: Rota, duty: Duty) -> NewShift:
    return NewShift(
        rota.name, rota.role, duty.person, duty.slot, duty.starts, duty.ends, duty.source
    )


# --- where somebody is missing


def gaps(tx: Tx, rota: Rota, since: datetime, until: datetime) -> list[Gap]:
    """Hours of the rota in which fewer will be there than it asks for."""
    held = shifts.of_rota(tx, rota.name, since, until)
    known = volunteers.load_many(tx, {shift.person_id for shift in held} | set(rota.people))
    wants = rules.wanted(rota, since, until)
    if not rota.turns:  # kept in a calendar: what stands there is what is wanted
        wants += _of_the_calendar(held)
    there = [
        (shift.person_id, Span(shift.starts_at, shift.ends_at))
        for shift in held
        if shift.status == shifts.PLANNED
        and comes(known.get(shift.person_id), shift.starts_at, rota.trained)
    ]
    if until > since + AHEAD:  # beyond what is filled in: as the rota says
        filled = since + AHEAD
        there += [
            (d.person, Span(max(d.starts, filled), d.ends))
            for d in rules.duties(rota, filled, until)
            if comes(known.get(d.person), d.starts, rota.trained)
        ]
    return rules.gaps(wants, there, since, until)


def _of_the_calendar(held: Iterable[Shift]) -> list[Wanted]:
    return [
        Wanted(Span(shift.starts_at, shift.ends_at), 1, (shift.person_id,), CALENDAR)
        for shift in held
        if shift.source == CALENDAR and shift.status != shifts.DROPPED
    ]


# --- who may take a shift over


def candidates(tx: Tx, rota: Rota | None, shift: Shift, now: datetime) -> list[str]:
    """Who may take this shift over, those with the fewest hours around it first."""
    rest = rota.rest if rota is not None else Rota(shift.rota, "UTC", ()).rest
    trained = rota.trained if rota is not None else None
    duty = _duty(shift)
    around = shifts.planned(tx, shift.starts_at - AHEAD, shift.ends_at + AHEAD)
    theirs: dict[str, list[Span]] = {}
    for one in around:
        theirs.setdefault(one.person_id, []).append(Span(one.starts_at, one.ends_at))
    people = [
        Candidate(
            who.person_id, frozenset(who.roles), frozenset(who.trained),
            tuple(theirs.get(who.person_id, ())), not comes(who, shift.starts_at),
        )
        for who in volunteers.listing(tx)
    ]  # fmt: skip
    return rules.may_take(duty, shift.role, people, rest, now, trained)


def _duty(shift: Shift) -> Duty:
    return Duty(shift.local_slot, shift.person_id, shift.starts_at, shift.ends_at, shift.source)


def shares(tx: Tx, rota: Rota, since: datetime, until: datetime) -> Mapping[str, timedelta]:
    """How long each person of the rota is on duty in a time, the least first."""
    held = [s for s in shifts.of_rota(tx, rota.name, since, until) if s.status == shifts.PLANNED]
    people = dict.fromkeys((*rota.people, *(shift.person_id for shift in held)))
    spans = [(shift.person_id, Span(shift.starts_at, shift.ends_at)) for shift in held]
    return rules.shares(list(people), spans)
