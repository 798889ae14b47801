"""A session survives being stored, in its short and in its long form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.session import Session, begin

simple = st.one_of(st.integers(-(2**53), 2**53), st.text(max_size=9), st.lists(st.text(max_size=9)))
answers = st.dictionaries(st.text(max_size=9), simple, max_size=3)


@given(st.text(max_size=9), answers, st.dictionaries(st.text(max_size=9), st.integers(1, 8)))
def test_the_short_form(flow: str, values: dict[str, Any], visits: dict[str, int]) -> None:
    session = begin(flow)
    session.state, session.status, session.values, session.visits = "ask", "asking", values, visits
    session.token = session.count = 7
    assert Session.from_json(session.to_json()) == session


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", "other"), ("count", 9), ("outcome", "done"), ("tries", 1), ("reminders", 2),
        ("parts", ["one"]), ("unkept", ["x"]), ("late", ["flow", "state", {"x": 1}, []]),
        ("below", [["main", "x", {}, "visit", "asking", 1, 0, 0, [], None, {}]]),
    ],
)  # fmt: skip
def test_whatever_is_unusual_is_kept(name: str, value: Any) -> None:
    session = begin("main")
    setattr(session, name, value)
    kept = Session.from_json(session.to_json())
    assert kept == session
    assert getattr(kept, name) == value
    assert kept != begin("main")


def test_what_the_service_may_ask_of_it() -> None:
    session = begin("main")
    assert (session.status, session.question, session.closed, session.answers) == (
        "new", None, False, {},
    )  # fmt: skip
    session.status, session.state, session.values = "asking", "mood", {"hour": "19:00"}
    session.below = [["main", "x", {"mood": 2}, "keyword", "asking", 1, 0, 0, [], None, {}]]
    session.late = ["main", "mood", {}, []]
    assert session.question == "main/mood"
    assert session.answers == {"mood": 2}
    assert (session.closed, session.closed_question) == (True, "main/mood")


def test_a_copy_stands_on_its_own() -> None:
    session = begin("main")
    twin = session.copy()
    twin.state = "other"
    assert session.state == ""
    assert twin != session
