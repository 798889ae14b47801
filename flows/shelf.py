"""The library: from the files that ship with it, or from stored texts, to one `Library`.

Promise: the only module of this package that opens files, and only those of `flows/library`.
A library either loads whole or is refused with every problem of every file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flows.definition import Flow, Library, Place, Policy, Problem, Walk
from flows.reading import OrganisationWords, Reading, read

FOLDER = Path(__file__).parent / "library"
SINGLE = ("keywords", "phrases", "fields", "lexicon")
"""Kinds of which a library has one file."""
_FIRST = re.compile(
    r"^(flow|keywords|phrases|fields|lexicon|policy|walk) *: *[\"']?([^\"'#\n]*)", re.MULTILINE
)


class DefinitionError(ValueError):
    """Definitions that cannot be used; `problems` holds all that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(told(problem) for problem in self.problems))


def told(problem: Problem) -> str:
    """One problem as a line: place, trouble, cure."""
    place = problem.place
    state = f" ({place.state})" if place.state else ""
    return (
        f"{place.file}:{place.line}:{place.column}{state}: "
        f"{problem.trouble} {problem.cure} [{problem.code}]"
    )


def shipped() -> dict[tuple[str, str], str]:
    """(kind, name) -> text of every file that ships."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        text = path.read_text("utf-8")
        found[kind_and_name(text, path.name)] = text
    return found


def kind_and_name(text: str, file: str) -> tuple[str, str]:
    """What a file is and what it is called: `("flow", "menu")`, `("keywords", "organisation")`.

    Walks are called as their file; a file that does not say what it is counts as a flow, so
    that reading it tells what is missing.
    """
    stem = file.removesuffix(".yaml").removesuffix(".yml")
    if stem.endswith(".walks"):
        return "walks", stem.removesuffix(".walks")
    found = _FIRST.search(text)
    if found is None:
        return "flow", stem
    if found[1] == "walk":
        return "walks", stem
    return found[1], found[2].strip() or stem


def file_of(kind: str, name: str) -> str:
    """The file's name as problems tell it."""
    if kind in SINGLE:
        return f"{kind}.yaml"
    return f"{name}.walks.yaml" if kind == "walks" else f"{name}.yaml"


@lru_cache(maxsize=1_024)
def reading_of(kind: str, name: str, text: str) -> Reading[Any]:
    """The reading of one text; editions share most of their files, so they are read once."""
    return read(kind, text, file_of(kind, name))


def library_of(texts: Mapping[tuple[str, str], str]) -> Library:
    """The library of these texts. Walks are left out: they are no part of an edition.

    Raises DefinitionError with every problem of every file.
    """
    problems: list[Problem] = []
    values: dict[tuple[str, str], Any] = {}
    for (kind, name), text in texts.items():
        if kind == "walks":
            continue
        reading = reading_of(kind, name, text)
        problems.extend(reading.problems)
        if reading.value is not None:
            values[kind, name] = reading.value
            problems.extend(_misnamed(kind, name, reading.value))
    single = {kind: _only(kind, values, problems) for kind in SINGLE}
    if problems:
        raise DefinitionError(problems)
    words: OrganisationWords | None = single["keywords"]
    return Library(
        flows={n: v for (k, n), v in values.items() if k == "flow"},
        keywords=words.keywords if words else (),
        phrases=single["phrases"] or {},
        fields=single["fields"] or {},
        lexicon=single["lexicon"],
        policies={n: v for (k, n), v in values.items() if k == "policy"},
        languages=words.languages if words else (),
    )


def walks_of(texts: Mapping[tuple[str, str], str]) -> tuple[Walk, ...]:
    """Every walk of these texts, in their order. Raises DefinitionError as `library_of`."""
    readings = [reading_of(k, name, text) for (k, name), text in texts.items() if k == "walks"]
    problems = [problem for reading in readings for problem in reading.problems]
    if problems:
        raise DefinitionError(problems)
    return tuple(walk for reading in readings for walk in reading.value or ())


def _misnamed(kind: str, name: str, value: object) -> list[Problem]:
    if not isinstance(value, Flow | Policy) or value.name == name:
        return []
    trouble = f"The {kind} calls itself `{value.name}`, and its file is called `{name}`."
    cure = "Give both the same name."
    return [Problem("library/misnamed", Place(file_of(kind, name), 1, 1), trouble, cure)]


def _only(kind: str, values: Mapping[tuple[str, str], Any], problems: list[Problem]) -> Any:
    """The one value of a kind, None where the library has none."""
    found = [(name, value) for (k, name), value in values.items() if k == kind]
    for name, _ in found[1:]:
        trouble = f"A second file of {kind} stands here, `{name}`; `{found[0][0]}` is one already."
        place = Place(file_of(kind, name), 1, 1)
        problems.append(
            Problem("library/several", place, trouble, "Bring both together in one file.")
        )
    return found[0][1] if found else None
