"""A rota changed by hand: whom it concerns hears so, and who may not be on it is told with why."""

from __future__ import annotations

import pytest

from service import calendars, rota, rota_by_hand, rota_calendar
from service.cures import Curable
from service.storage import shifts, volunteers
from tests.service.house import Line
from tests.service.on_shift import LEE, MAYA, TOM, Volunteer, at, evenings, keep, volunteer


@pytest.fixture
def team(line: Line) -> tuple[Volunteer, Volunteer, Volunteer]:
    return volunteer(line, MAYA, "Maya"), volunteer(line, TOM, "Tom"), volunteer(line, LEE, "Lee")


def first(line: Line) -> shifts.Shift:
    with line.reading() as tx:
        return shifts.of_rota(tx, "evenings", line.at, at("05-20T00:00"))[0]


def test_who_gives_who_gets_and_who_was_asked_hear_of_a_swap(line: Line, team) -> None:
    maya, tom, lee = team
    keep(line, evenings(maya))
    shift = first(line)
    rota_by_hand.swap(line.house, shift.id, None, "rosa")
    line.settle()
    assert all("Could you take a shift" in each.hears()[-1] for each in (tom, lee))
    rota_by_hand.swap(line.house, shift.id, tom.id, "rosa")
    line.settle()
    when = "Monday May 4, 18:00"
    assert maya.hears() == [f"Somebody takes your shift of {when}. You are free then."]
    [given] = tom.hears()
    assert f"A shift with Hearthline is yours now: {when}." in given
    assert lee.hears() == [f"The shift of {when} has somebody now. Thank you all the same."]


def test_who_has_not_the_training_of_a_rota_is_not_put_on_it(line: Line, team) -> None:
    maya, tom, _ = team
    with line.writing() as tx:
        volunteers.set_trained(tx, maya.id, {"crisis": "2026-04-01"})
    nights = evenings(maya, tom)._replace(name="nights", trained="crisis")
    with pytest.raises(Curable, match="no training in crisis") as refused:
        rota_by_hand.add(line.house, nights, "rosa")
    assert f"hearthline volunteers train {tom.id} crisis" in str(refused.value)
    assert (
        rota_by_hand.add(line.house, evenings(maya)._replace(trained="crisis"), "rosa")["gaps"] == 0
    )


def test_whose_training_is_not_there_any_more_leaves_a_gap(line: Line, team) -> None:
    maya, *_ = team
    with line.writing() as tx:
        volunteers.set_trained(tx, maya.id, {"crisis": "2026-04-01"})
    one = evenings(maya)._replace(trained="crisis")
    keep(line, one)
    with line.writing() as tx:
        volunteers.set_trained(tx, maya.id, {"listening": "2026-04-01"})
        assert len(rota.gaps(tx, one, line.at, line.at + rota.AHEAD)) == 14


def test_who_had_a_shift_that_a_calendar_has_no_more_is_told(line: Line, team) -> None:
    maya, *_ = team
    rota_by_hand.add_empty(line.house, "desk", "volunteer", "America/New_York", "rosa")

    def bring(*entries: calendars.Entry) -> None:
        data = calendars.written("desk", entries)
        told, problems = rota_calendar.bring(line.house, "desk", data, "rosa")
        assert (told["shifts"], problems) == (len(entries), [])
        line.settle()

    begins, ends = at("05-05T09:00"), at("05-05T12:00")
    bring(calendars.Entry("a@desk", begins, ends, "desk", maya.id, line.at))
    assert maya.hears() == []
    bring()
    [told] = maya.hears()
    assert "Your shift of Tuesday May 5, 9:00 is not planned any more." in told
