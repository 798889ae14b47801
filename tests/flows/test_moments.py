"""Dates, times and lengths of time in people's own words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import durations
from flows.hours import read_time
from flows.moments import read_date, read_duration

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "region", "when", "day"),
    [
        ("today", None, "any", "2026-03-04"),
        ("hoy", None, "any", "2026-03-04"),
        ("Tomorrow!", None, "any", "2026-03-05"),
        ("mañana", None, "coming", "2026-03-05"),
        ("pasado mañana", None, "any", "2026-03-06"),
        ("yesterday", None, "past", "2026-03-03"),
        ("ayer", None, "any", "2026-03-03"),
        ("next week", None, "coming", "2026-03-11"),
        ("in 3 days", None, "any", "2026-03-07"),
        ("in two weeks", None, "any", "2026-03-18"),
        ("en 3 días", None, "any", "2026-03-07"),
        ("dentro de 2 semanas", None, "any", "2026-03-18"),
        ("3 days ago", None, "past", "2026-03-01"),
        ("hace 3 dias", None, "past", "2026-03-01"),
        ("friday", None, "coming", "2026-03-06"),
        ("next Friday", None, "coming", "2026-03-06"),
        ("el viernes", None, "coming", "2026-03-06"),
        ("on sunday", None, "any", "2026-03-08"),
        ("wednesday", None, "coming", "2026-03-11"),
        ("last monday", None, "past", "2026-03-02"),
        ("el lunes pasado", None, "past", "2026-03-02"),
        ("tuesday", None, "past", "2026-03-03"),
        ("12/5", "US", "coming", "2026-12-05"),
        ("12/5", "ES", "coming", "2026-05-12"),
        ("12/5", None, "coming", "2026-05-12"),
        ("25/12", "US", "coming", "2026-12-25"),
        ("12/25", "ES", "coming", "2026-12-25"),
        ("12/5/2027", "US", "any", "2027-12-05"),
        ("12-5-27", "ES", "any", "2027-05-12"),
        ("12.5.2027", "ES", "any", "2027-05-12"),
        ("2027-05-12", "US", "any", "2027-05-12"),
        ("3/1", "US", "coming", "2027-03-01"),
        ("3/1", "US", "past", "2026-03-01"),
        ("5/6/84", "US", "past", "1984-05-06"),
        ("29/2", "ES", "coming", "2028-02-29"),
        ("May 5", None, "coming", "2026-05-05"),
        ("5 May 2027", None, "any", "2027-05-05"),
        ("5 de mayo", None, "coming", "2026-05-05"),
        ("the 5th of May", None, "coming", "2026-05-05"),
        ("1 de enero de 2027", None, "any", "2027-01-01"),
        ("friday May 8th", None, "coming", "2026-05-08"),
        ("cinco de mayo", None, "coming", "2026-05-05"),
        ("until 5 may", None, "coming", "2026-05-05"),
        ("hasta el lunes", None, "coming", "2026-03-09"),
        ("1/1/2020", "US", "coming", None),
        ("1/1/2030", "US", "past", None),
        ("31/2", "ES", "any", None),
        ("13/13", None, "any", None),
        ("0/5", None, "any", None),
        ("soon", None, "any", None),
        ("3", None, "any", None),
        ("3 days", None, "any", None),
        ("", None, "any", None),
        ("someday in may", None, "any", None),
        ("may", None, "any", None),
        ("in 99999 years", None, "any", None),
        ("1/1/1600", None, "past", None),
        ("no", None, "any", None),
        ("12/5 or 12/6", None, "any", None),
        ("the 9th", None, "coming", "2026-03-09"),
        ("until the 3rd", None, "coming", "2026-04-03"),
        ("el 5", None, "coming", "2026-03-05"),
        ("the 31st", None, "coming", "2026-03-31"),
        ("the 3", None, "past", None),
        ("first of may", None, "coming", "2026-05-01"),
        ("primero de mayo", None, "coming", "2026-05-01"),
        ("2moro", None, "coming", "2026-03-05"),
        ("anoche", None, "past", "2026-03-03"),
    ],
)
def test_dates(text: str, region: str | None, when: str, day: str | None) -> None:
    assert read_date(text, TODAY, region, when) == day


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2 weeks", "2 weeks"),
        ("two weeks", "2 weeks"),
        ("dos semanas", "2 weeks"),
        ("2w", "2 weeks"),
        ("14 days", "2 weeks"),
        ("10 días", "1 week 3 days"),
        ("a week", "1 week"),
        ("una semana", "1 week"),
        ("for about a week please", "1 week"),
        ("por 3 dias", "3 days"),
        ("half an hour", "30 minutes"),
        ("media hora", "30 minutes"),
        ("90 minutes", "1 hour 30 minutes"),
        ("1h30m", None),
        ("1 hour 30 minutes", "1 hour 30 minutes"),
        ("one hour and 30 min", "1 hour 30 minutes"),
        ("hora y media", "1 hour 30 minutes"),
        ("a month", "4 weeks 2 days"),
        ("a fortnight", "2 weeks"),
        ("a couple of days", "2 days"),
        ("1 year", "52 weeks 1 day"),
        ("2", None),
        ("weeks", None),
        ("0 days", None),
        ("5 years", None),
        ("a while", None),
        ("", None),
        ("2 weeks ago maybe", None),
        ("two", None),
        ("3 apples", None),
        ("couple of weeks", "2 weeks"),
        ("a couple weeks", "2 weeks"),
        ("un par de dias", "2 days"),
        ("week", "1 week"),
        ("la semana", "1 week"),
        ("2 weeks please thanks", "2 weeks"),
        ("hour and a half", "1 hour 30 minutes"),
        ("a few days", None),
    ],
)
def test_durations(text: str, length: str | None) -> None:
    assert read_duration(text) == length
    assert length is None or durations.seconds(length)


@given(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.dates(date(1901, 1, 1), date(2199, 12, 31))
)
def test_a_written_day_is_read_back(today: date, day: date) -> None:
    for text, region in (
        (day.isoformat(), "ES"),
        (f"{day.day}/{day.month}/{day.year}", "ES"),
        (f"{day.month}/{day.day}/{day.year}", "US"),
    ):
        assert read_date(text, today, region, "any") == day.isoformat()


@given(st.times())
def test_a_written_time_is_read_back(moment: object) -> None:
    assert read_time(f"{moment:%H:%M}") == f"{moment:%H:%M}"
    assert read_time(f"{moment:%I:%M %p}") == f"{moment:%H:%M}"


@given(st.text(max_size=90), st.dates(), st.sampled_from(["any", "coming", "past"]))
def test_nothing_raises(text: str, today: date, when: str) -> None:
    found = read_date(text, today, "US", when)
    assert found is None or date.fromisoformat(found)
    read_time(text)
    read_duration(text)


@given(st.from_regex(r"[0-9/.\- :apmh]{0,14}", fullmatch=True), st.dates())
def test_no_mix_of_digits_raises(text: str, today: date) -> None:
    for when in ("any", "coming", "past"):
        read_date(text, today, "ES", when)
    read_time(text)
    read_duration(text)
