"""What a voice is given to say: numbers of lines digit by digit, signs as words, never nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.aloud import aloud


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Call 988 now", "Call 9, 8, 8 now"),
        ("For a person, press 0. 988 listens.", "For a person, press 0. 9, 8, 8 listens."),
        ("Call 55.123.45 now", "Call 5, 5, 1, 2, 3, 4, 5 now"),
        ("In danger: 911.", "In danger: 9, 1, 1."),
        ("Call 1-800-273-8255.", "Call 1, 8, 0, 0, 2, 7, 3, 8, 2, 5, 5."),
        ("+34 91 123 45 67", "3, 4, 9, 1, 1, 2, 3, 4, 5, 6, 7"),
        ("(555) 010-0199 answers", "5, 5, 5, 0, 1, 0, 0, 1, 9, 9 answers"),
        ("555-0100", "5, 5, 5, 0, 1, 0, 0"),
        ("116 123 (free)", "1, 1, 6, 1, 2, 3 (free)"),
        ("press 99 or 00 or 88", "press 9, 9 or 0, 0 or 8, 8"),
        ("like 1 8 3 0.", "like 1, 8, 3, 0."),
        ("at 16:30, or 9:00", "at 16:30, or 9:00"),
        ("in 2026, at 12", "in 2026, at 12"),
        ("on 2026-11-20 or 20.11.2026", "on 2026-11-20 or 20.11.2026"),
        ("from 1 to 5, 18 or older", "from 1 to 5, 18 or older"),
        ("2 of 3.5, or 7-8", "2 of 3.5, or 7-8"),
        ("5 € & 10% @home", "5 euros and 10 percent at home"),
        ("$20 a week", "20 dollars a week"),
        ("text/call", "text or call"),
        ("press * or #", "press star or pound"),
        ("well 😀 done ♥", "well done"),
        ("one\ntwo.\nthree", "one. two. three"),
        ("<b>{name}</b> | _x_", "b name or b x"),
        ("", "No words."),
        ("😀", "No words."),
        (" . ", "No words."),
        ("٣٤٥", "3, 4, 5"),
    ],
)
def test_what_a_voice_is_given(text: str, said: str) -> None:
    assert aloud(text, "en") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Llame al 024 o al 112", "Llame al 0, 2, 4 o al 1, 1, 2"),
        ("5 € y 20% o $3", "5 euros y 20 por ciento o 3 dolares"),
        ("¿Si & no?", "¿Si y no?"),
        ("", "Sin palabras."),
    ],
)
def test_what_a_spanish_voice_is_given(text: str, said: str) -> None:
    assert aloud(text, "es-tu") == said


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet="0123456789 .,:-()+#*/%$€&\n", max_size=40),
    ),
    st.sampled_from(["en", "es", "es-tu", "fr", ""]),
)
def test_aloud_is_never_empty_and_says_the_same_again(text: str, language: str) -> None:
    said = aloud(text, language)
    assert any(map(str.isalnum, said))
    assert aloud(said, language) == said
