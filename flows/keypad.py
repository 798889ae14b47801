"""Keys pressed on a call, as the answer to the question that stands.

Promise: pure; every kind of question but a recording can be answered by keys alone, and values
are those of answers.py. Keys that hold everywhere were heard before this; the pound key only
ends what is typed. When unsure, nothing is understood.

    yes or no: 1, 2     a choice: its key, or several     a duration: so many days
    a date: day and month as the region writes them, a year behind; or year, month, day
    letters: the key of each, then its place on that key (A is 21, S is 74), 11 for a space
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from flows import durations
from flows.answers import LONGEST_TEXT, Understood, reader
from flows.definition import Accept
from flows.hours import read_time
from flows.moments import read_date

LETTERS: Final = {
    "1": " -'", "2": "abc", "3": "def", "4": "ghi", "5": "jkl",
    "6": "mnoñ", "7": "pqrs", "8": "tuv", "9": "wxyz",
}  # fmt: skip
"""What stands on each key, in the order of its places."""

STAR: Final = "*"
"""A key that only choices may have; everything else is typed in digits."""
_DAY_S: Final = 86_400
_MOST_DAYS: Final = durations.LONGEST // _DAY_S


def from_keys(
    accept: Accept, digits: str, today: date | None = None, region: str | None = None
) -> Understood | None:
    """What pressed keys mean; None where they are no answer. `today` matters to dates alone."""
    keys = digits.strip().rstrip("#").strip()
    if not keys or not keys.isascii() or not (keys.isdigit() or keys == STAR):
        return None
    if keys == STAR and accept.kind != "choice":
        return None
    value = _READERS.get(accept.kind, _as_written)(accept, keys, _Where(today, region))
    return None if value is None else Understood(value)


class _Where(NamedTuple):
    """What of the person changes how keys are read; a reader's hint, too."""

    day: date | None
    region: str | None

    @property
    def today(self) -> date:
        return self.day or date.min

    @property
    def languages(self) -> tuple[str, ...]:
        return ()


def _as_written(accept: Accept, keys: str, where: _Where) -> Any:
    return reader(accept)(keys, keys, where)


def _yes_no(accept: Accept, keys: str, where: _Where) -> str | None:
    return {"1": "yes", "2": "no"}.get(keys)


def _choice(accept: Accept, keys: str, where: _Where) -> str | list[str] | None:
    by_key = {choice.key: choice.name for choice in accept.choices if choice.key}
    by_key |= {choice.call_key: choice.name for choice in accept.choices if choice.call_key}
    one = by_key.get(keys)
    if not accept.several:
        return one
    if one is not None:
        return [one]
    names = [name for key in keys if (name := by_key.get(key)) is not None]
    return list(dict.fromkeys(names)) if len(names) == len(keys) else None


def _date(accept: Accept, keys: str, where: _Where) -> str | None:
    if where.day is None or len(keys) not in (4, 6, 8):
        return None
    parts = [f"{keys[:2]}/{keys[2:4]}" + (f"/{keys[4:]}" if len(keys) > 4 else "")]
    if len(keys) == 8:
        parts.append(f"{keys[:4]}-{keys[4:6]}-{keys[6:]}")  # never a day and a month as well
    days = (read_date(part, where.day, where.region, accept.when) for part in parts)
    return next(filter(None, days), None)


def _time(accept: Accept, keys: str, where: _Where) -> str | None:
    if len(keys) in (3, 4):
        return read_time(f"{keys[:-2]}:{keys[-2:]}")
    return _as_written(accept, keys, where)  # type: ignore[no-any-return]


def _duration(accept: Accept, keys: str, where: _Where) -> str | None:
    days = _days(keys)
    return None if days is None else durations.words(days * _DAY_S)


def _until(accept: Accept, keys: str, where: _Where) -> str | None:
    days = _days(keys)
    if days is None:
        return _date(accept, keys, where)
    return (where.day + timedelta(days=days)).isoformat() if where.day is not None else None


def _days(keys: str) -> int | None:
    days = int(keys) if len(keys) <= 3 else 0
    return days if 1 <= days <= _MOST_DAYS else None


def _phone(accept: Accept, keys: str, where: _Where) -> str | None:
    """A number as it is dialled at home, or with its country's own digits before it."""
    found = _as_written(accept, keys, where)
    return found or _as_written(accept, f"+{keys.removeprefix('00')}", where)  # type: ignore[no-any-return]


def _text(accept: Accept, keys: str, where: _Where) -> str | None:
    """Letters by two keys each; words come out with capitals, since names are what is spelled."""
    if len(keys) % 2 or len(keys) > 2 * LONGEST_TEXT:
        return None
    letters = []
    for key, place in zip(keys[::2], keys[1::2], strict=True):
        there = LETTERS.get(key, "")
        if not 1 <= int(place) <= len(there):
            return None
        letters.append(there[int(place) - 1])
    text = " ".join("".join(letters).split())
    text = _FIRST_LETTER.sub(lambda found: found[0].upper(), text)
    if not any(map(str.isalpha, text)) or len(text) > (accept.high or LONGEST_TEXT):
        return None
    return text


_FIRST_LETTER: Final = re.compile(r"(?<![^\W\d_])[^\W\d_]")
_READERS: Final[dict[str, Callable[[Accept, str, _Where], Any]]] = {
    "yes-no": _yes_no,
    "choice": _choice,
    "date": _date,
    "time": _time,
    "duration": _duration,
    "until": _until,
    "phone": _phone,
    "text": _text,
    "recording": lambda accept, keys, where: None,
}
