"""Calendars as files: what is written stays the same, what is read is understood or told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.calendars import MOST, Entry, read, written

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=90)
ZONE = "America/New_York"


def calendar(*events: str) -> bytes:
    told = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{told}END:VCALENDAR\r\n".encode()


def event(starts: str, ends: str, *more: str, who: str = "Maya", uid: str = "one") -> str:
    return "\r\n".join((f"UID:{uid}", f"DTSTART{starts}", f"DTEND{ends}", f"SUMMARY:{who}", *more))


def times(data: bytes) -> list[tuple[str, str]]:
    events, problems = read(data, ZONE, SINCE, UNTIL)
    assert problems == []
    return [(f"{e.starts:%m-%d %H:%M}", f"{e.ends:%m-%d %H:%M}") for e in events]


def trouble(data: bytes) -> str:
    _, problems = read(data, ZONE, SINCE, UNTIL)
    assert all(
        one.place and one.trouble.endswith(".") and one.cure.endswith(".") for one in problems
    )
    return problems[0].trouble


def test_what_is_written_is_read_again() -> None:
    starts = datetime(2026, 3, 7, 23, tzinfo=UTC)
    entry = Entry("a@hearthline", starts, starts + timedelta(hours=4), "evenings", "01ID", SINCE)
    data = written("evenings", [entry])
    assert data == written("evenings", [entry])
    assert b"DTSTART:20260307T230000Z" in data
    [came], problems = read(data, ZONE, SINCE, UNTIL)
    assert problems == []
    assert (came.starts, came.ends, came.person_id) == (entry.starts, entry.ends, "01ID")


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (":20260304T120000Z", ":20260304T160000Z", ("03-04 12:00", "03-04 16:00")),
        (":20260304T120000", ":20260304T160000", ("03-04 17:00", "03-04 21:00")),
        (";TZID=Europe/Madrid:20260304T120000", ";TZID=Europe/Madrid:20260304T160000",
         ("03-04 11:00", "03-04 15:00")),
        (";VALUE=DATE:20260304", ";VALUE=DATE:20260305", ("03-04 05:00", "03-05 05:00")),
    ],
)  # fmt: skip
def test_times_with_a_zone_without_one_and_whole_days(starts, ends, expected) -> None:
    assert times(calendar(event(starts, ends))) == [expected]


def test_a_series_keeps_the_clock_when_it_jumps_and_its_exceptions() -> None:
    weekly = event(
        ":20260301T180000", ":20260301T220000", "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE:20260315T180000",
    )  # fmt: skip
    moved = event(
        ":20260323T180000", ":20260323T190000", "RECURRENCE-ID:20260322T180000", who="Tom"
    )
    found, problems = read(calendar(weekly, moved), ZONE, SINCE, UNTIL)
    assert problems == []
    assert [f"{e.starts:%m-%d %H:%M}" for e in found] == [
        "03-01 23:00", "03-08 22:00", "03-23 22:00",
    ]  # fmt: skip
    assert found[-1].who == ("Tom",)


def test_who_is_meant_comes_from_the_invitation_or_the_title() -> None:
    [one], _ = read(
        calendar(event(":20260304T120000Z", ":20260304T160000Z",
                       "ATTENDEE;CN=Tom:mailto:t@example.org", who="Desk: Maya")),
        ZONE, SINCE, UNTIL,
    )  # fmt: skip
    assert one.who == ("Tom", "Maya", "Desk: Maya")


def test_what_was_cancelled_is_none() -> None:
    assert (
        times(calendar(event(":20260304T120000Z", ":20260304T160000Z", "STATUS:CANCELLED"))) == []
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"hello", "It is no calendar."),
        (b"", "It is no calendar."),
        (b"\xff\xfe\x00", "It is no calendar."),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "It is no calendar."),
        (b"x" * 2_000_001, "It is too large."),
        (calendar(event(":soon", ":later")), "Its DTSTART cannot be read."),
        (calendar("UID:one\r\nSUMMARY:Maya"), "It has no beginning."),
        (calendar(event(";TZID=Mars/Base:20260304T120000", ";TZID=Mars/Base:20260304T160000")),
         "Nothing is known of its time zone, Mars/Base."),
        (calendar(event(":20260304T120000Z", ":20260304T160000Z", "RRULE:FREQ=SECONDLY")),
         "The rule comes more often than once an hour."),
        (calendar(event(":20260304T120000Z", ":20260304T120000Z")),
         "It has no end after its beginning, or lasts longer than two days."),
        (calendar(event(":20260304T120000Z", ":20260308T120000Z")),
         "It has no end after its beginning, or lasts longer than two days."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_raises(data, told) -> None:
    assert trouble(data) == told


def test_a_file_with_no_end_of_events_is_refused() -> None:
    hours = event(":20260301T000000Z", ":20260301T003000Z", "RRULE:FREQ=HOURLY")
    assert trouble(calendar(hours)) == f"It has more than {MOST} times."
