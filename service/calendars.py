"""Calendars as files (iCalendar, RFC 5545): shifts written out, and events read in.

Promise: what is written has a UID that stays, times in UTC, and no name unless one was given. What
is read is either understood or told with place, trouble and cure: no event is guessed, none is
left out silently. Loaded only by commands that need it; nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import icalendar
import recurring_ical_events

from flows.recurrence import RecurrenceError, moment_of, zone_of
from flows.rrules import parse

PERSON = "X-HEARTHLINE-PERSON"  # a person's id, for a calendar that comes back to us
MOST = 2000  # events of one file, each time of a series counted
LARGEST = 2_000_000  # bytes
LONGEST = timedelta(hours=48)
_MAKER = "-//Hearthline//Rota//EN"


class Entry(NamedTuple):
    """A shift as a calendar has it. `title` may hold a name, where one was asked for."""

    uid: str
    starts: datetime
    ends: datetime
    title: str
    person_id: str
    made: datetime


class Event(NamedTuple):
    """One time of an event that was read. `who`: an id, or names in the order of their worth."""

    place: str
    starts: datetime
    ends: datetime
    person_id: str | None
    who: tuple[str, ...]


class Problem(NamedTuple):
    """What is wrong with one event: where, what, and what to do about it."""

    place: str
    trouble: str
    cure: str


def written(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar file of these shifts."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        event = icalendar.Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.made.astimezone(UTC))
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("dtend", entry.ends.astimezone(UTC))
        event.add("summary", entry.title)
        event.add(PERSON, entry.person_id)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def read(
    data: bytes, zone: str, since: datetime, until: datetime
) -> tuple[list[Event], list[Problem]]:
    """Events that touch a time, series told one by one, and all that is wrong with the file.

    `zone`: of events that name none, and of whole days.
    """
    if len(data) > LARGEST:
        return [], [Problem("the file", "It is too large.", "Export less of the calendar.")]
    try:
        calendars = icalendar.Calendar.from_ical(data.decode("utf-8-sig", "replace"), multiple=True)
    except (ValueError, IndexError, KeyError, RecursionError):
        calendars = []
    if not calendars:
        cure = "Export it again as .ics from the calendar that it comes from."
        return [], [Problem("the file", "It is no calendar.", cure)]
    events: list[Event] = []
    problems: list[Problem] = []
    for calendar in calendars:
        wrong = [one for one in _wrong(calendar) if one is not None]
        problems += wrong
        if not wrong:
            events += _times(calendar, zone, since, until, problems)
    if len(events) > MOST:
        cure = "Export less of it, or make several rotas."
        return [], [Problem("the file", f"It has more than {MOST} times.", cure)]
    return sorted(events, key=lambda event: (event.starts, event.place)), problems


def _wrong(calendar: Any) -> Iterator[Problem | None]:
    for nth, event in enumerate(calendar.walk("VEVENT"), start=1):
        yield _checked(event, _place(event, nth))


def _place(event: Any, nth: int | None = None) -> str:
    uid = str(event.get("uid", ""))[:60]
    if uid:
        return f"event {uid}"
    return f"event {nth}" if nth is not None else "an event"


def _checked(event: Any, place: str) -> Problem | None:
    """The first thing that is wrong with an event, before its times are told."""
    if event.errors:
        name = str(event.errors[0][0] or "a line")
        return Problem(place, f"Its {name} cannot be read.", "Mend it, and export it again.")
    starts = event.get("dtstart")
    if starts is None or not isinstance(getattr(starts, "dt", None), date):
        return Problem(place, "It has no beginning.", "Give it a day and an hour.")
    for name in ("dtstart", "dtend"):
        held = event.get(name)
        if held is None or not isinstance(held.dt, datetime) or held.dt.tzinfo is not None:
            continue
        if held.params.get("TZID"):
            trouble = f"Nothing is known of its time zone, {str(held.params['TZID'])[:40]}."
            cure = "Use a zone such as America/New_York, or none for the rota's own."
            return Problem(place, trouble, cure)
    rules = event.get("rrule")
    for rule in rules if isinstance(rules, list) else [rules] if rules is not None else []:
        try:
            parse(rule.to_ical().decode())
        except RecurrenceError as error:
            return Problem(place, error.trouble, error.cure)
    return None


def _times(
    calendar: Any, zone: str, since: datetime, until: datetime, problems: list[Problem]
) -> Iterator[Event]:
    try:
        found = recurring_ical_events.of(calendar).between(since, until)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        cure = "See its repetitions and exceptions, and export it again."
        problems.append(Problem("the file", "Its series cannot be told.", cure))
        return
    for event in found[: MOST + 1]:
        if str(event.get("status", "")).upper() == "CANCELLED":
            continue
        place = _place(event)
        starts, ends = _moment(event.start, zone), _moment(event.end, zone)
        if not timedelta(0) < ends - starts <= LONGEST:
            trouble = "It has no end after its beginning, or lasts longer than two days."
            problems.append(Problem(place, trouble, "Give each shift its own beginning and end."))
            continue
        person_id = str(event.get(PERSON, "")).strip() or None
        yield Event(place, starts, ends, person_id, _who(event))


def _moment(held: date | datetime, zone: str) -> datetime:
    if not isinstance(held, datetime):
        return moment_of(datetime.combine(held, time(0)), zone)
    if held.tzinfo is None:
        return moment_of(held, zone)
    zone_of(zone)
    return held.astimezone(UTC)


def _who(event: Any) -> tuple[str, ...]:
    """Who may be meant: who is invited, what stands after the colon of the title, the title."""
    invited = event.get("attendee", [])
    names = [
        str(one.params.get("CN", ""))
        for one in (invited if isinstance(invited, list) else [invited])
        if hasattr(one, "params")
    ]
    title = str(event.get("summary", ""))
    return tuple(dict.fromkeys(
        name.strip()[:120] for name in (*names, title.rpartition(":")[2], title) if name.strip()
    ))  # fmt: skip
