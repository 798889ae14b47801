"""Who is on duty when: a rota's hours, who has them, and where somebody is missing.

Promise: pure; moments come in as arguments. Shifts keep the wall clock of the rota across every
change of it: hours that the clock leaves out are nobody's, an hour that comes twice belongs to
the shift that it lies in, once. Every hour that is wanted and not covered is told as a gap, and
nobody is counted twice. A holiday moves nobody's turn: who comes after stays who they were.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from flows.recurrence import Rule, moment_of, next_allowed, slots_between, within_hours, zone_of
from flows.rotations import Override, Rota, Turn
from flows.rrules import parse

ROTATION: Final = "rotation"
OVERRIDE: Final = "override"
REMIND_BEFORE: Final = timedelta(hours=3)
"""So long before a shift its person is reminded, if that is no hour to be woken at."""
_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=2)  # no shift of a turn is longer, whatever the clock does
WhyNot = Literal["own", "away", "role", "training", "on duty then", "rest", "over"]


class Span(NamedTuple):
    """From one moment to another, both aware."""

    starts: datetime
    ends: datetime

    def touches(self, other: Span) -> bool:
        return self.starts < other.ends and other.starts < self.ends


class Wanted(NamedTuple):
    """Hours in which somebody is wanted: so many at once, and those whose turn it is."""

    span: Span
    asked: int
    people: tuple[str, ...]
    source: str = ROTATION


class Duty(NamedTuple):
    """One person's shift. `slot` names it: when it begins by the rota's wall clock."""

    slot: str
    person: str
    starts: datetime
    ends: datetime
    source: str

    @property
    def span(self) -> Span:
        return Span(self.starts, self.ends)


class Gap(NamedTuple):
    """Hours in which fewer are on duty than were asked for."""

    starts: datetime
    ends: datetime
    asked: int
    there: int


class Candidate(NamedTuple):
    """Somebody who might take a shift over: what they can do, and when they are on duty."""

    person: str
    roles: frozenset[str] = frozenset()
    trained: frozenset[str] = frozenset()
    shifts: tuple[Span, ...] = ()
    away: bool = False


# --- what is wanted


def wanted(rota: Rota, since: datetime, until: datetime) -> list[Wanted]:
    """The hours that touch a time, the first first, and whose turn they are."""
    found = [one for turn in rota.turns for one in _of_turn(rota, turn, since, until)]
    for override in rota.overrides:
        span = _span_of(rota, override)
        if override.extra and span.starts < until and since < span.ends:
            found.append(Wanted(span, len(override.people), override.people, OVERRIDE))
    return sorted(found, key=lambda one: (one.span, one.people))


def _of_turn(rota: Rota, turn: Turn, since: datetime, until: datetime) -> Iterator[Wanted]:
    rule = Rule(turn.rule_parts, datetime.combine(turn.since, turn.begins), rota.zone)
    for slot in slots_between(rule, since - _LONGEST, until - timedelta(microseconds=1)):
        day = slot.local.date()
        if turn.until is not None and day >= turn.until:
            return
        ends = moment_of(turn.ends_local(slot.local), rota.zone)
        if ends <= max(since, slot.due):
            continue  # over, or the clock leaves all of it out
        people, asked = _whose(turn, day), turn.asked
        if day in rota.holidays:
            people = rota.holidays[day][:asked]
            if not people:
                continue
        yield Wanted(Span(slot.due, ends), asked, people)


def _whose(turn: Turn, day: date) -> tuple[str, ...]:
    """Whose turn a day is: as many as are asked for, the next ones in their order."""
    if turn.hands_over is not None:
        first, now = (_week(that, turn.hands_over) for that in (turn.since, day))
        nth = (now - first).days // 7 // turn.weeks
    else:
        nth = _nth(turn, day)
    count = len(turn.people)
    return tuple(turn.people[(nth * turn.asked + more) % count] for more in range(turn.asked))


def _week(day: date, begins: int) -> date:
    """The last day on or before this one that is such a weekday."""
    return day - timedelta(days=(day.weekday() - begins) % 7)


def _nth(turn: Turn, day: date) -> int:
    """How many shifts of this turn begin before this day."""
    mask = parse(turn.rule_parts).weekdays
    if mask:
        weeks, rest = divmod((day - turn.since).days, 7)
        starts = turn.since.weekday()
        return weeks * mask.bit_count() + sum(mask >> (starts + n) % 7 & 1 for n in range(rest))
    rule = Rule(turn.rule_parts, datetime.combine(turn.since, turn.begins), "UTC")
    utc = zone_of("UTC")
    begin = datetime.combine(turn.since, time(0), utc) - timedelta(seconds=1)
    until = datetime.combine(day, time(0), utc) - timedelta(seconds=1)
    return sum(1 for _ in slots_between(rule, begin, until))


def _span_of(rota: Rota, override: Override) -> Span:
    return Span(moment_of(override.since, rota.zone), moment_of(override.until, rota.zone))


# --- who has it


def duties(rota: Rota, since: datetime, until: datetime) -> list[Duty]:
    """Everybody's shifts that touch a time, the first first, overrides and holidays heeded."""
    pieces = [
        (person, one.span, one.source)
        for one in wanted(rota, since, until)
        for person in one.people
    ]
    for override in rota.overrides:
        if not override.extra:
            pieces = _overridden(pieces, override, _span_of(rota, override))
    found = [
        Duty(slot_name(span.starts, rota.zone), person, span.starts, span.ends, source)
        for person, span, source in _apart(pieces)
        if span.ends > since and span.starts < until
    ]
    return sorted(found, key=lambda duty: (duty.starts, duty.ends, duty.person))


_Piece = tuple[str, Span, str]


def _overridden(pieces: Sequence[_Piece], override: Override, window: Span) -> list[_Piece]:
    """Those in the window make way, and theirs become the override's people's."""
    left: list[_Piece] = []
    freed: set[Span] = set()
    for person, span, source in pieces:
        if override.instead_of not in (None, person) or not span.touches(window):
            left.append((person, span, source))
            continue
        left += [(person, part, source) for part in _without(span, window)]
        freed.add(Span(max(span.starts, window.starts), min(span.ends, window.ends)))
    return left + [(who, span, OVERRIDE) for span in sorted(freed) for who in override.people]


def _without(span: Span, window: Span) -> list[Span]:
    parts = [Span(span.starts, window.starts), Span(window.ends, span.ends)]
    return [part for part in parts if part.starts < part.ends]


def _apart(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """The same with nobody on duty twice at one moment: what meets is one shift."""
    by_person: dict[str, list[tuple[Span, str]]] = {}
    for person, span, source in pieces:
        by_person.setdefault(person, []).append((span, source))
    for person, theirs in by_person.items():
        held: tuple[Span, str] | None = None
        for span, source in sorted(theirs):
            if held is not None and span.starts < held[0].ends:
                longer = Span(held[0].starts, max(held[0].ends, span.ends))
                held = (longer, held[1])
                continue
            if held is not None:
                yield person, *held
            held = (span, source)
        if held is not None:
            yield person, *held


def slot_name(starts: datetime, zone: str) -> str:
    """When a shift begins by the wall clock; of an hour that comes twice, which of the two."""
    local = starts.astimezone(zone_of(zone))
    plain = local.replace(tzinfo=None, fold=0).isoformat(timespec="seconds")
    return local.isoformat(timespec="seconds") if local.fold else plain


def on_duty(shifts: Iterable[Duty], at: datetime) -> list[str]:
    """Who is on duty at a moment, each once."""
    return list(dict.fromkeys(d.person for d in shifts if d.starts <= at < d.ends))


# --- where somebody is missing


def gaps(
    wants: Iterable[Wanted], there: Iterable[tuple[str, Span]], since: datetime, until: datetime
) -> list[Gap]:
    """Hours of a time in which fewer are there than wanted. `there`: who really comes, and when.

    Hours beside one another of which the same is true are one gap.
    """
    asked = [(one.span, one.asked) for one in wants]
    present = list(there)
    edges = {since, until}
    for span in (*(span for span, _ in asked), *(span for _, span in present)):
        edges |= {moment for moment in span if since < moment < until}
    found: list[Gap] = []
    moments = sorted(edges)
    for begins, ends in pairwise(moments):
        wish = sum(count for span, count in asked if span.starts <= begins < span.ends)
        come = len({who for who, span in present if span.starts <= begins < span.ends})
        if come >= wish:
            continue
        last = found[-1] if found else None
        if last is not None and last.ends == begins and (last.asked, last.there) == (wish, come):
            found[-1] = last._replace(ends=ends)
        else:
            found.append(Gap(begins, ends, wish, come))
    return found


# --- who may take what, and a fair share


def why_not(
    shift: Duty, role: str, who: Candidate, rest: timedelta, now: datetime,
    trained: str | None = None,
) -> WhyNot | None:  # fmt: skip
    """Why somebody cannot take this shift over; None where they can.

    They have the role and the training, are on duty nowhere then, and rest before and after.
    """
    if shift.ends <= now:
        return "over"
    if who.person == shift.person:
        return "own"
    if who.away:
        return "away"
    if role not in who.roles:
        return "role"
    if trained is not None and trained not in who.trained | who.roles:
        return "training"
    if any(span.touches(shift.span) for span in who.shifts):
        return "on duty then"
    rested = Span(shift.starts - rest, shift.ends + rest)
    return "rest" if any(span.touches(rested) for span in who.shifts) else None


def may_take(
    shift: Duty, role: str, candidates: Iterable[Candidate], rest: timedelta, now: datetime,
    trained: str | None = None,
) -> list[str]:  # fmt: skip
    """Who may take this shift over, those with the fewest hours before the others."""
    able = [who for who in candidates if why_not(shift, role, who, rest, now, trained) is None]
    return [who.person for who in sorted(able, key=lambda who: (_length(who.shifts), who.person))]


def shares(people: Collection[str], shifts: Iterable[tuple[str, Span]]) -> Mapping[str, timedelta]:
    """How long each of these people is on duty; the least first. Others are left aside."""
    held = dict.fromkeys(people, timedelta(0))
    for person, span in shifts:
        if person in held:
            held[person] += span.ends - span.starts
    return dict(sorted(held.items(), key=lambda one: (one[1], one[0])))


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((span.ends - span.starts for span in spans), timedelta(0))


# --- when people hear of it


def remind_at(starts: datetime, zone: str, quiet_from: int = 21, quiet_to: int = 8) -> datetime:
    """When the person of a shift is reminded: hours before it, and never at night.

    `zone`: the person's own. A shift of the early morning is told of on the evening before.
    """
    due = starts - REMIND_BEFORE
    if within_hours(due, zone, quiet_to, quiet_from):
        return due
    local = due.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)
    evening = local.replace(hour=quiet_from, minute=0, second=0, microsecond=0) - timedelta(hours=1)
    while (told := moment_of(evening, zone)) > due:
        evening -= _DAY
    return told


def tell_at(now: datetime, gap: datetime, zone: str, quiet_from: int, quiet_to: int) -> datetime:
    """When coordinators are told of a gap: now, or in the morning if that is still before it."""
    morning = next_allowed(now, zone, quiet_to, quiet_from)
    return morning if morning < gap - REMIND_BEFORE else now


# --- others take turns


def rotated(rota: Rota, people: Sequence[str], since: date, place: int = 1) -> Rota | None:
    """The rota in which from that day on these have a turn, the first one first.

    place: which of the turns that are not over then; None where there are not so many.
    """
    standing = [
        nth for nth, turn in enumerate(rota.turns) if turn.until is None or turn.until > since
    ]
    if not 1 <= place <= len(standing):
        return None
    at = standing[place - 1]
    old = rota.turns[at]
    new = old._replace(people=tuple(people), since=since, asked=min(old.asked, len(people)))
    before = (old._replace(until=since),) if old.since < since else ()
    return rota._replace(turns=(*rota.turns[:at], *before, new, *rota.turns[at + 1 :]))
