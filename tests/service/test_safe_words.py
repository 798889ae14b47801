"""A safe word: it looks like nothing, a person is told, and only what was allowed is known."""

from __future__ import annotations

import pytest

from service import safe_words
from service.storage import cases, people
from tests.service.calling import dial
from tests.service.house import ANA, ROSA, Line

WORDS = "blue teapot on monday"


def chosen(line: Line, person_id: str) -> dict[str, str] | None:
    with line.reading() as tx:
        found = people.safe(tx, [person_id]).get(person_id)
    return dict(found) if found is not None else None


def allows(line: Line, person_id: str, **more: str) -> None:
    with line.writing() as tx:
        people.set_safe(tx, person_id, {"phrase": WORDS, "may": "wait", **more})


def opened(line: Line, person_id: str) -> list[cases.Case]:
    with line.reading() as tx:
        return cases.all_open_of(tx, person_id)


def test_she_sets_it_by_text_and_names_another_number(line: Line):
    ana = line.member(ANA, name="Ana")
    ana.text("SAFEWORD")
    assert "1 call another number" in ana.text(WORDS)
    assert "Which number may we call?" in ana.text("1")
    assert "just that and nothing else" in ana.text("+1 212 555 0123")
    assert chosen(line, ana.person.id) == {
        "phrase": WORDS, "may": "call another number", "number": "+12125550123",
    }  # fmt: skip


@pytest.mark.parametrize("words", ["yes", "TALK", "I want to kill myself", "1234", "STOP", "ok"])
def test_words_that_mean_something_else_are_not_taken(line: Line, words: str):
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        assert not safe_words.set_phrase(slate, words)
    assert chosen(line, ana.person.id) is None


def test_heard_it_looks_routine_and_a_person_is_told_in_silence(line: Line):
    ana = line.member(ANA)
    allows(line, ana.person.id, may="call another number", number="+15550142077")
    said = ana.text("Blue teapot, on Monday!")
    assert said == "Thanks, noted."
    [case] = opened(line, ana.person.id)
    assert (case.kind, case.priority) == ("safe word", "imminent")
    assert case.note == "Safe word. Ring here only: it is another phone."
    assert WORDS not in (case.note or "")
    line.passes(hours=1)
    assert ana.hears() == [], "nothing follows that somebody beside her could read"
    told = line.phone(ROSA).hears()
    assert told, "the coordinator hears of it"
    assert all("+15550142077" not in each and "teapot" not in each for each in told)


BELA = "+15550142078"


def test_whom_she_named_is_texted_at_once_and_once(line: Line):
    ana, bela = line.member(ANA, name="Ana"), line.phone(BELA)
    allows(line, ana.person.id, may="text someone", name="Bela", number=BELA)
    assert ana.text(WORDS) == "Thanks, noted."
    line.settle()
    [told] = bela.hears()
    assert told.startswith("Hearthline: Ana wanted you to hear it when they may need you.")
    assert "safe" not in told
    assert "teapot" not in told
    [case] = opened(line, ana.person.id)
    assert case.note == "Safe word. We texted Bela. No call."
    with line.reading() as tx:
        assert safe_words.TEXTED in [event.act for event in cases.events(tx, case.id)]
    ana.text(WORDS)
    line.settle()
    assert bela.hears() == [], "not each time that it is said"
    line.passes(minutes=30)
    assert ana.hears() == []


@pytest.mark.parametrize("number", ["+442071838750", "not a number", ""])
def test_who_cannot_be_texted_is_not_and_who_takes_the_case_knows(line: Line, number: str):
    ana = line.member(ANA, name="Ana")
    allows(line, ana.person.id, may="text someone", name="Bela", number=number)
    ana.text(WORDS)
    line.settle()
    [case] = opened(line, ana.person.id)
    assert case.note == "Safe word. No text to Bela could go."
    assert [each for each in line.sent if each.to == number] == []


def test_who_wants_no_texts_of_ours_gets_none(line: Line):
    bela, ana = line.member(BELA), line.member(ANA)
    bela.text("STOP")
    allows(line, ana.person.id, may="text someone", name="Bela", number=BELA)
    ana.text(WORDS)
    line.settle()
    assert bela.hears() == []
    [case] = opened(line, ana.person.id)
    assert "No text to Bela" in (case.note or "")


def test_part_of_a_message_is_no_safe_word(line: Line):
    ana = line.member(ANA)
    allows(line, ana.person.id)
    ana.text(f"I bought a {WORDS}")
    assert opened(line, ana.person.id) == []


def test_somebody_else_who_says_it_means_nothing_by_it(line: Line):
    ana, ben = line.member(ANA), line.member("+15550142002")
    allows(line, ana.person.id)
    ben.text(WORDS)
    assert opened(line, ana.person.id) == opened(line, ben.person.id) == []


def test_a_check_in_answered_with_it_was_answered_under_duress(line: Line):
    ana = line.member(ANA)
    allows(line, ana.person.id)
    line.plan(ana, "daily-checkin", "every day", "18:00")
    line.passes(hours=24)
    assert ana.hears(), "a check-in"
    ana.text(WORDS)
    rows = line.rows("select status, answer from occurrence order by due_at")
    assert ("answered", "duress") in [tuple(row) for row in rows]
    line.passes(hours=6)
    assert ana.hears() == [], "no reminder follows"


def test_on_the_phone_it_is_heard_too(line: Line):
    ana = line.member(ANA)
    allows(line, ana.person.id)
    call = dial(line, ANA)
    heard = call.says(WORDS, 0.4)
    assert "Thanks, noted." in heard
    assert "988" not in heard
    [case] = opened(line, ana.person.id)
    assert case.kind == "safe word"


def test_a_phone_that_others_see_sets_it_by_call_alone(line: Line):
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        slate.number.shared = True
        slate.number.changed = True
    assert "by call only" in ana.text("SAFEWORD")
    assert chosen(line, ana.person.id) is None


def test_it_is_taken_away(line: Line):
    ana = line.member(ANA)
    allows(line, ana.person.id)
    ana.text("SAFEWORD")
    assert "is gone" in ana.text("2")
    assert chosen(line, ana.person.id) is None
    ana.text(WORDS)
    assert opened(line, ana.person.id) == []
