"""What the checks promise whatever a flow says: total, exact about numbers, the same each time."""

from __future__ import annotations

import re
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.checks import check_flow
from flows.checks.guards import _KINDS
from flows.checks.lengths import Longest, longest_answer
from flows.definition import Accept, AcceptKind, Choice, Place
from flows.guarding import compile_guard
from flows.reading import read_flow
from flows.reading.guards import parse_guard
from flows.segments import count
from tests.flows.checks.house import CALLS, GOOD, TALK, changed, found, house

LIBRARY = house()
HERE = Place("flow.yaml", 1, 1)
LINES = GOOD.splitlines()
WORDS = sorted(set(re.findall(r"[\w-]+", GOOD + TALK)))


@settings(deadline=None)
@given(
    st.lists(st.integers(0, len(LINES) - 1), max_size=4),
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), max_size=4),
)
def test_no_flow_that_can_be_read_breaks_the_checks(
    dropped: list[int], swapped: list[tuple[str, str]]
) -> None:
    text = "\n".join(line for number, line in enumerate(LINES) if number not in dropped)
    for old, new in swapped:
        text = re.sub(rf"\b{re.escape(old)}\b", new, text, count=2)
    flow = read_flow(text).value
    if flow is not None:
        problems = check_flow(flow, LIBRARY, CALLS)
        assert problems == check_flow(flow, LIBRARY, CALLS)
        assert all(problem.trouble and problem.cure for problem in problems)


numbers = st.integers(1, 5)
moods = st.one_of(
    numbers.map("mood is {}".format),
    numbers.map("mood is {} or less".format),
    numbers.map("mood is {} or more".format),
    st.tuples(numbers, numbers)
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: f"mood is between {pair[0]} and {pair[1]}"),
    st.sampled_from(["mood is not answered", "mood is answered"]),
)
paces = st.sampled_from(["pace is daily", "pace is weekly", "pace is not answered"])
atoms = moods | paces
guards = st.one_of(
    atoms,
    st.tuples(atoms, st.sampled_from(["and", "or"]), atoms).map(" ".join),
    st.tuples(atoms, atoms, atoms).map("{0[0]} and {0[1]} or {0[2]}".format),
)


class Person:
    """Every mixture of two answers, one after the other."""

    ended = ""

    def __init__(self, mood: int | None, pace: str | None) -> None:
        self.values = {"mood": mood, "pace": pace}

    def find(self, name: str) -> object:
        return self.values[name]


EVERYBODY = [
    Person(mood, pace) for mood in (None, 1, 2, 3, 4, 5) for pace in (None, "daily", "weekly")
]


@settings(deadline=None)
@given(st.lists(guards, min_size=1, max_size=4, unique=True))
def test_a_condition_is_told_to_be_idle_exactly_where_nobody_ever_takes_its_way(
    written: list[str],
) -> None:
    lines = "".join(f"      - when: {guard}\n        go to: visit\n" for guard in written)
    text = changed(GOOD, ("      - when: mood is not answered\n        go to: quiet\n", ""))
    text = changed(
        text,
        (
            "      - when: mood is 2 or less\n        go to: alert\n"
            "      - when: mood is between 3 and 4\n        go to: visit\n",
            lines,
        ),
    )
    idle, waiting = [], list(EVERYBODY)
    for guard in written:
        parsed = parse_guard(guard, HERE)
        test = compile_guard(parsed)  # type: ignore[arg-type]
        taken = [person for person in waiting if test(person)]
        if not taken:
            idle.append(guard)
        waiting = [person for person in waiting if person not in taken]
    told = [
        problem.trouble
        for problem in found(text, LIBRARY)
        if problem.code == "structure/guard-never" and "the part about" not in problem.trouble
    ]
    assert len(told) == len(idle)
    assert all(any(f"`{guard}`" in trouble for trouble in told) for guard in idle)


def test_every_kind_of_answer_is_known_to_the_checks() -> None:
    choice = Choice("one", "1", {"en": ("one",)}, HERE)
    for kind in get_args(AcceptKind):
        accept = Accept(kind, HERE, choices=(choice,) if kind == "choice" else ())
        assert longest_answer(accept, "en")
        assert kind in _KINDS


@given(st.sampled_from(["en", "es", "es-tu", "fr"]), st.sampled_from(WORDS))
def test_the_longest_of_a_variable_costs_something_in_every_language(tag: str, name: str) -> None:
    longest = Longest(LIBRARY, read_flow(GOOD).value)
    for known in ("name", "service", "mood", "hour", "topics", "next_checkin", "erase_at"):
        assert count(longest.text(known, tag)).units > 0
    assert isinstance(longest.text(name, tag), str)
