"""What `hearthline flows check` finds: in the files given, read beside the shipped library."""

from __future__ import annotations

from dataclasses import replace

from flows.actions import ACTIONS
from flows.checks import check_flow, check_library
from flows.checks.drafts import check_text
from flows.definition import Flow, Library, Problem
from flows.reading import read_draft
from flows.shelf import DefinitionError, file_of, library_of, shipped
from service.cli.shelf import Written, beside_the_shipped, files_in, written

_NO_TEXT = ("reading/not-utf8", "reading/not-text", "reading/too-large")
_ALONE = ("flow", "walks")
"""Kinds that no other file leans on."""


def problems(paths: tuple[str, ...]) -> tuple[list[Problem], int]:
    """Every problem, in the order of files and lines; and how many files were looked at.

    A flow that cannot be read whole is checked as far as it goes. Where a file that every flow
    leans on cannot be read, what depends on it would only repeat its problems in other words.
    """
    if not paths:
        return _of_library(), len(shipped())
    files = [written(path) for path in files_in(paths)]
    found = [problem for one in files for problem in one.reading.problems]
    torn = [one for one in files if one.kind == "flow" and _torn(one)]
    sound = [one for one in files if one.reading.value is not None]
    if any(one.reading.value is None and one.kind not in _ALONE for one in files):
        return _sorted(found), len(files)
    try:
        library = library_of(beside_the_shipped(sound))
    except DefinitionError as error:
        return _sorted([*found, *error.problems]), len(files)
    for one in sound:
        if isinstance(one.reading.value, Flow):
            checked = check_flow(one.reading.value, _with_drafts(library, torn), ACTIONS)
            found += [p for p in checked if not torn or p.code != "structure/unknown-ending"]
    for one in torn:
        found += check_text(one.text, one.path, _with_drafts(library, torn), ACTIONS)
    if any(one.kind not in _ALONE for one in files):
        found += _whole(library, files)
    return _sorted(found), len(files)


def _torn(one: Written) -> bool:
    """Whether something of it could be read; not where it is no text at all, or far too long."""
    told = {problem.code for problem in one.reading.problems}
    return one.reading.value is None and told.isdisjoint(_NO_TEXT)


def _with_drafts(library: Library, torn: list[Written]) -> Library:
    """The library with what could be read of these, so that visits to them lead somewhere."""
    drafts = (read_draft(one.text, one.path).value for one in torn)
    flows = {draft.flow.name: draft.flow for draft in drafts if draft and draft.flow}
    return replace(library, flows={**library.flows, **flows}) if flows else library


def _of_library() -> list[Problem]:
    library = library_of(shipped())
    found = list(check_library(library))
    for flow in library.flows.values():
        found += check_flow(flow, library, ACTIONS)
    return _sorted(found)


def _whole(library: Library, files: list[Written]) -> list[Problem]:
    """Problems of the whole library, for files that every flow leans on."""
    names = {file_of(one.kind, one.name): one.path for one in files}
    return [problem for problem in check_library(library) if problem.place.file in names]


def _sorted(found: list[Problem]) -> list[Problem]:
    return sorted(
        set(found), key=lambda p: (p.place.file, p.place.line, p.place.column, p.code, p.trouble)
    )
