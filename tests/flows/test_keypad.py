"""What pressed keys mean as an answer, for somebody who presses and never speaks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.definition import Accept
from flows.keypad import LETTERS, from_keys
from tests.flows.test_answers import EVERY_KIND, HERE, MANY, ONE, SCALE, TODAY, YES_NO

TIME = Accept("time", HERE)
TEXT = Accept("text", HERE)
NAME = Accept("text", HERE, high=10)
UNTIL = Accept("until", HERE, when="coming")
DURATION = Accept("duration", HERE)
PHONE = Accept("phone", HERE)


def keyed(accept: Accept, digits: str, region: str | None = None) -> Any:
    understood = from_keys(accept, digits, TODAY, region)
    return None if understood is None else understood.value


@pytest.mark.parametrize(
    ("accept", "keys", "found"),
    [
        (SCALE, "3", 3),
        (SCALE, "3#", 3),
        (SCALE, "9", None),
        (SCALE, "", None),
        (SCALE, "*", None),
        (YES_NO, "1", "yes"),
        (YES_NO, "2", "no"),
        (YES_NO, "3", None),
        (ONE, "2", "family"),
        (ONE, "12", None),
        (MANY, "12", ["work", "family"]),
        (MANY, "1", ["work"]),
        (MANY, "11", ["work"]),
        (MANY, "19", None),
        (TIME, "1930", "19:30"),
        (TIME, "730", "07:30"),
        (TIME, "9999", None),
        (Accept("code", HERE, 4, 4), "0123", "0123"),
        (Accept("code", HERE, 4, 4), "012", None),
        (Accept("postal-code", HERE), "90210", "90210"),
        (Accept("recording", HERE, high=90), "1", None),
    ],
)
def test_keys(accept: Accept, keys: str, found: Any) -> None:
    assert keyed(accept, keys) == found


@pytest.mark.parametrize(
    ("when", "region", "keys", "found"),
    [
        ("any", None, "2505", "2026-05-25"),
        ("any", "US", "0525", "2026-05-25"),
        ("any", "US", "0506", "2026-05-06"),
        ("any", "ES", "0506", "2026-06-05"),
        ("any", None, "250527", "2027-05-25"),
        ("any", None, "25052027", "2027-05-25"),
        ("any", "US", "20270525", "2027-05-25"),
        ("any", "ES", "20270525", "2027-05-25"),
        ("past", None, "19581231", "1958-12-31"),
        ("past", None, "31121958", "1958-12-31"),
        ("coming", None, "20200101", None),
        ("any", None, "9999", None),
        ("any", None, "5", None),
        ("any", None, "3112195", None),
    ],
)
def test_days(when: Any, region: str | None, keys: str, found: str | None) -> None:
    assert keyed(Accept("date", HERE, when=when), keys, region) == found


@pytest.mark.parametrize(
    ("accept", "keys", "found"),
    [
        (DURATION, "3", "3 days"),
        (DURATION, "14", "2 weeks"),
        (DURATION, "010", "1 week 3 days"),
        (DURATION, "0", None),
        (DURATION, "367", None),
        (DURATION, "2505", None),
        (UNTIL, "3", "2026-03-07"),
        (UNTIL, "14", "2026-03-18"),
        (UNTIL, "0", None),
        (UNTIL, "999", None),
        (UNTIL, "2505", "2026-05-25"),
        (UNTIL, "250526", "2026-05-25"),
        (UNTIL, "25052026", "2026-05-25"),
        (UNTIL, "20200101", None),
    ],
)
def test_up_to_three_digits_are_so_many_days(accept: Accept, keys: str, found: str | None) -> None:
    assert keyed(accept, keys) == found


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("216221", "Ana"),
        ("216221#", "Ana"),
        ("2162211161213121", "Ana Mada"),
        ("21622111612131212121", "Ana Madaaa"),
        ("2162211161213121212121", None),  # too long
        ("2162211162", "Ana N"),
        ("622374112174", "Ncs As"),
        ("6421", "Ña"),
        ("74732162", "Sran"),
        ("63136293", "O'Ny"),
        ("21122262", "A-Bn"),
        ("11216211", "An"),  # the spaces around it say nothing
        ("2111113221", "A Ea"),  # spaces in a row are one
        ("11", None),
        ("1213", None),
        ("2", None),
        ("212", None),
        ("20", None),
        ("25", None),
        ("24", None),
        ("00", None),
        ("88", None),
        ("99", None),
        ("01", None),
    ],
)
def test_a_name_is_spelled_by_two_keys_a_letter(keys: str, found: str | None) -> None:
    assert keyed(NAME, keys) == found


def test_every_letter_has_its_keys() -> None:
    for key, letters in LETTERS.items():
        for place, letter in enumerate(letters, start=1):
            wanted = f"A{letter}" + ("B" if not letter.isalpha() else "")
            after = "22" if not letter.isalpha() else ""
            assert keyed(TEXT, f"21{key}{place}{after}") == " ".join(wanted.split())


@pytest.mark.parametrize(
    ("keys", "region", "found"),
    [
        ("2125550123", "US", "+12125550123"),
        ("612345678", "ES", "+34612345678"),
        ("12125550123", None, "+12125550123"),
        ("34612345678", "US", "+34612345678"),
        ("0034612345678", "ES", "+34612345678"),
        ("0034612345678", None, "+34612345678"),
        ("5", "US", None),
        ("2125550123", None, None),
    ],
)
def test_a_phone_number_as_dialled_at_home_or_with_its_country(
    keys: str, region: str | None, found: str | None
) -> None:
    assert keyed(PHONE, keys, region) == found


@given(st.sampled_from(EVERY_KIND), st.one_of(st.text(), st.text(alphabet="0123456789#*")))
def test_no_key_raises(accept: Accept, digits: str) -> None:
    assert keyed(accept, digits, "US") == keyed(accept, digits, "US")


@given(st.sampled_from([TEXT, NAME]), st.text(alphabet="0123456789", max_size=30))
def test_what_is_spelled_is_never_blank_and_fits(accept: Accept, digits: str) -> None:
    found = keyed(accept, digits)
    assert found is None or (found.strip() == found and 0 < len(found) <= (accept.high or 1600))


def test_days_without_a_today_are_none() -> None:
    assert from_keys(UNTIL, "3") is None
    assert from_keys(Accept("date", HERE), "2505") is None
    assert from_keys(SCALE, "3", date(2026, 1, 1)) is not None
