"""Dates and lengths of time in people's own words, English and Spanish.

Promise: pure; "today" comes in as an argument. What can be read in two ways is settled by
the region (12/5 or 5/12), otherwise day before month; what is no date gives None. Results are
text that sorts and reads: 2026-11-20, "2 weeks".
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from flows import durations
from flows.plain import plain, stripped
from flows.vocabulary import DAYS_AWAY, MONTHS, NUMBERS, ORDINALS, POLITE, UNITS, WEEKDAYS, words_of

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
        _days_from_now(bare, today)
        or _weekday(words, today, when)
        or _by_month(words, today, when)
        or _day_alone(text, words, today, when)
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
    count, unit = count_of(found[1]), UNITS.get(found[2], 0)
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
    named = " ".join(rest)
    day = ORDINALS.get(named) or count_of(named)
    if day is None:
        return None
    return date(year, months[0], day) if year else _nearest(months[0], day, today, when)


_ALONE: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)|(?<!\w)(?:the|el) +(\d{1,2})", re.I)


def _day_alone(text: str, words: list[str], today: date, when: str) -> date | None:
    """ "the 3rd", "until the 5th", "hasta el 5": the next day of that number."""
    found = _ALONE.search(text)
    if found is None or len(words) != 1 or when == "past":
        return None
    day = int(found[1] or found[2])
    for ahead in range(12):
        month = today.month - 1 + ahead
        try:
            there = date(today.year + month // 12, month % 12 + 1, day)
        except ValueError:
            continue  # the 31st of a short month
        if there >= today:
            return there
    return None


def count_of(words: str) -> int | None:
    """A number in digits or words, an article being one."""
    if words.isascii() and words.isdigit() and len(words) <= 4:
        return int(words)
    return NUMBERS.get(words, 1 if words in ("a", "an") else None)


# -- lengths of time -----------------------------------------------------------------------

_LENGTHS: Final = {
    "half an hour": 1800, "half hour": 1800, "media hora": 1800,
    "fortnight": 14 * 86400, "a fortnight": 14 * 86400, "una quincena": 15 * 86400,
    "an hour and a half": 5400, "hour and a half": 5400, "one and a half hours": 5400,
    "hora y media": 5400, "una hora y media": 5400, "overnight": 12 * 3600,
    "week": 7 * 86400, "semana": 7 * 86400, "la semana": 7 * 86400, "month": 30 * 86400,
    "mes": 30 * 86400, "day": 86400, "dia": 86400,
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


_COUPLE: Final = re.compile(r"(?:(?:a )?couple (?:of )?|un par de )")


def read_duration(text: str) -> str | None:
    """A length of time in the language's own spelling ("2 weeks"); at most a year."""
    if len(text) > 80:
        return None
    bare = plain(text)
    for word in _LENGTH_AROUND:
        bare = bare.removeprefix(f"{word} ")
    bare = stripped(bare, POLITE)
    bare = _COUPLE.sub("2 ", bare)
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
            number = count_of(count)
            if number is None:
                return None
            total, count = total + number * UNITS[word], ""
        elif word in ("and", "y") and not count:
            continue
        else:
            count = f"{count} {word}".strip()
    return None if count else total
