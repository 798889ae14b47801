"""Looking at the rota: shifts filled in ahead, people reminded, gaps and hand-overs told in time.

Promise: one timer looks, and sets itself again for when something is due; what was told once is
marked by a timer of its own, so nothing is told twice and nothing is kept for ever. A gap is told
three days and one day before it begins, by day where that is soon enough. When shifts change,
what somebody has is offered to those who come, and what waits is asked of them. Texts hold a time
and codes, never what a case is about.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from flows import rota as rules
from flows.coverage import Empty
from flows.fairness import in_order
from flows.rota import Gap
from flows.rotations import Rota
from service import (
    conversing,
    coverage,
    ringing,
    rota,
    shift_words,
    taking,
    team,
    telling,
)
from service.desk import LINE, Desk
from service.editions import InForce
from service.house import House
from service.organisation import Organisation
from service.slate import Slate, day_of
from service.storage import (
    holding,
    ids,
    people,
    settings_rows,
    shifts,
    standing,
    timers,
    volunteers,
)
from service.storage.cases import Case
from service.storage.database import Tx
from service.storage.shifts import Shift
from service.storage.timers import Timer

MARK = "marked"  # the kind of a timer that only keeps that something was told
NOTICES = (timedelta(days=1), timedelta(days=3))
_OFTEN = timedelta(hours=1)
_EARLY = timedelta(hours=15)  # a shift of the morning is told of on the evening before
_MOST_CODES = 5  # in one text
_MOST_ASKED = 3  # to take one case over
_KEPT = timedelta(days=2)  # so long it is remembered that something was told


def take(house: House, tx: Tx, due: Sequence[Timer], now: datetime) -> None:
    """Look at the rota, where one of these timers is that."""
    for timer in due:
        if timer.kind == rota.LOOK:
            force = house.editions.in_force(tx, settings_rows.stamp(tx))
            if timer.key.startswith(rota.CAME):
                Desk(tx, force, now).look_at_what_waits()
            else:
                look(tx, force, timer, now)


def look(tx: Tx, force: InForce, timer: Timer, now: datetime) -> None:
    """Do what is due of the rota, and look again when more is."""
    told: list[Timer] = []
    kept = rota.every(tx)
    for one in kept:
        filled = rota.fill(tx, one, now)
        told += not_any_more(tx, one, filled.dropped, now)
    told += _reminders(tx, force.organisation, now)
    for one in kept:
        told += _gaps(tx, force, one, now)
    told += _empty(tx, force, kept, now)
    told += _over(tx, force, timer.created_at or now, now)
    _begun(tx, force, timer.created_at or now, now)
    timers.put(tx, told, now)
    soon = _next(tx, force.organisation, now)
    if kept or soon is not None:
        due = min(soon or now + _OFTEN, now + _OFTEN)
        timers.put(tx, [Timer(ids.new(), rota.LOOK_KEY, rota.LOOK, None, None, due)], now)


def _next(tx: Tx, us: Organisation, now: datetime) -> datetime | None:
    """When the next shift begins or ends, or somebody is to be reminded."""
    ahead = shifts.planned(tx, now, now + _EARLY + _OFTEN)
    zones = _zones(tx, us, ahead)
    moments = [moment for shift in ahead for moment in (shift.starts_at, shift.ends_at)]
    moments += [
        rules.remind_at(s.starts_at, zones[s.person_id], us.quiet_from, us.quiet_to)
        for s in ahead
        if s.told_at is None
    ]
    return min((moment for moment in moments if moment > now), default=None)


def _zones(tx: Tx, us: Organisation, rows: Iterable[Shift]) -> dict[str, str]:
    them = {shift.person_id for shift in rows}
    found = people.load_many(tx, sorted(them)) if them else {}
    return {
        who: (person.zone if (person := found.get(who)) is not None else None) or us.zone
        for who in them
    }


# --- reminders


def _reminders(tx: Tx, us: Organisation, now: datetime) -> list[Timer]:
    near = shifts.to_remind(tx, now, now + _EARLY)
    zones = _zones(tx, us, near)
    due = [
        shift
        for shift in near
        if rules.remind_at(shift.starts_at, zones[shift.person_id], us.quiet_from, us.quiet_to)
        <= now
    ]
    mine = shifts.reminded(tx, [shift.id for shift in due], now)
    return [
        timer
        for shift in due
        if shift.id in mine and shift.starts_at > now and shift.source != rota.BY_HAND
        for timer in shift_words.to_person(
            tx, shift.person_id, "shift-begins", shift.starts_at, zones[shift.person_id], now
        )
    ]


def not_any_more(tx: Tx, one: Rota, gone: Sequence[Shift], now: datetime) -> list[Timer]:
    """Who was reminded of a shift, or has it within a day, hears that it is no more."""
    return [
        timer
        for shift in gone
        if shift.told_at is not None or shift.starts_at < now + NOTICES[0]
        for timer in shift_words.to_person(
            tx, shift.person_id, "shift-gone", shift.starts_at, one.zone, now
        )
    ]


# --- gaps


def _gaps(tx: Tx, force: InForce, one: Rota, now: datetime) -> list[Timer]:
    """What coordinators are told of a rota now: its first gap and how many more."""
    us = force.organisation
    new: list[Gap] = []
    # looked for further on than it is told, so that each is known by its own end
    for gap in rota.gaps(tx, one, now, now + rota.AHEAD):
        within = next((notice for notice in NOTICES if gap.starts - now <= notice), None)
        told_at = rules.tell_at(now, gap.starts, us.zone, us.quiet_from, us.quiet_to)
        if within is None or told_at > now:
            continue
        key = f"gap:{one.name}:{gap.starts.isoformat()}:{gap.there}:{within.days}"
        ends = f"gap:{one.name}:{gap.ends.isoformat()}:{gap.there}"
        if gap.starts <= now:  # begun: told only where it was not told beforehand
            key = ends if gap.ends < now + rota.AHEAD else f"gap:{one.name}:{day_of(now)}"
        if not timers.planned(tx, key):
            marks = (key, ends)
            timers.put(
                tx, [Timer(ids.new(), k, MARK, None, None, gap.ends + _KEPT) for k in marks], now
            )
            new.append(gap)
    return shift_words.of_gaps(force, one, new, now)


def _empty(tx: Tx, force: InForce, kept: Sequence[Rota], now: datetime) -> list[Timer]:
    """What coordinators are told now of steps of policies that will have nobody in a shift."""
    us = force.organisation
    new: list[Empty] = []
    for one in coverage.empty(tx, force, kept, now):
        gap, need = one.gap, one.need
        within = next((notice for notice in NOTICES if gap.starts - now <= notice), None)
        told_at = rules.tell_at(now, gap.starts, us.zone, us.quiet_from, us.quiet_to)
        if within is None or told_at > now:
            continue
        # known by its end, for it begins anew with each look while it lasts
        key = f"step:{need.policy}:{need.told}:{gap.ends.isoformat()}:{within.days}"
        if not timers.planned(tx, key):
            mark = Timer(ids.new(), key, MARK, None, None, gap.ends + _KEPT)
            timers.put(tx, [mark], now)
            new.append(one)
    return shift_words.of_steps(force, new, now)


# --- the change of shifts


def _over(tx: Tx, force: InForce, since: datetime, now: datetime) -> list[Timer]:
    """Those whose shift is over and who have cases are told; the next ones are asked."""
    ended = [
        shift
        for shift in shifts.planned(tx, since - _OFTEN, now)
        if since - _OFTEN < shift.ends_at <= now
    ]
    told: list[Timer] = []
    for shift in ended:
        key = f"over:{shift.id}:{shift.ends_at.isoformat()}"
        if not timers.planned(tx, key):
            timers.put(tx, [Timer(ids.new(), key, MARK, None, None, now + _KEPT)], now)
            told += hand_over(tx, force, shift, now)
    return told


def hand_over(tx: Tx, force: InForce, shift: Shift, now: datetime) -> list[Timer]:
    """Where a shift ends and its person has cases: those on duty now are asked to take them over.

    Each stays with who has it until somebody does; where nobody is there, coordinators are told.
    """
    mine = holding.held_by(tx, [shift.person_id])[shift.person_id]
    there = volunteers.on_duty(tx, now, day_of(now), role=shift.role)
    if not mine or any(one.volunteer.person_id == shift.person_id for one in there):
        return []
    codes = ", ".join(case.code for case in mine[:_MOST_CODES])
    kept = rota.load(tx, shift.rota)
    zone = kept.zone if kept is not None else force.organisation.zone
    desk = Desk(tx, force, now)
    on_duty = {one.volunteer.person_id for one in there if not rota.away(one, now)}
    left = [case for case in mine if not _ask_those(desk, case, on_duty)]
    phrase = "shift-over-asked" if len(left) < len(mine) else "shift-over"
    told = shift_words.to_person(tx, shift.person_id, phrase, now, zone, now, codes=codes)
    if left:
        codes = ", ".join(case.code for case in left[:_MOST_CODES])
        told += telling.timers_for_staff(force, "rota-cases-left-coordinator", now, codes=codes)
    return told


def _ask_those(desk: Desk, case: Case, on_duty: Collection[str]) -> int:
    """Ask some of those on duty to take this case over, in fair order; how many are asked."""
    there = team.who_is_there(desk.tx, desk.force, desk.now, desk.policy(case)).helpers
    able = [one for one in there if one.id in on_duty and one.id != case.person_id]
    person = people.load(desk.tx, case.person_id)
    languages = (person.language,) if person is not None else ()
    fair = in_order(able, case.priority, languages, desk.now, {}, case.id)
    return sum(taking.hand_over(desk, case, one.id, LINE) for one in fair[:_MOST_ASKED])


def _begun(tx: Tx, force: InForce, since: datetime, now: datetime) -> None:
    """Who comes on duty is asked at once of what waits: nobody waits for the next look."""
    came = [
        shift
        for shift in shifts.planned(tx, since - _OFTEN, now + timedelta(seconds=1))
        if since - _OFTEN < shift.starts_at <= now
    ]
    keys = {f"came:{shift.id}" for shift in came}
    new = [key for key in sorted(keys) if not timers.planned(tx, key)]
    if new:
        timers.put(tx, [Timer(ids.new(), k, MARK, None, None, now + _KEPT) for k in new], now)
        Desk(tx, force, now).look_at_what_waits()


# --- timers of one number, or one person


def _ring(slate: Slate, timer: Timer) -> None:
    """Who has no phone for texts is rung about a shift."""
    payload = timer.payload or {}
    number_id, flow = str(payload.get("number", "")), str(payload.get("flow", ""))
    if slate.person is None or flow not in slate.force.program.library.flows:
        return
    if number_id != slate.number.id:
        found = standing.by_numbers(slate.tx, [number_id]).get(number_id)
        if found is None:
            return
        slate.number = found.number
    conversation = conversing.prepare(slate, flow, None)
    ringing.begin(slate, conversation, slate.now)


HANDLERS: Mapping[str, Callable[[Slate, Timer], None]] = {
    shift_words.SAID: shift_words.say,
    shift_words.RING: _ring,
}
