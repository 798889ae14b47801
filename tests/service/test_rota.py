"""A rota becomes shifts: filled in ahead, changed, and never for who was not checked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from flows.rotations import Override
from service import rota
from service.storage import shifts, volunteers
from tests.service.house import Line
from tests.service.on_shift import (
    LEE,
    MAYA,
    TOM,
    Volunteer,
    at,
    evenings,
    held,
    keep,
    there,
    volunteer,
)


@pytest.fixture
def team(line: Line) -> tuple[Volunteer, Volunteer, Volunteer]:
    return (
        volunteer(line, MAYA, "Maya"), volunteer(line, TOM, "Tom"), volunteer(line, LEE, "Lee")
    )  # fmt: skip


def override(since: str, until: str, *people: str, **more) -> Override:
    begins, over = (datetime.fromisoformat(f"2026-{text}") for text in (since, until))
    return Override(begins, over, people, **more)


def test_fourteen_days_are_filled_in_and_go_on_by_themselves(line: Line, team) -> None:
    keep(line, evenings(*team))
    ids = [phone.id for phone in team]
    assert [who for who, _ in held(line)] == [ids[day % 3] for day in range(14)]
    line.passes(days=3)
    assert len(held(line)) == 17
    assert held(line)[-1] == (ids[16 % 3], "05-20T18:00")


def test_filling_in_twice_changes_nothing(line: Line, team) -> None:
    one = evenings(*team)
    keep(line, one)
    before = line.rows("select id, status, starts_at, ends_at from shift order by id")
    with line.writing() as tx:
        assert rota.fill(tx, one, line.at) == rota.Filled(0, [])
    assert line.rows("select id, status, starts_at, ends_at from shift order by id") == before


def test_who_was_not_checked_or_trained_has_no_shift_and_is_missed(line: Line) -> None:
    maya = volunteer(line, MAYA, "Maya", trained=False)
    one = evenings(maya)
    keep(line, one)
    assert held(line) == []
    with line.reading() as tx:
        gaps = rota.gaps(tx, one, line.at, line.at + timedelta(days=2))
    assert [(gap.starts, gap.there) for gap in gaps] == [
        (at("05-04T18:00"), 0), (at("05-05T18:00"), 0),
    ]  # fmt: skip


def test_who_is_on_duty_is_known_at_every_moment(line: Line, team) -> None:
    maya, tom, _ = team
    keep(line, evenings(*team))
    assert there(line) == []
    line.until(at("05-04T18:00"))
    assert there(line) == there(line, role="volunteer") == there(line, rota="evenings")
    assert there(line) == [maya.id]
    assert there(line, role="crisis") == []
    line.until(at("05-04T22:00"))
    assert there(line) == []
    line.until(at("05-05T21:59"))
    assert there(line) == [tom.id]


def test_who_rests_leaves_and_is_on_a_break_is_not_asked(line: Line, team) -> None:
    maya, *_ = team
    keep(line, evenings(*team))
    line.until(at("05-04T18:30"))
    with line.writing() as tx:
        volunteers.set_break(tx, maya.id, line.at + timedelta(minutes=10))
    assert there(line) == []
    line.passes(minutes=10)
    assert there(line) == [maya.id]
    with line.writing() as tx:
        volunteers.move(tx, maya.id, "resting")
    assert there(line) == []


def test_an_override_takes_over_at_once_and_gives_back_afterwards(line: Line, team) -> None:
    _, tom, lee = team
    one = evenings(*team)
    keep(line, one)
    line.until(at("05-04T19:00"))
    filled = keep(line, one._replace(overrides=(
        override("05-04T19:00", "05-05T20:00", lee.id),
    )))  # fmt: skip
    assert there(line) == [lee.id]
    gone = [shift.local_slot[5:16] for shift in filled.dropped]
    assert gone == ["05-04T18:00", "05-05T18:00"], "Maya's is over, and Tom's begins later"
    line.until(at("05-05T19:00"))
    assert there(line) == [lee.id]
    line.until(at("05-05T20:30"))
    assert there(line) == [tom.id]


def test_an_override_taken_back_is_as_if_it_had_never_been(line: Line, team) -> None:
    one = evenings(*team)
    keep(line, one)
    before = held(line)
    keep(line, one._replace(overrides=(
        override("05-06T00:00", "05-09T20:00", team[0].id),
    )))  # fmt: skip
    assert held(line) != before
    keep(line, one)
    assert held(line) == before


def test_a_holiday_is_nobodys(line: Line, team) -> None:
    one = evenings(*team)._replace(holidays={date(2026, 5, 5): ()})
    keep(line, one)
    assert "05-05T18:00" not in [slot for _, slot in held(line)]
    with line.reading() as tx:
        assert rota.gaps(tx, one, line.at, line.at + timedelta(days=20)) == []


def test_a_swap_stays_when_the_rota_is_filled_in_again(line: Line, team) -> None:
    maya, _, lee = team
    one = evenings(*team)
    keep(line, one)
    with line.writing() as tx:
        [first, *_] = shifts.of_person(tx, maya.id, line.at)
        assert shifts.take_over(tx, first.id, lee.id, line.at)
    keep(line, one)
    line.until(at("05-04T19:00"))
    assert there(line) == [lee.id]


def test_a_swap_goes_with_the_shift_that_it_was_for(line: Line, team) -> None:
    maya, tom, lee = team
    one = evenings(*team)
    keep(line, one)
    with line.writing() as tx:
        [first, *_] = shifts.of_person(tx, maya.id, line.at)
        shifts.take_over(tx, first.id, lee.id, line.at)
    shorter = one._replace(overrides=(override("05-04T20:00", "05-04T23:00", tom.id),))
    keep(line, shorter)
    line.until(at("05-04T19:59"))
    assert there(line) == [lee.id]
    line.until(at("05-04T20:00"))
    assert there(line) == [tom.id], "never two where one is asked for"
    keep(line, one._replace(turns=(one.turns[0]._replace(people=(tom.id,)),)))
    assert {who for who, _ in held(line)} - {lee.id} == {tom.id}


def test_a_shift_whose_taker_has_it_no_more_is_its_givers_again(line: Line, team) -> None:
    maya, tom, lee = team
    one = evenings(maya, tom)
    keep(line, one)
    with line.writing() as tx:
        [first, *_] = shifts.of_person(tx, maya.id, line.at)
        shifts.take_over(tx, first.id, lee.id, line.at)
    other = one._replace(turns=(one.turns[0]._replace(people=(tom.id,)),))
    keep(line, other)
    assert (lee.id, "05-04T18:00") not in held(line)
    keep(line, one)
    assert (maya.id, "05-04T18:00") in held(line)
    assert len(held(line)) == 14


def test_a_rota_that_is_dropped_leaves_nobody_behind(line: Line, team) -> None:
    keep(line, evenings(*team))
    line.until(at("05-04T19:00"))
    with line.writing() as tx:
        gone = rota.drop(tx, "evenings", line.at)
    assert len(gone) == 14
    assert there(line) == [team[0].id], "who is on duty stays until the end of the shift"
    line.passes(days=1)
    assert there(line) == []


def test_the_share_of_each_is_told(line: Line, team) -> None:
    one = evenings(*team)
    keep(line, one)
    with line.reading() as tx:
        held_ = rota.shares(tx, one, line.at, line.at + timedelta(days=12))
    assert sorted(held_.values()) == [timedelta(hours=16)] * 3


def test_the_night_in_which_the_clock_jumps_is_filled_in_once(line: Line, team) -> None:
    line.until(at("10-30T12:00"))
    keep(line, evenings(team[0], hours="22:00 to 6:00"))
    rows = line.rows(
        "select ends_at - starts_at from shift where local_slot = '2026-10-31T22:00:00'"
    )
    assert [row[0] / 3_600_000_000 for row in rows] == [9]
