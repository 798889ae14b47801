"""The alarm from inside: coordinators hear once that the service fails, and once that it runs."""

from __future__ import annotations

import pytest

from service import alarm, heartbeat
from service.alarm import Watch
from service.heartbeat import Trouble
from service.storage import contacts, settings_rows, volunteers
from tests.service.house import BEN, ROSA, Line
from tests.service.test_heartbeat import Hands

STANDS = [Trouble("phone network", "It has not answered for 90 s."), Trouble("clock", "It stands.")]


class Minutes:
    """A clock that nobody moves but the test."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def minutes() -> Minutes:
    return Minutes()


@pytest.fixture
def rosa(line: Line):
    line.organised(coordinators=[ROSA])
    return line.phone(ROSA)


def heard(line: Line, watch: Watch, found: list[Trouble]) -> list[str]:
    watch.heard(found)
    line.settle()
    return line.phone(ROSA).hears()


def test_what_lasts_is_told_once_and_so_is_its_end(line: Line, rosa, minutes: Minutes) -> None:
    watch = Watch(line.house, clock=minutes)
    assert heard(line, watch, STANDS) == []
    minutes.at = 59.0
    assert heard(line, watch, STANDS) == []
    minutes.at = 61.0
    [text] = heard(line, watch, STANDS)
    assert "does not run well" in text
    assert "Code clock-phone-network" in text
    minutes.at = 600.0
    assert heard(line, watch, STANDS[:1]) == []
    assert heard(line, watch, []) == [], "it may have been a blink"
    minutes.at = 661.0
    [text] = heard(line, watch, [])
    assert "runs well again" in text
    minutes.at = 2000.0
    assert heard(line, watch, []) == []


def test_a_blink_is_told_to_nobody(line: Line, rosa, minutes: Minutes) -> None:
    watch = Watch(line.house, clock=minutes)
    for second in range(0, 600, 30):
        minutes.at = float(second)
        assert heard(line, watch, STANDS if second % 60 else []) == []


def test_however_many_notice_it_one_tells(line: Line, rosa, minutes: Minutes) -> None:
    watches = [Watch(line.house, clock=minutes) for _ in range(4)]
    for second in (0.0, 90.0):
        minutes.at = second
        for watch in watches:
            watch.heard(STANDS)
    line.settle()
    assert len(rosa.hears()) == 1


def test_a_coordinator_of_the_team_is_told_as_well(line: Line, rosa, minutes: Minutes) -> None:
    ben = line.member(BEN)
    id_, number_id = ben.person.id, ben.standing.number.id
    with line.writing() as tx:
        volunteers.put(
            tx, id_, line.at, roles=("coordinator",), trained={"listening": "2026-04-01"}
        )
        volunteers.vet(tx, id_, "rosa", line.at)
        volunteers.move(tx, id_, "active")
        contacts.add(tx, id_, number_id, "text", line.at, verified=True)
    assert alarm.tell(line.house, STANDS)
    line.settle()
    assert len(ben.hears()) == len(rosa.hears()) == 1
    with line.reading() as tx:
        assert alarm.known(tx) == line.at


def test_the_clock_says_that_it_runs_and_stands_in_where_no_worker_does(
    line: Line, minutes: Minutes
) -> None:
    line.house.nudger = hands = Hands()  # type: ignore[assignment]
    watch = Watch(line.house, beats=True, clock=minutes)
    watch.look()
    with line.reading() as tx:
        assert settings_rows.get(tx, heartbeat.CLOCK_BEAT) == line.at.isoformat()
    hands.there = 0
    minutes.at = 30.0
    watch.look()
    assert watch.workers, "they may only be slow to start"
    minutes.at = 120.0
    watch.look()
    assert not watch.workers
    with line.writing() as tx:
        settings_rows.put(tx, "swept", line.at.isoformat(), line.at)
    hands.there = 1
    minutes.at = 140.0
    watch.look()
    minutes.at = 210.0
    watch.look()
    assert watch.workers


def test_a_mistake_of_ours_does_not_hold_up_what_is_due(line: Line, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(heartbeat, "beat", broken)
    Watch(line.house, beats=True).look()
