"""What is kept of somebody's calls is told in full to who asks for words, and else by states."""

from __future__ import annotations

from service import people
from tests.service.calling import dial
from tests.service.house import ANA, BEN, Line


def of_ana(line: Line, words: bool) -> dict:
    return people.shown(line.house, ANA, "rosa", words=words)


def test_a_call_is_listed_by_its_states(line: Line) -> None:
    line.member(ANA, name="Ana")
    call = dial(line, ANA)
    call.presses("1")
    call.hangs_up()
    [kept] = of_ana(line, words=False)["calls"]
    assert (kept["direction"], kept["purpose"]) == ("in", "in")
    assert "said" not in kept
    assert "Ana" not in str(kept)


def test_with_words_it_is_told_what_was_heard_and_what_was_said(line: Line) -> None:
    line.member(ANA, name="Ana")
    dial(line, ANA).presses("1")
    [kept] = of_ana(line, words=True)["calls"]
    said = [(step["heard"], step["answered"]) for step in kept["said"]]
    assert ("1", said[-1][1]) == said[-1]
    assert "How is today" in said[-1][1]
    assert any("Hello Ana" in (answered or "") for _, answered in said)
    assert "<" not in str(said)


def test_another_persons_calls_are_not_among_them(line: Line) -> None:
    line.member(ANA)
    line.member(BEN)
    dial(line, BEN)
    assert of_ana(line, words=True)["calls"] == []
    assert of_ana(line, words=True)["recordings"] == []
