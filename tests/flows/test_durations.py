from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20 hours", 72_000),
        ("1 hour", 3_600),
        ("1 hour 30 minutes", 5_400),
        ("2 weeks", 1_209_600),
        ("90 seconds", 90),
        ("1 week 1 day 1 hour 1 minute 1 second", 694_861),
        ("0 minutes", 0),
        ("366 days", durations.LONGEST),
    ],
)
def test_a_length_of_time_is_read(text: str, seconds: int) -> None:
    assert durations.seconds(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "3",
        "hours",
        "three hours",
        "3hours",
        "3  hours",
        "3 hours ",
        " 3 hours",
        "3 Hours",
        "-3 hours",
        "1.5 hours",
        "3 hours, 2 minutes",
        "30 minutes 1 hour",
        "1 hour 1 hour",
        "367 days",
        "9999999 weeks",
        "99999999999 seconds",
        "3 hourss",
        "٣ hours",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert durations.seconds(text) is None


@given(st.integers(1, durations.LONGEST))
def test_words_read_back(length: int) -> None:
    assert durations.seconds(durations.words(length)) == length


def test_nothing_is_told_in_seconds() -> None:
    assert durations.words(0) == "0 seconds"
