"""Bridging: what each phone of a bridge hears next, given where all of them stand.

Promise: pure. Whoever helps goes into the room first, so that nobody who asked for help stands in
it alone; a person on the line waits for a while and no longer, and is told so kindly. When who
hosts the call leaves, the others come out of the room with them: the next one meets anew. Only a
key or speech made a phone `waiting`; nothing here rings, and no word is said here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

HELPER, PERSON, SUPERVISOR, LINE = "helper", "person", "supervisor", "line"
WANTED, WAITING, JOINED, AWAY, GONE = "wanted", "waiting", "joined", "away", "gone"

PATIENCE: Final = timedelta(seconds=90)
"""So long at most somebody who asked for help waits on the line while nobody talks with them."""
RINGING: Final = timedelta(minutes=3)
"""So long a helper waits for the other phone: it rings, and a PIN may have to be typed there."""
POLL_S: Final = 2
"""Seconds until a phone that waits asks again."""
_WORD_EVERY: Final = 10  # polls, until it is said once more that it still rings

# What a bridge came to for one who waits for it.
TOGETHER: Final = "together"  # they were in one room
NO_ANSWER: Final = "no answer"


class Leg(NamedTuple):
    """One phone. `since`: the moment from which it stands so. `met`: it has been in the room.

    `here`: it is in the room that is open now. `came_to`: why it is gone, "" for not known.
    """

    role: str
    status: str
    since: datetime
    met: bool = False
    here: bool = False
    came_to: str = ""


class Stay(NamedTuple):
    """Wait on the line. `again`: it is time to say that we are still at it."""

    again: bool = False


class Join(NamedTuple):
    """Into the room. `ends`: it is over for all when this one leaves."""

    ends: bool


class Leave(NamedTuple):
    """Nothing more comes of it: what it came to."""

    came_to: str


Next = Stay | Join | Leave


def next_for(me: Leg, others: Sequence[Leg], now: datetime) -> Next:
    """What this phone, which waits on the line, does next."""
    if me.role == PERSON:
        return _person(me, host_of(others), now)
    person = _of(others, PERSON)
    if me.role == LINE:
        in_room = any(leg.here for leg in others)
        return Join(False) if in_room else _patient(me, now, NO_ANSWER)
    host = host_of((me, *others))
    if host is me or host is None:
        return _host(me, person, now)
    return _guest(me, host, person, now)


def host_of(legs: Sequence[Leg]) -> Leg | None:
    """Who helps: the one who has the case, or the supervisor once that one is gone."""
    for role in (HELPER, SUPERVISOR):
        found = _of(legs, role)
        if found is not None and found.status != GONE:
            return found
    return None


def came_to(me: Leg, others: Sequence[Leg], why: str = "") -> str:
    """What it came to for a helper who leaves the line, or came out of the room.

    `why`: what is known where the person's own phone does not tell.
    """
    person = _of(others, PERSON)
    if person is not None and me.met and person.met:
        return TOGETHER
    if person is not None and person.status == GONE:
        return _why(person)
    return why or NO_ANSWER


def all_over(legs: Sequence[Leg]) -> bool:
    """Whether nothing can come of it any more: no person, or nobody who helps."""
    person = _of(legs, PERSON)
    return person is None or person.status == GONE or host_of(legs) is None


def in_room(legs: Sequence[Leg]) -> int:
    """How many are in the room that is open now."""
    return sum(leg.here for leg in legs)


def _person(me: Leg, host: Leg | None, now: datetime) -> Next:
    if host is None:
        return Leave(TOGETHER if me.met else NO_ANSWER)
    if host.here:
        return Join(True)
    return _patient(me, now, TOGETHER if me.met else NO_ANSWER)


def _host(me: Leg, person: Leg | None, now: datetime) -> Next:
    if person is None or person.status == GONE:
        return Leave(TOGETHER if me.met and person is not None and person.met else _why(person))
    if person.status in (WAITING, JOINED):
        return Join(True)
    waited = now - max(me.since, person.since)
    if waited > RINGING:
        return Leave(NO_ANSWER)
    return _stay(waited)


def _guest(me: Leg, host: Leg, person: Leg | None, now: datetime) -> Next:
    if person is None or person.status == GONE:
        return Leave(TOGETHER if me.met else NO_ANSWER)
    if host.here or person.here:
        return Join(False)
    return _patient(me, now, TOGETHER if me.met else NO_ANSWER)


def _patient(me: Leg, now: datetime, came_to_: str) -> Next:
    waited = now - me.since
    return Leave(came_to_) if waited > PATIENCE else _stay(waited)


def _stay(waited: timedelta) -> Stay:
    """It is said again every so often, whoever asks a little late."""
    seconds = int(waited.total_seconds())
    every = POLL_S * _WORD_EVERY
    return Stay(again=seconds >= every and seconds % every < POLL_S)


def _why(leg: Leg | None) -> str:
    return (leg.came_to if leg is not None else "") or NO_ANSWER


def _of(legs: Sequence[Leg], role: str) -> Leg | None:
    """The last of this role: one who was asked in vain may be followed by another."""
    return next((leg for leg in reversed(legs) if leg.role == role), None)
