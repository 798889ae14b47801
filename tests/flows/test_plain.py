"""Texts are compared bare of case, accents and punctuation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.plain import plain


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("YES", "yes"),
        (" Yes, please! ", "yes please"),
        ("¡Sí, CLARO!", "si claro"),
        ("I don't", "i dont"),
        ("I don’t", "i dont"),
        ("mañana", "manana"),
        ("2️⃣", "2"),
        ("٣", "3"),
        ("２", "2"),
        ("③", "3"),
        ("2/5", "2 5"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ﬁne", "fine"),
        ("yes\u200byes", "yesyes"),
        ("👍", ""),
        ("", ""),
        (" \n\t", ""),
        ("Добрый день", "добрыи день"),
        ("\ud83d", ""),
    ],
)
def test_plain(text: str, bare: str) -> None:
    assert plain(text) == bare


@given(st.text())
def test_plain_is_total_and_stays_as_it_is_when_repeated(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert once == once.strip()
    assert "  " not in once


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_gives_the_same_as_the_long_way(text: str) -> None:
    assert plain(text) == plain(text + "\u0301")
