"""Lists of people out of spreadsheets: what is understood, and what is told of the rest."""

from __future__ import annotations

from datetime import date
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rosters import COLUMNS, Known, Listed, Problem, read_person, read_roster

KNOWN = Known(
    "US", ("en", "es"), frozenset(available_timezones()), ("daily-checkin", "weekly-checkin"),
    "10:00", date(2026, 6, 1),
)  # fmt: skip
NUMBER = "+15550142001"


def person(**cells: str) -> Listed | Problem:
    return read_person({"number": NUMBER, **cells}, KNOWN)


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("number", "+1 (555) 014-2001", "number", NUMBER),
        ("number", "555 014 2001", "number", NUMBER),
        ("number", "'0034 612 345 678", "number", "+34612345678"),
        ("language", "ES-tu", "language", "es-tu"),
        ("zone", "madrid", "zone", "Europe/Madrid"),
        ("zone", "America/New_York", "zone", "America/New_York"),
        ("country", "España", "fields", {"country": "ES"}),
        ("channel", "Call", "channel", "call"),
        ("discreet", "Sí", "discreet", True),
        ("discreet", "no", "discreet", False),
        ("discreet", "", "discreet", None),
        ("shared", "x", "shared", True),
        ("consent_date", "2026-03-31", "consent_on", date(2026, 3, 31)),
        ("consent_date", "2026-03-31 10:15", "consent_on", date(2026, 3, 31)),
        ("days", "monday and friday", "flow", "daily-checkin"),
        ("flow", "weekly-checkin", "flow", "weekly-checkin"),
    ],
)
def test_what_is_understood(column: str, cell: str, field: str, value: object) -> None:
    listed = person(**{column: cell})
    assert isinstance(listed, Listed), listed
    assert getattr(listed, field) == value


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("number", "", "empty"),
        ("number", "1.5550142E+10", "shortened"),
        ("number", "12", "no whole"),
        ("number", "call Rosa", "no whole"),
        ("language", "tlh", "do not speak"),
        ("zone", "Atlantis", "No time zone"),
        ("country", "Narnia", "No country"),
        ("channel", "fax", "text or call"),
        ("discreet", "perhaps", "neither"),
        ("consent_date", "31.03.2026", "no day"),
        ("consent_date", "2027-01-01", "to come"),
        ("time", "noonish", "no time of day"),
        ("days", "whenever", ""),
        ("flow", "no-such", "No flow"),
        ("name", "x" * 3000, "letters"),
    ],
)
def test_what_is_not_is_told_with_its_cure(column: str, cell: str, said: str) -> None:
    problem = person(**{column: cell})
    assert isinstance(problem, Problem), problem
    assert problem.column == column
    assert said in problem.trouble
    assert problem.cure.endswith(".")


def test_a_plan_comes_of_days_or_of_a_time() -> None:
    listed = person(days="weekdays", time="6:30 pm")
    assert isinstance(listed, Listed)
    assert listed.rrule is not None
    assert "BYHOUR=18" in listed.rrule
    assert isinstance(alone := person(time="9:15"), Listed)
    assert "DAILY" in (alone.rrule or "")
    assert isinstance(none := person(), Listed)
    assert none.rrule is None


TABLE = "number,name\n+15550142001,José\n+15550142002,Ana\n"


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("cp1252"),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace("\n", "\r\n").encode(),
        ("\n" + TABLE + "\n,\n\n").encode(),
        TABLE.replace("number", "Phone Number").replace("name", "NOMBRE").encode(),
    ],
)
def test_files_as_spreadsheets_save_them(data: bytes) -> None:
    roster = read_roster(data, KNOWN)
    assert roster.problems == []
    assert [(one.row, one.fields["name"]) for one in roster.listed] == [(2, "José"), (3, "Ana")]
    assert roster.rows == 2


def test_wrong_rows_are_told_and_the_others_are_read() -> None:
    data = f"number,zone\n{NUMBER},Madrid\n12,Madrid\n+15550142002,Atlantis\n+15550142003\n"
    roster = read_roster(data.encode(), KNOWN)
    assert [one.row for one in roster.listed] == [2, 5]
    assert [(p.row, p.column) for p in roster.problems] == [(3, "number"), (4, "zone")]
    assert roster.rows == 4


@pytest.mark.parametrize(
    ("header", "column", "cure"),
    [
        ("number,zoned", "zoned", "zone"),
        ("number,number", "number", "Take one"),
        ("name", "number", "consent_wording"),
        ("", "", "first row"),
    ],
)
def test_a_header_that_cannot_be_used_stops_the_file(header: str, column: str, cure: str) -> None:
    roster = read_roster(f"{header}\n{NUMBER},x\n".encode() if header else b"", KNOWN)
    assert roster.listed == []
    assert roster.problems[0].column == column
    assert cure in roster.problems[0].cure


def test_columns_are_left_out_when_asked() -> None:
    roster = read_roster(f"number,Our notes\n{NUMBER},private\n".encode(), KNOWN, ["our notes"])
    assert len(roster.listed) == 1


@given(st.binary(max_size=400))
def test_no_file_makes_it_fail(data: bytes) -> None:
    read_roster(data, KNOWN)
    read_roster(b"number,name,days,time,zone\n" + data, KNOWN)


def test_every_column_has_its_meaning() -> None:
    assert all(meaning.endswith(".") for meaning in COLUMNS.values())
