"""Reading a list of people out of a spreadsheet: CSV text -> people, and every problem by row.

Promise: pure; what is known of the house comes in as an argument. A value that is not understood
is told with row, column, trouble and cure, and its row is left out: nothing is guessed. All
problems of a file come at once. Which numbers may be texted is not decided here.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from types import MappingProxyType
from typing import NamedTuple

import phonenumbers

from flows.hours import read_time
from flows.places import country_named, zone_named
from flows.plain import plain
from flows.recurrence import RecurrenceError
from flows.schedule_words import rrule_from

COLUMNS: Mapping[str, str] = MappingProxyType({
    "number": "The phone number, with + and country code; needed.",
    "name": "The name that we use.",
    "pronouns": "How we speak of them.",
    "language": "en, es or es-tu; without it, the organisation's first.",
    "country": "Where they live, for the right emergency number.",
    "zone": "A city or time zone, such as Madrid or America/New_York.",
    "channel": "text or call; without it, text.",
    "discreet": "yes or no: whether wording is discreet.",
    "shared": "yes where several people of the list use this phone; each needs a word.",
    "word": "The word that tells them from others on a shared phone.",
    "costs": "yes where texts cost them.",
    "consent_date": "When they agreed, such as 2026-03-31.",
    "consent_wording": "The words that they agreed to.",
    "days": "When to check in, in words: every day, weekdays, monday and friday.",
    "time": "At what time, such as 10:00 or 6pm.",
    "flow": "Which check-in; without it, daily-checkin.",
})  # fmt: skip

_ALSO = MappingProxyType({
    "phone": "number", "phone number": "number", "telephone": "number", "mobile": "number",
    "telefono": "number", "numero": "number", "nombre": "name", "idioma": "language",
    "pais": "country", "time zone": "zone", "timezone": "zone", "city": "zone",
    "consented on": "consent_date", "consent": "consent_date", "wording": "consent_wording",
    "hour": "time", "dias": "days", "hora": "time",
})  # fmt: skip
_YES = frozenset(("yes", "y", "si", "s", "true", "1", "x"))
_NO = frozenset(("no", "n", "false", "0"))
_LONGEST_CELL = 2000
_DEFAULT_FLOW = "daily-checkin"


class Known(NamedTuple):
    """What the house knows: its country, languages, time zones, flows, hour, and the day."""

    country: str
    languages: Collection[str]
    zones: Collection[str]
    flows: Collection[str]
    hour: str
    today: date


class Listed(NamedTuple):
    """One person as listed. `fields` are declared fields; `rrule` without a plan is None."""

    row: int
    number: str
    fields: Mapping[str, str]
    language: str | None
    zone: str | None
    channel: str
    discreet: bool | None
    shared: bool
    word: str | None
    costs: bool
    consent_on: date | None
    wording: str | None
    rrule: str | None
    flow: str

    @property
    def consented(self) -> bool:
        """Whether the list says when and to which words they agreed."""
        return self.consent_on is not None and self.wording is not None


class Problem(NamedTuple):
    """What is wrong with one cell; row 1 is the line with the names of the columns."""

    row: int
    column: str
    trouble: str
    cure: str


class Roster(NamedTuple):
    """Those who could be read, and what is wrong with the others. `rows` counts all of them."""

    listed: list[Listed]
    problems: list[Problem]
    rows: int


class _Wrong(Exception):
    """One cell that cannot be used."""

    def __init__(self, column: str, trouble: str, cure: str) -> None:
        super().__init__(trouble)
        self.column, self.trouble, self.cure = column, trouble, cure


def read_roster(data: bytes, known: Known, ignore: Collection[str] = ()) -> Roster:
    """People out of a CSV file, with commas, semicolons or tabs. `ignore`: columns left out."""
    lines = _lines(_decoded(data))
    try:
        header = next(lines, None)
        if header is None or not any(header):
            cure = "Put the names of the columns into the first row, then one person a row."
            return Roster([], [Problem(1, "", "The file is empty.", cure)], 0)
        names, problems = _columns(header, {plain(name) for name in ignore})
        if problems:
            return Roster([], problems, 0)
        return _people(lines, names, known)
    except csv.Error:
        cure = "Save it again as CSV (UTF-8)."
        return Roster([], [Problem(1, "", "The file is no CSV.", cure)], 0)


def read_person(cells: Mapping[str, str], known: Known) -> Listed | Problem:
    """One person from cells by the names of their columns; `row` is 1."""
    try:
        return _person(1, cells, known)
    except _Wrong as wrong:
        return Problem(1, wrong.column, wrong.trouble, wrong.cure)


def _people(lines: Iterable[list[str]], names: Sequence[str | None], known: Known) -> Roster:
    listed: list[Listed] = []
    problems: list[Problem] = []
    rows = 0
    for row, line in enumerate(lines, start=2):
        if not any(cell.strip() for cell in line):
            continue
        rows += 1
        cells = {
            name: cell.strip() for name, cell in zip(names, line, strict=False) if name is not None
        }
        try:
            if len(line) > len(names) and any(cell.strip() for cell in line[len(names) :]):
                cure = "Put a text that holds the separator into quotation marks."
                raise _Wrong("", "It has more cells than there are columns.", cure)
            listed.append(_person(row, cells, known))
        except _Wrong as wrong:
            problems.append(Problem(row, wrong.column, wrong.trouble, wrong.cure))
    return Roster(listed, problems, rows)


def _decoded(data: bytes) -> str:
    """Text as spreadsheets save it: UTF-8 with or without its mark, UTF-16, or Windows' own."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _lines(text: str) -> Iterator[list[str]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=separator)


def _columns(
    header: Sequence[str], ignored: Collection[str]
) -> tuple[list[str | None], list[Problem]]:
    names: list[str | None] = []
    problems: list[Problem] = []
    for cell in header:
        said = plain(cell.replace("_", " ").replace("-", " "))
        name = _ALSO.get(said) or next((n for n in COLUMNS if n.replace("_", " ") == said), None)
        if not said or said in ignored or plain(cell) in ignored:
            names.append(None)
        elif name is None:
            near = difflib.get_close_matches(said, COLUMNS, n=1)
            meant = f"Did you mean {near[0]}? Otherwise" if near else "Rename it, or"
            cure = f"{meant} leave it out with --ignore {cell.strip()!r}."
            problems.append(Problem(1, cell.strip(), "There is no such column.", cure))
        elif name in names:
            problems.append(Problem(1, name, "It stands there twice.", "Take one of them out."))
        else:
            names.append(name)
    if "number" not in names and not problems:
        cure = f"Name the columns in the first row: {', '.join(COLUMNS)}."
        problems.append(Problem(1, "number", "This column is needed.", cure))
    return names, problems


# --- one person


def _person(row: int, cells: Mapping[str, str], known: Known) -> Listed:
    for name, cell in cells.items():
        if len(cell) > _LONGEST_CELL:
            raise _Wrong(name, f"It has {len(cell)} letters.", f"Use {_LONGEST_CELL} at most.")
    wording = cells.get("consent_wording") or None
    return Listed(
        row, _number(cells.get("number", ""), known.country), _fields(cells, known),
        _language(cells, known), _zone(cells, known), _channel(cells),
        _yes_or_no(cells, "discreet"), bool(_yes_or_no(cells, "shared")), cells.get("word") or None,
        bool(_yes_or_no(cells, "costs")), _consent_on(cells, known.today), wording,
        _rrule(cells, known), _flow(cells, known),
    )  # fmt: skip


def _number(cell: str, country: str) -> str:
    said = cell.strip().lstrip("'=\"").rstrip('"').strip()
    if not said:
        raise _Wrong("number", "It is empty.", "Give a number, or take the row out.")
    if "e+" in said.lower():
        cure = "Make the column a text in the spreadsheet, and type the number again."
        raise _Wrong("number", "The spreadsheet shortened the number.", cure)
    if said.startswith("00"):
        said = f"+{said[2:]}"
    try:
        parsed = phonenumbers.parse(said, None if said.startswith("+") else country)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed) or parsed.extension:
        cure = "Write it with + and country code, such as +15550142001."
        raise _Wrong("number", "This is no whole phone number.", cure)
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _fields(cells: Mapping[str, str], known: Known) -> dict[str, str]:
    fields = {name: cells[name] for name in ("name", "pronouns") if cells.get(name)}
    if cells.get("country"):
        country = country_named(cells["country"])
        if country is None:
            raise _Wrong("country", "No country is known by this.", "Write it out, or two letters.")
        fields["country"] = country
    return fields


def _language(cells: Mapping[str, str], known: Known) -> str | None:
    said = cells.get("language", "").lower()
    if not said:
        return None
    if said.split("-")[0] not in known.languages:
        cure = f"Write one of {', '.join(sorted(known.languages))}."
        raise _Wrong("language", "We do not speak this one.", cure)
    return said


def _zone(cells: Mapping[str, str], known: Known) -> str | None:
    said = cells.get("zone", "")
    if not said or said in known.zones:
        return said or None
    zone = zone_named(said, known.zones)
    if zone is None:
        cure = "Write a big city of it, or a name such as America/New_York."
        raise _Wrong("zone", "No time zone is known by this.", cure)
    return zone


def _channel(cells: Mapping[str, str]) -> str:
    said = plain(cells.get("channel", "")) or "text"
    if said not in ("text", "call"):
        raise _Wrong("channel", "We can only text or call.", "Write text or call.")
    return said


def _yes_or_no(cells: Mapping[str, str], name: str) -> bool | None:
    said = plain(cells.get(name, ""))
    if not said:
        return None
    if said not in _YES | _NO:
        raise _Wrong(name, "It is neither yes nor no.", "Write yes or no, or leave it empty.")
    return said in _YES


def _consent_on(cells: Mapping[str, str], today: date) -> date | None:
    said = cells.get("consent_date", "")
    if not said:
        return None
    try:
        day = date.fromisoformat(said[:10])
    except ValueError:
        cure = "Write it like 2026-03-31: year, month, day."
        raise _Wrong("consent_date", "This is no day.", cure) from None
    if day > today:
        raise _Wrong("consent_date", "This day is still to come.", "Give the day they agreed.")
    return day


def _rrule(cells: Mapping[str, str], known: Known) -> str | None:
    days, said = cells.get("days", ""), cells.get("time", "")
    if not days and not said:
        return None
    at = read_time(said) if said else known.hour
    if at is None:
        raise _Wrong("time", "This is no time of day.", "Write it like 9:00 or 18:30.")
    try:
        return rrule_from(days or "every day", time.fromisoformat(at))
    except RecurrenceError as error:
        raise _Wrong("days", error.trouble, error.cure) from None


def _flow(cells: Mapping[str, str], known: Known) -> str:
    name = cells.get("flow") or _DEFAULT_FLOW
    if name not in known.flows:
        raise _Wrong("flow", "No flow has this name.", "See `hearthline flows check`.")
    return name
