"""What keys and words mean at the door of a call."""

from __future__ import annotations

import pytest

from flows.door import digits_in, good_time, may_name


@pytest.mark.parametrize(
    ("keys", "speech", "answer"),
    [
        ("1", "", "yes"),
        ("2", "", "later"),
        ("3", "", None),
        ("", "", None),
        ("", "Yes, please.", "yes"),
        ("", "No.", "later"),
        ("", "Not now, thank you", "later"),
        ("", "yes, but later", "later"),
        ("", "Sí", "yes"),
        ("", "Más tarde", "later"),
        ("", "ahora no", "later"),
        ("", "who is this", None),
    ],
)
def test_is_this_a_good_time(keys: str, speech: str, answer: str | None) -> None:
    assert good_time(keys, speech) == answer


@pytest.mark.parametrize(
    ("speech", "digits"),
    [
        ("1234", "1234"),
        ("one two three four", "1234"),
        ("uno dos 3 cuatro", "1234"),
        ("my word is heron", ""),
        ("", ""),
    ],
)
def test_digits_are_heard_in_figures_and_in_words(speech: str, digits: str) -> None:
    assert digits_in(speech) == digits


def test_a_short_reply_may_hold_the_word() -> None:
    assert "person" in may_name("a person, please")


def test_of_a_story_no_word_is_picked_out() -> None:
    story = "well it all began when another person came to see me"
    assert may_name(story) == [story]


def test_nothing_said_names_nothing() -> None:
    assert may_name(" ... ") == []
