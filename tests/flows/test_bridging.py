"""What each phone of a bridge hears next: nobody alone in a room, nobody waiting without an end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows import bridging
from flows.bridging import (
    AWAY,
    GONE,
    HELPER,
    JOINED,
    LINE,
    PERSON,
    SUPERVISOR,
    WAITING,
    WANTED,
    Join,
    Leave,
    Leg,
    Next,
    Stay,
)

NOW = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)


def leg(role: str, status: str, seconds: float = 1, **more: object) -> Leg:
    """A phone that has stood so for so many seconds; `JOINED` is in the room that is open."""
    here = bool(more.pop("here", status == JOINED))
    met = bool(more.pop("met", status in (JOINED, AWAY)))
    return Leg(role, status, NOW - timedelta(seconds=seconds), met, here, **more)  # type: ignore[arg-type]


LATE = 91  # seconds: more than anybody waits who asked for help

CASES: list[tuple[Leg, list[Leg], Next]] = [
    # a helper waits while the other phone rings, and goes into the room first
    (leg(HELPER, WAITING), [leg(PERSON, WANTED)], Stay()),
    (leg(HELPER, WAITING, 21), [leg(PERSON, WANTED, 21)], Stay(again=True)),
    (leg(HELPER, WAITING, LATE), [leg(PERSON, WANTED, LATE)], Stay()),
    (leg(HELPER, WAITING, 181), [leg(PERSON, WANTED, 181)], Leave("no answer")),
    (leg(HELPER, WAITING), [leg(PERSON, WAITING)], Join(True)),
    (leg(HELPER, WAITING, met=True), [leg(PERSON, WAITING, met=True)], Join(True)),
    (leg(HELPER, WAITING), [leg(PERSON, GONE, came_to="busy")], Leave("busy")),
    (leg(HELPER, WAITING), [leg(PERSON, GONE)], Leave("no answer")),
    (leg(HELPER, WAITING), [], Leave("no answer")),
    (leg(HELPER, WAITING, met=True), [leg(PERSON, GONE, met=True)], Leave("together")),
    # a person never goes in before who helps
    (leg(PERSON, WAITING), [leg(HELPER, WAITING)], Stay()),
    (leg(PERSON, WAITING), [leg(HELPER, JOINED)], Join(True)),
    (leg(PERSON, WAITING), [leg(HELPER, JOINED, here=False)], Stay()),
    (leg(PERSON, WAITING), [leg(HELPER, WANTED)], Stay()),
    (leg(PERSON, WAITING, LATE), [leg(HELPER, WANTED, LATE)], Leave("no answer")),
    (leg(PERSON, WAITING), [leg(HELPER, GONE)], Leave("no answer")),
    (leg(PERSON, WAITING, met=True), [leg(HELPER, AWAY)], Stay()),
    (leg(PERSON, WAITING, LATE, met=True), [leg(HELPER, AWAY)], Leave("together")),
    (leg(PERSON, WAITING, met=True), [leg(HELPER, GONE)], Leave("together")),
    # a supervisor is a guest, and the host once the helper is gone
    (leg(SUPERVISOR, WAITING), [leg(HELPER, JOINED), leg(PERSON, JOINED)], Join(False)),
    (leg(SUPERVISOR, WAITING), [leg(HELPER, AWAY), leg(PERSON, WAITING)], Stay()),
    (leg(SUPERVISOR, WAITING), [leg(HELPER, JOINED), leg(PERSON, GONE)], Leave("no answer")),
    (leg(SUPERVISOR, WAITING), [leg(HELPER, GONE), leg(PERSON, WAITING)], Join(True)),
    (leg(PERSON, WAITING), [leg(HELPER, GONE), leg(SUPERVISOR, JOINED)], Join(True)),
    (leg(PERSON, WAITING, met=True), [leg(HELPER, GONE), leg(SUPERVISOR, AWAY)], Stay()),
    # the next supervisor counts, not the one who was rung in vain
    (
        leg(PERSON, WAITING, met=True),
        [leg(HELPER, GONE), leg(SUPERVISOR, GONE), leg(SUPERVISOR, WAITING)],
        Stay(),
    ),
    # a line comes in while somebody is there, and ends nothing
    (leg(LINE, WAITING), [leg(HELPER, JOINED), leg(PERSON, JOINED)], Join(False)),
    (leg(LINE, WAITING), [leg(HELPER, AWAY), leg(PERSON, WAITING)], Stay()),
    (leg(LINE, WAITING, LATE), [leg(HELPER, AWAY)], Leave("no answer")),
]


@pytest.mark.parametrize(("me", "others", "following"), CASES)
def test_what_a_phone_does_next(me: Leg, others: list[Leg], following: Next) -> None:
    assert bridging.next_for(me, others, NOW) == following


def test_every_phone_that_waits_comes_to_an_end() -> None:
    """Whatever the others do, nobody waits for more than some minutes."""
    statuses = (WANTED, WAITING, JOINED, AWAY, GONE)
    for role in (HELPER, PERSON, SUPERVISOR, LINE):
        for one in statuses:
            for other in statuses:
                roles = [r for r in (HELPER, PERSON, SUPERVISOR) if r != role]
                others = [
                    leg(r, s, 3600, here=False) for r, s in zip(roles, (one, other), strict=False)
                ]
                following = bridging.next_for(leg(role, WAITING, 3600), others, NOW)
                assert not isinstance(following, Stay), (role, others)


def test_nothing_more_comes_of_it_without_a_person_or_a_helper() -> None:
    helper, person = leg(HELPER, JOINED), leg(PERSON, JOINED)
    assert not bridging.all_over([helper, person])
    assert bridging.all_over([helper])
    assert bridging.all_over([helper, leg(PERSON, GONE)])
    assert bridging.all_over([leg(HELPER, GONE), person])
    assert not bridging.all_over([leg(HELPER, GONE), person, leg(SUPERVISOR, WANTED)])
    assert bridging.in_room([helper, person, leg(LINE, WAITING)]) == 2


def test_what_it_came_to_for_who_helps() -> None:
    met, missed = leg(PERSON, WAITING, met=True), leg(PERSON, GONE, came_to="machine")
    assert bridging.came_to(leg(HELPER, AWAY), [met]) == "together"
    assert bridging.came_to(leg(HELPER, WAITING), [missed], "hung up") == "machine"
    assert bridging.came_to(leg(HELPER, WAITING), [leg(PERSON, WANTED)], "hung up") == "hung up"
    assert bridging.came_to(leg(HELPER, WAITING), []) == "no answer"
