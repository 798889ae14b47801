"""What a coordinator does with the directory of lines: look, add, change, ring, tick, import.

Promise: a line counts once somebody of ours rang it and ticked it, for a year, and whatever is
changed of it has to be rung again. Each act is a line of the trail. A list is taken in row by
row: what is wrong is told by its line, and hinders no other. Nothing here rings anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from flows import line_lists, lines
from flows.line_lists import Entry, RowError, RowTrouble
from flows.lines import Wanted
from service import directory, organisation
from service.cures import Curable
from service.directory import Directory, as_line, as_stored
from service.house import House
from service.organisation import Organisation
from service.storage import lines as stored
from service.storage import settings_rows, trail
from service.storage.database import Tx

LINE = "line"  # as the trail names it
_UNKNOWN = "See `hearthline lines list`."


class Imported(NamedTuple):
    """What became of a list: ids new, changed and unchanged, and the rows that were left out."""

    added: list[str]
    changed: list[str]
    unchanged: list[str]
    troubles: list[RowTrouble]


class Duty(NamedTuple):
    """What people of a country are given for a need, and what is to be done about it.

    `standing` is that of `flows.lines`, or "unlisted" where the organisation's own number has no
    entry that could be ticked. `soon`: its tick ends within the warning. `waits`: a line for this
    very need that is not given, since nobody of ours rang it.
    """

    country: str
    need: str
    line: str
    emergency: str
    id: str | None
    standing: str
    expires_at: datetime | None
    soon: bool
    for_need: bool
    waits: str | None = None


def listing(
    house: House, country: str | None = None, need: str | None = None, standing: str | None = None
) -> list[dict[str, Any]]:
    """The lines, by country; of one country, need or standing where it is given."""
    now = house.now()
    with house.database.reading() as tx:
        rows = stored.listing(tx)
    shown = [_shown(row, now) for row in rows]
    return [
        row for row in shown
        if country in (None, row["country"]) and (need is None or need in row["needs"])
        and standing in (None, row["standing"])
    ]  # fmt: skip


def shown(house: House, line_id: str) -> dict[str, Any]:
    """One line with all that is known of it. Raises Curable."""
    with house.database.reading() as tx:
        return _shown(_called(tx, line_id), house.now())


def add(house: House, cells: Mapping[str, str], by: str) -> dict[str, Any]:
    """Add a line from its cells by column. Raises Curable."""
    now = house.now()
    given = {"source": f"added by {by}", "source_date": now.date().isoformat(), **_there(cells)}
    entry = _entry("the line", given)
    with house.database.writing() as tx:
        if stored.load(tx, entry.line.id) is not None:
            cure = f"Change it: `hearthline lines change {entry.line.id}`, or give another --id."
            raise Curable(entry.line.id, "There is a line of this id.", cure)
        _put(tx, entry, by, "added", now)
        return _shown(_called(tx, entry.line.id), now)


def change(house: House, line_id: str, cells: Mapping[str, str], by: str) -> dict[str, Any]:
    """Change some cells of a line; it has to be rung again then. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        row = _called(tx, line_id)
        before = cells_of(row)
        after = {**before, **_given(cells)}
        if after == before:
            cure = "Give what shall be other, such as --hours 24/7."
            raise Curable(row.id, "That changes nothing.", cure)
        _put(tx, _entry(row.id, after), by, "changed", now)
        return _shown(_called(tx, row.id), now)


def tick(house: House, line_id: str, by: str) -> dict[str, Any]:
    """Keep that somebody rang it today and it answers as it stands there. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        row = _called(tx, line_id)
        stored.tick(tx, row.id, by, now, now + lines.TICKED_FOR)
        _changed(tx, row.id, by, "ticked", now)
        return _shown(_called(tx, row.id), now)


def expire(house: House, line_id: str, by: str) -> dict[str, Any]:
    """Take the tick away: it did not answer as it should. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        row = _called(tx, line_id)
        if row.checked_at is None:
            raise Curable(row.id, "It has no tick.", "Nothing is to be taken away.")
        stored.untick(tx, row.id)
        _changed(tx, row.id, by, "expired", now)
        return _shown(_called(tx, row.id), now)


def drop(house: House, line_id: str, by: str) -> dict[str, Any]:
    """Take a line away for good: no release brings it again. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        row = _called(tx, line_id)
        gone = {*(settings_rows.get(tx, directory.DROPPED) or ()), row.id}
        settings_rows.put(tx, directory.DROPPED, sorted(gone), now)
        stored.drop(tx, row.id)
        _changed(tx, row.id, by, "dropped", now)
        return _shown(row, now)


def take_list(house: House, file: Path, by: str, *, dry_run: bool = False) -> Imported:
    """Take in a list; with `dry_run` only tell what it would do. Raises Curable."""
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise Curable(str(file), f"It cannot be read: {error.strerror}.", "See its name.") from None
    except UnicodeDecodeError:
        raise Curable(str(file), "It is no text in UTF-8.", "Save it as CSV in UTF-8.") from None
    entries, troubles = line_lists.read(text)
    told = Imported([], [], [], troubles)
    now = house.now()
    with house.database.writing() as tx:
        there = {row.id: row for row in stored.listing(tx)}
        for entry in entries:
            row = there.get(entry.line.id)
            if row is not None and cells_of(row) == cells_of(as_stored(entry)):
                told.unchanged.append(entry.line.id)
                continue
            (told.added if row is None else told.changed).append(entry.line.id)
            if not dry_run:
                _put(tx, entry, by, "added" if row is None else "changed", now)
    return told


def duties(house: House, countries: Iterable[str]) -> list[Duty]:
    """What people of these countries are given now, for each need."""
    with house.database.reading() as tx:
        us = organisation.read(settings_rows.all(tx))
        known = directory.read(tx)
    return duties_of(known, us, sorted(set(countries)), house.now())


def duties_of(
    known: Directory, us: Organisation, countries: Iterable[str], now: datetime
) -> list[Duty]:
    """The same from what is at hand."""
    return [_duty(known, us, country, need, now) for country in countries for need in lines.NEEDS]


def _duty(known: Directory, us: Organisation, country: str, need: str, now: datetime) -> Duty:
    told = directory.given(known, us, Wanted(country, us.languages, need), now)
    entry = told.entry
    waits = next(
        (
            line.id
            for line in known.of(country)
            if need in line.needs and need != "self" and lines.standing(line, now) != "ticked"
        ),
        None,
    )
    if entry is None or entry.country != country:
        return Duty(
            country, need, told.line, told.emergency, None, "unlisted", None, False,
            need == "self", waits,
        )  # fmt: skip
    standing = lines.standing(entry, now)
    left = entry.expires_at - now if entry.expires_at is not None else None
    soon = standing == "ticked" and left is not None and left <= lines.WARNED_BEFORE
    return Duty(
        country, need, told.line, told.emergency, entry.id, standing,
        entry.expires_at, soon, need in entry.needs, waits if need not in entry.needs else None,
    )  # fmt: skip


def cells_of(row: stored.Line | stored.NewLine) -> dict[str, str]:
    """A line as the cells of a list."""
    hours = row.hours or {}
    zone = "" if hours.get("written") == lines.ALWAYS else hours.get("zone", "")
    return {
        "id": row.id, "country": row.country, "region": row.region or "", "name": row.name,
        "needs": " ".join(row.needs), "languages": " ".join(row.languages),
        "voice": row.voice or "", "text": row.text or "", "text_word": row.text_word or "",
        "emergency": row.emergency or "", "zone": zone, "hours": hours.get("written", ""),
        "notes": row.notes or "", "source": row.source or "", "source_date": row.source_date or "",
    }  # fmt: skip


def _shown(row: stored.Line, now: datetime) -> dict[str, Any]:
    line = as_line(row)
    cells: dict[str, Any] = dict(cells_of(row))
    cells |= {"needs": list(row.needs), "languages": list(row.languages)}
    return {
        **cells,
        "said": lines.said(line, line.languages),
        "open_now": lines.is_open(line, now),
        "standing": lines.standing(line, now),
        "checked_at": row.checked_at,
        "checked_by": row.checked_by,
        "expires_at": row.expires_at,
    }


def _entry(place: str, cells: Mapping[str, str]) -> Entry:
    try:
        return line_lists.entry_of(cells)
    except RowError as error:
        raise Curable(f"{place}, {error.column}", error.trouble, error.cure) from None


def _there(cells: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in cells.items() if value}


def _given(cells: Mapping[str, str | None]) -> dict[str, str]:
    """What was given, an empty value too: it takes away."""
    return {name: value for name, value in cells.items() if value is not None}


def _put(tx: Tx, entry: Entry, by: str, act: str, now: datetime) -> None:
    stored.put(tx, as_stored(entry), now)
    _changed(tx, entry.line.id, by, act, now)


def _changed(tx: Tx, line_id: str, by: str, act: str, now: datetime) -> None:
    settings_rows.touch(tx, now)
    trail.record(tx, by, act, LINE, line_id, now)


def _called(tx: Tx, line_id: str) -> stored.Line:
    found = stored.load(tx, line_id.strip().lower()) or stored.load(tx, line_id.strip())
    if found is None:
        raise Curable(line_id, "No line has this id.", _UNKNOWN)
    return found
