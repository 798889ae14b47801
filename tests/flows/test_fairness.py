"""Who is asked first: nobody twice as much as another, nobody beyond what they said they can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fairness import CRISIS, HARD_REST, Helper, in_order

NOW = datetime(2026, 5, 4, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAIN = Helper("a")
B = Helper("b")


def first(*helpers: Helper, priority: str = "urgent", asked: dict[str, int] | None = None) -> str:
    order = in_order(helpers, priority, ("es-tu", "en"), NOW, asked or {}, "case")
    return order[0].id if order else ""


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (PLAIN, B._replace(taken_today=1)),
        (PLAIN._replace(last_case_at=NOW - 9 * HOUR), B._replace(last_case_at=NOW - 3 * HOUR)),
        (PLAIN, B._replace(last_case_at=NOW - 3 * HOUR)),
        (PLAIN._replace(taken_today=3), B._replace(holding=1)),
        (PLAIN._replace(taken_today=3), B._replace(asked=1)),
        (PLAIN._replace(languages=frozenset({"es"}), taken_today=2),
         B._replace(languages=frozenset({"fr"}))),
        (PLAIN._replace(languages=frozenset({"es-tu"}), taken_today=2), B),
        (PLAIN._replace(languages=frozenset({"en"})), B),
    ],
)  # fmt: skip
def test_who_carries_less_and_fits_better_is_asked_first(a: Helper, b: Helper) -> None:
    assert first(a, b) == first(b, a) == "a"


def test_who_was_asked_of_this_case_before_comes_after_the_others() -> None:
    assert first(PLAIN, B._replace(taken_today=5), asked={"a": 1}) == "b"


@pytest.mark.parametrize(
    "helper",
    [
        PLAIN._replace(away=True),
        PLAIN._replace(cap=2, taken_today=2),
        PLAIN._replace(cap=0),
        PLAIN._replace(reachable=False),
        PLAIN._replace(hard_case_at=NOW - HARD_REST + timedelta(seconds=1)),
    ],
)
def test_nobody_is_asked_who_cannot_be(helper: Helper) -> None:
    assert first(helper) == ""
    assert first(helper, B) == "b"


def test_a_hard_case_is_rested_from_and_only_what_is_imminent_may_come_last() -> None:
    tired = PLAIN._replace(hard_case_at=NOW - HOUR, roles=frozenset({CRISIS}))
    assert first(PLAIN._replace(hard_case_at=NOW - HARD_REST)) == "a"
    assert first(tired, priority="imminent") == "a"
    assert first(tired, B, priority="imminent") == "b"


def test_what_is_imminent_goes_to_those_trained_for_crisis() -> None:
    trained = B._replace(trained=frozenset({CRISIS}), taken_today=3, languages=frozenset({"fr"}))
    assert first(PLAIN, trained, priority="imminent") == "b"
    assert first(PLAIN, trained, priority="urgent") == "a"


def test_between_equals_the_case_decides_and_always_the_same() -> None:
    firsts = {
        case: in_order((PLAIN, B), "urgent", ("en",), NOW, {}, case)[0].id
        for case in map(str, range(40))
    }
    assert set(firsts.values()) == {"a", "b"}
    for case, one in firsts.items():
        assert in_order((B, PLAIN), "urgent", ("en",), NOW, {}, case)[0].id == one


@given(st.lists(st.integers(0, 6), min_size=2, max_size=6), st.integers(5, 40))
def test_over_many_cases_the_load_evens_out(taken: list[int], cases: int) -> None:
    load = dict(enumerate(taken))
    for case in range(cases + sum(taken)):
        helpers = [Helper(str(at), taken_today=count) for at, count in load.items()]
        one = in_order(helpers, "urgent", ("en",), NOW, {}, str(case))[0]
        load[int(one.id)] += 1
    had = max(taken)
    assert max(load.values()) - min(load.values()) <= 1 or max(load.values()) == had
