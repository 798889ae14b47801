"""Lists of lines as tables: what a row has to hold, and what is wrong with one that does not.

Promise: pure; every trouble is told with its row and column and with the cure. A row that cannot
be used hinders no other.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from flows.lines import LONGEST, NEEDS, Hours, HoursError, Line, read_hours, said

COLUMNS: Final[Mapping[str, str]] = MappingProxyType({
    "id": "A name of its own, such as us-988; without it, one is made of country and name.",
    "country": "Two letters, such as US; needed.",
    "region": "Where in the country; without it, everywhere.",
    "name": "What the line is called; needed.",
    "needs": "self, violence, overdose, child, young; several with blanks between. Without: self.",
    "languages": "Tags such as en es, with blanks between.",
    "voice": "The number to call, as dialled there.",
    "text": "The number to text, as dialled there.",
    "text_word": "What a text has to begin with: HOME, or HOME, es: HOLA.",
    "emergency": "The country's own emergency number.",
    "zone": "The time zone of the hours, such as Europe/Copenhagen.",
    "hours": "24/7, 11:00-05:00 or mon-fri 9:00-17:00; sat 10-14. Without: not known.",
    "notes": "What a coordinator should know.",
    "source": "Where the number was found; needed.",
    "source_date": "On which day, such as 2026-03-31; needed.",
})  # fmt: skip
NEEDED: Final = ("country", "name", "source", "source_date")

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
_DIALLED: Final = re.compile(r"[0-9*#+][0-9*# ()-]*")
_LONGEST_EMERGENCY: Final = 20


class Entry(NamedTuple):
    """One row that can be used, with what the directory keeps besides the line."""

    line: Line
    notes: str | None
    source: str
    source_date: str


class RowTrouble(NamedTuple):
    """What is wrong with one row; `row` counts lines of the file, the heading being 1."""

    row: int
    column: str
    trouble: str
    cure: str


class RowError(ValueError):
    """A value that cannot be used: its column, the trouble, the cure."""

    def __init__(self, column: str, trouble: str, cure: str) -> None:
        super().__init__(f"{column}: {trouble} {cure}")
        self.column, self.trouble, self.cure = column, trouble, cure


def read(text: str) -> tuple[list[Entry], list[RowTrouble]]:
    """Every row of a table with a heading that can be used, and the trouble of all others."""
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text.splitlines()[0], ",;\t")
    except (csv.Error, IndexError):
        dialect = csv.excel
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), dialect)
    heading = [name.strip().lower() for name in next(rows, [])]
    wrong = list(_heading(heading))
    if wrong:
        return [], wrong
    entries, troubles = [], []
    seen: dict[str, int] = {}
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            entry = entry_of(dict(zip(heading, cells, strict=False)))
            first = seen.setdefault(entry.line.id, rows.line_num)
            if first != rows.line_num:
                told = f"{entry.line.id} stands in line {first} already."
                raise RowError("id", told, "Give each line an id of its own.")
            entries.append(entry)
        except RowError as error:
            troubles.append(RowTrouble(rows.line_num, error.column, error.trouble, error.cure))
    return entries, troubles


def _heading(heading: list[str]) -> Iterator[RowTrouble]:
    there = f"There are: {', '.join(COLUMNS)}."
    for name in NEEDED:
        if name not in heading:
            yield RowTrouble(1, name, "This column is missing.", there)
    for name in heading:
        if name and name not in COLUMNS:
            yield RowTrouble(1, name, "No line has such a column.", there)


def entry_of(given: Mapping[str, str]) -> Entry:
    """One line from its cells by column. Raises RowError."""
    cells = {name: " ".join(str(given.get(name) or "").split()) for name in COLUMNS}
    for name in NEEDED:
        if not cells[name]:
            raise RowError(name, "It is missing.", COLUMNS[name])
    country = cells["country"].upper()
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise RowError("country", f"{cells['country']} is no country.", COLUMNS["country"])
    line = Line(
        cells["id"] or named(country, cells["name"]),
        country,
        cells["name"],
        _needs(cells["needs"]),
        tuple(_parts(cells["languages"].lower())),
        _dialled("voice", cells["voice"]),
        _dialled("text", cells["text"]),
        cells["text_word"] or None,
        _dialled("emergency", cells["emergency"], _LONGEST_EMERGENCY),
        cells["region"] or None,
        _hours(cells["hours"], cells["zone"]),
    )
    if not _ID.fullmatch(line.id):
        raise RowError("id", f"{line.id} cannot be used.", "Use small letters, digits and dashes.")
    if not line.voice and not line.text:
        raise RowError("voice", "There is no number to call or to text.", COLUMNS["voice"])
    if len(said(line, line.languages)) > LONGEST:
        told = f"What is said of it has more than {LONGEST} letters."
        raise RowError("text_word", told, "Leave out what need not be there.")
    return Entry(line, cells["notes"] or None, cells["source"], _day(cells["source_date"]))


def named(country: str, name: str) -> str:
    """An id made of country and name: "us-crisis-text-line"."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "line"
    return f"{country.lower()}-{plain}"[:60].rstrip("-")


def _parts(written: str) -> Iterable[str]:
    return [part for part in re.split(r"[ ,;/]+", written) if part]


def _needs(written: str) -> tuple[str, ...]:
    needs = tuple(dict.fromkeys(_parts(written.lower()))) or ("self",)
    for need in needs:
        if need not in NEEDS:
            raise RowError("needs", f"{need} is no need.", f"There are: {', '.join(NEEDS)}.")
    return needs


def _dialled(column: str, written: str, longest: int = LONGEST) -> str | None:
    if not written:
        return None
    if not _DIALLED.fullmatch(written) or len(written) > longest:
        cure = "Write the digits as they are dialled there, words apart."
        raise RowError(column, f"{written} is nothing that can be dialled.", cure)
    return written


def _hours(written: str, zone: str) -> Hours | None:
    try:
        return read_hours(written, zone)
    except HoursError as error:
        raise RowError(
            "hours", f"{str(error)[0].upper()}{str(error)[1:]}.", COLUMNS["hours"]
        ) from None


def _day(written: str) -> str:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        told = f"{written} is no day."
        raise RowError("source_date", told, COLUMNS["source_date"]) from None
