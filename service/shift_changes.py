"""What volunteers change themselves: on and off shift, a break, a shift offered, taken, declined.

Promise: everything happens in the turn of whoever asked, by one conditional statement where others
may be quicker; what others hear of it are events due now for them. Only who was checked and
trained comes on. A shift stays with whoever has it until somebody took it. It says nothing to the
person of the turn: that is their flow's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from flows import rota as rules
from service import rota, shift_words
from service.organisation import Organisation
from service.slate import BULK, REPLY, Slate
from service.storage import shifts, swaps, volunteers
from service.storage.database import Tx
from service.storage.shifts import NewShift, Shift
from service.storage.volunteers import Volunteer

USUAL: Final = timedelta(hours=4)
"""So long somebody is on duty who came on by themselves and said no end."""
LONGEST: Final = timedelta(hours=12)
MOST_ASKED: Final = 10
"""So many at most are asked to take a shift over, those with the fewest hours first."""
NO_ROTA: Final = "by-hand"
"""What stands for a rota where there is none."""
_SOON: Final = timedelta(hours=12)


class On(NamedTuple):
    """on: on duty until `until`. already: they were. not yet: check or training is missing, or
    they rest. no volunteer."""

    came: Literal["on", "already", "not yet", "no volunteer"]
    until: datetime | None = None


class Offered(NamedTuple):
    """offered: to so many. nobody: nobody else could take it. none: they have no shift."""

    came: Literal["offered", "nobody", "none"]
    shift: Shift | None = None
    asked: int = 0


def come_on(slate: Slate, length: timedelta | None = None, name: str | None = None) -> On:
    """This person is on duty from now on: in their shift, or by hand for a while."""
    who = _volunteer(slate)
    if who is None:
        return On("no volunteer")
    if not rota.able(who):
        return On("not yet")
    tx, now = slate.tx, slate.now
    free = (who.break_until or now) <= now and (who.off_until or now) <= now
    volunteers.set_break(tx, who.person_id, None)
    volunteers.set_off(tx, who.person_id, None)
    if not free:
        rota.comes_at(tx, who.person_id, now, now)
    running = current(tx, who.person_id, now)
    if running is not None and length is None:
        return On("already" if free else "on", running.ends_at)
    until = now + min(length or USUAL, LONGEST)
    if running is not None and running.ends_at >= until:
        return On("already" if free else "on", running.ends_at)
    shifts.plan(tx, [_by_hand(tx, slate.force.organisation, who, name, now, until)], now)
    rota.look_soon(tx, now)
    return On("on", until)


def _by_hand(
    tx: Tx, us: Organisation, who: Volunteer, name: str | None, now: datetime, until: datetime
) -> NewShift:
    """A shift from now on, in the rota named, or the first that wants what they do."""
    kept = [
        one
        for one in rota.every(tx)
        if one.role in who.roles and rota.trained_for(who, one.trained)
    ]
    mine = next((one for one in kept if one.name == name), kept[0] if kept else None)
    role = mine.role if mine is not None else next(iter(who.roles), "volunteer")
    slot = rules.slot_name(now, mine.zone if mine is not None else us.zone)
    called = mine.name if mine is not None else NO_ROTA
    return NewShift(called, role, who.person_id, slot, now, until, rota.BY_HAND)


def go_off(slate: Slate) -> bool:
    """Off duty from now on; whether they were on. Gaps and cases left are told at the next look."""
    who = _volunteer(slate)
    if who is None:
        return False
    tx, now = slate.tx, slate.now
    volunteers.set_break(tx, who.person_id, None)
    running = [s for s in _coming(tx, who.person_id, now) if s.starts_at <= now]
    ended = [shift for shift in running if shifts.end(tx, shift.id, now)]
    if ended:
        rota.look_soon(tx, now)
    return bool(ended)


def take_break(slate: Slate, length: timedelta) -> datetime | None:
    """Asked for nothing for so long, and then again; until when. None for who is no volunteer."""
    who = _volunteer(slate)
    if who is None:
        return None
    until = slate.now + min(length, LONGEST)
    volunteers.set_break(slate.tx, who.person_id, until)
    rota.comes_at(slate.tx, who.person_id, until, slate.now)
    return until


# --- a shift for somebody else


def current(tx: Tx, person_id: str, now: datetime) -> Shift | None:
    """The shift in which they are now."""
    return next((s for s in _coming(tx, person_id, now) if s.starts_at <= now), None)


def following(tx: Tx, person_id: str, now: datetime) -> Shift | None:
    """The shift in which they are, or the next one that they have."""
    return next(iter(_coming(tx, person_id, now)), None)


def offer(slate: Slate, shift_id: str | None = None) -> Offered:
    """Ask others to take this person's next shift, or the one named."""
    assert slate.person is not None
    tx, now = slate.tx, slate.now
    mine = _coming(tx, slate.person.id, now)
    shift = next((s for s in mine if shift_id in (None, s.id)), None)
    if shift is None:
        return Offered("none")
    kept = rota.load(tx, shift.rota)
    able = rota.candidates(tx, kept, shift, now)[:MOST_ASKED]
    if not able:
        return Offered("nobody", shift)
    before = {swap.to_id for swap in swaps.of_shift(tx, shift.id) if swap.status == swaps.OFFERED}
    # who had it once, by an offer of this very shift, is not offered it again
    made = {swap.to_id for swap in swaps.offer(tx, shift.id, slate.person.id, able, now)}
    able = [person_id for person_id in able if person_id in made]
    if not able:
        return Offered("nobody", shift)
    zone = kept.zone if kept is not None else slate.force.organisation.zone
    lane = REPLY if shift.starts_at - now < _SOON else BULK
    for person_id in able:
        if person_id not in before:
            slate.timers += shift_words.to_person(
                tx, person_id, "swap-asked", shift.starts_at, zone, now, lane
            )
    return Offered("offered", shift, len(able))


def offered(tx: Tx, person_id: str, now: datetime) -> tuple[swaps.Swap, Shift] | None:
    """What this person was asked last to take over, and did not answer."""
    for swap in swaps.offered_to(tx, person_id, now):
        shift = shifts.load(tx, swap.shift_id)
        if shift is not None and shift.status in (shifts.PLANNED, shifts.OPEN):
            return swap, shift
    return None


def accept(slate: Slate, swap_id: str) -> Literal["taken", "too late", "cannot"]:
    """This person takes the shift, if nobody was quicker and they still can."""
    assert slate.person is not None
    tx, now = slate.tx, slate.now
    swap = swaps.load(tx, swap_id)
    shift = shifts.load(tx, swap.shift_id) if swap is not None else None
    if swap is None or shift is None or swap.to_id != slate.person.id:
        return "too late"
    kept = rota.load(tx, shift.rota)
    if slate.person.id not in rota.candidates(tx, kept, shift, now):
        return "cannot"
    others = [
        one.to_id
        for one in swaps.of_shift(tx, shift.id)
        if one.status == swaps.OFFERED and one.id != swap_id
    ]
    if swaps.accept(tx, swap_id, now) is None:
        return "too late"
    zone = kept.zone if kept is not None else slate.force.organisation.zone
    told = [(swap.from_id, "swap-taken"), *((other, "swap-over") for other in others)]
    for person_id, phrase in told:
        slate.timers += shift_words.to_person(tx, person_id, phrase, shift.starts_at, zone, now)
    rota.look_soon(tx, now)
    return "taken"


def decline(slate: Slate, swap_id: str) -> bool:
    """No; whether the offer stood."""
    return swaps.decline(slate.tx, swap_id, slate.now)


def withdraw(tx: Tx, shift_id: str, now: datetime) -> bool:
    """They come themselves after all; whether anybody was asked."""
    return bool(swaps.expire(tx, shift_id, now))


def _volunteer(slate: Slate) -> Volunteer | None:
    return volunteers.load(slate.tx, slate.person.id) if slate.person is not None else None


def _coming(tx: Tx, person_id: str, now: datetime) -> list[Shift]:
    """Their planned shifts that are not over, the first first."""
    return [s for s in shifts.of_person(tx, person_id, now) if s.status == shifts.PLANNED]
