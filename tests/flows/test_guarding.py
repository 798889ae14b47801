"""Guards hold or do not; a missing value, or one of the wrong kind, never raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.definition import Condition, Guard, Place
from flows.guarding import compile_guard

HERE = Place("flow.yaml", 1, 1)


class Values:
    def __init__(self, **values: Any) -> None:
        self.values = values
        self.ended = values.pop("ended", "")

    def find(self, name: str) -> Any:
        return self.values.get(name)


def holds(condition: Condition | Guard, **values: Any) -> bool:
    return compile_guard(condition)(Values(**values))


@pytest.mark.parametrize(
    ("test", "values", "held", "expected"),
    [
        ("at-most", (2,), 2, True), ("at-most", (2,), 3, False), ("at-most", (2,), "1", True),
        ("at-most", (2,), None, False), ("at-most", (2,), "", False),
        ("at-most", (2,), "low", False),
        ("at-least", (3,), 3, True), ("at-least", (3,), 2, False), ("at-least", (3,), [3], False),
        ("between", (2, 4), 2, True), ("between", (2, 4), 4, True), ("between", (2, 4), 5, False),
        ("is", (5,), 5, True), ("is", (5,), "5", True), ("is", (5,), 4, False),
        ("is", (5,), None, False),
        ("is", ("yes",), "yes", True), ("is", ("yes",), True, True), ("is", ("no",), False, True),
        ("is", ("yes",), "no", False), ("is", ("work",), ["work"], True),
        ("is", ("work",), ["work", "home"], False),
        ("includes", ("work",), ["home", "work"], True), ("includes", ("work",), ["home"], False),
        ("includes", ("work",), "work", True), ("includes", ("work",), None, False),
        ("missing", (), None, True), ("missing", (), "", False), ("missing", (), 0, False),
        ("present", (), 0, True), ("present", (), "", True), ("present", (), None, False),
    ],
)  # fmt: skip
def test_one_condition(test: Any, values: tuple[int | str, ...], held: Any, expected: bool) -> None:
    assert holds(Condition("x", test, values), x=held) is expected


def test_how_a_visit_ended() -> None:
    assert holds(Condition("arranged", "ended"), ended="arranged")
    assert not holds(Condition("arranged", "ended"), ended="declined", arranged="yes")


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [(1, 1, 0, True), (1, 0, 0, False), (0, 0, 1, True), (1, 0, 1, True), (0, 1, 0, False)],
)
def test_and_binds_tighter_than_or(a: int, b: int, c: int, expected: bool) -> None:
    def one(name: str) -> Condition:
        return Condition(name, "is", (1,))

    both = Guard("and", (one("a"), one("b")), "a and b", HERE)
    assert holds(Guard("or", (both, one("c")), "a and b or c", HERE), a=a, b=b, c=c) is expected


@given(
    st.sampled_from(["is", "at-most", "at-least", "between", "includes", "missing", "present"]),
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()),
        st.dates(),
    ),
)  # fmt: skip
def test_no_value_raises(test: Any, held: Any) -> None:
    numbers = (1, 2) if test == "between" else (1,)
    assert holds(Condition("x", test, numbers), x=held) in (True, False)
