"""What volunteers change themselves: on and off, a break, a shift that somebody else takes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import shift_changes
from service.storage import shifts, swaps, volunteers
from tests.service.house import ROSA, Line
from tests.service.on_shift import LEE, MAYA, TOM, Volunteer, at, evenings, keep, there, volunteer

HOUR = timedelta(hours=1)


@pytest.fixture
def maya(line: Line) -> Volunteer:
    return volunteer(line, MAYA, "Maya")


@pytest.fixture
def tom(line: Line) -> Volunteer:
    return volunteer(line, TOM, "Tom")


def offers(line: Line, who: Volunteer) -> list[swaps.Swap]:
    with line.reading() as tx:
        return swaps.offered_to(tx, who.id, line.at)


def test_on_and_off_again(line: Line, maya: Volunteer) -> None:
    with line.turn(maya.phone) as slate:
        came = shift_changes.come_on(slate)
    assert (came.came, came.until) == ("on", line.at + shift_changes.USUAL)
    assert there(line) == [maya.id]
    with line.turn(maya.phone) as slate:
        assert shift_changes.come_on(slate).came == "already"
        assert shift_changes.go_off(slate)
        assert not shift_changes.go_off(slate)
    assert there(line) == []


def test_who_came_on_by_themselves_is_off_after_a_while(line: Line, maya: Volunteer) -> None:
    with line.turn(maya.phone) as slate:
        shift_changes.come_on(slate, timedelta(days=9))
    line.passes(hours=11)
    assert there(line) == [maya.id]
    line.passes(hours=1)
    assert there(line) == []


def test_nobody_comes_on_who_was_not_trained_or_volunteers_not(line: Line) -> None:
    maya = volunteer(line, MAYA, "Maya", trained=False)
    with line.turn(maya.phone) as slate:
        assert shift_changes.come_on(slate).came == "not yet"
    ana = line.member(LEE, name="Lee")
    with line.turn(ana) as slate:
        assert shift_changes.come_on(slate).came == "no volunteer"
        assert not shift_changes.go_off(slate)
        assert shift_changes.take_break(slate, HOUR) is None
    assert there(line) == []


def test_a_break_ends_by_itself_or_by_coming_on(line: Line, maya: Volunteer) -> None:
    keep(line, evenings(maya))
    line.until(at("05-04T18:00"))
    with line.turn(maya.phone) as slate:
        assert shift_changes.take_break(slate, timedelta(minutes=20)) == line.at + HOUR / 3
    assert there(line) == []
    line.passes(minutes=20)
    assert there(line) == [maya.id]
    with line.turn(maya.phone) as slate:
        shift_changes.take_break(slate, HOUR)
        came = shift_changes.come_on(slate)
    assert (came.came, came.until) == ("on", at("05-04T22:00"))
    assert there(line) == [maya.id]


def test_off_in_the_middle_of_a_shift_lasts_until_the_next_one(line: Line, maya: Volunteer) -> None:
    keep(line, evenings(maya))
    line.until(at("05-04T19:00"))
    with line.turn(maya.phone) as slate:
        assert shift_changes.go_off(slate)
    line.until(at("05-04T21:00"))
    assert there(line) == [], "filled in again, it stays as they said"
    line.until(at("05-05T18:00"))
    assert there(line) == [maya.id]


def test_a_shift_is_offered_and_the_first_yes_has_it(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    lee = volunteer(line, LEE, "Lee")
    keep(line, evenings(maya))
    with line.turn(maya.phone) as slate:
        made = shift_changes.offer(slate)
    assert (made.came, made.asked) == ("offered", 2)
    line.settle()
    for other in (tom, lee):
        [text] = other.hears()
        assert "Monday May 4, 18:00" in text
    [toms], [lees] = offers(line, tom), offers(line, lee)
    with line.turn(tom.phone) as slate:
        assert shift_changes.accept(slate, lees.id) == "too late", "it is not his to answer"
        assert shift_changes.accept(slate, toms.id) == "taken"
    with line.turn(lee.phone) as slate:
        assert shift_changes.accept(slate, lees.id) == "too late"
        assert not shift_changes.decline(slate, lees.id)
    line.settle()
    assert ["Somebody takes your shift" in text for text in maya.hears()] == [True]
    assert ["has somebody now" in text for text in lee.hears()] == [True]
    line.until(at("05-04T18:00"))
    assert there(line) == [tom.id]


def test_until_somebody_takes_it_a_shift_stays_theirs(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    keep(line, evenings(maya))
    with line.turn(maya.phone) as slate:
        shift_changes.offer(slate)
    [offer] = offers(line, tom)
    with line.turn(tom.phone) as slate:
        assert shift_changes.decline(slate, offer.id)
    line.until(at("05-04T18:00"))
    assert there(line) == [maya.id]


def test_asked_once_and_not_again_for_the_same(line: Line, maya: Volunteer, tom: Volunteer) -> None:
    keep(line, evenings(maya))
    for _ in range(2):
        with line.turn(maya.phone) as slate:
            shift_changes.offer(slate)
        line.settle()
    assert len(tom.hears()) == 1


def test_nobody_is_asked_who_could_not_come(line: Line, maya: Volunteer, tom: Volunteer) -> None:
    keep(line, evenings(maya))
    with line.writing() as tx:
        volunteers.move(tx, tom.id, "resting")
    with line.turn(maya.phone) as slate:
        made = shift_changes.offer(slate)
        assert made.came == "nobody"
    with line.turn(tom.phone) as slate:
        assert shift_changes.offer(slate).came == "none"
    line.settle()
    assert tom.hears() == []


def test_who_has_another_shift_by_now_cannot_take_it(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    keep(line, evenings(maya))
    with line.turn(maya.phone) as slate:
        shift_changes.offer(slate)
    [offer] = offers(line, tom)
    with line.writing() as tx:
        shifts.plan(tx, [shifts.NewShift(
            "other", "volunteer", tom.id, "2026-05-04T20:00:00", at("05-04T20:00"),
            at("05-04T23:00"), "hand",
        )], line.at)  # fmt: skip
    with line.turn(tom.phone) as slate:
        assert shift_changes.accept(slate, offer.id) == "cannot"
    line.until(at("05-04T18:00"))
    assert there(line) == [maya.id]


def test_what_they_were_asked_is_known_until_it_is_over(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    keep(line, evenings(maya))
    with line.turn(maya.phone) as slate:
        shift_changes.offer(slate)
    with line.reading() as tx:
        found = shift_changes.offered(tx, tom.id, line.at)
        assert found is not None
        assert found[1].person_id == maya.id
        mine = shift_changes.following(tx, maya.id, line.at)
        assert mine is not None
        assert mine.id == found[1].id
    line.until(at("05-04T22:00"))
    with line.reading() as tx:
        assert shift_changes.offered(tx, tom.id, line.at) is None


def test_coming_on_fills_a_gap_and_nobody_is_told_of_it_any_more(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    line.organised(coordinators=[ROSA])
    keep(line, evenings(maya))
    line.until(at("05-04T18:00"))
    with line.turn(maya.phone) as slate:
        shift_changes.go_off(slate)
    with line.turn(tom.phone) as slate:
        came = shift_changes.come_on(slate)
    assert came.came == "on"
    line.passes(minutes=30)
    assert line.phone(ROSA).hears() == []
    assert there(line, rota="evenings") == [tom.id]
