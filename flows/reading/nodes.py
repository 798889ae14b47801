"""YAML text -> plain nodes with their places, within limits that are looked at first.

Promise: never raises, whatever comes in; nothing is built that an alias could multiply; every
scalar is the text that was typed. A state that is no YAML is left out with its problem, so that
it hides no other. The only module that knows ruamel.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from flows.definition import Place, Problem
from flows.reading.broken import blank_chunk, explained, open_quote, state_at

MOST_BYTES = 512 * 1024
MOST_DEPTH = 12
MOST_KEYS = 500
MOST_ITEMS = 2_000
MOST_NODES = 80_000
MOST_PROBLEMS = 100
MOST_DOCUMENTS = 500  # walks, by text and by call in each language
_MOST_REPAIRS = 10
_MOST_TABS = 20
_MOST_STRANGE = 20
_STRANGE = re.compile(
    "[^\n\t -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TOO_MANY_KEYS = (
    f"More than {MOST_KEYS} names stand in one group; a flow has at most so many states."
)


@dataclass(slots=True)
class Scalar:
    """One value as typed. `quoted` tells an empty text from nothing at all."""

    value: str
    line: int
    column: int
    quoted: bool = False


@dataclass(slots=True)
class Table:
    """Keys and values in the order written. A key written twice keeps its first value."""

    line: int
    column: int
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)


@dataclass(slots=True)
class Rows:
    """A list, one item a line."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


Node = Scalar | Table | Rows


@dataclass(slots=True)
class Parsed:
    """The documents of one file, its problems, and whether parts of it had to be left out."""

    documents: list[Node]
    problems: list[Problem]
    left_out: bool = False


class _StopReading(Exception):
    """A limit was passed: the rest of the file is not looked at."""


def parse(text: str | bytes, file: str) -> Parsed:
    """Every document of `text` as nodes; problems in the order found, each with its state."""
    refused = _refused(text, file)
    if refused is not None:
        return Parsed([], [refused], left_out=True)
    decoded, problems = _decoded(text, file)
    if decoded is None:
        return Parsed([], problems, left_out=True)
    lines = decoded.split("\n")
    parsed = _repaired(list(lines), file, problems)
    parsed.problems = [_with_state(problem, lines) for problem in parsed.problems]
    return parsed


def _with_state(problem: Problem, lines: list[str]) -> Problem:
    state = state_at(lines, problem.place.line)
    return replace(problem, place=replace(problem.place, state=state)) if state else problem


def _repaired(lines: list[str], file: str, problems: list[Problem]) -> Parsed:
    """Read what can be read: what is no YAML is told, taken out, and the rest read again."""
    left_out = bool(problems)
    for problem in _tabs(lines, file):
        left_out = True
        problems.append(problem)
        blank_chunk(lines, problem.place.line)
    problems.extend(_without_directives(lines, file))
    seen = {problem.place.line for problem in problems}
    repairs = (
        MOST_BYTES * 2 // (sum(map(len, lines)) + len(lines))
    )  # a large file is read twice at most
    for _ in range(min(repairs, _MOST_REPAIRS)):
        builder = _Builder(file)
        error = builder.build("\n".join(lines))
        if error is None:
            left_out = left_out or builder.stopped
            return Parsed(builder.documents, problems + builder.problems, left_out)
        left_out = True
        problem, line = _syntax_problem(error, file, lines)
        if problem.place.line not in seen:
            seen.add(problem.place.line)
            problems.append(problem)
        if line is None or not blank_chunk(lines, line):
            return Parsed(builder.documents, problems + builder.problems, left_out)
    return Parsed([], problems, left_out=True)


def _tabs(lines: list[str], file: str) -> list[Problem]:
    trouble = "A tab stands here; its width differs from screen to screen."
    cure = "Use spaces: two for each step inwards."
    with_tab = ((n, line.find("\t")) for n, line in enumerate(lines, start=1) if "\t" in line)
    return [
        Problem("reading/tab", Place(file, number, column + 1), trouble, cure)
        for number, column in islice(with_tab, _MOST_TABS)
    ]


def _without_directives(lines: list[str], file: str) -> list[Problem]:
    """Lines that speak to the parser itself, told once and emptied."""
    found: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if line.startswith("%"):
            lines[number - 1] = ""
            trouble = "A line that begins with % stands here; it says nothing in a flow."
            found.append(
                Problem("reading/directive", Place(file, number, 1), trouble, "Delete that line.")
            )
    return found[:1]


def _refused(text: str | bytes, file: str) -> Problem | None:
    size = len(text)
    if size <= MOST_BYTES:
        return None
    return Problem(
        "reading/too-large",
        Place(file, 1, 1),
        f"The file holds {size:,} letters; at most {MOST_BYTES:,} are read.",
        "Split it: one flow a file, and shorter flows that visit each other.",
    )


def _decoded(text: str | bytes, file: str) -> tuple[str | None, list[Problem]]:
    """The text with one kind of line ending, letters that no text holds replaced and told."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            line = before.count(b"\n") + 1
            column = len(before) - before.rfind(b"\n")
            return None, [
                Problem(
                    "reading/not-utf8",
                    Place(file, line, column),
                    "The file is not saved as UTF-8 text.",
                    "Save it again with the encoding UTF-8.",
                )
            ]
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    problems = []
    for found in _STRANGE.finditer(text):
        start = text.rfind("\n", 0, found.start()) + 1
        problems.append(
            Problem(
                "reading/strange-letter",
                Place(file, text.count("\n", 0, found.start()) + 1, found.start() - start + 1),
                f"A letter stands here that no text may hold (U+{ord(found[0]):04X}).",
                "Delete it and type the word again.",
            )
        )
        if len(problems) >= _MOST_STRANGE:
            return None, [
                Problem(
                    "reading/not-text",
                    Place(file, 1, 1),
                    "This is no text: it is full of signs that no text holds.",
                    "Give the file as an editor saves it, as UTF-8 text.",
                )
            ]
    return _STRANGE.sub("?", text), problems


def _syntax_problem(error: Exception, file: str, lines: list[str]) -> tuple[Problem, int | None]:
    """What the parser stumbled on, where it began, and the line to take out."""
    mark: Any = None
    message = ""
    if isinstance(error, MarkedYAMLError):
        message = f"{error.context or ''} {error.problem or ''}"
        opened = "flow" in message or "quoted" in message
        mark = (error.context_mark if opened else None) or error.problem_mark
    if mark is None:
        trouble, cure = explained(message)
        return Problem("reading/not-yaml", Place(file, 1, 1), trouble, cure), None
    line, column = mark.line + 1, mark.column + 1
    if "<scalar>" in message or "quoted" in message:
        opening = open_quote(lines, line)
        if opening is not None:
            line, column = opening
            message = "quoted scalar"
    trouble, cure = explained(message)
    return Problem("reading/not-yaml", Place(file, line, column), trouble, cure), line


class _Builder:
    """Events of the YAML parser -> nodes, stopping at the first limit passed."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self.stopped = False
        self._nodes = 0

    def build(self, text: str) -> Exception | None:
        """Fill `documents`; the error that ended it where the text is no YAML."""
        try:
            events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))
            for event in events:
                name = type(event).__name__
                if name.startswith(("Scalar", "Mapping", "Sequence", "Alias")):
                    if len(self.documents) >= MOST_DOCUMENTS:
                        trouble = f"More than {MOST_DOCUMENTS} parts stand in this file."
                        self._stop("too-many", event, trouble)
                    self.documents.append(self._node(event, events, 1))
        except _StopReading:
            self.stopped = True
        except Exception as error:
            # The parser raises ValueError, TypeError and more on odd escapes and directives:
            # whatever it is, the text is no YAML that we read, and the person is told so.
            return error
        return None

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._stop("too-many", event, f"The file holds more than {MOST_NODES:,} values.")
        if depth > MOST_DEPTH:
            self._stop("too-deep", event, f"This is nested deeper than {MOST_DEPTH} steps.")
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        kind = type(event).__name__
        if kind == "AliasEvent":
            self._refuse("alias", event, f"`*{event.anchor}` repeats another part of the file.")
            return Scalar("", line, column)
        if event.anchor is not None:
            self._refuse("anchor", event, f"`&{event.anchor}` marks a part to be repeated.")
        if event.tag is not None and event.tag != "!":
            self._refuse("tag", event, "A tag (`!...`) stands before this value.")
        if kind == "ScalarEvent":
            quoted = event.style is not None
            return Scalar(self._clean(event), line, column, quoted)
        if kind == "SequenceStartEvent":
            return self._rows(event, events, depth)
        return self._table(event, events, depth)

    def _rows(self, start: Any, events: Iterator[Any], depth: int) -> Rows:
        rows = Rows(start.start_mark.line + 1, start.start_mark.column + 1)
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            if len(rows.items) >= MOST_ITEMS:
                self._stop("too-many", event, f"This list has more than {MOST_ITEMS:,} items.")
            rows.items.append(self._node(event, events, depth + 1))
        return rows

    def _table(self, start: Any, events: Iterator[Any], depth: int) -> Table:
        table = Table(start.start_mark.line + 1, start.start_mark.column + 1)
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if isinstance(value, Scalar) and not value.value and not value.quoted:
                value.line, value.column = key.line, key.column  # nothing stands where its name is
            if not isinstance(key, Scalar):
                self._refuse("key", event, "A list or a group stands where a name is expected.")
            elif key.value in table.entries:
                first = table.entries[key.value][0].line
                self._add(
                    "duplicate-key",
                    key.line,
                    key.column,
                    f"`{key.value[:60]}` stands twice here, on lines {first} and {key.line}.",
                    "Keep one of them, or give the other its own name.",
                )
            else:
                if len(table.entries) >= MOST_KEYS:
                    self._stop("too-many", event, _TOO_MANY_KEYS)
                table.entries[key.value] = (key, value)
        return table

    def _clean(self, event: Any) -> str:
        """The text; escapes such as "\\0" can still bring letters that no message holds."""
        value: str = event.value
        if _STRANGE.search(value) or "\t" in value:
            self._refuse("strange-letter", event, "An escape makes a letter that no text holds.")
            value = _STRANGE.sub("?", value).replace("\t", " ")
        return value

    def _refuse(self, code: str, event: Any, trouble: str) -> None:
        cures = {
            "alias": "Write the part out where it is needed.",
            "anchor": "Delete the mark and write each part out where it is needed.",
            "tag": "Delete it: every value is read as the text that was typed.",
            "key": "Write a plain name before the colon.",
            "strange-letter": "Type the letter itself, or leave it out.",
        }
        mark = event.start_mark
        self._add(code, mark.line + 1, mark.column + 1, trouble, cures[code])

    def _stop(self, code: str, event: Any, trouble: str) -> None:
        mark = event.start_mark
        cure = "Split the file: shorter flows that visit each other are easier to follow."
        self._add(code, mark.line + 1, mark.column + 1, trouble, cure)
        raise _StopReading

    def _add(self, code: str, line: int, column: int, trouble: str, cure: str) -> None:
        place = Place(self.file, line, column)
        self.problems.append(Problem(f"reading/{code}", place, trouble, cure))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _StopReading
