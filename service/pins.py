"""The PIN that proves by call who is calling: seen, noted, set and taken away.

Promise: four digits, chosen by the person alone, and set only after they were told twice alike.
Between the two nothing is kept but a signature of the digits for this person. On a phone that
others see it is set by call alone, where nothing of it stays on the screen; once it is set it is
changed by call alone, where it is asked for before anything else.
Who tries many on a number, from wherever they call, is not let in by luck: after some wrong ones no
PIN is right there until a day has passed. A person and the lines are reached without one.
A PIN must never be logged, told to anybody, or kept unsealed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from service.slate import CALL, Slate
from service.storage import ids, links, people, timers
from service.storage.timers import Timer

MOST_WRONG = 9  # on a number, in three calls: of 10,000 PINs a day that is one in a thousand
_FORGOTTEN_AFTER = timedelta(days=1)
_WRONG = "wrong pin"
_NOTED = "pin noted"
_DIGITS = re.compile(r"[0-9]{4}")


def is_pin(digits: str) -> bool:
    return _DIGITS.fullmatch(digits) is not None


def by_call_only(slate: Slate) -> bool:
    """Whether this is a matter for the ear: others may read along, or a PIN guards it already."""
    return slate.channel != CALL and (slate.discreet or has(slate))


def has(slate: Slate) -> bool:
    """Whether the person of this turn has a PIN."""
    assert slate.person is not None
    return bool(people.with_pin(slate.tx, [slate.person.id]))


def taken(slate: Slate, digits: str) -> bool:
    """Whether somebody else is known by these digits on one of the person's phones."""
    assert slate.person is not None
    numbers = {link.number_id for link in links.of_person(slate.tx, slate.person.id)}
    numbers.add(slate.number.id)
    others = {
        holder.person_id for number_id in numbers for holder in links.holders(slate.tx, number_id)
    } - {slate.person.id}
    return bool(others) and bool(people.by_pin(slate.tx, sorted(others), digits))


def note(slate: Slate, digits: str) -> str:
    """A signature by which the same digits of the same person are known again."""
    return slate.tx.sealer.sign(_told(slate, digits), _NOTED)


def set_pin(slate: Slate, digits: str, noted: str) -> bool:
    """Set the PIN where these are the digits that were noted; False where they are others."""
    assert slate.person is not None
    if not slate.tx.sealer.signed(_told(slate, digits), _NOTED, noted):
        return False
    people.set_pin(slate.tx, slate.person.id, digits)
    return True


def clear(slate: Slate) -> None:
    """From now on nothing is asked for."""
    assert slate.person is not None
    people.set_pin(slate.tx, slate.person.id, None)


def whose(slate: Slate, number_id: str, may_be: Sequence[str], digits: str) -> str | None:
    """Who of these this PIN proves on that number; a wrong one is counted against the number."""
    key = f"{_WRONG}:{number_id}"
    wrong = int(timers.token(slate.tx, key) or 0)
    found = people.by_pin(slate.tx, may_be, digits) if is_pin(digits) else []
    if len(found) == 1 and wrong < MOST_WRONG:
        if wrong:
            slate.drop(key)
        return found[0]
    until = slate.now + _FORGOTTEN_AFTER
    slate.later(Timer(ids.new(), key, _WRONG, None, number_id, until, str(wrong + 1)))
    return None


def _told(slate: Slate, digits: str) -> str:
    assert slate.person is not None
    return f"{slate.person.id}/{digits}"
