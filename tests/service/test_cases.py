"""Somebody needs a person: one open case a kind, joined, raised, and a ladder until it is taken."""

from __future__ import annotations

import pytest

from flows.states import IllegalMove
from service import cases, taking
from service.storage import cases as stored
from tests.service.house import ANA, BEN, ROSA, Line, Phone
from tests.service.team import desk

SECOND = "+15550142008"


def events(line: Line, phone: Phone) -> list[str]:
    with line.reading() as tx:
        return [event.act for event in stored.events(tx, phone.open_cases[0].id)]


def told(line: Line, number: str = ROSA) -> list[str]:
    return line.phone(number).hears()


def test_every_coordinator_is_told_a_code_and_nothing_else(line: Line) -> None:
    line.organised(coordinators=[ROSA, SECOND])
    ana = line.member(ANA, name="Ana")
    ana.text("TALK")
    code = ana.open_cases[0].code
    for number in (ROSA, SECOND):
        (text,) = told(line, number)
        assert code in text
        assert "Ana" not in text
    assert events(line, ana) == ["opened", "coordinators told"]


def test_what_comes_later_joins_the_open_case(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("TALK")
    told(line)
    ana.text("TALK")
    ana.text("0")
    assert len(ana.open_cases) == 1
    assert told(line) == [], "nobody is told twice of the same"
    assert events(line, ana).count("joined by another") == 2


def test_each_kind_has_a_case_of_its_own_and_so_has_each_person(line: Line) -> None:
    ana, ben = line.member(ANA), line.member(BEN)
    ana.text("TALK")
    ana.text("I want to die")
    ben.text("TALK")
    assert sorted(case.kind for case in ana.open_cases) == ["asked", "danger"]
    assert len(ben.open_cases) == 1
    codes = {case.code for case in (*ana.open_cases, *ben.open_cases)}
    assert len(codes) == 3


def test_a_higher_priority_raises_the_case_and_is_told(line: Line) -> None:
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        first = cases.open_case(slate, cases.ALERT, "routine", "one")
    line.passes(hours=2)
    told(line)
    with line.turn(ana) as slate:
        second = cases.open_case(slate, cases.ALERT, "urgent", "two")
        third = cases.open_case(slate, cases.ALERT, "routine", "three")
    assert (first.new, second.new, third.new) == (True, False, False)
    line.settle()
    assert [case.priority for case in ana.open_cases] == ["urgent"]
    assert len(told(line)) == 1, "the ladder begins anew, one step at a time"
    line.passes(minutes=11)
    assert len(told(line)) == 1


def test_the_ladder_goes_on_until_somebody_takes_it(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("TALK")
    told(line)
    line.passes(minutes=9)
    assert told(line) == []
    line.passes(minutes=2)  # the policy: at once, after 10 minutes, after 30
    assert "still waits" in "".join(told(line))
    case = ana.open_cases[0]
    with line.writing() as tx:
        assert taking.by_hand(desk(line, tx), case, "accepted", "rosa")
    line.passes(minutes=14)  # the policy: reached within 15, or it opens again
    assert told(line) == []
    (taken,) = ana.open_cases
    with line.writing() as tx:
        assert taking.by_hand(desk(line, tx), taken, "in contact", "rosa")
    line.passes(hours=1)
    assert told(line) == []


def test_nobody_takes_it_every_step_is_told_once_and_then_the_coordinators_are_alarmed(
    line: Line,
) -> None:
    ana = line.member(ANA)
    ana.text("TALK")
    line.passes(minutes=29)  # the policy: every 10 minutes, three times
    assert len(told(line)) == 3
    line.passes(minutes=2)
    (alarm,) = told(line)
    assert "nobody took it" in alarm
    assert [case.status for case in ana.open_cases] == ["exhausted"]


def test_the_ladder_goes_on_for_one_whom_no_number_reaches_any_more(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("TALK")
    told(line)
    ana.text("WRONG")
    ana.text("YES")
    assert ana.standing.person is None
    told(line)
    line.passes(minutes=11)
    assert len(told(line)) == 1


def test_in_danger_nobody_is_promised_a_call_that_nobody_is_asked_for(line: Line) -> None:
    line.do("delete from setting where key = 'coordinators'")
    line.organised(service="Lantern")
    heard = line.member(ANA).text("I want to die")
    assert "988" in heard
    assert "asking a person to call" not in heard


def test_steps_that_are_late_do_not_come_all_at_once(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("TALK")
    told(line)
    from datetime import timedelta

    line.at += timedelta(hours=6)  # nothing ran
    line.settle()
    assert len(told(line)) == 1


def test_the_first_who_takes_it_wins_and_an_illegal_move_changes_nothing(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("TALK")
    case = ana.open_cases[0]
    with line.writing() as tx:
        assert taking.by_hand(desk(line, tx), case, "accepted", "rosa")
        assert not taking.by_hand(desk(line, tx), case, "accepted", "luis")
        with pytest.raises(IllegalMove):
            taking.by_hand(desk(line, tx), case, "resolved", "luis")
    assert [case.status for case in ana.open_cases] == ["accepted"]


def test_with_nobody_to_tell_the_case_is_exhausted_and_the_person_hears_so(line: Line) -> None:
    line.do("delete from setting where key = 'coordinators'")
    line.organised(service="Lantern")
    ana = line.member(ANA)
    heard = ana.text("TALK")
    assert "988" in heard
    assert [case.status for case in ana.open_cases] == ["exhausted"]
    assert events(line, ana) == ["opened", "exhausted"]


def test_a_settled_case_makes_room_for_the_next(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("TALK")
    case = ana.open_cases[0]
    with line.writing() as tx:
        taking.by_hand(desk(line, tx), case, "accepted", "rosa")
        accepted = stored.load(tx, case.id)
        assert accepted is not None
        taking.by_hand(desk(line, tx), accepted, "resolved", "rosa")
    ana.text("TALK")
    assert len(ana.open_cases) == 1
    assert ana.open_cases[0].id != case.id
    assert line.one('select count(*) from "case"') == 2
