"""The directory of lines as people are given it: which number, by place, language, need and hour.

Promise: the organisation's own line comes first for its country. Where its number is known to be
closed, or a line that somebody rang is there for the very need, that one is given. Where nobody
knows the country, the organisation's own is given at once. Read once under the house's stamp: a
text asks the database for nothing more. What a coordinator may do with it is `line_desk`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from flows import line_lists, lines
from flows.line_lists import Entry
from flows.lines import Line, Wanted
from service.organisation import Organisation
from service.storage import lines as stored
from service.storage import settings_rows
from service.storage.database import Tx

_SHIPPED = "lines.csv"
DROPPED = "lines_dropped"  # the setting that keeps the ids of lines that people took away


class Directory(NamedTuple):
    """All lines by country, ready to choose from."""

    by_country: Mapping[str, tuple[Line, ...]] = {}

    def of(self, country: str) -> tuple[Line, ...]:
        return self.by_country.get(country, ())


class Given(NamedTuple):
    """What a person is told: a line, the emergency number, and the entry the line is from.

    `entry` is None where the organisation's own number stands in no entry.
    """

    line: str
    emergency: str
    entry: Line | None


def read(tx: Tx) -> Directory:
    """The directory as it is stored."""
    found: dict[str, list[Line]] = {}
    for row in stored.listing(tx):
        found.setdefault(row.country, []).append(as_line(row))
    return Directory({country: tuple(some) for country, some in found.items()})


def given(directory: Directory, us: Organisation, wanted: Wanted | None, now: datetime) -> Given:
    """What to tell somebody; `wanted` is None where nobody knows their country."""
    country = wanted.country if wanted is not None else us.country
    own = us.lines.get(country)
    here = directory.of(country)
    if wanted is None:
        if own is not None:
            return Given(own.line, own.emergency, twin(here, own.line))
        wanted = Wanted(country, us.languages)
    found = lines.choose(here, wanted, now)
    best = found[0] if found else None
    if own is None:
        if best is None:
            other = us.line_for(country)
            return Given(other.line, lines.emergency(here, country) or other.emergency, None)
        emergency = best.emergency or lines.emergency(here, country)
        said = lines.said(best, wanted.languages)
        return Given(said, emergency or us.line_for(country).emergency, best)
    entry = twin(here, own.line)
    if best is not None and _rather(best, entry, wanted, now):
        return Given(lines.said(best, wanted.languages), own.emergency, best)
    return Given(own.line, own.emergency, entry)


def _rather(best: Line, own: Line | None, wanted: Wanted, now: datetime) -> bool:
    """Whether another line is given than the organisation's own."""
    if best is own or lines.is_open(best, now) is False:
        return False
    if own is not None and lines.is_open(own, now) is False:
        return True
    for_need = wanted.need is not None and wanted.need in best.needs
    own_for_need = wanted.need in (None, "self") or (own is not None and wanted.need in own.needs)
    return for_need and not own_for_need and lines.standing(best, now) == "ticked"


def twin(here: Iterable[Line], number: str) -> Line | None:
    """The entry of a number that is set as the organisation's own."""
    digits = _digits(number)
    return next(
        (line for line in here if digits in (_digits(line.voice), _digits(line.text))), None
    )


def _digits(number: str | None) -> str | None:
    return "".join(letter for letter in number or "" if letter in "0123456789*#") or None


def wanted_by(
    country: str | None,
    languages: Sequence[str],
    fields: Mapping[str, Any],
    need: str | None,
    by_call: bool,
) -> Wanted | None:
    """What is known of a person that a line has to fit; None without a country."""
    if not country:
        return None
    if need is None and fields.get("of_age") in (False, "no"):
        need = "young"
    region = fields.get("region")
    return Wanted(country, tuple(languages), need, str(region) if region else None, by_call)


# --- as it is stored, and as it ships


def as_line(row: stored.Line) -> Line:
    """A stored line as the rules take it."""
    hours = row.hours or {}
    return Line(
        row.id, row.country, row.name, tuple(row.needs), tuple(row.languages), row.voice, row.text,
        row.text_word, row.emergency, row.region,
        lines.read_hours(hours.get("written", ""), hours.get("zone", "")),
        row.checked_at, row.expires_at,
    )  # fmt: skip


def as_stored(entry: Entry, origin: str = stored.PERSON) -> stored.NewLine:
    """A row of a list as it is stored."""
    line = entry.line
    hours = None
    if line.hours is not None:
        hours = {"written": lines.written_hours(line.hours), "zone": line.hours.zone}
    return stored.NewLine(
        line.id, line.country, line.name, line.needs, line.languages, line.voice, line.text,
        line.text_word, line.emergency, line.region, hours, entry.notes, entry.source,
        entry.source_date, origin,
    )  # fmt: skip


@lru_cache(maxsize=1)
def shipped() -> tuple[Entry, ...]:
    """The facts that come with this release: public numbers, each with its source and date."""
    text = resources.files("service.data").joinpath(_SHIPPED).read_text("utf-8")
    entries, troubles = line_lists.read(text)
    assert not troubles, troubles
    return tuple(entries)


def seed(tx: Tx, now: datetime) -> int:
    """Put there what ships and is not there so, unticked; how many lines that were. One that a
    person took away stays away."""
    there = {row.id: row for row in stored.listing(tx)}
    gone = settings_rows.get(tx, DROPPED) or ()
    new = []
    for entry in shipped():
        line = as_stored(entry, stored.RELEASE)
        if line.id in gone:
            continue
        row = there.get(line.id)
        if row is None or (_open_to_release(row) and _differs(row, line)):
            new.append(line)
    if new:
        stored.seed(tx, new, now)
        settings_rows.touch(tx, now)
    return len(new)


def _open_to_release(row: stored.Line) -> bool:
    return row.origin == stored.RELEASE and row.checked_at is None


def _differs(row: stored.Line, line: stored.NewLine) -> bool:
    def plain(value: Any) -> Any:
        return list(value) if isinstance(value, (list, tuple)) else value

    return any(plain(getattr(row, name)) != plain(value) for name, value in line._asdict().items())
