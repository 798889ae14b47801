"""Lines that only say who or what sent a text are taken off its end, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.signatures import unsigned, without_courtesy


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("2", "2"),
        ("2\nSent from my iPhone", "2"),
        ("2\n\nSent from my iPhone", "2"),
        ("2\nEnviado desde mi iPhone", "2"),
        ("2\nGet Outlook for Android", "2"),
        ("2\n\n--\nMaria Gomez\nVentas", "2"),
        ("yes\n- Maria", "yes"),
        ("yes\n~ Maria G.", "yes"),
        ("si\n\n", "si"),
        ("- Maria", "- Maria"),
        ("--\n2", "--\n2"),
        ("2\nI am sad", "2\nI am sad"),
        ("2\n- I am so very sad", "2\n- I am so very sad"),
        ("I was sent from my home", "I was sent from my home"),
        ("", ""),
        ("\n", "\n"),
    ],
)
def test_signatures_are_taken_off(text: str, left: str) -> None:
    assert unsigned(text).strip() == left.strip()


@given(st.text(max_size=80))
def test_nothing_is_added_and_the_first_line_stays(text: str) -> None:
    left = unsigned(text)
    assert left in text
    first = text.strip().split("\n")[0] if "\n" in text else text
    assert left.startswith(first)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("TALK please", "talk"),
        ("talk, thank you", "talk"),
        ("Please TALK", "talk"),
        ("MENU por favor", "menu"),
        ("TALK\nSent from my iPhone", "talk"),
        ("talk to you later", "talk to you later"),
        ("please", ""),
    ],
)
def test_courtesy_around_a_word_is_taken_off(text: str, word: str) -> None:
    assert without_courtesy(text) == word
