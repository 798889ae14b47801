from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.definition import Condition, Guard, Place
from flows.reading.guards import MOST_LETTERS, GuardFault, parse_guard

HERE = Place("flow.yaml", 3, 15, "mood")


def guard(text: str) -> Guard:
    found = parse_guard(text, HERE)
    assert isinstance(found, Guard), found
    return found


def fault(text: str) -> GuardFault:
    found = parse_guard(text, HERE)
    assert isinstance(found, GuardFault), found
    return found


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("mood is 5", Condition("mood", "is", (5,))),
        ("mood is 0", Condition("mood", "is", (0,))),
        ("mood is 2 or less", Condition("mood", "at-most", (2,))),
        ("mood is 3 or more", Condition("mood", "at-least", (3,))),
        ("mood is between 2 and 4", Condition("mood", "between", (2, 4))),
        ("wants_call is yes", Condition("wants_call", "is", ("yes",))),
        ("pace is every day", Condition("pace", "is", ("every day",))),
        ("code is 0412", Condition("code", "is", ("0412",))),
        ("hour is 9:30", Condition("hour", "is", ("9:30",))),
        ("chosen is more", Condition("chosen", "is", ("more",))),
        ("topics includes work", Condition("topics", "includes", ("work",))),
        ("mood is not answered", Condition("mood", "missing")),
        ("mood is answered", Condition("mood", "present")),
        ("arranged", Condition("arranged", "ended")),
        ("nobody reached", Condition("nobody reached", "ended")),
        ("  mood   is  5 ", Condition("mood", "is", (5,))),
    ],
)
def test_one_comparison(text: str, condition: Condition) -> None:
    found = guard(text)
    assert (found.join, found.parts) == ("one", (condition,))
    assert found.text == text.strip()


def test_and_binds_tighter_than_or() -> None:
    found = guard("a is 1 and b is 2 or c is yes")
    assert found.join == "or"
    both, last = found.parts
    assert isinstance(both, Guard)
    assert both.join == "and"
    assert both.parts == (Condition("a", "is", (1,)), Condition("b", "is", (2,)))
    assert both.text == "a is 1 and b is 2"
    assert last == Condition("c", "is", ("yes",))


def test_or_less_is_told_from_a_second_comparison() -> None:
    found = guard("mood is 2 or more is yes")
    assert found.parts == (Condition("mood", "is", (2,)), Condition("more", "is", ("yes",)))
    assert guard("mood is 2 or more or x is 1").parts[0] == Condition("mood", "at-least", (2,))


@pytest.mark.parametrize(
    ("text", "offset", "cure"),
    [
        ("", 0, "mood is 2 or less"),
        ("mood is", 7, "mood is 2 or less"),
        ("mood <= 2", 5, "is N or less"),
        ("mood == 2", 5, "in words"),
        ("(mood is 2)", 0, "two lines"),
        ("mood 2", 5, "`is` or `includes`"),
        ("is 2", 0, "name again"),
        ("mood is not 3", 12, "otherwise"),
        ("mood is between 2", 17, "between 2 and 4"),
        ("mood is between 4 and 2", 22, "smaller number first"),
        ("mood is between a and 2", 16, "whole numbers"),
        ("mood is 2.5 or less", 8, "whole numbers"),
        ("mood is yes or more", 8, "whole numbers"),
        ("mood is 2 or", 12, "mood is 2 or less"),
        ("mood is 2 and", 13, "mood is 2 or less"),
        ("mood is and", 8, "mood is 2 or less"),
        ("mood is 'good'", 8, "without quotation marks"),
        ("Mood is 2", 0, "name of an answer"),
        ("a is 2 b is 3", 7, "`and` or `or`"),
        ("topics includes", 15, "topics includes work"),
        ("__import__('os')", 10, "two lines"),
        ("x" * (MOST_LETTERS + 1), 0, "Split"),
    ],
)
def test_a_fault_names_its_letter_and_its_cure(text: str, offset: int, cure: str) -> None:
    found = fault(text)
    assert found.offset == offset
    assert cure in found.cure


PIECES = ("mood", "is", "not", "answered", "between", "and", "or", "less", "more", "includes")
WORDS = st.lists(st.sampled_from((*PIECES, "2", "4", "0412", "yes", "x", "(", "ñ")), max_size=12)


@given(st.one_of(st.text(max_size=60), WORDS.map(" ".join)))
def test_no_condition_crashes_and_faults_lie_inside(text: str) -> None:
    found = parse_guard(text, HERE)
    if isinstance(found, GuardFault):
        assert 0 <= found.offset <= len(text)
    else:
        again = parse_guard(found.text, HERE)
        assert isinstance(again, Guard)
        assert again.parts == found.parts or len(text) != len(text.lstrip())
