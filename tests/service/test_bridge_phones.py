"""Whose phone is rung by a bridge, and whose never: safe words, wishes, and who stopped us."""

from __future__ import annotations

import pytest

from service import safe_words
from service.storage import people
from tests.service.bridging import at_her_case, rung, taken
from tests.service.calling import dial
from tests.service.house import ANA, CLEO, ROSA, Line, Phone
from tests.service.team import IDA, acts, does, take, volunteer


@pytest.fixture
def ana(line: Line) -> Phone:
    line.fate = lambda to: None  # whoever is called decides themselves
    line.organised(coordinators=[ROSA])
    return line.member(ANA, name="Ana")


@pytest.fixture
def ida(line: Line, ana: Phone) -> Phone:
    return volunteer(line, IDA)


def test_a_safe_word_that_says_wait_rings_nobody(line: Line, ana: Phone, ida: Phone) -> None:
    with line.turn(ana) as slate:
        safe_words.set_phrase(slate, "the blue lamp is on")
    case = taken(line, ana, ida, "the blue lamp is on")
    assert case.kind == "safe word"
    helper = at_her_case(line)
    assert "Their safe word says to wait." in helper.presses("1")
    assert line.rung == []
    assert acts(line, case.id)[-1] == "not rung: not now"


def test_a_safe_word_that_names_a_number_rings_that_one(line: Line, ana: Phone, ida: Phone) -> None:
    with line.turn(ana) as slate:
        safe_words.set_phrase(slate, "the blue lamp is on")
        safe_words.allow(slate, safe_words.CALL_ANOTHER, {"number": CLEO})
    taken(line, ana, ida, "the blue lamp is on")
    helper = at_her_case(line)
    helper.presses("1")
    other = rung(line, CLEO)
    assert "Ana" not in other.hears
    helper.waits()
    other.waits()
    assert helper.room == other.room is not None
    assert ANA not in [r.to for r in line.rung]


def test_who_stopped_everything_is_rung_only_where_they_asked_since(
    line: Line, ana: Phone, ida: Phone
) -> None:
    case = taken(line, ana, ida, "I want to kill myself tonight with pills")
    ana.text("STOP")
    ida.hears()
    helper = at_her_case(line)
    assert "They asked for no calls." in helper.presses("1")
    assert line.rung == []
    helper.hangs_up()
    assert does(line, "done", ida, case.id)
    line.passes(minutes=1)
    ana.text("TALK")
    (case,) = ana.open_cases
    take(line, ida, case.id)
    line.settle()
    helper = dial(line, IDA)
    helper.presses("1")
    helper.presses("1")
    assert line.rung[-1].to == ANA


def test_a_phone_of_several_asks_who_it_is(line: Line, ana: Phone, ida: Phone) -> None:
    taken(line, ana, ida)
    person_id = ana.person.id
    with line.writing() as tx:
        people.set_pin(tx, person_id, "4711")
    helper = at_her_case(line)
    helper.presses("1")
    person = rung(line, ANA)
    assert "Your PIN, please." in person.hears
    assert "Ringing" not in helper.waits()
    person.presses("1111")
    person.presses("2222")
    assert "wrong number" in person.presses("3333")
    assert "Nobody picked up." in helper.waits()


def test_a_phone_that_they_wished_us_never_to_call_is_not_rung(
    line: Line, ana: Phone, ida: Phone
) -> None:
    taken(line, ana, ida)
    person_id, fields = ana.person.id, ana.person.fields
    with line.writing() as tx:
        people.set_fields(tx, person_id, {**fields, "wish_never": f"my phone, {ANA[2:]}"})
    helper = at_her_case(line)
    assert "There is no phone to ring." in helper.presses("1")
    assert line.rung == []
