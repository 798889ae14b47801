"""Stored values as a message tells them, and an action's values as a session stores them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.definition import Accept, Choice, Place
from flows.values import storable
from flows.wording import GIVEN, Show, show

HERE = Place("flow.yaml", 1, 1)
TOPIC = Accept(
    "choice",
    HERE,
    choices=(Choice("work", "1", {"en": ("work",), "es": ("trabajo",)}, HERE),),
)


@pytest.mark.parametrize(
    ("value", "how", "language", "words"),
    [
        (3, None, "en", "3"), ("Ana", None, "en", "Ana"), (None, None, "en", ""),
        ("yes", "yes-no", "es-tu", "si"), (True, None, "es", "si"), (False, "yes-no", "en", "no"),
        ("2026-03-18", "date", "en", "Wednesday March 18"),
        ("2026-03-18", "date", "es", "miercoles 18 de marzo"),
        ("2026-03-18", GIVEN, "es-tu", "miercoles 18 de marzo"), ("a line", GIVEN, "en", "a line"),
        ("2026-03-18", None, "en", "2026-03-18"), ("2026-99-99", "date", "en", "2026-99-99"),
        ("2 weeks", Accept("duration", HERE), "es", "2 semanas"),
        ("2 weeks", Accept("duration", HERE), "en", "2 weeks"),
        ("work", TOPIC, "es", "trabajo"), ("work", TOPIC, "en", "work"),
        ("other", TOPIC, "en", "other"),
        ("work", TOPIC, "fr", "work"),
        (["a", "b", "c"], None, "en", "a, b and c"), (["work", "b"], TOPIC, "es", "trabajo y b"),
        (["a"], None, "en", "a"), ([], None, "en", ""),
    ],
)  # fmt: skip
def test_in_words(value: Any, how: Show, language: str, words: str) -> None:
    assert show(value, how, language) == words


def test_what_an_action_gives_is_stored() -> None:
    given_by = {
        "day": date(2026, 3, 18), "at": datetime(2026, 3, 18, 9, 30), "n": 3, "big": 2**80,
        "gone": None, "list": (1, "b"), "half": "a\ud800", "ratio": 0.5, "yes": True,
    }  # fmt: skip
    assert storable(given_by) == {
        "day": "2026-03-18", "at": "2026-03-18T09:30:00", "n": 3, "big": str(2**80),
        "list": ["1", "b"], "half": "a", "ratio": "0.5", "yes": True,
    }  # fmt: skip


@given(st.dictionaries(st.text(), st.from_type(object), max_size=3))
def test_anything_can_be_stored(given_by: dict[str, object]) -> None:
    kept = storable(given_by)
    assert orjson.loads(orjson.dumps(kept)) == kept
