"""Turns that somebody makes by hand: who is meant, and their slate, written when the block ends.

Promise: the same lock, slate and record as every other turn, in one transaction with the trail's
line of who did what. A name or a number that more than one person answers to is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from service import recording
from service.cures import Curable
from service.house import House
from service.slate import REPLY, Slate
from service.storage import links, numbers, people, settings_rows, standing, trail
from service.storage.database import Tx

PERSON = "person"  # as the trail names it
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_LIKE_A_NUMBER = re.compile(r"[+0-9 ().-]{5,}")
_MOST_NAMED = 5


class Actor(NamedTuple):
    """Who asks, and what the trail calls it."""

    by: str
    act: str
    detail: Mapping[str, Any] | None = None


def whom(tx: Tx, given: str) -> str:
    """The id of the person with this id, number or name. Raises Curable."""
    wanted = given.strip()
    if _ID.fullmatch(wanted):
        found = [wanted] if people.load(tx, wanted) is not None else []
    elif _LIKE_A_NUMBER.fullmatch(wanted):
        found = _on_number(tx, plain_number(wanted))
    else:
        found = people.find_by_name(tx, wanted, _MOST_NAMED + 1)
    if not found:
        raise Curable(given, "Nobody is known by this.", "Give an id, a number or a name in full.")
    if len(found) > 1:
        several = ", ".join(found[:_MOST_NAMED]) + (" ..." if len(found) > _MOST_NAMED else "")
        raise Curable(given, "More than one person is meant.", f"Give one of their ids: {several}")
    return found[0]


def plain_number(given: str) -> str:
    """A number with + and digits only. Raises Curable."""
    number = re.sub(r"[ ().-]", "", given.strip())
    if not _NUMBER.fullmatch(number):
        cure = "Write it with + and country code, such as +15550142001."
        raise Curable(given, "This is no whole number.", cure)
    return number


def _on_number(tx: Tx, number: str) -> list[str]:
    known = numbers.find(tx, number)
    return [] if known is None else [h.person_id for h in links.everybody(tx, [known.id])[known.id]]


@contextmanager
def turn_of(house: House, given: str, actor: Actor) -> Iterator[Slate]:
    """One turn of one person. What stands on the slate is written at the end, then sent."""
    now = house.now()
    with house.database.writing() as tx:
        slate = _slate(house, tx, whom(tx, given), now)
        assert slate.person is not None
        person_id = slate.person.id
        yield slate
        lanes = recording.record(tx, [slate])
        trail.record(tx, actor.by, actor.act, PERSON, person_id, now, actor.detail)
        timers_due = any(timer.due_at <= now for timer in slate.timers)
    for lane in lanes | ({0} if timers_due else set()):
        house.nudger.nudge(lane)


def _slate(house: House, tx: Tx, person_id: str, now: datetime) -> Slate:
    stand = standing.by_people(tx, [person_id]).get(person_id) or standing.without_number(
        tx, person_id
    )
    force = house.editions.in_force(tx, settings_rows.stamp(tx))
    sender = force.sender(stand.person.sender_id if stand.person else None)
    return Slate(house, tx, now, stand, force, sender, REPLY)
