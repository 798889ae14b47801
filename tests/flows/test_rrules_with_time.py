"""A plan moved to another hour keeps its days, whatever else its rule says."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from flows.rrules import parse, with_time

AT = time(18, 30)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "FREQ=DAILY;BYHOUR=18;BYMINUTE=30"),
        ("FREQ=DAILY", "FREQ=DAILY;BYHOUR=18;BYMINUTE=30"),
        (
            "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=7;BYMINUTE=15",
            "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=18;BYMINUTE=30",
        ),
        ("BYHOUR=9;FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=18;BYMINUTE=30"),
        ("FREQ=DAILY;byhour=9;BySecond=5", "FREQ=DAILY;BYHOUR=18;BYMINUTE=30"),
        ("FREQ=DAILY; BYHOUR = 9 ;COUNT=4", "FREQ=DAILY;COUNT=4;BYHOUR=18;BYMINUTE=30"),
        ("RRULE:FREQ=DAILY;BYHOUR=9", "RRULE:FREQ=DAILY;BYHOUR=18;BYMINUTE=30"),
        ("RRULE:BYHOUR=9;FREQ=DAILY", "RRULE:FREQ=DAILY;BYHOUR=18;BYMINUTE=30"),
        ("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231;BYHOUR=18;BYMINUTE=30"),
        ("FREQ=DAILY;BYHOUR=8,20", "FREQ=DAILY;BYHOUR=18;BYMINUTE=30"),  # twice a day is once now
    ],
)
def test_the_same_days_at_another_time(before: str, after: str) -> None:
    assert with_time(before, AT) == after
    parts = parse(after)
    assert (parts.one("byhour"), parts.one("byminute")) == (18, 30)


def test_moving_twice_is_moving_once() -> None:
    once = with_time("FREQ=WEEKLY;BYDAY=MO", AT)
    assert with_time(with_time("FREQ=WEEKLY;BYDAY=MO", time(6)), AT) == once


def test_what_was_kept_before_is_kept_after() -> None:
    parts = parse(with_time("FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=2;UNTIL=20271231T090000", AT))
    assert parts.interval == 2
    assert parts.until == datetime(2027, 12, 31, 9, 0)
    assert parts.options["bymonthday"] == (31,)
