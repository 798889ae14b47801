"""The key that leaves before it is known who is on the line: told first, and pressed again."""

from __future__ import annotations

import pytest

from tests.service.calling import dial
from tests.service.house import ANA, Line
from tests.service.test_calls_door import HIDDEN, PIN, shared
from tests.service.test_calls_out import OPENING, rung


def test_eight_leaves_at_the_door_too_and_nobody_is_hung_up_on_without_a_word(line: Line):
    shared(line)
    call = dial(line, ANA)
    assert "press 8 once more" in call.presses("8")
    assert PIN in call.hears
    assert "No more texts" in call.presses("8")
    assert call.over
    again = dial(line, ANA)
    assert "No more texts" in again.says("please stop calling me")
    hidden = dial(line, HIDDEN)
    assert "Goodbye" in hidden.presses("8")
    assert hidden.over


def test_one_hidden_caller_stops_nothing_for_the_next(line: Line):
    assert dial(line, HIDDEN).says("please stop calling me")
    assert line.phone(HIDDEN).standing.number.opted_out_at is None
    assert "press 2" in dial(line, HIDDEN).hears


def test_whoever_takes_a_call_may_end_them_by_key(line: Line):
    ana, call = rung(line)
    assert "press 8 once more" in call.presses("8")
    assert OPENING in call.hears
    call.presses("*")
    assert "press 8 once more" in call.presses("8"), "another key in between was no yes"
    assert "end now" in call.presses("8")
    assert call.over
    assert ana.standing.number.opted_out_at is not None
    line.passes(days=2)
    assert len(line.rung) == 1


@pytest.mark.parametrize("words", ["Wrong number.", "You have the wrong number."])
def test_whoever_says_that_it_is_the_wrong_number_is_told_how_calls_end(line: Line, words: str):
    _, call = rung(line)
    assert "press 8 once more" in call.says(words)
    assert "end now" in call.presses("8")
    assert call.over
