"""While somebody waits for a person, nothing that can wait is sent to them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.leaving import BULK, LOOK_AGAIN, PRESSING_FOR
from service import cases
from service.storage import ids, placings
from service.storage.placings import NewCall
from tests.service.house import ANA, BEN, Line, Phone
from tests.service.team import IDA, does, take, volunteer


@pytest.fixture
def ana(line: Line) -> Phone:
    """At ten; her check-in is at half past."""
    ana = line.member(ANA, name="Ana")
    line.plan(ana, "daily-checkin", "every day", "10:30")
    return ana


def asked_how_it_is(phone: Phone) -> list[str]:
    return [text for text in phone.hears() if "How is today" in text]


def test_a_checkin_waits_until_the_case_is_settled(line: Line, ana: Phone) -> None:
    ida, ben = volunteer(line, IDA), line.member(BEN)
    line.plan(ben, "daily-checkin", "every day", "10:30")
    ana.text("TALK")
    (case,) = ana.open_cases
    take(line, ida, case.id)
    line.passes(minutes=40)
    assert asked_how_it_is(ana) == []
    assert len(asked_how_it_is(ben)) == 1, "nobody else waits for it"
    assert line.rows("select held_for from message where status = 'held'") == [("case",)]
    take(line, ida, case.id)
    assert does(line, "reached", ida, case.id)
    line.passes(minutes=15)
    assert asked_how_it_is(ana) == []
    assert does(line, "done", ida, case.id)
    line.passes(seconds=LOOK_AGAIN.total_seconds())
    assert len(asked_how_it_is(ana)) == 1
    ana.text("4")
    assert ana.occurrences == ["answered"]


def test_what_came_too_late_is_no_silence_of_theirs(line: Line, ana: Phone) -> None:
    ana.text("I want to kill myself tonight with pills")
    line.passes(hours=6)
    heard = ana.hears()
    assert not any("How is today" in text for text in heard)
    assert any("Still trying" in text for text in heard), "what is urgent is not held"
    assert ana.occurrences == ["suspended"]


def test_a_case_that_nobody_closes_holds_it_for_a_day(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("TALK")
    (case,) = ana.open_cases
    take(line, ida, case.id)
    assert does(line, "reached", ida, case.id)
    line.passes(seconds=(PRESSING_FOR - timedelta(minutes=10)).total_seconds())
    assert asked_how_it_is(ana) == []
    line.passes(hours=1)
    assert len(asked_how_it_is(ana)) == 1


def test_a_routine_case_holds_nothing(line: Line, ana: Phone) -> None:
    with line.turn(ana) as slate:
        cases.open_case(slate, cases.ALERT, "routine")
    line.passes(minutes=40)
    assert len(asked_how_it_is(ana)) == 1


def test_a_call_waits_as_a_text_does(line: Line, ana: Phone) -> None:
    ana.text("TALK")
    standing = ana.standing
    assert standing.person is not None
    call = NewCall(
        ids.new(), "checkin", standing.person.id, standing.number.id,
        line.one("select id from sender"), BULK, line.at, line.at,
        expires_at=line.at + timedelta(hours=2),
    )  # fmt: skip
    with line.writing() as tx:
        placings.plan(tx, [call])
    line.settle()
    assert line.rung == []
    assert line.one("select held_for from call where id = :id", id=call.id) == "case"
