"""Two people in one call: who has a case and its person, both ways, and neither sees a number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.storage import cases
from service.storage.cases import Case
from tests.service.calling import InCall, dial, takes
from tests.service.house import ANA, ROSA, Line, Phone
from tests.service.team import IDA, acts, take, volunteer


@pytest.fixture
def ana(line: Line) -> Phone:
    line.fate = lambda to: None  # whoever is called decides themselves
    line.organised(coordinators=[ROSA])
    return line.member(ANA, name="Ana")


@pytest.fixture
def ida(line: Line, ana: Phone) -> Phone:
    return volunteer(line, IDA)


def taken(line: Line, ana: Phone, ida: Phone, words: str = "TALK") -> Case:
    """Ana asked for somebody, and Ida has it."""
    ana.text(words)
    (case,) = ana.open_cases
    line.passes(seconds=30)
    take(line, ida, case.id)
    line.settle()
    for phone in (ana, ida, line.phone(ROSA)):
        phone.hears()
    return now(line, case)


def now(line: Line, case: Case) -> Case:
    with line.reading() as tx:
        found = cases.load(tx, case.id)
    assert found is not None
    return found


def at_her_case(line: Line) -> InCall:
    """Ida calls us and stands before what she may do with her case."""
    call = dial(line, IDA)
    call.presses("1")
    assert "To ring them, press 1." in call.hears
    return call


def rung(line: Line, number: str, *, yes: bool = True) -> InCall:
    """Whoever we rang last takes it, and shows that they are a person."""
    assert line.rung[-1].to == number
    call = takes(line)
    if yes:
        call.presses("1")
    return call


def together(line: Line) -> tuple[InCall, InCall]:
    """Ida and Ana in one room."""
    helper = at_her_case(line)
    helper.presses("1")
    person = rung(line, ANA)
    helper.waits()
    person.waits()
    assert helper.room == person.room is not None
    return helper, person


def test_who_has_a_case_talks_with_its_person(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    helper = at_her_case(line)
    assert "Ringing them now. Please stay on the line." in helper.presses("1")
    person = rung(line, ANA)
    assert "Somebody of us is with you in a moment." in person.hears
    assert "They are there. To come out of the call, press star." in helper.waits()
    assert "They are there now." in person.waits()
    assert helper.room == person.room is not None
    line.at += timedelta(minutes=12)
    assert "Reached? For yes, press 1." in helper.comes_out()
    assert "Please stay on the line." in person.comes_out()
    assert "Thank you from" in helper.presses("1")
    assert now(line, case).status == "in contact"
    helper.hangs_up()
    assert person.waits() and person.over
    assert acts(line, case.id)[-4:] == ["ringing them", "together", "in contact", "call over"]
    assert [ana.hears(), ida.hears(), line.phone(ROSA).hears()] == [[], [], []]
