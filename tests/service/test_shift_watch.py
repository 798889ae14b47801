"""What volunteers and coordinators hear of shifts: reminders, gaps, and cases left at the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import cases as open_cases
from service import shift_changes
from service.storage import cases, contacts, holding, numbers, rotas, volunteers
from tests.service.calling import takes
from tests.service.house import ANA, ROSA, Line
from tests.service.on_shift import (
    LEE,
    MAYA,
    TOM,
    ZONE,
    Volunteer,
    at,
    evenings,
    keep,
    there,
    volunteer,
)


@pytest.fixture
def maya(line: Line) -> Volunteer:
    return volunteer(line, MAYA, "Maya")


@pytest.fixture
def tom(line: Line) -> Volunteer:
    return volunteer(line, TOM, "Tom")


def test_each_is_reminded_once_before_their_shift(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    keep(line, evenings(maya, tom))
    line.until(at("05-04T14:59"))
    assert maya.hears() == []
    line.until(at("05-04T15:00"))
    assert maya.hears() == [
        "Your shift with Hearthline begins Monday May 4, 18:00. Thank you for being there."
    ]
    line.until(at("05-05T14:59"))
    assert (maya.hears(), tom.hears()) == ([], [])
    line.until(at("05-05T15:00"))
    assert len(tom.hears()) == 1


def test_nobody_is_woken_for_a_shift_of_the_morning(line: Line, maya: Volunteer) -> None:
    keep(line, evenings(maya, hours="6:00 to 9:00"))
    line.until(at("05-04T20:00"))
    assert "Tuesday May 5, 6:00" in maya.hears()[0]
    line.until(at("05-05T19:59"))
    assert maya.hears() == []


def test_gaps_are_told_three_days_and_one_day_before_once_each(line: Line, maya: Volunteer) -> None:
    line.organised(coordinators=[ROSA])
    rosa = line.phone(ROSA)
    one = evenings(maya)._replace(
        turns=(evenings(maya).turns[0]._replace(rrule="FREQ=WEEKLY;BYDAY=SA"),)
    )
    with line.writing() as tx:
        volunteers.set_off(tx, maya.id, at("05-20T00:00"))
    keep(line, one)
    line.until(at("05-06T17:00"))
    assert rosa.hears() == []
    line.until(at("05-06T19:00"))
    assert rosa.hears() == [
        "Rota evenings: 1 missing from Saturday May 9, 18:00. See the rota for more."
    ]
    line.until(at("05-08T17:00"))
    assert rosa.hears() == []
    line.until(at("05-08T19:00"))
    assert len(rosa.hears()) == 1
    line.until(at("05-09T23:00"))
    assert rosa.hears() == [], "it is told beforehand, not while it lasts"


def test_many_gaps_are_one_text(line: Line, maya: Volunteer) -> None:
    line.organised(coordinators=[ROSA])
    with line.writing() as tx:
        volunteers.move(tx, maya.id, "resting")
    keep(line, evenings(maya))
    [text] = line.phone(ROSA).hears()
    assert "1 missing from Monday May 4, 18:00, and 2 more gaps" in text


def test_a_gap_that_nobody_could_foresee_is_told_at_once(line: Line, maya: Volunteer) -> None:
    line.organised(coordinators=[ROSA])
    keep(line, evenings(maya))
    line.until(at("05-04T19:00"))
    assert line.phone(ROSA).hears() == []
    with line.turn(maya.phone) as slate:
        assert shift_changes.go_off(slate)
    line.settle()
    [text] = line.phone(ROSA).hears()
    assert "missing from Monday May 4, 19:00" in text


def test_who_was_to_come_hears_that_they_are_free(line: Line, maya: Volunteer) -> None:
    """A rota that is changed by hand drops shifts in the same turn: see `rota_by_hand`."""
    keep(line, evenings(maya))
    line.until(at("05-04T15:30"))
    maya.hears()
    with line.writing() as tx:
        rotas.put(tx, "evenings", "volunteer", ZONE, {"turns": []}, line.at)
    line.passes(hours=1)
    assert maya.hears()[0] == (
        "Your shift of Monday May 4, 18:00 is not planned any more. You are free then. "
        "Thank you, Hearthline."
    )


def test_at_the_end_of_a_shift_cases_are_not_forgotten(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    turns = (
        *evenings(maya).turns,
        *evenings(tom, hours="22:00 to 23:00").turns,
    )
    keep(line, evenings(maya)._replace(turns=turns))
    code = _held_by(line, maya)
    line.until(at("05-04T21:59"))
    maya.hears(), tom.hears()
    line.until(at("05-04T22:00"))
    [over] = maya.hears()
    assert f"Others are asked to take over {code}" in over
    [asked] = tom.hears()
    assert f"TAKE {code} or PASS {code}" in asked
    line.until(at("05-04T22:20"))
    assert (maya.hears(), tom.hears()) == ([], []), "it stays with her, and nothing is said twice"
    assert f"{code} is yours" in tom.phone.text(f"TAKE {code}")
    line.settle()
    assert maya.hears() == [f"Case {code} was taken over, thank you."]
    with line.reading() as tx:
        case = cases.coded(tx, code)
        assert case is not None
        assert case.holder_id == tom.id


def test_who_takes_over_first_has_it_and_the_others_are_thanked(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    lee = volunteer(line, LEE, "Lee")
    later = evenings(tom, lee, hours="22:00 to 23:00", asked=2)
    keep(line, evenings(maya)._replace(turns=(*evenings(maya).turns, *later.turns)))
    code = _held_by(line, maya)
    line.until(at("05-04T22:00"))
    tom.hears(), lee.hears()
    tom.phone.text(f"TAKE {code}")
    line.settle()
    assert f"Case {code} is taken, thank you." in lee.hears()
    lee.phone.text(f"TAKE {code}")
    with line.reading() as tx:
        case = cases.coded(tx, code)
        assert case is not None
        assert case.holder_id == tom.id


def test_a_case_that_waits_is_asked_of_who_comes_on_duty(
    line: Line, maya: Volunteer, tom: Volunteer
) -> None:
    keep(line, evenings(tom))
    with line.turn(line.member(ANA)) as slate:
        open_cases.open_case(slate, "asked", "urgent")
    line.until(at("05-04T17:59"))
    tom.hears()
    with line.reading() as tx:
        [case] = cases.listing(tx)
    assert case.status == "exhausted"
    line.until(at("05-04T18:00"))
    [asked] = tom.hears()
    assert f"TAKE {case.code}" in asked


@pytest.mark.parametrize("early", [False, True])
def test_who_is_back_from_a_break_is_asked_of_what_waits(
    line: Line, maya: Volunteer, early: bool
) -> None:
    keep(line, evenings(maya))
    line.until(at("05-04T18:00"))
    with line.turn(maya.phone) as slate:
        shift_changes.take_break(slate, timedelta(minutes=10))
    with line.turn(line.member(ANA)) as slate:
        open_cases.open_case(slate, "asked", "urgent")
    line.passes(minutes=5)
    maya.hears()
    if early:
        with line.turn(maya.phone) as slate:
            assert shift_changes.come_on(slate).came == "on"
    line.passes(minutes=1 if early else 5)
    [asked] = maya.hears()
    assert "someone asked for a call" in asked


def test_where_nobody_follows_coordinators_hear_of_cases_left(line: Line, maya: Volunteer) -> None:
    line.organised(coordinators=[ROSA])
    keep(line, evenings(maya))
    code = _held_by(line, maya)
    line.phone(ROSA).hears()
    line.until(at("05-04T22:00"))
    assert any(code in text and "nobody is there now" in text for text in line.phone(ROSA).hears())


def _held_by(line: Line, phone: Volunteer) -> str:
    """A case that this volunteer has: its code."""
    ana = line.member(ANA).person.id
    with line.writing() as tx:
        id_ = f"{line.at:%H%M}".rjust(26, "0")
        assert cases.reserve(tx, "AC34", id_, line.at)
        cases.add(tx, cases.NewCase(
            id_, "AC34", ana, None, "asked", "routine", "open", None, None, line.at
        ))  # fmt: skip
        assert holding.take(tx, id_, phone.id, None, line.at, phone.number_id)
    return "AC34"


def test_nothing_is_said_to_a_phone_that_opted_out(line: Line, maya: Volunteer) -> None:
    keep(line, evenings(maya))
    maya.phone.text("STOP")
    line.until(at("05-04T18:00"))
    assert maya.hears() == []


def test_another_phone_is_told_where_the_first_takes_no_texts(line: Line, maya: Volunteer) -> None:
    with line.writing() as tx:
        other, _ = numbers.add(tx, LEE, country="US", kind="mobile", at=line.at)
        contacts.add(tx, maya.id, other, "text", line.at, place=1, verified=True)
        numbers.mark_unusable(tx, maya.number_id, "30006", line.at)
    keep(line, evenings(maya))
    line.until(at("05-04T15:00"))
    assert maya.hears() == []
    assert len(line.phone(LEE).hears()) == 1


def test_who_has_a_landline_alone_is_rung_before_their_shift(line: Line, maya: Volunteer) -> None:
    with line.writing() as tx:
        contacts.drop_person(tx, maya.id)
        contacts.add(tx, maya.id, maya.number_id, "call", line.at, verified=True)
    keep(line, evenings(maya))
    line.fate = lambda _: None  # it rings until she takes it
    line.until(at("05-04T15:00"))
    assert maya.hears() == []
    assert [call.to for call in line.rung] == [MAYA]
    call = takes(line)
    assert "Monday May 4, 18:00" in call.presses("1")
    call.presses("2")
    with line.reading() as tx:
        assert shift_changes.following(tx, maya.id, line.at) is not None, "it stays hers so far"


def test_where_nobody_is_reached_nothing_is_lost(line: Line, maya: Volunteer) -> None:
    with line.writing() as tx:
        contacts.drop_person(tx, maya.id)
    keep(line, evenings(maya))
    line.until(at("05-04T19:00"))
    assert maya.hears() == []
    assert line.rung == []
    assert there(line) == [maya.id]
