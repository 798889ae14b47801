"""What `hearthline flows check` finds: in the files given, read beside the shipped library."""

from __future__ import annotations

from flows.actions import ACTIONS
from flows.checks import check_flow, check_library
from flows.definition import Flow, Library, Problem
from flows.shelf import DefinitionError, file_of, library_of, shipped
from service.cli.shelf import Written, beside_the_shipped, files_in, written


def problems(paths: tuple[str, ...]) -> tuple[list[Problem], int]:
    """Every problem, in the order of files and lines; and how many files were looked at.

    A file that cannot be read as what it is gets its own problems alone: what depends on it
    would only repeat them in other words.
    """
    if not paths:
        return _of_library(), len(shipped())
    files = [written(path) for path in files_in(paths)]
    found = [problem for one in files for problem in one.reading.problems]
    if any(one.reading.value is None for one in files):
        return _sorted(found), len(files)
    try:
        library = library_of(beside_the_shipped(files))
    except DefinitionError as error:
        return _sorted([*found, *error.problems]), len(files)
    for one in files:
        if isinstance(one.reading.value, Flow):
            found += check_flow(one.reading.value, library, ACTIONS)
    if any(one.kind not in ("flow", "walks") for one in files):
        found += _whole(library, files)
    return _sorted(found), len(files)


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
    return sorted(set(found), key=lambda p: (p.place.file, p.place.line, p.place.column, p.code))
