"""What people's replies mean, in English and Spanish, and what is left unclear."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answers import understand
from flows.definition import Accept, Choice, Place

HERE = Place("flow.yaml", 1, 1)
TODAY = date(2026, 3, 4)  # a Wednesday


def value(accept: Accept, text: str, region: str | None = None) -> Any:
    understood = understand(accept, text, ("en", "es"), TODAY, region)
    return None if understood is None else understood.value


SCALE = Accept("number", HERE, 1, 5)
HUNDRED = Accept("number", HERE, 0, 100)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2 pls", 2),
        ("one pls", 1),
        ("3. thanks for asking", 3),
        ("mood: 2", 2),
        ("I am at 3", 3),
        ("5 good", 5),
        ("1 (very hard)", 1),
        ("2\nSent from my iPhone", 2),
        ("2\n\n--\nMaria Gomez", 2),
        ("2, I did not sleep", 2),
        ("2 because i am tired", 2),
        ("2 porque no dormi", 2),
        ("2. Long day", 2),
        ("2, no wait 3", None),
        ("2, I mean the other", None),
        ("2 i took 2 pills", None),
        ("2 days ago", None),
        ("2 kids", None),
        ("2, or so", None),
        ("2", 2),
        (" 2 ", 2),
        ("2.", 2),
        ("2!", 2),
        ("(2)", 2),
        ("two", 2),
        ("Two.", 2),
        ("dos", 2),
        ("DOS", 2),
        ("un tres", 3),
        ("about a 3", 3),
        ("maybe a four", 4),
        ("it's a 2 today", 2),
        ("I'd say 4", 4),
        ("I'm at", None),
        ("hoy un 4", 4),
        ("creo que un 3", 3),
        ("2/5", 2),
        ("2 / 5", 2),
        ("2 out of 5", 2),
        ("two of 5", 2),
        ("3 de 5", 3),
        ("2️⃣", 2),
        ("٣", 3),
        ("３", 3),
        ("④", None),
        ("03", 3),
        ("1", 1),
        ("5", 5),
        ("0", None),
        ("6", None),
        ("six", None),
        ("22", None),
        ("2 3", None),
        ("2 or 3", None),
        ("2-3", None),
        ("-2", None),
        ("2.5", None),
        ("2,5", None),
        ("2½", None),
        ("½", None),
        ("2/10", None),
        ("4/5/2026", None),
        ("I had 2 beers", None),
        ("I lost 2 friends", None),
        ("2 hours ago", None),
        ("my 3 kids are ill", None),
        ("call me at 5", None),
        ("no", None),
        ("", None),
        ("one day at a time", None),
        ("someone", None),
        ("99999999999999999999", None),
        ("five thank you", 5),
        ("3 gracias", 3),
        ("a", None),
        ("about", None),
    ],
)
def test_numbers(text: str, number: int | None) -> None:
    assert value(SCALE, text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("100", 100),
        ("cien", 100),
        ("twenty one", 21),
        ("twenty-one", 21),
        ("treinta y cinco", 35),
        ("veintidos", 22),
        ("101", None),
        ("about 40", 40),
    ],
)
def test_larger_numbers(text: str, number: int | None) -> None:
    assert value(HUNDRED, text) == number


YES_NO = Accept("yes-no", HERE)


def choice(name: str, key: str | None, en: tuple[str, ...], es: tuple[str, ...]) -> Choice:
    return Choice(name, key, {"en": en, "es": es}, HERE)


TOPICS = (
    choice("work", "1", ("WORK", "JOB"), ("TRABAJO",)),
    choice("family", "2", ("FAMILY",), ("FAMILIA",)),
    choice("good-days", "3", ("GOOD DAYS",), ("DIAS BUENOS",)),
    choice("moon", "4", ("MOON",), ("LUNA",)),
    choice("noon", "5", ("NOON",), ("MEDIODIA",)),
)
ONE = Accept("choice", HERE, choices=TOPICS)
MANY = Accept("choice", HERE, choices=TOPICS, several=True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("work", "work"),
        ("WORK!", "work"),
        ("1", "work"),
        ("1.", "work"),
        ("option 2", "family"),
        ("trabajo", "work"),
        ("Familia", "family"),
        ("good days", "good-days"),
        ("días buenos", "good-days"),
        ("good-days", "good-days"),
        ("one", "work"),
        ("uno", "work"),
        ("number two", "family"),
        ("this one", None),
        ("the last one", None),
        ("work pls", "work"),
        ("2\nSent from my iPhone", "family"),
        ("work or family", None),
        ("famly", "family"),
        ("familly", "family"),
        ("trabjo", "work"),
        ("días bueno", "good-days"),
        ("jobs", None),
        ("moon", "moon"),
        ("noon", "noon"),
        ("hoon", None),  # as close to one as to the other
        ("my work please", "work"),
        ("something with work", "work"),
        ("not work", None),
        ("6", None),
        ("wrk", None),
        ("no", None),
        ("", None),
        ("I had a long day and the family was at home all the time", None),
    ],
)
def test_one_choice(text: str, name: str | None) -> None:
    assert value(ONE, text) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("work", ["work"]),
        ("1", ["work"]),
        ("1 3", ["work", "good-days"]),
        ("1,2", ["work", "family"]),
        ("1, 2 and 3", ["work", "family", "good-days"]),
        ("trabajo y familia", ["work", "family"]),
        ("work & good days", ["work", "good-days"]),
        ("1 1 1", ["work"]),
        ("all", [each.name for each in TOPICS]),
        ("todo", [each.name for each in TOPICS]),
        ("work and fishing", None),
        ("125", ["work", "family", "noon"]),
        ("1-3", ["work", "family", "good-days"]),
        ("19", None),
        ("one and two", ["work", "family"]),
        ("7", None),
        ("", None),
        ("work, famly", ["work", "family"]),
    ],
)
def test_several_choices(text: str, names: list[str] | None) -> None:
    assert value(MANY, text) == names


def test_a_word_of_two_choices_names_neither() -> None:
    both = Accept(
        "choice", HERE, choices=(choice("a", None, ("SAME",), ()), choice("b", None, ("same",), ()))
    )
    assert value(both, "same") is None


@pytest.mark.parametrize(
    ("kind", "text", "region", "found"),
    [
        ("phone", "+1 (212) 555-2368", None, "+12125552368"),
        ("phone", "212 555 2368", "US", "+12125552368"),
        ("phone", "my number is 212-555-2368", "US", "+12125552368"),
        ("phone", "212 555 2368", None, None),
        ("phone", "+34 612 345 678", "US", "+34612345678"),
        ("phone", "12", "US", None),
        ("phone", "no", "US", None),
        ("postal-code", "90210", "US", "90210"),
        ("postal-code", "90210-1234", "US", "90210-1234"),
        ("postal-code", "9021", "US", None),
        ("postal-code", "28013", "ES", "28013"),
        ("postal-code", "sw1a 1aa", "GB", "SW1A 1AA"),
        ("postal-code", "K1A 0B1", None, "K1A 0B1"),
        ("postal-code", "hello", None, None),
        ("postal-code", "", "US", None),
    ],
)
def test_numbers_of_phones_and_places(
    kind: Any, text: str, region: str | None, found: str | None
) -> None:
    assert value(Accept(kind, HERE), text, region) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1234", "1234"),
        ("12 34", "1234"),
        ("12-34", "1234"),
        ("٠١٢٣", "0123"),
        ("0000", "0000"),
        ("123", None),
        ("12345", None),
        ("abcd", None),
        ("", None),
    ],
)
def test_codes(text: str, code: str | None) -> None:
    assert value(Accept("code", HERE, 4, 4), text) == code


def test_free_text_is_taken_as_it_is_up_to_its_length() -> None:
    short = Accept("text", HERE, high=10)
    assert value(short, "  ¡Hola!  ") == "¡Hola!"
    assert value(short, "x" * 10) == "x" * 10
    assert value(short, "x" * 11) is None
    assert value(short, " \n ") is None
    assert value(short, "a\ud800b") == "ab"


EVERY_KIND = [
    SCALE,
    HUNDRED,
    YES_NO,
    ONE,
    MANY,
    Accept("date", HERE),
    Accept("date", HERE, when="coming"),
    Accept("date", HERE, when="past"),
    Accept("time", HERE),
    Accept("duration", HERE),
    Accept("phone", HERE),
    Accept("postal-code", HERE),
    Accept("text", HERE, high=50),
    Accept("recording", HERE, high=90),
    Accept("code", HERE, 4, 4),
]
SHREDS = st.lists(
    st.sampled_from(
        [*"23/-:.,yn½²中", "yes", "no", "si", "a las", "half past", "in 3 days", "mayo", "29/2"]
    )
).map(" ".join)


@given(
    st.sampled_from(EVERY_KIND), st.one_of(st.text(), SHREDS), st.sampled_from([None, "US", "ES"])
)
def test_no_reply_raises_and_the_same_reply_means_the_same(
    accept: Accept, text: str, region: str | None
) -> None:
    assert value(accept, text, region) == value(accept, text, region)


@given(st.integers(), st.text(alphabet=" .!()"))
def test_a_number_alone_is_taken_exactly_within_its_range(number: int, around: str) -> None:
    assert value(SCALE, f"{around}{number}{around}") == (number if 1 <= number <= 5 else None)
