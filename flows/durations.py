"""Lengths of time as coordinators write them: `20 hours`, `1 hour 30 minutes`.

Promise: text to seconds and back, in one spelling. Answers of people ("an hour or so") are
understood elsewhere; here only what the language itself writes.
"""

from __future__ import annotations

import re

_UNITS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_PART = re.compile(r"([0-9]{1,7}) (week|day|hour|minute|second)s?(?: |$)")
LONGEST = 366 * 86_400
"""Nothing waits longer than a year, in seconds."""

CURE = "Write a number and a unit: seconds, minutes, hours, days or weeks, such as `20 hours`."


def seconds(text: str) -> int | None:
    """The seconds that `text` names, None where it is no length of time (or above a year)."""
    total = 0
    at = 0
    smallest = LONGEST
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or _UNITS[part[2]] >= smallest:
            return None
        smallest = _UNITS[part[2]]
        total += int(part[1]) * smallest
        at = part.end()
    if not text or text.endswith(" ") or total > LONGEST:
        return None
    return total


def words(length: int) -> str:
    """The spelling of so many seconds: 5400 is `1 hour 30 minutes`, 0 is `0 seconds`."""
    parts = []
    rest = max(length, 0)
    for unit, size in _UNITS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}" + ("" if count == 1 else "s"))
    return " ".join(parts) or "0 seconds"
