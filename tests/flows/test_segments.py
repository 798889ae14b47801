"""Segments as the network bills them, and one turn's texts as few messages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smsutil.codecs import GSM_BASIC_CHARSET, GSM_EXT_CHARSET

from flows.segments import LONGEST_BODY, count, forcing_letters, longest, merge

BASIC = GSM_BASIC_CHARSET.replace("\x1b", "")
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

TABLE = [
    ("", "GSM-7", 0, 1),
    ("a" * 160, "GSM-7", 160, 1),
    ("a" * 161, "GSM-7", 161, 2),
    ("a" * 306, "GSM-7", 306, 2),
    ("a" * 307, "GSM-7", 307, 3),
    ("ñé¿¡üÑ" + "a" * 154, "GSM-7", 160, 1),
    ("€" * 80, "GSM-7", 160, 1),
    ("€" * 81, "GSM-7", 162, 2),
    ("[" + "a" * 159, "GSM-7", 161, 2),
    # an extension letter is not cut in two: 152 + escape would fill 153, so it moves on
    ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
    ("á" * 70, "UCS-2", 70, 1),
    ("á" * 71, "UCS-2", 71, 2),
    ("á" * 134, "UCS-2", 134, 2),
    ("á" * 135, "UCS-2", 135, 3),
    ("\U0001f642" * 35, "UCS-2", 70, 1),
    ("\U0001f642" * 36, "UCS-2", 72, 2),
    # an emoji is not cut in two: 66 + 2 > 67
    ("a" * 66 + "\U0001f642" + "a" * 66, "UCS-2", 134, 3),
    (FAMILY, "UCS-2", 8, 1),
    ("`", "UCS-2", 1, 1),
    ("’", "UCS-2", 1, 1),
    ("\x1b", "UCS-2", 1, 1),
    ("שלום", "UCS-2", 4, 1),
]


@pytest.mark.parametrize(("text", "encoding", "units", "segments"), TABLE)
def test_counts(text: str, encoding: str, units: int, segments: int) -> None:
    counted = count(text)
    assert (counted.encoding, counted.units, counted.segments) == (encoding, units, segments)


def test_names_the_letters_that_force_ucs2_once_in_order() -> None:
    assert count("¿Qué tal está, mamá? 🙂 ó").forcing == ("á", "🙂", "ó")
    assert count("¿Qué año, €?").forcing == ()


@given(st.text(BASIC, max_size=700))
def test_basic_letters_cost_one_each(text: str) -> None:
    assert count(text).segments == (1 if len(text) <= 160 else -(-len(text) // 153))


@given(st.text(max_size=500))
def test_units_are_never_fewer_than_the_parts_need(text: str) -> None:
    counted = count(text)
    one, part = (160, 153) if counted.encoding == "GSM-7" else (70, 67)
    assert (counted.segments == 1) == (counted.units <= one)
    assert counted.segments * max(part, one if counted.segments == 1 else 0) >= counted.units
    assert bool(counted.forcing) == (counted.encoding == "UCS-2")
    extended = sum(text.count(letter) for letter in GSM_EXT_CHARSET)
    sizes = {
        "GSM-7": len(text) + extended,
        "UCS-2": len(text.encode("utf-16-be", "surrogatepass")) // 2,
    }
    assert counted.units == sizes[counted.encoding]


@given(st.lists(st.text(max_size=400), max_size=5), st.integers(1, 4))
def test_merging_keeps_every_letter_in_order_and_costs_no_more(texts: list[str], most: int) -> None:
    merged = merge(texts, most)
    squeezed = re.sub(r"\s", "", "".join(texts))
    assert re.sub(r"\s", "", "".join(merged)) == squeezed
    apart = sum(count(text).segments for text in texts if text.strip())
    assert sum(count(text).segments for text in merged) <= max(apart, most)
    assert len(merged) == 1 or all(text in texts for text in merged)


@given(st.lists(st.text(st.sampled_from("ab \n🙂e\u0301"), max_size=4000), max_size=3))
def test_no_message_is_above_the_carriers_limit(texts: list[str]) -> None:
    merged = merge(texts)
    assert all(0 < len(text.encode("utf-16-be")) // 2 <= LONGEST_BODY for text in merged)
    squeezed = re.sub(r"\s", "", "".join(texts))
    assert re.sub(r"\s", "", "".join(merged)) == squeezed


def test_two_short_texts_leave_as_one() -> None:
    assert merge(["Thank you.", "How is today?"]) == ["Thank you. How is today?"]


def test_what_two_segments_do_not_hold_leaves_in_order() -> None:
    first, second = "a" * 200, "b" * 106
    assert merge([first, second]) == [first, second]
    assert merge([first, second[:-1]]) == [f"{first} {second[:-1]}"]
    assert merge(["a" * 80, "b" * 80], most=1) == ["a" * 80, "b" * 80]


def test_blank_texts_are_left_out() -> None:
    assert merge(["", " ", "Hello"]) == ["Hello"]
    assert merge([]) == []


def test_long_texts_are_cut_at_a_space_and_never_inside_a_sign() -> None:
    words = "word " * 400
    assert all(piece.split() == ["word"] * len(piece.split()) for piece in merge([words]))
    crowd = merge([FAMILY * 300])
    assert "".join(crowd) == FAMILY * 300
    assert all(not piece.startswith("\u200d") for piece in crowd)
    assert all(not piece.endswith("\u200d") for piece in crowd)


def test_longest_is_by_cost_not_by_letters() -> None:
    assert longest(["a" * 100, "á" * 90]) == "á" * 90
    assert longest(["ab", "a", "abc"]) == "abc"
    assert longest([]) == ""


def test_forcing_letters() -> None:
    assert forcing_letters("áéíóúñü") == ("á", "í", "ó", "ú")
