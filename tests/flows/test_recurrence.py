"""Plans in a person's own time zone: clock changes, leap days, ends, pauses, quiet hours."""

from __future__ import annotations

import contextlib
import itertools
import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from flows.recurrence import (
    RecurrenceError,
    Rule,
    moment_of,
    next_allowed,
    next_slot,
    slots_between,
    within_hours,
)
from flows.rrules import DAYS

NEW_YORK, MADRID, TOKYO = "America/New_York", "Europe/Madrid", "Asia/Tokyo"
# half-hour jumps, a day left out, midnight gaps, and zones that never change
ZONES = [NEW_YORK, MADRID, TOKYO, "Australia/Lord_Howe", "Pacific/Apia", "America/Havana",
         "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca", "UTC"]  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


# ---- clock changes --------------------------------------------------------------------------

TABLE = [
    # an ordinary day, summer and winter
    ("FREQ=DAILY", "2026-01-01 09:00", NEW_YORK, "2026-07-01 13:00", "07-02 09:00", "07-02 13:00"),
    ("FREQ=DAILY", "2026-01-01 09:00", NEW_YORK, "2026-01-10 00:00", "01-10 09:00", "01-10 14:00"),
    # 2:30 does not exist on 8 March in New York: the first moment after is 3:00 EDT
    ("FREQ=DAILY", "2026-01-01 02:30", NEW_YORK, "2026-03-08 00:00", "03-08 02:30", "03-08 07:00"),
    ("FREQ=DAILY", "2026-01-01 02:30", NEW_YORK, "2026-03-08 07:00", "03-09 02:30", "03-09 06:30"),
    # 1:30 comes twice on 1 November: the first one, once only
    ("FREQ=DAILY", "2026-01-01 01:30", NEW_YORK, "2026-11-01 00:00", "11-01 01:30", "11-01 05:30"),
    ("FREQ=DAILY", "2026-01-01 01:30", NEW_YORK, "2026-11-01 05:30", "11-02 01:30", "11-02 06:30"),
    ("FREQ=DAILY", "2026-01-01 01:30", NEW_YORK, "2026-11-01 06:10", "11-02 01:30", "11-02 06:30"),
    # hourly: the slot in the gap and the one at its end fall together, one of them stays
    ("FREQ=HOURLY", "2026-03-01 00:00", NEW_YORK, "2026-03-08 06:00", "03-08 03:00", "03-08 07:00"),
    ("FREQ=HOURLY", "2026-03-01 00:00", NEW_YORK, "2026-03-08 07:00", "03-08 04:00", "03-08 08:00"),
    # hourly: the second one o'clock is left out
    ("FREQ=HOURLY", "2026-10-01 00:00", NEW_YORK, "2026-11-01 05:00", "11-01 02:00", "11-01 07:00"),
    # midnight itself does not exist
    ("FREQ=DAILY", "2026-01-01 00:00", "America/Havana", "2026-03-07 12:00",
     "03-08 00:00", "03-08 05:00"),
    # half an hour's jump
    ("FREQ=DAILY", "2026-01-01 02:15", "Australia/Lord_Howe", "2026-10-03 12:00",
     "10-04 02:15", "10-03 15:30"),
    ("FREQ=WEEKLY;BYDAY=MO,TH", "2026-01-01 08:00", MADRID, "2026-03-30 07:00",
     "04-02 08:00", "04-02 06:00"),
    ("FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=30", "2026-01-01 00:00", MADRID,
     "2026-10-10 00:00", "11-02 09:30", "11-02 08:30"),
]  # fmt: skip


@pytest.mark.parametrize(("rrule", "starts", "zone", "after", "local", "due"), TABLE)
def test_next_slot(rrule: str, starts: str, zone: str, after: str, local: str, due: str) -> None:
    slot = next_slot(Rule(rrule, wall(starts), zone), utc(after))
    assert slot is not None
    assert slot.local == wall(f"2026-{local}")
    assert slot.due == utc(f"2026-{due}")


def test_a_day_that_a_zone_left_out() -> None:
    # Apia went from 29 to 31 December 2011
    rule = Rule("FREQ=DAILY", wall("2011-12-01 09:00"), "Pacific/Apia")
    slots = list(slots_between(rule, utc("2011-12-29 00:00"), utc("2011-12-31 00:00")))
    assert [slot.local.day for slot in slots] == [29, 30, 31]
    assert slots[1].due == utc("2011-12-30 10:00")
    assert slots[2].due == utc("2011-12-30 19:00")


def test_leap_days() -> None:
    rule = Rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", wall("2024-02-29 09:00"), MADRID)
    slots = list(slots_between(rule, utc("2024-01-01 00:00"), utc("2033-01-01 00:00")))
    assert [slot.local.year for slot in slots] == [2024, 2028, 2032]
    daily = Rule("FREQ=DAILY", wall("2024-01-01 09:00"), MADRID)
    slot = next_slot(daily, utc("2024-02-28 12:00"))
    assert slot is not None
    assert slot.local == wall("2024-02-29 09:00")
    across = next_slot(rule, utc("2097-01-01 00:00"))  # 2100 is no leap year
    assert across is not None
    assert across.local.year == 2104


# ---- a person who moves ---------------------------------------------------------------------


def test_moving_keeps_the_local_hour() -> None:
    after = utc("2026-06-01 20:00")
    for zone, hour in ((NEW_YORK, 13), (MADRID, 7), (TOKYO, 0)):
        slot = next_slot(Rule("FREQ=DAILY", wall("2026-01-01 09:00"), zone), after)
        assert slot is not None
        assert (slot.local.hour, slot.due.hour) == (9, hour)


def test_moving_west_does_not_ask_twice_for_one_local_slot() -> None:
    here = next_slot(Rule("FREQ=DAILY", wall("2026-01-01 09:00"), TOKYO), utc("2026-06-01 20:00"))
    assert here is not None
    moved = Rule("FREQ=DAILY", wall("2026-01-01 09:00"), NEW_YORK)
    again = next_slot(moved, here.due)
    assert again is not None
    assert again.local == here.local
    once = next_slot(moved, here.due, taken=here.local)
    assert once is not None
    assert once.local == here.local + timedelta(days=1)


# ---- ends, skips, pauses --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rrule", "until", "days"),
    [
        ("FREQ=DAILY;COUNT=3", None, [1, 2, 3]),
        ("FREQ=DAILY;UNTIL=20260102", None, [1, 2]),  # through the end of that day
        ("FREQ=DAILY;UNTIL=20260102T085959", None, [1]),
        ("FREQ=DAILY;UNTIL=20260102T140000Z", None, [1, 2]),  # 9:00 in New York
        ("FREQ=DAILY;UNTIL=20260102T135959Z", None, [1]),
        ("FREQ=DAILY", "2026-01-02 09:00", [1, 2]),
        ("FREQ=DAILY", "2026-01-02 08:59", [1]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", None, [1, 15]),
        ("FREQ=DAILY;INTERVAL=10", "2026-01-31 00:00", [1, 11, 21]),
    ],
)
def test_ends(rrule: str, until: str | None, days: list[int]) -> None:
    rule = Rule(rrule, wall("2026-01-01 09:00"), NEW_YORK, until=wall(until) if until else None)
    slots = list(slots_between(rule, utc("2025-12-01 00:00"), utc("2027-01-01 00:00")))
    assert [slot.local.day for slot in slots] == days


def test_skipped_dates_are_left_out_and_still_counted() -> None:
    skip = frozenset({date(2026, 1, 2)})
    rule = Rule("FREQ=DAILY;COUNT=3", wall("2026-01-01 09:00"), NEW_YORK, skip=skip)
    slots = list(slots_between(rule, utc("2025-12-01 00:00"), utc("2027-01-01 00:00")))
    assert [slot.local.day for slot in slots] == [1, 3]


def test_a_pause_holds_everything_before_its_end_and_nothing_at_it() -> None:
    rule = Rule(
        "FREQ=DAILY", wall("2026-01-01 09:00"), NEW_YORK, paused_until=utc("2026-01-15 14:00")
    )
    slot = next_slot(rule, utc("2026-01-02 00:00"))
    assert slot is not None
    assert slot.due == utc("2026-01-15 14:00")
    later = next_slot(rule, utc("2026-02-01 00:00"))
    assert later is not None
    assert later.local.day == 1


def test_nothing_before_the_start() -> None:
    slot = next_slot(Rule("FREQ=DAILY", wall("2026-05-01 09:00"), MADRID), utc("2020-01-01 00:00"))
    assert slot is not None
    assert slot.local == wall("2026-05-01 09:00")
    after_hour = Rule("FREQ=DAILY;BYHOUR=8", wall("2026-05-01 09:00"), MADRID)
    slot = next_slot(after_hour, utc("2020-01-01 00:00"))
    assert slot is not None
    assert slot.local == wall("2026-05-02 08:00")


# ---- what is refused ------------------------------------------------------------------------

REFUSED = [
    "", "DAILY", "FREQ=", "FREQ=SOMETIMES", "BYDAY=MO", "FREQ=SECONDLY", "FREQ=MINUTELY",
    "FREQ=MINUTELY;INTERVAL=90", "FREQ=DAILY;BYMINUTE=0,30", "FREQ=DAILY;BYSECOND=0,30",
    "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=99999999999",
    "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=DAILY;BYHOUR=24",
    "FREQ=DAILY;BYHOUR=x", "FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;BYDAY=1MO",
    "FREQ=WEEKLY;BYDAY=XX", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=DAILY;FREQ=DAILY",
    "FREQ=DAILY;COLOUR=RED", "FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;UNTIL=20261340",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2,4;BYMONTHDAY=31",
    "FREQ=DAILY;BYSETPOS=2", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=DAILY;BYWEEKNO=2",
    "FREQ=HOURLY;INTERVAL=24;BYHOUR=3", "FREQ=DAILY;BYHOUR=٣",
    "DTSTART:20260101T090000\nRRULE:FREQ=DAILY",
]  # fmt: skip


@pytest.mark.parametrize("rrule", REFUSED)
def test_what_cannot_be_kept_is_refused_with_a_cure(rrule: str) -> None:
    with pytest.raises(RecurrenceError) as refused:
        Rule(rrule, wall("2026-01-01 09:00"), NEW_YORK)
    assert refused.value.trouble
    assert refused.value.cure


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd", "America", "a\0b", "é"])
def test_zones_that_do_not_exist(zone: str) -> None:
    with pytest.raises(RecurrenceError):
        Rule("FREQ=DAILY", wall("2026-01-01 09:00"), zone)


@given(st.text(max_size=60) | st.from_regex(r"(FREQ|BY[A-Z]{3,5}|COUNT)=[A-Z0-9,+-]{1,8}(;.*)?"))
def test_no_text_raises_anything_else(text: str) -> None:
    with contextlib.suppress(RecurrenceError):
        Rule(text, wall("2026-01-01 09:00"), NEW_YORK)


# ---- properties -----------------------------------------------------------------------------

hours = st.integers(0, 23)
minutes = st.integers(0, 59)
some_days = st.lists(st.sampled_from(DAYS), min_size=1, unique=True)
starts = st.datetimes(datetime(2005, 1, 1), datetime(2027, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
moments = st.datetimes(datetime(2006, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@st.composite
def simple_rules(draw: st.DrawFn) -> str:
    rule = f"FREQ={draw(st.sampled_from(['DAILY', 'WEEKLY']))}"
    if draw(st.booleans()):
        rule += f";BYDAY={','.join(draw(some_days))}"
    if draw(st.booleans()):
        rule += f";BYHOUR={draw(hours)}"
    if draw(st.booleans()):
        rule += f";BYMINUTE={draw(minutes)}"
    if draw(st.booleans()):
        rule += f";UNTIL={draw(starts):%Y%m%dT%H%M%S}"
    return rule


@st.composite
def any_rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    rule = f"FREQ={freq};INTERVAL={draw(st.integers(1, 5))}"
    if freq == "MONTHLY" and draw(st.booleans()):
        rule += f";BYMONTHDAY={draw(st.sampled_from([1, 15, 31, -1]))}"
    elif freq != "YEARLY" and draw(st.booleans()):
        rule += f";BYDAY={','.join(draw(some_days))}"
    if freq != "HOURLY" and draw(st.booleans()):
        rule += f";BYHOUR={draw(hours)},{draw(hours)}"
    if draw(st.booleans()):
        rule += f";WKST={draw(st.sampled_from(['MO', 'SU', 'TH']))}"
    if draw(st.booleans()):
        rule += f";COUNT={draw(st.integers(1, 30))}"
    return rule


@given(simple_rules(), starts, starts)
def test_the_fast_path_equals_dateutil(rrule: str, begin: datetime, after: datetime) -> None:
    mine = next_slot(Rule(rrule, begin, "UTC"), after.replace(tzinfo=UTC))
    theirs = rrulestr(rrule, dtstart=begin).after(after)
    assert (mine.local if mine else None) == theirs


@given(any_rules(), starts, starts)
def test_leaving_out_whole_periods_equals_dateutil(
    rrule: str, begin: datetime, after: datetime
) -> None:
    mine = next_slot(Rule(rrule, begin, "UTC"), after.replace(tzinfo=UTC))
    horizon = after + timedelta(days=366 * 12)
    theirs = next(
        itertools.takewhile(
            lambda found: found < horizon,
            (found for found in rrulestr(rrule, dtstart=begin) if found > after),
        ),
        None,
    )
    if mine is None or mine.local < horizon:
        assert (mine.local if mine else None) == theirs


@given(simple_rules() | any_rules(), starts, st.sampled_from(ZONES), moments)
def test_slots_come_strictly_later_once_each_and_as_asked(
    rrule: str, begin: datetime, zone: str, after: datetime
) -> None:
    rule = Rule(rrule, begin, zone)
    slots, moment = [], after
    for _ in range(12):
        slot = next_slot(rule, moment)
        if slot is None:
            break
        slots.append(slot)
        moment = slot.due
    assert all(slot.due > after for slot in slots)
    for one, other in itertools.pairwise(slots):
        assert one.due < other.due
        assert one.local < other.local
    for slot in slots:
        told = slot.due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert told >= slot.local
        if told != slot.local:  # only a gap moves it, to the gap's very end
            just_before = (slot.due - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
            assert just_before.replace(tzinfo=None) < slot.local
        assert slot.due.astimezone(ZoneInfo(zone)).fold == 0


@given(simple_rules() | any_rules(), starts, st.sampled_from(ZONES), moments, st.integers(0, 10**6))
def test_the_next_slot_is_the_same_from_anywhere_before_it(
    rrule: str, begin: datetime, zone: str, after: datetime, seconds: int
) -> None:
    rule = Rule(rrule, begin, zone)
    slot = next_slot(rule, after)
    between = after + timedelta(seconds=seconds)
    if slot is not None and between < slot.due:
        assert next_slot(rule, between) == slot


def test_a_simple_rule_is_fast_enough_for_a_wave() -> None:
    rule = Rule("FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9", wall("2026-01-01 09:00"), MADRID)
    after = utc("2026-06-01 09:00")
    best = float("inf")
    for _ in range(20):
        begun = stopwatch.process_time()
        for _ in range(200):
            next_slot(rule, after)
        best = min(best, (stopwatch.process_time() - begun) / 200)
    assert best < 30e-6


def test_an_old_hourly_plan_is_not_walked_from_its_start() -> None:
    rule = Rule("FREQ=HOURLY;INTERVAL=3", wall("1990-01-01 00:00"), "UTC")
    begun = stopwatch.process_time()
    assert next_slot(rule, utc("2026-06-01 00:30")) is not None
    assert stopwatch.process_time() - begun < 0.2


def test_a_moment_without_a_zone_is_a_programmers_mistake() -> None:
    rule = Rule("FREQ=DAILY", wall("2026-01-01 09:00"), NEW_YORK)
    with pytest.raises(ValueError, match="time zone"):
        next_slot(rule, wall("2026-01-01 09:00"))


# ---- quiet hours ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "start", "end", "inside"),
    [
        ("2026-06-01 12:00", 8, 21, True),  # 8:00 in New York
        ("2026-06-01 11:59", 8, 21, False),
        ("2026-06-02 00:59", 8, 21, True),  # 20:59
        ("2026-06-02 01:00", 8, 21, False),  # 21:00
        ("2026-06-02 01:00", 20, 4, True),
        ("2026-06-02 08:00", 20, 4, False),  # 4:00
        ("2026-06-02 03:00", 5, 5, True),
    ],
)
def test_within_hours(moment: str, start: int, end: int, inside: bool) -> None:
    assert within_hours(utc(moment), NEW_YORK, start, end) is inside


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-06-01 12:30", "2026-06-01 12:30"),
        ("2026-06-01 03:00", "2026-06-01 12:00"),  # 23:00 the evening before
        ("2026-06-01 11:00", "2026-06-01 12:00"),
        ("2026-03-08 04:00", "2026-03-08 12:00"),  # the night of the jump
        ("2026-11-01 03:00", "2026-11-01 13:00"),
    ],
)
def test_next_allowed(moment: str, allowed: str) -> None:
    assert next_allowed(utc(moment), NEW_YORK) == utc(allowed)


@given(moments, st.sampled_from(ZONES), hours, hours)
def test_next_allowed_is_within_the_hours_soon_and_never_earlier(
    moment: datetime, zone: str, start: int, end: int
) -> None:
    allowed = next_allowed(moment, zone, start, end)
    assert moment <= allowed <= moment + timedelta(days=2)
    opened_in_gap = moment_of(datetime.combine(allowed.date(), time(start)), zone) != allowed
    assert within_hours(allowed, zone, start, end) or opened_in_gap
