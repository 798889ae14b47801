"""Dates, times of day and lengths of time in people's own words, English and Spanish.

Promise: pure; "today" comes in as an argument. What can be read in two ways is settled by
the region (12/5 or 5/12), otherwise day before month; what is no date gives None. Results are
text that sorts and reads: 2026-11-20, 19:30, "2 weeks".
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from flows import durations
from flows.plain import plain
from flows.vocabulary import DAYS_AWAY, MONTHS, NUMBERS, UNITS, WEEKDAYS, words_of

MONTH_FIRST: Final = frozenset({"US", "PH", "PR", "GU", "AS", "VI", "MP", "FM", "PW", "MH"})
"""Regions that write the month before the day."""

_AROUND: Final = frozenset(
    words_of(
        "on the of for at about around by maybe please until till from this coming next my el la "
        "los las de del a al en para sobre hasta desde este esta proximo proxima por favor que "
        "viene dia to s c"
    )
)


# -- dates ---------------------------------------------------------------------------------


def read_date(text: str, today: date, region: str | None, when: str) -> str | None:
    """The day meant, as 2026-11-20; `when`: any, coming (today or later), past (or today)."""
    if len(text) > 80:
        return None
    try:
        day = _day(text, today, region, when)
    except (ValueError, OverflowError):
        return None
    if day is None or not 1900 <= day.year <= 2200:
        return None
    if (when == "coming" and day < today) or (when == "past" and day > today):
        return None
    return day.isoformat()


def _day(text: str, today: date, region: str | None, when: str) -> date | None:
    numbers = re.fullmatch(
        r"\D{0,12}?(\d{1,4})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{1,4}))?\.?\s*", text
    )
    if numbers is not None:
        return _by_numbers(numbers, today, region, when)
    bare = plain(text)
    words = [word for word in bare.split() if word not in _AROUND]
    core = " ".join(words)
    for known in (bare, core):
        if known in DAYS_AWAY:
            return today + timedelta(days=DAYS_AWAY[known])
    return (
        _days_from_now(bare, today) or _weekday(words, today, when) or _by_month(words, today, when)
    )


def _by_numbers(found: re.Match[str], today: date, region: str | None, when: str) -> date | None:
    first, second = int(found[1]), int(found[2])
    if len(found[1]) == 4:
        return date(first, second, int(found[3])) if found[3] else None
    if len(found[1]) == 3:
        return None
    month_first = region in MONTH_FIRST
    if first > 12 or second > 12:
        month_first = second > 12
    month, day = (first, second) if month_first else (second, first)
    if found[3] is None:
        return _nearest(month, day, today, when)
    year = int(found[3])
    if len(found[3]) == 2:
        year += 2000
        if year > today.year and when == "past":
            year -= 100
    return date(year, month, day)


def _nearest(month: int, day: int, today: date, when: str) -> date | None:
    """A day without its year: the next one where it is to come, the last one where it is past."""
    years = {"coming": range(9), "past": range(0, -9, -1), "any": range(9)}[when]
    for years_away in years:
        try:
            found = date(today.year + years_away, month, day)
        except ValueError:
            continue  # 29 February
        if when == "any" or (found >= today if when == "coming" else found <= today):
            return found
    return None


_IN_DAYS: Final = re.compile(r"(?:in|en|dentro de|hace)? ?(.+?) ?(\w+)(?: from now| ago)?")


def _days_from_now(bare: str, today: date) -> date | None:
    found = _IN_DAYS.fullmatch(bare)
    if found is None:
        return None
    count, unit = _count(found[1]), UNITS.get(found[2], 0)
    if count is None or unit < 86400:
        return None
    ago = bare.endswith(" ago") or bare.startswith("hace ")
    if not ago and not re.match(r"(in|en|dentro de) ", bare) and not bare.endswith(" from now"):
        return None
    return today + timedelta(days=count * (unit // 86400) * (-1 if ago else 1))


def _weekday(words: list[str], today: date, when: str) -> date | None:
    if words and words[0] in ("last", "pasado"):
        words, when = words[1:], "past"
    if len(words) == 2 and words[1] == "pasado":
        words, when = words[:1], "past"
    if len(words) != 1 or words[0] not in WEEKDAYS:
        return None
    away = (WEEKDAYS[words[0]] - today.weekday()) % 7
    return today + timedelta(days=(away - 7) if when == "past" else (away or 7))


def _by_month(words: list[str], today: date, when: str) -> date | None:
    """ "May 5", "5 de mayo de 2026", "friday the 5th of may"."""
    if words and words[0] in WEEKDAYS and words[0] not in MONTHS:
        words = words[1:]
    months = [MONTHS[word] for word in words if word in MONTHS]
    rest = [re.sub(r"^(\d+)(st|nd|rd|th|o)$", r"\1", word) for word in words if word not in MONTHS]
    if len(months) != 1 or not 1 <= len(rest) <= 3:
        return None
    year = None
    if len(rest[-1]) == 4 and rest[-1].isdigit() and len(rest) > 1:
        year = int(rest.pop())
    day = _count(" ".join(rest))
    if day is None:
        return None
    return date(year, months[0], day) if year else _nearest(months[0], day, today, when)


def _count(words: str) -> int | None:
    if words.isascii() and words.isdigit() and len(words) <= 4:
        return int(words)
    return NUMBERS.get(words, 1 if words in ("a", "an") else None)


# -- times of day --------------------------------------------------------------------------

_NAMED: Final = {
    "noon": 720, "midday": 720, "mediodia": 720, "al mediodia": 720, "a mediodia": 720,
    "midnight": 0, "medianoche": 0, "a medianoche": 0,
}  # fmt: skip
_AM: Final = ("am", "a m", "in morning", "morning", "de manana", "por manana", "de madrugada")
_PM: Final = (
    "pm", "p m", "in afternoon", "in evening", "at night", "night", "evening", "afternoon",
    "de tarde", "de noche", "por tarde", "por noche",
)  # fmt: skip
_CLOCK: Final = re.compile(
    r"(\d{1,2})\s*[:.h]\s*(\d{2})\s*(?:h|hrs?|horas|hours|uhr)?\s*(.*)", re.I
)
_TIGHT: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?: hours| horas| hrs| h)?")
_SMALL: Final = frozenset(
    words_of("at about around like maybe by the a las la los como sobre please s en")
)


def read_time(text: str) -> str | None:
    """The time of day meant, as 19:30. An hour alone is read on the clock of 24."""
    if len(text) > 60:
        return None
    minutes = _minutes(text.strip())
    return None if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


def _minutes(text: str) -> int | None:
    bare = plain(text)
    if bare in _NAMED:
        return _NAMED[bare]
    start = re.match(r"(?:at|about|around|by|a las?|las?|sobre las?)?\s*(?=\d)", text, re.I)
    clock = _CLOCK.fullmatch(text[start.end() :] if start else text)
    if clock is not None:
        return _of_day(int(clock[1]), int(clock[2]), _half(plain(clock[3])))
    tight = _TIGHT.fullmatch(bare)
    if tight is not None:
        return int(tight[1]) * 60 + int(tight[2])
    words = [word for word in _parted(bare).split() if word not in _SMALL]
    half = _half_of(words)
    if half:
        words = words[: -len(half.split())]
    core = " ".join(words)
    for word in ("o clock", "oclock", "h", "hrs", "hours", "horas", "en punto"):
        core = core.removesuffix(f" {word}")
    if core in _NAMED:
        return _NAMED[core]
    return _in_words(core, _half(half))


def _parted(bare: str) -> str:
    """ "7pm" as "7 pm", "19h" as "19 h"."""
    return re.sub(r"(\d)(am|pm|h|hrs)\b", r"\1 \2", bare)


def _half_of(words: list[str]) -> str:
    """The longest ending of the words that names a half of the day."""
    for size in (2, 1):
        ending = " ".join(words[-size:])
        if len(words) > size and (ending in _AM or ending in _PM):
            return ending
    return ""


def _half(words: str) -> str | None:
    """am, pm, "" for nothing said; None for words that are no half of a day."""
    core = " ".join(word for word in words.split() if word not in _SMALL)
    if not core:
        return ""
    return "am" if core in _AM else "pm" if core in _PM else None


def _in_words(core: str, half: str | None) -> int | None:
    if half is None:
        return None
    hour = _count(core)
    if hour is not None:
        return _of_day(hour, 0, half)
    past = re.fullmatch(
        r"(half|quarter|\w+|\w+ \w+) (?:minutes? )?(past|after|to|before) (\w+)", core
    )
    if past is not None:
        away = {"half": 30, "quarter": 15}.get(past[1], _count(past[1]))
        hour = _count(past[3])
        back = past[2] in ("to", "before")
    else:
        past = re.fullmatch(r"(\w+) (y|menos|con) (media|cuarto|\w+|\w+ y \w+)", core)
        if past is None:
            return _two_numbers(core, half)
        away = {"media": 30, "cuarto": 15}.get(past[3], _count(past[3]))
        hour = _count(past[1])
        back = past[2] == "menos"
    if hour is None or away is None or away > 59:
        return None
    whole = _of_day(hour, 0, half)
    return None if whole is None else (whole + (-away if back else away)) % 1440


def _two_numbers(core: str, half: str) -> int | None:
    """ "seven thirty", "ocho treinta"."""
    first, _, second = core.partition(" ")
    hour, minutes = _count(first), _count(second)
    if hour is None or minutes is None or not 10 <= minutes <= 59:
        return None
    return _of_day(hour, minutes, half)


def _of_day(hour: int, minute: int, half: str | None) -> int | None:
    if half is None or minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    if half:
        if not 1 <= hour <= 12:
            # "19:30 pm" is said too, and means itself
            return hour * 60 + minute if half == "pm" and 13 <= hour <= 23 else None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour % 24 * 60 + minute


# -- lengths of time -----------------------------------------------------------------------

_LENGTHS: Final = {
    "half an hour": 1800, "half hour": 1800, "media hora": 1800,
    "fortnight": 14 * 86400, "a fortnight": 14 * 86400, "una quincena": 15 * 86400,
    "an hour and a half": 5400, "one and a half hours": 5400, "hora y media": 5400,
    "una hora y media": 5400, "overnight": 12 * 3600,
    "a couple of days": 2 * 86400, "a couple of weeks": 14 * 86400, "a couple of hours": 7200,
    "un par de dias": 2 * 86400, "un par de semanas": 14 * 86400, "un par de horas": 7200,
}  # fmt: skip
_LENGTH_AROUND: Final = (
    "for about",
    "for around",
    "about",
    "around",
    "for",
    "maybe",
    "like",
    "just",
    "por unas",
    "por unos",
    "por",
    "unas",
    "unos",
    "como",
    "durante",
    "solo",
)


def read_duration(text: str) -> str | None:
    """A length of time in the language's own spelling ("2 weeks"); at most a year."""
    if len(text) > 80:
        return None
    bare = plain(text)
    for word in _LENGTH_AROUND:
        bare = bare.removeprefix(f"{word} ")
    for word in ("please", "por favor", "thanks", "gracias"):
        bare = bare.removesuffix(f" {word}")
    total = _LENGTHS.get(bare)
    if total is None:
        total = _sum_of(re.sub(r"(\d)([a-z])", r"\1 \2", bare))
    if total is None or not 0 < total <= durations.LONGEST:
        return None
    return durations.words(total)


def _sum_of(bare: str) -> int | None:
    """ "1 hour 30 minutes", "two weeks and three days": every part must be a count and a unit."""
    total, count = 0, ""
    for word in bare.split():
        if word in UNITS and count:
            number = _count(count)
            if number is None:
                return None
            total, count = total + number * UNITS[word], ""
        elif word in ("and", "y") and not count:
            continue
        else:
            count = f"{count} {word}".strip()
    return None if count else total
