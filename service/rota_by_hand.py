"""The rota by hand: shown, added, changed, overridden, swapped; each change a line of the trail.

Promise: people are given by id, number or name, and kept as ids; ids are told, names where they
are asked for. Who is named and may not be on duty is told with the cure, and nothing is changed.
The rules are those of `rota`, `shift_changes` and `flows.rota`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flows import rota as rules
from flows import rotation_words as words
from flows.recurrence import moment_of, zone_of
from flows.rotations import Override, Rota, Turn, renamed
from service import by_hand, coverage, rota, shift_changes, shift_watch, shift_words
from service.by_hand import Actor, whom
from service.cures import Curable
from service.house import House
from service.storage import people, rotas, settings_rows, shifts, swaps, timers, trail, volunteers
from service.storage.database import Tx
from service.storage.shifts import Shift

NOUN = "rota"  # as the trail names it
ADDED = "See `hearthline volunteers show`: check, training and date come first."


# --- looking


def listing(house: House) -> list[dict[str, Any]]:
    """All rotas, and who is on duty now."""
    now = house.now()
    with house.database.reading() as tx:
        there = rota.on_duty(tx, now)
        return [
            {
                "rota": one.name, "role": one.role, "zone": one.zone, "turns": len(one.turns),
                "people": len(one.people),
                "on_duty": [r.volunteer.person_id for r in there if one.name in r.rotas],
                "gaps": len(rota.gaps(tx, one, now, now + rota.AHEAD)),
            }
            for one in rota.every(tx)
        ]  # fmt: skip


def shown(
    house: House, name: str, days: int, by: str, *, names: bool = False
) -> list[dict[str, Any]]:
    """The shifts of a rota in the days to come. With `names` a line of the trail."""
    now = house.now()
    with house.database.writing() as tx:
        one = known(tx, name)
        found = shifts.of_rota(tx, one.name, now, now + timedelta(days=days))
        by_id = called(tx, found) if names else {}
        if names:
            trail.record(tx, by, "read", NOUN, one.name, now)
        return [_shift(shift, one, by_id) for shift in found if shift.status != shifts.DROPPED]


def shares(house: House, name: str, days: int) -> list[dict[str, Any]]:
    """How many hours each person of a rota has in the days to come, the least first."""
    now = house.now()
    with house.database.reading() as tx:
        held = rota.shares(tx, known(tx, name), now, now + timedelta(days=days))
    return [
        {"person_id": who, "hours": round(length / timedelta(hours=1), 2)}
        for who, length in held.items()
    ]


def gaps(house: House, name: str | None, days: int) -> list[dict[str, Any]]:
    """Hours in which fewer will be there than are wanted, of one rota or of all.

    Of all: and those in which a step of a policy has nobody to tell.
    """
    now = house.now()
    until = now + timedelta(days=days)
    with house.database.reading() as tx:
        kept = [known(tx, name)] if name is not None else rota.every(tx)
        found = [
            {
                "rota": one.name,
                **gap._asdict(),
                "local": _local(gap.starts, one.zone),
                "local_ends": _local(gap.ends, one.zone),
            }
            for one in kept
            for gap in rota.gaps(tx, one, now, until)
        ]
    if name is None:
        found += [{"rota": None, **one} for one in coverage.shown(house) if one["starts"] < until]
    return found


def _shift(shift: Shift, one: Rota, by_id: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": shift.id, "rota": shift.rota, "local": _local(shift.starts_at, one.zone),
        "local_ends": _local(shift.ends_at, one.zone),
        "starts_at": shift.starts_at, "ends_at": shift.ends_at, "person_id": shift.person_id,
        **({"name": by_id.get(shift.person_id, "")} if by_id else {}), "role": shift.role,
        "status": shift.status, "source": shift.source, "reminded_at": shift.told_at,
    }  # fmt: skip


def called(tx: Tx, found: Iterable[Shift]) -> dict[str, str]:
    them = people.load_many(tx, sorted({shift.person_id for shift in found}))
    return {id_: str(person.fields.get("name", "")) for id_, person in them.items()}


def _local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(zone_of(zone)):%a %Y-%m-%d %H:%M}"


# --- the rota itself


def add(house: House, one: Rota, by: str) -> dict[str, Any]:
    """Have this rota, in place of the one of that name. Raises Curable."""
    with house.database.writing() as tx:
        kept = rota.load(tx, one.name)
        if not one.overrides and kept is not None:
            one = one._replace(overrides=kept.overrides)
        return _keep(house, tx, _with_ids(tx, one, kept), by, "changed" if kept else "added")


def add_empty(house: House, name: str, role: str, zone: str | None, by: str) -> dict[str, Any]:
    """A rota without turns, whose shifts come from a calendar. Raises Curable."""
    with house.database.writing() as tx:
        if rota.load(tx, name) is not None:
            cure = "Choose another name, or drop that one first."
            raise Curable(name, "There is a rota of this name.", cure)
        return _keep(house, tx, Rota(name, zone or _zone(house, tx), (), role), by, "added")


def add_turn(
    house: House, name: str, turn: Turn, role: str, zone: str | None, by: str
) -> dict[str, Any]:
    """Add a turn to a rota, or a rota with this turn. Raises Curable."""
    with house.database.writing() as tx:
        kept = rota.load(tx, name)
        if kept is None:
            kept = Rota(name, zone or _zone(house, tx), (), role)
        return _keep(
            house, tx, _with_ids(tx, kept._replace(turns=(*kept.turns, turn)), kept), by, "added"
        )


def rotate(
    house: House, name: str, given: Sequence[str], since: date, place: int, by: str
) -> dict[str, Any]:
    """From that day on these people take turns, the first one first. Raises Curable."""
    with house.database.writing() as tx:
        kept = known(tx, name)
        changed = rules.rotated(kept, given, since, place)
        if changed is None:
            raise Curable(name, f"There is no turn {place} then.", "Give another --turn.")
        return _keep(house, tx, _with_ids(tx, changed, kept), by, "rotated")


def holiday(
    house: House, name: str, day: date, given: Sequence[str] | None, by: str
) -> dict[str, Any]:
    """On that day these have the rota's hours; nobody: none are wanted; None: as on other days."""
    with house.database.writing() as tx:
        kept = known(tx, name)
        days = {that: who for that, who in kept.holidays.items() if that != day}
        if given is not None:
            days[day] = tuple(given)
        return _keep(
            house, tx, _with_ids(tx, kept._replace(holidays=days), kept), by, "set a holiday"
        )


def override(house: House, name: str, one: Override, by: str) -> dict[str, Any]:
    """In those hours these are on duty. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        kept = known(tx, name)
        if one.until <= one.since or moment_of(one.until, kept.zone) <= now:
            cure = "Give an end that is still to come, and after the beginning."
            raise Curable(str(one.until), "This time is over, or ends before it begins.", cure)
        standing = tuple(o for o in kept.overrides if moment_of(o.until, kept.zone) > now)
        changed = _with_ids(tx, kept._replace(overrides=(*standing, one)), kept)
        return _keep(house, tx, changed, by, "overrode")


def clear_overrides(house: House, name: str, by: str) -> dict[str, Any]:
    """Overrides that are not over are taken back."""
    with house.database.writing() as tx:
        kept = known(tx, name)
        return _keep(house, tx, kept._replace(overrides=()), by, "took overrides back")


def drop(house: House, name: str, by: str) -> dict[str, Any]:
    """The rota is no more; who is on duty stays until the end of their shift. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        kept = known(tx, name)
        gone = rota.drop(tx, name, now)
        timers.put(tx, shift_watch.not_any_more(tx, kept, gone, now), now)
        trail.record(tx, by, "dropped", NOUN, name, now)
    return {"rota": name, "shifts_dropped": len(gone)}


def _keep(house: House, tx: Tx, one: Rota, by: str, act: str) -> dict[str, Any]:
    now = house.now()
    try:
        words.checked(one)
    except words.RotaError as error:
        raise Curable(*error.problem) from None
    filled = rota.keep(tx, one, now)
    timers.put(tx, shift_watch.not_any_more(tx, one, filled.dropped, now), now)
    trail.record(tx, by, act, NOUN, one.name, now)
    missing = rota.gaps(tx, one, now, now + rota.AHEAD)
    return {
        "rota": one.name, "role": one.role, "zone": one.zone, "turns": len(one.turns),
        "shifts_planned": filled.planned, "shifts_dropped": len(filled.dropped),
        "gaps": len(missing), "first_gap": missing[0].starts if missing else None,
    }  # fmt: skip


def known(tx: Tx, name: str) -> Rota:
    found = rota.load(tx, name.strip().lower())
    if found is None:
        have = ", ".join(row.name for row in rotas.listing(tx)) or "none yet"
        raise Curable(name, "There is no rota of this name.", f"There are: {have}.")
    return found


def _zone(house: House, tx: Tx) -> str:
    return house.editions.in_force(tx, settings_rows.stamp(tx)).organisation.zone


def _with_ids(tx: Tx, one: Rota, before: Rota | None) -> Rota:
    """The rota with people by their ids. Raises Curable for who is new in it and may not be."""
    there = set(before.people) if before is not None else set()
    ids = {given: whom(tx, given) for given in one.people if given not in there}
    known = volunteers.load_many(tx, set(ids.values()))
    for given, id_ in ids.items():
        who = known.get(id_)
        if who is None or who.status == "left":
            cure = f"Add them first: `hearthline volunteers add {id_}`."
            raise Curable(given, "This person is no volunteer.", cure)
        if one.role not in who.roles:
            cure = f"Give them the role {one.role}: `hearthline volunteers add {id_} --role ...`."
            raise Curable(given, f"They do not have the role of this rota, {one.role}.", cure)
        if not rota.able(who) and who.status != "resting":
            raise Curable(given, "They may not be on duty yet.", ADDED)
        if not rota.trained_for(who, one.trained):
            cure = f"Record it: `hearthline volunteers train {id_} {one.trained}`."
            raise Curable(given, f"They have no training in {one.trained}, as it asks for.", cure)
    return renamed(one, ids)


# --- shifts of people


def swap(house: House, shift_id: str, given: str | None, by: str) -> dict[str, Any]:
    """Give this shift to somebody; without one, ask those who could take it. Raises Curable."""
    now = house.now()
    with house.database.reading() as tx:
        shift = shifts.load(tx, shift_id)
    if shift is None or shift.ends_at <= now or shift.status not in (shifts.PLANNED, shifts.OPEN):
        cure = "See `hearthline rota show`."
        raise Curable(shift_id, "There is no such shift to give away.", cure)
    if given is None:
        with by_hand.turn_of(house, shift.person_id, Actor(by, "offered a shift")) as slate:
            came = shift_changes.offer(slate, shift_id)
        if came.came != "offered":
            raise Curable(shift_id, "Nobody else could take it.", _WHY)
        return {"shift": shift_id, "asked": came.asked}
    with house.database.writing() as tx:
        to_id = whom(tx, given)
        kept = rota.load(tx, shift.rota)
        if to_id not in rota.candidates(tx, kept, shift, now):
            raise Curable(given, "They cannot take this shift.", _WHY)
        taken = shifts.take_over(tx, shift_id, to_id, now)
        if taken is None:
            raise Curable(
                shift_id, "Somebody else took it just now.", "See `hearthline rota show`."
            )
        others = [one.to_id for one in swaps.expire(tx, shift_id, now) if one.to_id != to_id]
        told = [(shift.person_id, "swap-taken"), (to_id, "shift-given")]
        told += [(person_id, "swap-over") for person_id in others]
        zone = kept.zone if kept is not None else _zone(house, tx)
        for person_id, phrase in told:
            timers.put(
                tx, shift_words.to_person(tx, person_id, phrase, shift.starts_at, zone, now), now
            )
        rota.look_soon(tx, now)
        trail.record(tx, by, "swapped", "shift", shift_id, now, {"to": to_id})
    return {"shift": taken, "person_id": to_id}


_WHY = (
    "It needs the role and the training of the rota, no shift at that time, and rest before and "
    "after."
)


def on(
    house: House, given: str, length: timedelta | None, name: str | None, by: str
) -> dict[str, Any]:
    """Put somebody on duty now. Raises Curable."""
    with by_hand.turn_of(house, given, Actor(by, "put on duty")) as slate:
        came = shift_changes.come_on(slate, length, name)
    if came.came == "no volunteer":
        raise Curable(given, "This person is no volunteer.", "See `hearthline volunteers add`.")
    if came.came == "not yet":
        raise Curable(given, "They may not be on duty yet.", ADDED)
    return {"on_duty": True, "until": came.until}


def off(house: House, given: str, by: str) -> dict[str, Any]:
    """Take somebody off duty now; gaps are told. Whether they were on."""
    with by_hand.turn_of(house, given, Actor(by, "taken off duty")) as slate:
        return {"on_duty": False, "was_on": shift_changes.go_off(slate)}
