"""Lines that answer: which of them fits a person at a moment, and what is said of it.

Promise: pure. Numbers stand as they are dialled in their country and are never made into others:
a short code is no international number. Which fits is a rule, not a list: whom it is for, whether
it is open, whether they can talk with it, and whether somebody of ours rang it.
Nothing here rings a line: a person is given its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

NEEDS: Final = ("self", "violence", "overdose", "child", "young")
NEED_OF_DANGER: Final = {
    "self": "self", "other": "violence", "overdose": "overdose", "child": "child",
}  # fmt: skip
"""What somebody needs where danger of this kind was read."""
_PRESSING: Final = ("overdose", "child", "other", "self")

ALWAYS: Final = "24/7"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST: Final = 40  # letters of what is said of a line
TICKED_FOR: Final = timedelta(days=365)
WARNED_BEFORE: Final = timedelta(days=30)

_ANY_LANGUAGE: Final = frozenset(("multilingual", "others"))
_SPAN: Final = re.compile(
    r"(?:(daily|[a-z]{3}(?: ?- ?[a-z]{3})?) )?(\d{1,2})(?::(\d\d))? ?- ?(\d{1,2})(?::(\d\d))?"
)

Standing = Literal["ticked", "expired", "unverified"]


class Span(NamedTuple):
    """Open on these days (0 is Monday) from one time to another, over midnight where `to` is
    earlier; both alike: the whole day."""

    days: tuple[int, ...]
    opens: time
    closes: time


class Hours(NamedTuple):
    """When a line answers, on the clock of `zone`; `spans` None: always."""

    spans: tuple[Span, ...] | None = None
    zone: str = "UTC"


class Line(NamedTuple):
    """One line. `voice` and `text` are dialled as they stand; `hours` None: nobody knows.

    `text_word` is what a text has to begin with: "HOME", or by language "HOME, es: HOLA".
    """

    id: str
    country: str
    name: str
    needs: tuple[str, ...]
    languages: tuple[str, ...]
    voice: str | None = None
    text: str | None = None
    text_word: str | None = None
    emergency: str | None = None
    region: str | None = None
    hours: Hours | None = None
    checked_at: datetime | None = None
    expires_at: datetime | None = None


class Wanted(NamedTuple):
    """Who is to be given a line. `languages`: theirs in order; `need` None: somebody to talk to."""

    country: str
    languages: tuple[str, ...] = ()
    need: str | None = None
    region: str | None = None
    by_call: bool = True


def need_of(reasons: str | None) -> str | None:
    """The need behind reasons of danger as a case keeps them ("overdose: took pills, self: ...").

    None where none of them is a kind of danger. What cannot wait comes first.
    """
    kinds = {
        part.strip().partition(":")[0] for part in (reasons or "").replace(";", ",").split(",")
    }
    return next((NEED_OF_DANGER[kind] for kind in _PRESSING if kind in kinds), None)


class HoursError(ValueError):
    """Hours that cannot be read."""


def choose(lines: Iterable[Line], wanted: Wanted, now: datetime) -> list[Line]:
    """All lines of that country that may be given, the best first; empty where there is none.

    Those for the need, and after them those for anybody low (`self`): one that answers at this
    hour, on the phone that somebody has, comes before one that would fit and does not.
    """
    here = [
        line for line in lines
        if line.country == wanted.country and (line.voice or line.text)
        and line.region in (None, wanted.region)
    ]  # fmt: skip
    need = wanted.need or "self"
    fitting = [line for line in here if need in line.needs or "self" in line.needs]
    return sorted(fitting, key=lambda line: _rank(line, wanted, need, now))


def emergency(lines: Iterable[Line], country: str) -> str | None:
    """The country's own number for an emergency, as the directory has it."""
    return next(
        (each.emergency for each in lines if each.country == country and each.emergency), None
    )


def _rank(line: Line, wanted: Wanted, need: str, now: datetime) -> tuple[object, ...]:
    """What it lacks, the weightier first; False stands before True."""
    opened = is_open(line, now)
    return (
        opened is False,
        wanted.by_call and not line.voice,
        need not in line.needs,
        not _talks(line, wanted.languages),
        ("ticked", "expired", "unverified").index(standing(line, now)),
        opened is None,
        line.region is None and wanted.region is not None,
        not line.voice,
        line.name,
        line.id,
    )


def _talks(line: Line, languages: Sequence[str]) -> bool:
    spoken = {tag.split("-")[0] for tag in languages[:1]}
    return (
        not spoken
        or bool(spoken & set(line.languages))
        or bool(_ANY_LANGUAGE & set(line.languages))
    )


def standing(line: Line, now: datetime) -> Standing:
    """Whether somebody of ours rang it, and not too long ago."""
    if line.checked_at is None:
        return "unverified"
    return "expired" if line.expires_at is not None and line.expires_at <= now else "ticked"


def is_open(line: Line, now: datetime) -> bool | None:
    """Whether it answers at this moment; None where nobody knows its hours."""
    if line.hours is None:
        return None
    if line.hours.spans is None:
        return True
    local = now.astimezone(ZoneInfo(line.hours.zone))
    return any(_within(span, local) for span in line.hours.spans)


def _within(span: Span, local: datetime) -> bool:
    at, today = local.time(), local.weekday()
    if span.opens < span.closes:
        return today in span.days and span.opens <= at < span.closes
    since_yesterday = (today - 1) % 7 in span.days and at < span.closes
    return since_yesterday or (today in span.days and at >= span.opens)


def said(line: Line, languages: Sequence[str] = ()) -> str:
    """What stands for it in a text or is spoken: its number, or the word and the number to text.

    At most LONGEST letters.
    """
    if line.voice:
        return line.voice
    word = word_for(line.text_word, languages)
    return f"{line.text} ({word})" if word else str(line.text)


def word_for(written: str | None, languages: Sequence[str]) -> str:
    """The word that a text has to begin with, in the first of these languages that has its own."""
    by_language: dict[str, str] = {}
    for part in (written or "").split(","):
        tag, colon, word = part.rpartition(":")
        by_language[tag.strip() if colon else ""] = word.strip()
    for tag in (*languages[:1], *(each.split("-")[0] for each in languages[:1])):
        if tag in by_language:
            return by_language[tag]
    return by_language.get("", "")


# --- hours as they are written and kept


def read_hours(written: str, zone: str) -> Hours | None:
    """Hours from words: "24/7", "11:00-05:00", "mon-fri 9:00-17:00; sat 10-14"; None from none.

    Raises HoursError, with how they are written.
    """
    plain = " ".join(written.lower().split())
    if not plain:
        return None
    if plain == ALWAYS:
        return Hours()
    if not zone:
        raise HoursError("hours need a time zone, such as Europe/Copenhagen")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise HoursError(f"{zone!r} is no time zone; use a name such as Europe/Madrid") from None
    return Hours(tuple(_span(part.strip()) for part in plain.split(";") if part.strip()), zone)


def _span(part: str) -> Span:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise HoursError(f"{part!r} is not read; write 24/7, 11:00-05:00 or mon-fri 9:00-17:00")
    days, *clock = found.groups()
    first, _, last = (days or "daily").replace(" ", "").partition("-")
    if first == "daily":
        on = tuple(range(7))
    elif first in DAYS and (not last or last in DAYS):
        begin = DAYS.index(first)
        on = tuple((begin + n) % 7 for n in range((DAYS.index(last or first) - begin) % 7 + 1))
    else:
        raise HoursError(f"{days!r} are no days; write mon, tue, wed, thu, fri, sat, sun")
    return Span(on, _time(clock[0], clock[1]), _time(clock[2], clock[3]))


def _time(hour: str, minute: str | None) -> time:
    try:
        return time(int(hour) % 24 if int(hour) == 24 else int(hour), int(minute or 0))
    except ValueError:
        raise HoursError(f"{hour}:{minute or '00'} is no time of day") from None


def written_hours(hours: Hours | None) -> str:
    """The same in words, as `read_hours` takes them."""
    if hours is None:
        return ""
    if hours.spans is None:
        return ALWAYS
    return "; ".join(
        f"{_days(span.days)} {span.opens:%H:%M}-{span.closes:%H:%M}" for span in hours.spans
    )


def _days(days: tuple[int, ...]) -> str:
    if len(days) == 7:
        return "daily"
    return DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}-{DAYS[days[-1]]}"
