"""Reading an RRULE: which parts it has, whether we can keep it, and what is wrong if not.

Promise: `parse` gives the parts of a rule that never fires more often than once an hour, or
raises RecurrenceError with a cure. It knows no person, no zone and no moment.

The reading is our own because dateutil takes what hurts later: INTERVAL=0 never ends,
BYDAY=1MO is silently every Monday under DAILY, month 13 is silently never.
Source of the grammar: RFC 5545, section 3.3.10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from dateutil import rrule as dateutil_rrule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY_DAY = 0b1111111

_FREQUENCIES = {
    "YEARLY": dateutil_rrule.YEARLY,
    "MONTHLY": dateutil_rrule.MONTHLY,
    "WEEKLY": dateutil_rrule.WEEKLY,
    "DAILY": dateutil_rrule.DAILY,
    "HOURLY": dateutil_rrule.HOURLY,
}
_TOO_OFTEN = ("SECONDLY", "MINUTELY")
# part -> (dateutil's name, lowest, highest, whether counting from the end (-1) is allowed)
_LISTS = {
    "BYMONTH": ("bymonth", 1, 12, False),
    "BYMONTHDAY": ("bymonthday", 1, 31, True),
    "BYYEARDAY": ("byyearday", 1, 366, True),
    "BYWEEKNO": ("byweekno", 1, 53, True),
    "BYSETPOS": ("bysetpos", 1, 366, True),
    "BYHOUR": ("byhour", 0, 23, False),
    "BYMINUTE": ("byminute", 0, 59, False),
    "BYSECOND": ("bysecond", 0, 59, False),
}
_ONLY_UNDER = {
    "BYWEEKNO": ("YEARLY",),
    "BYYEARDAY": ("YEARLY",),
    "BYMONTHDAY": ("DAILY", "HOURLY", "MONTHLY", "YEARLY"),
    "BYSETPOS": ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
}
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MOST_INTERVAL = 1000
_MOST_COUNT = 10_000
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")
_SIMPLE_PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND", "WKST", "UNTIL"}


class RecurrenceError(ValueError):
    """A plan's times cannot be kept as written: the trouble and the cure in plain words."""

    def __init__(self, trouble: str, cure: str) -> None:
        super().__init__(f"{trouble} {cure}")
        self.trouble = trouble
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one rule. `options` are dateutil's keywords besides count and until.

    `until` is the last local wall time, `until_utc` the same as a moment where it ends in Z.
    `weekdays`: for a simple rule (daily or weekly, each time, at one time of day) a bit a
    weekday, Monday lowest; 0 means the weekday on which the plan starts. None otherwise.
    """

    freq: str
    interval: int
    count: int | None
    until: datetime | None
    until_utc: datetime | None
    options: Mapping[str, Any]
    days: tuple[tuple[int | None, int], ...]  # (which one of its month or year, weekday)
    weekdays: int | None

    def one(self, name: str) -> int | None:
        """The only value of BYHOUR, BYMINUTE ...; None where there is none or several."""
        values = self.options.get(name, ())
        return values[0] if len(values) == 1 else None


@lru_cache(maxsize=8192)
def parse(text: str) -> Parts:
    """Read "FREQ=WEEKLY;BYDAY=MO" (a leading "RRULE:" is allowed). Raises RecurrenceError."""
    named = _split(text)
    freq = _frequency(named)
    interval = _whole(named, "INTERVAL", _MOST_INTERVAL) or 1
    count = _whole(named, "COUNT", _MOST_COUNT)
    until, until_utc = _until(named.get("UNTIL"))
    if count and "UNTIL" in named:
        raise RecurrenceError("The rule has both COUNT and UNTIL.", "Keep one of the two.")
    options: dict[str, Any] = {"freq": _FREQUENCIES[freq], "interval": interval}
    for part, (name, low, high, from_end) in _LISTS.items():
        if part in named:
            options[name] = _numbers(part, named[part], low, high, from_end)
    for name in ("byminute", "bysecond"):
        if len(options.get(name, ())) > 1:
            raise RecurrenceError(
                "The rule comes more often than once an hour.",
                f"Give one value in {name.upper()}.",
            )
    _refuse_never(freq, named, options)
    days = _days(named["BYDAY"], freq) if "BYDAY" in named else ()
    if days:
        options["byweekday"] = tuple(
            dateutil_rrule.weekday(day, which) if which else dateutil_rrule.weekday(day)
            for which, day in days
        )
    if "WKST" in named:
        options["wkst"] = _days(named["WKST"], freq)[0][1]
    simple = _is_simple(named, freq, interval, options)
    return Parts(
        freq=freq,
        interval=interval,
        count=count,
        until=until,
        until_utc=until_utc,
        options=options,
        days=days,
        weekdays=_mask(freq, days) if simple else None,
    )


def _split(text: str) -> dict[str, str]:
    body = text.strip()
    if body.upper().startswith("RRULE:"):
        body = body[6:]
    named: dict[str, str] = {}
    for part in body.split(";"):
        name, equals, value = (piece.strip().upper() for piece in part.partition("="))
        if not equals or not value:
            raise RecurrenceError(
                f"'{part[:40]}' is no part of a rule.", "Write parts like FREQ=DAILY;BYHOUR=9."
            )
        if name in named:
            raise RecurrenceError(f"{name} stands twice.", "Keep one of the two.")
        if name not in _LISTS and name not in ("FREQ", "INTERVAL", "COUNT", *_SIMPLE_PARTS):
            raise RecurrenceError(
                f"'{name[:40]}' is no part of a rule.",
                f"Use FREQ, INTERVAL, COUNT, UNTIL, BYDAY, WKST, {', '.join(_LISTS)}.",
            )
        named[name] = value
    return named


def _frequency(named: Mapping[str, str]) -> str:
    freq = named.get("FREQ", "")
    if freq in _TOO_OFTEN:
        raise RecurrenceError(
            "The rule comes more often than once an hour.", "Use FREQ=HOURLY or slower."
        )
    if freq not in _FREQUENCIES:
        raise RecurrenceError(
            f"The rule does not say how often it comes ('{freq[:40]}').",
            f"Begin with FREQ= and one of {', '.join(_FREQUENCIES)}.",
        )
    return freq


def _whole(named: Mapping[str, str], part: str, most: int) -> int | None:
    if part not in named:
        return None
    value = named[part]
    if not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= most:
        raise RecurrenceError(
            f"{part}={value[:40]} cannot be kept.", f"Give a whole number from 1 to {most}."
        )
    return int(value)


def _numbers(part: str, value: str, low: int, high: int, from_end: bool) -> tuple[int, ...]:
    numbers = set()
    for piece in value.split(","):
        piece = piece.strip()
        good = re.fullmatch(r"[+-]?[0-9]{1,3}", piece)
        number = int(piece) if good else 0
        size = abs(number) if from_end else number
        if not good or not low <= size <= high:
            ends = f", or from -1 to -{high} from the end" if from_end else ""
            raise RecurrenceError(
                f"{part}={value[:40]} cannot be kept.", f"Give numbers from {low} to {high}{ends}."
            )
        numbers.add(number)
    return tuple(sorted(numbers))


def _refuse_never(freq: str, named: Mapping[str, str], options: Mapping[str, Any]) -> None:
    """Refuse what the RFC leaves out, and what never comes: dateutil would search for seconds."""
    for part, freqs in _ONLY_UNDER.items():
        if part in named and freq not in freqs:
            raise RecurrenceError(
                f"{part} cannot stand beside FREQ={freq}.", f"Use FREQ={' or '.join(freqs)}."
            )
    last = max((_MONTH_DAYS[month - 1] for month in options.get("bymonth", ())), default=31)
    if min((abs(day) for day in options.get("bymonthday", ())), default=0) > last:
        raise RecurrenceError("The rule never comes: no such month has that day.", "Change one.")
    if freq == "DAILY" and min(map(abs, options.get("bysetpos", (0,)))) > len(
        options.get("byhour", (0,))
    ):
        raise RecurrenceError("The rule never comes: no day has so many times.", "Drop BYSETPOS.")


def _days(value: str, freq: str) -> tuple[tuple[int | None, int], ...]:
    days: dict[tuple[int | None, int], None] = {}
    for piece in value.split(","):
        match = _DAY.fullmatch(piece.strip())
        if not match or (match[1] and int(match[1]) == 0):
            raise RecurrenceError(
                f"'{piece[:40]}' is no day of the week.", f"Use {', '.join(DAYS)}."
            )
        which = int(match[1]) if match[1] else None
        if which and freq not in ("MONTHLY", "YEARLY"):
            raise RecurrenceError(
                f"'{piece}' asks for one such day of a month, but the rule is {freq}.",
                f"Write {match[2]}, or use FREQ=MONTHLY.",
            )
        days[which, DAYS.index(match[2])] = None
    return tuple(days)


def _until(value: str | None) -> tuple[datetime | None, datetime | None]:
    """A date alone means through the end of that day."""
    if value is None:
        return None, None
    match = _UNTIL.fullmatch(value)
    try:
        if not match:
            raise ValueError
        moment = datetime.strptime(match[1] + (match[2] or "235959"), "%Y%m%d%H%M%S")
    except ValueError:
        raise RecurrenceError(
            f"UNTIL={value[:40]} is no date.", "Write it as 20261231 or 20261231T090000."
        ) from None
    if match[3]:
        return None, moment.replace(tzinfo=UTC)
    return moment, None


def _is_simple(
    named: Mapping[str, str], freq: str, interval: int, options: Mapping[str, Any]
) -> bool:
    return (
        freq in ("DAILY", "WEEKLY")
        and interval == 1
        and _SIMPLE_PARTS.issuperset(named)
        and len(options.get("byhour", ())) <= 1
    )


def _mask(freq: str, days: tuple[tuple[int | None, int], ...]) -> int:
    if not days:
        return EVERY_DAY if freq == "DAILY" else 0
    return sum(1 << day for _, day in days)


def with_time(rrule: str, at: time) -> str:
    """The same days at another time of day."""
    head, colon, body = rrule.strip().rpartition(":")
    parts = [part.strip() for part in body.split(";")]
    kept = [
        part
        for part in parts
        if part.partition("=")[0].strip().upper() not in ("BYHOUR", "BYMINUTE", "BYSECOND")
    ]
    return head + colon + ";".join((*kept, f"BYHOUR={at.hour}", f"BYMINUTE={at.minute}"))
