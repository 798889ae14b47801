"""A test message to a volunteer, by text and by call: who answered, when, and never a case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import trials
from service.cures import Curable
from service.storage import contacts
from tests.service.calling import takes
from tests.service.house import ANA, BEN, Line, Phone
from tests.service.team import IDA, volunteer


@pytest.fixture
def ida(line: Line) -> Phone:
    return volunteer(line, IDA, trained={"listening": "2026-04-01"}, duty=False)


def came_to(line: Line, phone: Phone) -> list[tuple[str, str]]:
    found = trials.listing(line.house, phone.person.id)
    return [(row["channel"], row["came_to"]) for row in found]


def cases(line: Line) -> int:
    return int(line.one('select count(*) from "case"'))


def test_by_text_it_says_that_it_is_a_test_and_keeps_the_answer(line: Line, ida: Phone) -> None:
    sent = trials.ask(line.house, ida.person.id, "rosa")
    assert (sent["channel"], sent["came_to"]) == ("text", "asked")
    line.settle()
    [text] = ida.hears()
    assert "this is only a test, and no case" in text
    line.passes(minutes=4)
    assert "reaches you here" in ida.text("ok")
    [row] = trials.listing(line.house)
    assert row["came_to"] == "answered"
    assert row["answered_at"] - row["asked_at"] == timedelta(minutes=4)
    assert (row["asked_by"], cases(line)) == ("rosa", 0)


def test_silence_is_no_answer_and_no_case(line: Line, ida: Phone) -> None:
    trials.ask(line.house, ida.person.id, "rosa")
    line.passes(minutes=31)
    ida.hears()
    assert came_to(line, ida) == [("text", "no answer")]
    line.passes(days=2)
    assert cases(line) == 0
    assert ida.hears() == []


@pytest.mark.parametrize("words", ["LATER", "what is this please", "SKIP"])
def test_another_answer_is_none(line: Line, ida: Phone, words: str) -> None:
    trials.ask(line.house, ida.person.id, "rosa")
    line.settle()
    ida.text(words)
    ida.text(words)
    line.passes(minutes=31)
    assert came_to(line, ida) == [("text", "no answer")]
    assert cases(line) == 0


def test_a_text_that_does_not_arrive_is_told(line: Line, ida: Phone) -> None:
    trials.ask(line.house, ida.person.id, "rosa")
    line.settle()
    line.told(line.sent[-1].row, "undelivered", 30003)
    line.settle()
    assert came_to(line, ida) == [("text", "not reached")]
    assert ida.front is None


def rung(line: Line, phone: Phone) -> None:
    """They may be rung as well."""
    id_, number_id = phone.person.id, phone.standing.number.id
    with line.writing() as tx:
        contacts.add(tx, id_, number_id, "call", line.at, place=1, verified=True)


def test_by_call_a_key_answers(line: Line, ida: Phone) -> None:
    rung(line, ida)
    line.fate = lambda to: None
    trials.ask(line.house, ida.person.id, "rosa", "call")
    line.settle()
    assert line.rung[-1].to == IDA
    call = takes(line)
    assert "only a test, and no case" in call.hears
    assert "reaches you here" in call.presses("1")
    assert came_to(line, ida) == [("call", "answered")]
    call.hangs_up()
    line.passes(hours=3)
    assert came_to(line, ida) == [("call", "answered")]
    assert (ida.hears(), cases(line)) == ([], 0)


@pytest.mark.parametrize(
    ("fate", "came"),
    [("no answer", "not reached"), ("busy", "not reached"), ("machine", "not reached")],
)
def test_a_call_that_reaches_nobody_is_told_and_nothing_follows(
    line: Line, ida: Phone, fate: str, came: str
) -> None:
    rung(line, ida)
    line.fate = lambda to: fate
    trials.ask(line.house, ida.person.id, "rosa", "call")
    line.passes(hours=3)
    assert came_to(line, ida) == [("call", came)]
    assert [rung.to for rung in line.rung] == [IDA], "it is not rung twice"
    assert (ida.hears(), cases(line)) == ([], 0)


def test_it_waits_behind_what_they_are_asked(line: Line, ida: Phone) -> None:
    ida.text("PREFS")
    front = ida.front
    trials.ask(line.house, ida.person.id, "rosa")
    line.settle()
    assert not any("test" in text for text in ida.hears())
    assert ida.front is not None
    assert front is not None
    assert ida.front.id == front.id


def test_only_volunteers_with_a_verified_phone_are_sent_one(line: Line, ida: Phone) -> None:
    with pytest.raises(Curable, match="no volunteer"):
        trials.ask(line.house, line.member(ANA).person.id, "rosa")
    with pytest.raises(Curable, match="reached for a call"):
        trials.ask(line.house, ida.person.id, "rosa", "call")
    line.do("update contact set verified_at = null")
    with pytest.raises(Curable, match="No verified phone"):
        trials.ask(line.house, ida.person.id, "rosa")
    with pytest.raises(Curable, match="Nobody is known"):
        trials.listing(line.house, BEN)
