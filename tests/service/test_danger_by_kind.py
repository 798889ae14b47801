"""Danger of each kind is answered in words of its own, with the line for that need."""

from __future__ import annotations

import pytest

from flows import segments
from service import line_desk
from tests.service.calling import dial
from tests.service.house import ANA, ROSA, Line

HOTLINE = "us-national-domestic-violence-hotline"
EVERY = (
    "Thank you for telling us. We are asking a person to call you. 988 answers now. In danger: 911."
)
KINDS = [
    ("violence", "my husband is hitting me", "It is not your fault."),
    ("overdose", "i took all my pills", "911 comes first."),
    ("child", "he hits my daughter", "No child is to blame."),
]
EN_ESPANOL = [
    ("mi marido me pega", "No es su culpa."),
    ("se tomo todas las pastillas y no respira", "primero 911."),
    ("le pega a mi hija", "Ningun niño tiene la culpa."),
]


@pytest.fixture(autouse=True)
def team(line: Line) -> None:
    line.organised(coordinators=[ROSA], lines={"US": {"line": "988", "emergency": "911"}})


@pytest.mark.parametrize(("kind", "words", "own"), KINDS)
def test_a_kind_has_a_sentence_more(line: Line, kind: str, words: str, own: str) -> None:
    ana = line.member(ANA)
    heard = ana.text(words)
    assert heard.startswith(EVERY)
    assert own in heard
    [case] = ana.open_cases
    assert case.kind == "danger"


def test_danger_to_oneself_is_answered_as_ever(line: Line) -> None:
    assert line.member(ANA).text("I want to kill myself") == EVERY


@pytest.mark.parametrize(("words", "own"), EN_ESPANOL)
def test_the_same_in_spanish(line: Line, words: str, own: str) -> None:
    heard = line.phone(ANA).text(words)
    assert heard.startswith("Gracias por decirlo. Somos")
    assert own in heard


@pytest.mark.parametrize(("kind", "words", "own"), KINDS)
def test_an_unknown_number_is_answered_in_the_same_way(
    line: Line, kind: str, words: str, own: str
) -> None:
    heard = line.phone(ANA).text(words)
    assert "This is Hearthline. A person will read this." in heard
    assert own in heard


@pytest.mark.parametrize(("kind", "words", "own"), KINDS)
def test_who_pays_for_texts_gets_one_segment(line: Line, kind: str, words: str, own: str) -> None:
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        slate.number.costs = True
        slate.number.changed = True
    heard = ana.text(words)
    assert heard == EVERY
    assert segments.count(heard).segments == 1


@pytest.mark.parametrize(("kind", "words", "own"), KINDS)
def test_a_phone_that_others_see_says_nothing_of_it(
    line: Line, kind: str, words: str, own: str
) -> None:
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        slate.number.shared = True
        slate.number.changed = True
    assert ana.text(words) == "Got it. Call when you can."


@pytest.mark.parametrize(("kind", "words", "own"), KINDS)
def test_by_call_they_hear_it_too(line: Line, kind: str, words: str, own: str) -> None:
    line.member(ANA)
    call = dial(line, ANA)
    call.says(words)
    assert "We are asking a person to call you." in call.hears
    assert own.replace("911", "9, 1, 1") in call.hears.replace("9 1 1", "9, 1, 1")


def test_with_its_words_comes_the_line_for_the_need(line: Line) -> None:
    line_desk.tick(line.house, HOTLINE, "Rosa")
    heard = line.member(ANA).text("my husband is hitting me")
    assert "800 799 7233 answers now" in heard
    assert "It is not your fault." in heard


def test_the_most_pressing_of_several_is_answered(line: Line) -> None:
    assert "comes first" in line.member(ANA).text("he hits me and i took all my pills")
