"""What a rota is: turns in plain words, read from YAML or from plain values, every problem told.

Promise: pure. All that is wrong with a file is told at once, by place, trouble and cure. A rota
of which two turns want people at the same hours is refused, so that never two come where one was
asked for. What it is then stands in `flows.rotations`.

    rota: evenings
    role: volunteer
    zone: America/New_York
    turns:
      - days: weekdays
        hours: 18:00 to 22:00
        people: [Maya, Tom, Lee]
        hand over: monday
        from: 2026-11-23
    holidays:
      2026-12-25: nobody
      2026-12-31: Lee
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from flows.durations import CURE as LENGTH_CURE
from flows.durations import seconds
from flows.hours import read_time
from flows.recurrence import RecurrenceError, Rule, slots_between, zone_of
from flows.rotations import REST, Rota, Turn
from flows.rrules import DAYS, parse
from flows.schedule_words import rrule_from

MOST_TURNS: Final = 50
_LARGEST: Final = 200_000  # letters of a file
_NOBODY: Final = ("nobody", "no one", "nadie")
_KEYS: Final = ("rota", "title", "role", "zone", "rest", "trained", "turns", "holidays")
_TURN_KEYS: Final = ("days", "hours", "people", "hand over", "from", "until", "at once")
_YEAR: Final = timedelta(days=371)
_TO: Final = re.compile(r"\s*(?:\bto\b|\ba\b|\bhasta\b|\buntil\b|[-\u2013\u2014])\s*")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Problem(NamedTuple):
    """What is wrong with a rota: where, what, and what to do about it."""

    place: str
    trouble: str
    cure: str


class RotaError(ValueError):
    """A rota that cannot be kept as it is written."""

    def __init__(self, place: str, trouble: str, cure: str) -> None:
        super().__init__(f"{place}: {trouble} {cure}")
        self.problem = Problem(place, trouble, cure)


# --- from a file


def read_rota(text: str | bytes, zone: str = "UTC") -> Rota | list[Problem]:
    """A rota out of YAML, or all that is wrong with it. `zone`: where it names none."""
    if len(text) > _LARGEST:
        return [Problem("the file", "It is too large.", "A rota is a page or two.")]
    try:
        if any(isinstance(event, AliasEvent) for event in YAML(typ="safe", pure=True).parse(text)):
            return [Problem("the file", "It repeats itself by `*`.", "Write each part out.")]
        document = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, UnicodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark is not None else "the file"
        return [Problem(place, "It is no YAML.", "See the indentation, colons and quotes there.")]
    if not isinstance(document, Mapping):
        cure = "Begin with `rota:` and a name, then `turns:`."
        return [Problem("the file", "It holds no rota.", cure)]
    return _whole(document, zone)


def _whole(document: Mapping[Any, Any], zone: str) -> Rota | list[Problem]:
    problems = [_unknown(key, _KEYS, "") for key in document if key not in _KEYS]
    found: dict[str, Any] = {}
    readers: Mapping[str, Callable[[], Any]] = {
        "name": lambda: name_of(document.get("rota", "")),
        "zone": lambda: _zone(document.get("zone") or zone),
        "role": lambda: name_of(document.get("role") or "volunteer", "role"),
        "rest": lambda: _rest(document.get("rest")),
        "trained": lambda: str(document["trained"]) if document.get("trained") else None,
        "title": lambda: str(document.get("title") or ""),
        "holidays": lambda: _holidays(document.get("holidays") or {}),
    }
    for name, reader in readers.items():
        try:
            found[name] = reader()
        except RotaError as error:
            problems.append(error.problem)
    turns, wrong = _turns(document.get("turns"))
    problems += wrong
    if problems:
        return problems
    try:
        return checked(Rota(turns=turns, **found))
    except RotaError as error:
        return [error.problem]


def _turns(given: Any) -> tuple[tuple[Turn, ...], list[Problem]]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        cure = "List them under `turns:`, each with days, hours and people."
        return (), [Problem("turns", "There are none.", cure)]
    if len(given) > MOST_TURNS:
        return (), [Problem("turns", f"There are more than {MOST_TURNS}.", "Make several rotas.")]
    turns: list[Turn] = []
    problems: list[Problem] = []
    for place, one in enumerate(given, start=1):
        at = f"turn {place}"
        if not isinstance(one, Mapping):
            problems.append(Problem(at, "It has no days.", "Give it days, hours and people."))
            continue
        unknown = [_unknown(key, _TURN_KEYS, f"{at}, ") for key in one if key not in _TURN_KEYS]
        problems += unknown
        try:
            turns.append(turn_of(
                one.get("days", "every day"), one.get("hours", ""), _listed(one.get("people")),
                one.get("from"), one.get("hand over"), one.get("at once", 1), one.get("until"),
            ))  # fmt: skip
        except RotaError as error:
            problems.append(error.problem._replace(place=f"{at}, {error.problem.place}"))
    return tuple(turns), problems


def _unknown(key: object, known: Sequence[str], before: str) -> Problem:
    return Problem(f"{before}{key}", "There is no such key.", f"There are: {', '.join(known)}.")


# --- from words


def turn_of(
    days: object, hours: object, people: Sequence[str], since: object, hands_over: object = None,
    asked: object = 1, until: object = None,
) -> Turn:  # fmt: skip
    """A turn from plain words: "weekdays", "18:00 to 22:00". Raises RotaError."""
    named = tuple(dict.fromkeys(str(person).strip() for person in people if str(person).strip()))
    if not named:
        raise RotaError("people", "Nobody is named.", "Name one or more, in their order.")
    if (
        isinstance(asked, bool)
        or not str(asked).isdigit()
        or not 1 <= int(str(asked)) <= len(named)
    ):
        cure = "Give a number from 1 to as many as are named."
        raise RotaError("at once", "So many cannot be on duty at once.", cure)
    begins, ends = hours_of(hours)
    weekday, weeks = _hand_over(hands_over)
    rule, said = _rule(str(days))
    first = day_of(since, "from")
    last = None if until is None else day_of(until, "until")
    if last is not None and last <= first:
        raise RotaError("until", "It ends before it begins.", "Give a day after `from`.")
    turn = Turn(rule, begins, ends, named, first, weekday, weeks, int(str(asked)), said, last)
    try:
        Rule(turn.rule_parts, datetime.combine(turn.since, begins), "UTC")
    except RecurrenceError as error:
        raise RotaError("days", error.trouble, error.cure) from None
    return turn


def _rule(days: str) -> tuple[str, str]:
    try:
        if "FREQ=" in days.upper():
            rule = days.strip().upper().removeprefix("RRULE:")
            if parse(rule).freq == "HOURLY" or "BYHOUR" in rule or "BYMINUTE" in rule:
                cure = "Leave BYHOUR and BYMINUTE out, and write them under hours."
                raise RotaError("days", "A rule gives days here, and no hours.", cure)
            return rule, ""
        return rrule_from(days), " ".join(days.split())
    except RecurrenceError as error:
        raise RotaError("days", error.trouble, error.cure) from None


def hours_of(said: object) -> tuple[time, time]:
    """ "18:00 to 22:00", "9am - 5pm", "20:00 to 8:00". Raises RotaError."""
    parts = _TO.split(str(said).strip())
    clocks = [read_time(part) for part in parts] if len(parts) == 2 else []
    if len(clocks) != 2 or None in clocks:
        raise RotaError("hours", "These are no hours.", "Write them like 18:00 to 22:00.")
    begins, ends = (time.fromisoformat(str(clock)) for clock in clocks)
    return begins, ends


def _hand_over(said: object) -> tuple[int | None, int]:
    """The weekday and after how many weeks: "monday", "every 2 weeks on monday"."""
    words = str(said or "").strip().lower()
    if words in ("", "each shift", "every shift"):
        return None, 1
    found = re.fullmatch(r"(?:every (\d{1,2}) weeks on )?(\w+)", words)
    try:
        rule = rrule_from(found[2]) if found else ""
    except RecurrenceError:
        rule = ""
    day = rule.partition("BYDAY=")[2]
    if found is None or day not in DAYS or int(found[1] or 1) < 1:
        cure = "Write a weekday, or `every 2 weeks on monday`; nothing: with each shift."
        raise RotaError("hand over", "It names no weekday.", cure)
    return DAYS.index(day), int(found[1] or 1)


def name_of(said: object, place: str = "rota") -> str:
    """A name of letters, digits and dashes. Raises RotaError."""
    name = str(said or "").strip().lower().replace(" ", "-")
    if not _NAME.fullmatch(name):
        cure = "Use letters, digits and dashes, such as evenings or crisis-line."
        raise RotaError(place, "It has no name that can be used.", cure)
    return name


def day_of(said: object, place: str) -> date:
    """A day as 2026-11-23. Raises RotaError."""
    if isinstance(said, datetime):
        return said.date()
    if isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        raise RotaError(place, "It is no day.", "Write it like 2026-11-23.") from None


def _zone(said: object) -> str:
    try:
        zone_of(str(said))
    except RecurrenceError as error:
        raise RotaError("zone", error.trouble, error.cure) from None
    return str(said)


def _rest(said: object) -> timedelta:
    if said is None:
        return REST
    length = seconds(str(said))
    if length is None:
        raise RotaError("rest", "It is no length of time.", LENGTH_CURE)
    return timedelta(seconds=length)


def _listed(given: object) -> list[str]:
    if given is None:
        return []
    if isinstance(given, str):
        return [part.strip() for part in given.split(",")]
    return [str(one) for one in given] if isinstance(given, Sequence) else [str(given)]


def _holidays(given: object) -> dict[date, tuple[str, ...]]:
    if not isinstance(given, Mapping):
        cure = "Write a line for each: 2026-12-25: nobody, or who has that day."
        raise RotaError("holidays", "They are no list of days.", cure)
    return {
        day_of(day, f"holiday {day}"): people_of(", ".join(_listed(who)))
        for day, who in given.items()
    }


def people_of(said: str) -> tuple[str, ...]:
    """Names between commas; `nobody` is none."""
    named = [part.strip() for part in said.split(",") if part.strip()]
    return () if [one.lower() for one in named] in ([name] for name in _NOBODY) else tuple(named)


def checked(rota: Rota) -> Rota:
    """The rota, where no hours of two of its turns meet. Raises RotaError."""
    for first in sorted({turn.since for turn in rota.turns}):
        _apart(rota.turns, first)
    return rota


def _apart(turns: Sequence[Turn], day: date) -> None:
    """Their hours do not meet in the year from that day on, by the wall clock."""
    spans = sorted(
        (local, turn.ends_local(local), place)
        for place, turn in enumerate(turns, start=1)
        for local in _a_year(turn, day)
    )
    for (_, over, first), (begins, _, second) in pairwise(spans):
        if begins < over:
            place = f"turn {max(first, second)}"
            with_ = "its own next shift" if first == second else f"turn {min(first, second)}"
            trouble = f"On {begins.date().isoformat()} its hours meet those of {with_}."
            cure = "Change the days or hours of one, or give one turn `at once: 2`."
            raise RotaError(place, trouble, cure)


def _a_year(turn: Turn, first: date) -> list[datetime]:
    """When its shifts of that year begin: in a zone whose clock never jumps."""
    rule = Rule(turn.rule_parts, datetime.combine(turn.since, turn.begins), "UTC")
    begin = datetime.combine(first, time(0), zone_of("UTC")) - timedelta(seconds=1)
    found = [slot.local for slot in slots_between(rule, begin, begin + _YEAR)]
    return [local for local in found if turn.until is None or local.date() < turn.until]
