"""Adding people by hand: one, or a list out of a spreadsheet, many in one transaction.

Promise: nobody is texted whom we may not text. A number that somebody holds, that opted out or is
remembered for a stop, that declined before, or that lies outside of our countries is passed over
and told. Who comes without date and wording of their consent is invited: they get the first text,
and nothing more unless they answer it. What is understood of a cell is `flows.rosters`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import available_timezones

from flows.recurrence import Rule, Slot, moment_of, next_slot, zone_of
from flows.rosters import Known, Listed, Problem, Roster, read_roster
from service import enrolling, outbox
from service.by_hand import PERSON
from service.enrolling import Enrolled
from service.preferring import zone_of_country
from service.storage import ids, links, numbers, settings_rows, suppressions, trail
from service.storage.database import Refused
from service.turns import described

if TYPE_CHECKING:
    from service.editions import InForce
    from service.house import House
    from service.storage.database import Tx
    from service.storage.plans import NewPlan

BATCH = 500  # people in one transaction: others wait for it, on SQLite
_TRIES = 3
_GONE = ("left", "erasing", "erased")

_Place = tuple[str | None, str]  # country and kind of a number
Done = Literal["active", "invited", "skipped", "wrong"]


class Row(NamedTuple):
    """What became of one row. `column`, `trouble` and `cure` where it was not added, or not all
    of it was taken."""

    row: int
    done: Done
    person_id: str | None = None
    column: str | None = None
    trouble: str | None = None
    cure: str | None = None


def known_to(house: House) -> Known:
    """What the reading of a list has to know of this house."""
    with house.database.reading() as tx:
        return _known(house, house.editions.in_force(tx, settings_rows.stamp(tx)))


def _known(house: House, force: InForce) -> Known:
    us = force.organisation
    today = house.now().astimezone(zone_of(us.zone)).date()
    library = force.program.library
    return Known(us.country, library.languages, _zones(), library.flows, us.checkin_hour, today)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read(house: House, data: bytes, ignore: Collection[str] = ()) -> Roster:
    """A list as it can be understood; nothing is written."""
    return read_roster(data, known_to(house), ignore)


def bring(house: House, roster: Roster, by: str, *, dry_run: bool = False) -> Iterator[list[Row]]:
    """Add those of a list, a batch at each step; every row comes back once, with what was done.

    With `dry_run` nothing is written, and the rows tell what would be done.
    """
    yield [Row(p.row, "wrong", None, p.column, p.trouble, p.cure) for p in roster.problems]
    seen: dict[str, int] = {}
    for at in range(0, len(roster.listed), BATCH):
        batch = roster.listed[at : at + BATCH]
        if dry_run:
            with house.database.reading() as tx:
                rows = [row for row, _ in _decided(house, tx, batch, dict(seen))]
        else:
            rows = _write(house, batch, dict(seen), by)
        for listed in batch:
            seen.setdefault(listed.number, listed.row)
        yield rows


def _write(house: House, batch: Sequence[Listed], seen: dict[str, int], by: str) -> list[Row]:
    for left in reversed(range(_TRIES)):
        try:
            now = house.now()
            with house.database.writing() as tx:
                decided = _decided(house, tx, batch, dict(seen))
                added = [who for _, who in decided if who is not None]
                enrolling.enrol(tx, added, now)
                if added:
                    count = {"rows": len(batch), "added": len(added)}
                    trail.record(tx, by, "imported", PERSON, None, now, count)
            if any(not who.consented for who in added):
                house.nudger.nudge(2)
            return [row for row, _ in decided]
        except Refused:  # one of them wrote to us at this moment, and has their row now
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _decided(
    house: House, tx: Tx, batch: Sequence[Listed], seen: dict[str, int]
) -> list[tuple[Row, Enrolled | None]]:
    """For each of a batch what is done, and who is added. `seen`: number -> its first row."""
    force = house.editions.in_force(tx, settings_rows.stamp(tx))
    countries = outbox.allowed_countries(force)
    ours = {sender.number for sender in force.senders}
    plain = {listed.number for listed in batch}
    known = numbers.find_ids(tx, plain)
    rows = {row.number: row for row in numbers.load_many(tx, list(known.values())).values()}
    people = links.everybody(tx, list(known.values()))
    remembered = suppressions.among_them(tx, plain)
    joining: dict[str, list[Enrolled]] = {}
    found: list[tuple[Row, Enrolled | None]] = []
    now = house.now()
    for listed in batch:
        first = seen.setdefault(listed.number, listed.row)
        row = rows.get(listed.number)
        held_by = people[row.id] if row is not None else []
        place = described(listed.number)
        problem = (
            _of_place(listed, place, countries, ours)
            or _of_owner(listed, row, remembered)
            or _of_holders(listed, held_by, first)
        )
        if problem is not None:
            done: Done = "wrong" if problem.column in ("country", "word") else "skipped"
            found.append((Row(listed.row, done, None, *problem[1:]), None))
            continue
        beside = joining.setdefault(listed.number, [])
        others = [h.person_id for h in held_by if h.status not in _GONE] + [
            e.person_id for e in beside
        ]
        number_id = row.id if row is not None else beside[0].number_id if beside else None
        who = _enrolled(force, listed, place, number_id, bool(others), now)
        beside.append(who)
        silent = any(not holder.has_word for holder in held_by)
        found.append((_added(listed, who, silent), who))
    return found


class _Told(NamedTuple):
    row: int
    column: str
    trouble: str
    cure: str


def _of_place(
    listed: Listed, place: _Place, countries: Collection[str], ours: Collection[str]
) -> _Told | None:
    country, kind = place
    if listed.number in ours:
        return _Told(listed.row, "number", "This is our own number.", "Take the row out.")
    if kind == "premium":
        cure = "Ask for another number of theirs."
        return _Told(listed.row, "number", "This is a premium number: we never text one.", cure)
    if country not in countries:
        cure = "Allow it with `hearthline settings set allowed_countries`, or take the row out."
        return _Told(listed.row, "country", f"We do not text to {country}.", cure)
    return None


def _of_owner(
    listed: Listed, row: numbers.Number | None, remembered: Collection[str]
) -> _Told | None:
    if listed.number in remembered or (row is not None and row.opted_out_at is not None):
        cure = "Only they can come back, by texting START to us."
        return _Told(listed.row, "number", "Its owner asked for no more texts.", cure)
    if row is not None and row.unusable_code is not None:
        told = f"Nothing arrives there: the phone network says {row.unusable_code}."
        return _Told(listed.row, "number", told, "Ask for another number of theirs.")
    return None


def _of_holders(listed: Listed, held_by: Sequence[links.Holder], first: int) -> _Told | None:
    if any(holder.status in _GONE for holder in held_by):
        cure = "Only they can come back, by texting JOIN to us."
        return _Told(listed.row, "number", "Somebody on this number left us.", cure)
    if listed.shared and not listed.word:
        cure = "Choose a word with them, at best one that nobody else knows."
        return _Told(listed.row, "word", "A shared phone needs a word to tell them by.", cure)
    if first != listed.row and not listed.shared:
        told = f"The same number stands in row {first}."
        cure = "Take one out, or say yes under shared in both, with a word for each."
        return _Told(listed.row, "number", told, cure)
    if held_by and not listed.shared:
        cure = "Take the row out; if two people share the phone, say yes under shared."
        return _Told(listed.row, "number", "Somebody with us has this number.", cure)
    return None


def _enrolled(
    force: InForce, listed: Listed, place: _Place, number_id: str | None, beside: bool,
    now: datetime,
) -> Enrolled:  # fmt: skip
    us = force.organisation
    country, kind = place
    zone = listed.zone or zone_of_country(listed.fields.get("country") or country, us)
    consent_at = None
    if listed.consent_on is not None and listed.wording:
        day = datetime(listed.consent_on.year, listed.consent_on.month, listed.consent_on.day)
        consent_at = min(moment_of(day, zone), now)
    discreet = listed.discreet
    if discreet is None:  # nobody has said yet that the phone is theirs alone
        discreet = consent_at is not None or listed.shared
    fields = dict(listed.fields)
    if listed.discreet is False and not listed.shared:
        fields["phone_alone"] = "yes"
    person_id = ids.new()
    return Enrolled(
        person_id, number_id, listed.number, country, kind, fields,
        listed.language or us.languages[0], zone, listed.channel, discreet,
        force.senders[0].id, listed.shared or beside, beside, listed.word, listed.costs,
        consent_at, listed.wording if consent_at else None,
        _plan(listed, person_id, zone, now) if consent_at else None,
    )  # fmt: skip


def _plan(
    listed: Listed, person_id: str, zone: str, now: datetime
) -> tuple[NewPlan, Slot | None] | None:
    from service.storage.plans import NewPlan

    if listed.rrule is None:
        return None
    starts = now.astimezone(zone_of(zone)).replace(tzinfo=None, microsecond=0)
    slot = next_slot(Rule(listed.rrule, starts, zone), now)
    new = NewPlan(
        ids.new(), person_id, listed.flow, listed.rrule, starts.isoformat(), None,
        listed.channel, None, now,
    )  # fmt: skip
    return new, slot


def _added(listed: Listed, who: Enrolled, silent: bool) -> Row:
    """A row that was taken, with what of it was not. `silent`: somebody else on the phone has no
    word yet."""
    done: Done = "active" if who.consented else "invited"
    lacking = None if who.consented else _lacking(listed)
    if lacking is None and silent:
        told = "Somebody who was on this phone before has no word yet."
        cure = "Choose one with them: `hearthline people word`."
        lacking = Problem(listed.row, "word", told, cure)
    return Row(listed.row, done, who.person_id, *(lacking[1:] if lacking else ()))


def _lacking(listed: Listed) -> Problem | None:
    if listed.consent_on is None and listed.wording is None:
        if listed.rrule is None:
            return None
        told = "They are only invited: a plan comes when they have joined."
        return Problem(listed.row, "days", told, "Give date and wording of their consent.")
    column = "consent_wording" if listed.wording is None else "consent_date"
    told = "They are only invited: date and wording of a consent belong together."
    return Problem(listed.row, column, told, "Give both, or neither.")
