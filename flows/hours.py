"""Times of day in people's own words, English and Spanish: "7pm", "half past 7", "7 y media".

Promise: pure; "19:30" or None. Hours written as a clock ("4:30", "0730") are read on the clock
of 24. One to four told with nothing else ("4") may be either half of the day and are left
unclear, as are two hours at once ("7-8 pm"). Twelve at night is midnight.
"""

from __future__ import annotations

import re
from typing import Final

from flows.moments import count_of
from flows.plain import plain
from flows.vocabulary import words_of

_NAMED: Final = {
    "noon": 720, "midday": 720, "mediodia": 720, "al mediodia": 720, "a mediodia": 720,
    "midnight": 0, "medianoche": 0, "a medianoche": 0,
}  # fmt: skip
# as they stand after words such as "in the" and "a las" are taken out
_HALVES: Final = {
    **dict.fromkeys(
        ("am", "in morning", "morning", "de manana", "por manana", "de madrugada", "madrugada"),
        "am",
    ),
    **dict.fromkeys(
        (
            "pm", "in afternoon", "in evening", "this afternoon", "this evening", "evening",
            "afternoon", "de tarde", "por tarde", "esta tarde", "noon", "midday", "mediodia",
            "del mediodia", "de mediodia", "del dia",
        ),
        "pm",
    ),
    **dict.fromkeys(
        (
            "at night", "night", "tonight", "de noche", "por noche", "esta noche", "midnight",
            "medianoche",
        ),
        "night",
    ),
}  # fmt: skip
_FIRST: Final = ("tonight", "this evening", "this afternoon", "esta noche", "esta tarde")
_SMALL: Final = frozenset(
    words_of(
        "at about around like maybe by the a las la los como sobre please pls s thanks thank you "
        "gracias porfa favor hacia"
    )
)
_CLOCK: Final = re.compile(
    r"(\d{1,2})\s*[:.h]\s*(\d{2})\s*(?:h|hrs?|horas|hours|uhr)?\s*(.*)", re.I | re.S
)
_TIGHT: Final = re.compile(r"(\d{1,2})([0-5]\d)(?: ?(?:hours|horas|hrs|h))?(?: ?(am|pm))?")
_TWO_HOURS: Final = re.compile(r"\d\s*(?:[-\u2013/]|\b(?:a|o|or)\b)\s*\d", re.I)
_SPELLINGS: Final = (
    (re.compile(r"\b([ap])\.?\s?m\b\.?", re.I), r"\1m"),  # a.m.
    (re.compile(r"(\d)([ap])\b", re.I), r"\1\2m"),  # 7p
    (re.compile(r"(\d)([ap]m)\b", re.I), r"\1 \2"),
    (re.compile(r"(\d)ish\b", re.I), r"\1"),
    (re.compile(r"\ben la (noche|tarde|ma[\u00f1n]ana)", re.I), r"por la \1"),
)
_SURE_FROM: Final = 5
"""The first hour that, told alone, hardly anybody means for the afternoon."""


def read_time(text: str) -> str | None:
    """The time of day meant, as 19:30."""
    if len(text) > 60 or _TWO_HOURS.search(text):
        return None
    for spelling, usual in _SPELLINGS:
        text = spelling.sub(usual, text)
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
        return _of_day(int(tight[1]), int(tight[2]), tight[3] or "")
    words = _half_last([word for word in _parted(bare).split() if word not in _SMALL])
    half = _half_of(words)
    if half:
        words = words[: -len(half.split())]
    core = " ".join(words)
    for word in ("o clock", "oclock", "h", "hrs", "hours", "horas", "en punto"):
        core = core.removesuffix(f" {word}")
    if core in _NAMED:
        return _NAMED[core]
    return _in_words(core, _HALVES.get(half, ""))


def _parted(bare: str) -> str:
    """ "19h" as "19 h"."""
    return re.sub(r"(\d)(h|hrs)\b", r"\1 \2", bare)


def _half_last(words: list[str]) -> list[str]:
    """ "tonight 7" as "7 tonight"."""
    for first in _FIRST:
        size = len(first.split())
        if " ".join(words[:size]) == first:
            return [*words[size:], *words[:size]]
    return words


def _half_of(words: list[str]) -> str:
    """The longest ending of the words that names a half of the day."""
    for size in (2, 1):
        ending = " ".join(words[-size:])
        if len(words) > size and ending in _HALVES:
            return ending
    return ""


def _half(words: str) -> str | None:
    """am, pm, night, "" for nothing said; None for words that are no half of a day."""
    core = " ".join(word for word in words.split() if word not in _SMALL)
    return _HALVES.get(core) if core else ""


def _in_words(core: str, half: str) -> int | None:
    hour = count_of(core)
    if hour is not None:
        return _of_day(hour, 0, half) if half or _sure(hour, core) else None
    found = _parts(core)
    if found is None:
        return _two_numbers(core, half)
    hour, away = found
    if hour is None or away is None or abs(away) > 59 or not (half or _sure(hour, "")):
        return None
    whole = _of_day(hour, 0, half)
    return None if whole is None else (whole + away) % 1440


def _parts(core: str) -> tuple[int | None, int | None] | None:
    """The hour and the minutes after it (before it: below zero) of "half past 7", "7 y media"."""
    short = re.fullmatch(r"half (\w+)", core)
    if short is not None:
        return count_of(short[1]), 30
    away: int | None
    past = re.fullmatch(
        r"(half|quarter|\w+|\w+ \w+) (?:minutes? )?(past|after|to|before) (\w+)", core
    ) or re.fullmatch(r"(?:un )?(cuarto|\w+) (?:minutos )?(para) (\w+)", core)
    if past is not None:
        away = {"half": 30, "quarter": 15, "cuarto": 15}.get(past[1], count_of(past[1]))
        back = past[2] in ("to", "before", "para")
        return count_of(past[3]), -away if back and away is not None else away
    past = re.fullmatch(r"(\w+) (y|menos|con) (media|cuarto|\w+|\w+ y \w+)", core)
    if past is None:
        return None
    away = {"media": 30, "cuarto": 15}.get(past[3], count_of(past[3]))
    return count_of(past[1]), -away if past[2] == "menos" and away is not None else away


def _sure(hour: int, written: str) -> bool:
    return hour >= _SURE_FROM or hour == 0 or written.startswith("0")


def _two_numbers(core: str, half: str) -> int | None:
    """ "seven thirty", "ocho treinta"."""
    first, _, second = core.partition(" ")
    hour, minutes = count_of(first), count_of(second)
    if hour is None or minutes is None or not 10 <= minutes <= 59:
        return None
    return _of_day(hour, minutes, half)


def _of_day(hour: int, minute: int, half: str | None) -> int | None:
    """Minutes since midnight."""
    if half is None or minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    if half and not 1 <= hour <= 12:
        # "19:30 pm" is said too, and means itself
        return hour * 60 + minute if half != "am" and 13 <= hour <= 23 else None
    if half == "am" or (half == "night" and (hour == 12 or hour < _SURE_FROM)):
        hour %= 12
    elif half:
        hour = hour % 12 + 12
    return hour % 24 * 60 + minute
