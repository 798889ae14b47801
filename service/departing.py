"""A volunteer goes: what they had in hand is given back, and nothing waits for them.

Promise: no case stays with somebody who is gone: each is open again, and its ladder begins anew at
once. Shifts of theirs stand open, so that the gap is seen; their phones are no longer asked. Used
where a volunteer leaves and where a person is erased; each step may be repeated.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from service.storage import (
    bridges,
    cases,
    contacts,
    holding,
    ids,
    shifts,
    swaps,
    timers,
    volunteers,
)
from service.storage.cases import Case
from service.storage.database import Tx
from service.storage.messages import URGENT
from service.storage.shifts import Shift
from service.storage.timers import Timer

_LINE = "line"  # the actor of what the service does by itself


class Left(NamedTuple):
    """What they leave behind: cases that are open again, shifts that somebody else has to take."""

    cases: list[Case]
    shifts: list[Shift]


def leave(tx: Tx, person_id: str, now: datetime) -> Left:
    """This person takes no cases any more. For who never did it does nothing."""
    if volunteers.load(tx, person_id) is None:
        return Left([], [])
    given_back = [
        case
        for case in holding.held_by(tx, [person_id])[person_id]
        if holding.reopen(tx, case.id, person_id)
    ]
    for case in given_back:
        cases.add_event(tx, case.id, "given back", _LINE, None, now)
    timers.put(tx, [_anew(case, now) for case in given_back], now)
    bridges.leave(tx, person_id, "left", now)
    swaps.drop_person(tx, person_id, now)
    gaps = shifts.leave(tx, person_id, now)
    contacts.drop_person(tx, person_id)
    volunteers.forget(tx, person_id)
    return Left(given_back, gaps)


def _anew(case: Case, now: datetime) -> Timer:
    """The ladder of this case, from its first step, now."""
    key = f"case:{case.id}"
    return Timer(ids.new(), key, "case", case.person_id, case.id, now, "0", lane=URGENT)
