"""When a plan comes next: rules in the person's own time zone, right across every change of it.

Promise: pure; "now" is an argument. A slot keeps the local wall time that was asked for, also
where the zone jumps over it: then it is due at the first moment that exists after the gap. An
hour that comes twice is taken the first time, once only. Slots of a rule come strictly later
one after the other. It must not guess a zone, and must not fire more often than once an hour.

Simple daily and weekly rules are computed here in a few microseconds, because a wave prepares
ten thousand of them; every other rule is dateutil's. A property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule as dateutil_rule

from flows.rrules import Parts, RecurrenceError, parse
from flows.schedule_words import describe_parts, rrule_from

__all__ = [
    "RecurrenceError", "Rule", "Slot", "describe", "moment_of", "next_allowed", "next_slot",
    "rrule_from", "slots_between", "within_hours", "zone_of",
]  # fmt: skip

# a rule that brings nothing within so long is taken to bring nothing: 29 February on a chosen
# weekday comes again within 40 years at most
HORIZON = timedelta(days=366 * 41)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_PERIODS = {"HOURLY": timedelta(hours=1), "DAILY": _DAY, "WEEKLY": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Rule:
    """A plan's times. Raises RecurrenceError if the rule or the zone cannot be kept.

    `starts_local`: naive wall time of the first possible slot; gives the time of day where the
    rule has none. `until`: naive wall time of the last possible slot. `skip`: local dates left
    out. `paused_until`: aware; nothing is due before it.
    """

    rrule: str
    starts_local: datetime
    zone: str
    until: datetime | None = None
    skip: frozenset[date] = field(default_factory=frozenset)
    paused_until: datetime | None = None

    def __post_init__(self) -> None:
        parts = parse(self.rrule)
        zone_of(self.zone)
        if self.starts_local.tzinfo is not None:
            raise ValueError("starts_local is a wall time without a zone")
        if parts.weekdays is None:
            _dateutil(parts, self.starts_local, None)


class Slot(NamedTuple):
    """One time of a plan: the wall time asked for (naive) and the moment it is due (UTC)."""

    local: datetime
    due: datetime


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone by its name, such as Europe/Madrid. Raises RecurrenceError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise RecurrenceError(
            f"There is no time zone '{name[:60]}'.", "Use a name such as America/New_York."
        ) from None


def moment_of(local: datetime, zone: str) -> datetime:
    """The moment (UTC) of a naive wall time: after a gap if it falls in one, else the first."""
    return _moment(local, zone_of(zone))[0]


def _moment(local: datetime, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The moment, and whether the wall time falls in a gap."""
    before = zone.utcoffset(local.replace(fold=0))
    after = zone.utcoffset(local.replace(fold=1))
    assert before is not None  # a ZoneInfo always knows
    assert after is not None
    if before >= after:  # an ordinary hour, or the first of two
        return (local - before).replace(tzinfo=UTC, fold=0), False
    return _gap_end(local - after, local - before, before, zone), True


def _gap_end(low: datetime, high: datetime, before: timedelta, zone: ZoneInfo) -> datetime:
    """The moment of the jump, to the second; `low` is before it and `high` at or after it."""
    low, high = (moment.replace(tzinfo=UTC, fold=0, microsecond=0) for moment in (low, high))
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def next_slot(rule: Rule, after: datetime, taken: datetime | None = None) -> Slot | None:
    """The first slot due after `after` (aware), or None where the plan has come to its end.

    `taken`: the last local slot already taken. A person who moves west lives some hours twice;
    with `taken` they are not asked twice for the same one.
    """
    if after.tzinfo is None:
        raise ValueError("after needs a time zone")
    parts, zone = parse(rule.rrule), zone_of(rule.zone)
    if rule.paused_until is not None and rule.paused_until > after:
        after = rule.paused_until - timedelta(microseconds=1)
    local = after.astimezone(zone).replace(tzinfo=None, fold=0)
    if taken is not None and taken > local:
        local = taken
    while (found := _kept(rule, parts, zone, local)) is not None:
        local = found
        due, in_gap = _moment(found, zone)
        if due <= after:
            continue
        if in_gap:
            # another slot of the plan may be due at that very moment: it is the one to keep
            later = _kept(rule, parts, zone, found)
            if later is not None and _moment(later, zone)[0] == due:
                continue
        return Slot(found, due)
    return None


def slots_between(rule: Rule, after: datetime, until: datetime) -> Iterator[Slot]:
    """The slots due after `after` and up to `until`, both aware, in order."""
    slot = next_slot(rule, after)
    while slot is not None and slot.due <= until:
        yield slot
        slot = next_slot(rule, slot.due)


def _kept(rule: Rule, parts: Parts, zone: ZoneInfo, local: datetime) -> datetime | None:
    """The rule's first wall time after `local` that is within its end and not skipped."""
    end = _end(rule, parts, zone)
    while True:
        found = _next_local(rule, parts, local)
        if found is None or (end is not None and found > end):
            return None
        if found.date() not in rule.skip:
            return found
        local = found


def _end(rule: Rule, parts: Parts, zone: ZoneInfo) -> datetime | None:
    ends = [moment for moment in (rule.until, parts.until) if moment is not None]
    if parts.until_utc is not None:
        ends.append(parts.until_utc.astimezone(zone).replace(tzinfo=None, fold=0))
    return min(ends) if ends else None


def _next_local(rule: Rule, parts: Parts, local: datetime) -> datetime | None:
    """The rule's first wall time strictly after `local`, its ends left aside."""
    if parts.weekdays is None:
        return _slow_next(parts, rule.starts_local, local)
    return _fast_next(parts, rule.starts_local, local)


def _fast_next(parts: Parts, starts: datetime, local: datetime) -> datetime:
    hour, minute, second = parts.one("byhour"), parts.one("byminute"), parts.one("bysecond")
    at = time(
        starts.hour if hour is None else hour,
        starts.minute if minute is None else minute,
        starts.second if second is None else second,
    )
    weekdays = parts.weekdays or 1 << starts.weekday()
    begin = starts.replace(microsecond=0)
    found = datetime.combine(max(local, begin).date(), at)
    if found <= local or found < begin:
        found += _DAY
    while not weekdays >> found.weekday() & 1:
        found += _DAY
    return found


def _slow_next(parts: Parts, starts: datetime, local: datetime) -> datetime | None:
    begin = starts.replace(microsecond=0)
    period = _PERIODS.get(parts.freq)
    if parts.count is None and period is not None:
        # whole periods may be left out: without COUNT the start only says the rhythm
        passed = (local - begin) // (period * parts.interval)
        if passed > 1:
            begin += period * parts.interval * (passed - 1)
    reach = max(local, begin)
    until = reach + HORIZON if reach.year < 9900 else datetime.max
    for nth, found in enumerate(_dateutil(parts, begin, until), start=1):
        if parts.count is not None and nth > parts.count:
            return None
        if found > local:
            return found
    return None


def _dateutil(parts: Parts, starts: datetime, until: datetime | None) -> dateutil_rule:
    try:
        return dateutil_rule(**parts.options, dtstart=starts, until=until)
    except ValueError:
        raise RecurrenceError(
            "The rule never comes.", "Look at its hours beside its start and INTERVAL."
        ) from None


def describe(rule: Rule, language: str = "en") -> str:
    """The rule in plain words, English or Spanish (any other language: English)."""
    return describe_parts(parse(rule.rrule), rule.starts_local, language, rule.until)


def within_hours(moment: datetime, zone: str, start: int = 8, end: int = 21) -> bool:
    """True if the moment falls in the local hours from `start` until before `end`.

    Hours that run over midnight (20 to 4) are meant so; `start` == `end` means all day.
    """
    hour = moment.astimezone(zone_of(zone)).hour
    if start == end:
        return True
    if start < end:
        return start <= hour < end
    return hour >= start or hour < end


def next_allowed(moment: datetime, zone: str, start: int = 8, end: int = 21) -> datetime:
    """The moment itself if it is within the hours, else the next time they begin (UTC)."""
    if within_hours(moment, zone, start, end):
        return moment
    local = moment.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)
    opening = local.replace(hour=start, minute=0, second=0, microsecond=0)
    while (due := moment_of(opening, zone)) <= moment:
        opening += _DAY
    return due
