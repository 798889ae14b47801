"""The flows that a command works on: the shipped library, and files given beside or over it.

Promise: a file that cannot be read is told with its cure; what a file says is read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flows.definition import Flow, Problem
from flows.reading import Reading, read
from flows.shelf import kind_and_name, library_of, shipped
from service.cli.trouble import Trouble

_MOST_READ = 64 * 1024 * 1024  # bytes; far more than any definition, and never without an end
Texts = dict[tuple[str, str], str]


class Written(NamedTuple):
    """One file: what kind of definition it holds, under which name, and its reading."""

    path: str
    kind: str
    name: str
    text: str
    reading: Reading[Any]


def files_in(paths: Iterable[str]) -> list[Path]:
    """Files, and those of folders; a folder stands for its .yaml files."""
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted([*path.glob("*.yaml"), *path.glob("*.yml")])
            if not inside:
                raise Trouble(given, "No .yaml file is in this folder.", "Give another folder.")
            found.extend(inside)
        elif path.exists():
            found.append(path)
        else:
            cure = "See the name, or leave it out for the shipped library."
            raise Trouble(given, "There is no such file.", cure)
    return found


def written(path: Path) -> Written:
    """A file and its reading, with problems that name it as it was given."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_READ)
    except OSError as error:
        cure = "See that you may read it."
        raise Trouble(str(path), f"It cannot be read: {error.strerror}.", cure) from None
    text = raw.decode("utf-8", "replace")
    kind, name = kind_and_name(text[:65_536], path.name)
    return Written(str(path), kind, name, text, read(kind, raw, str(path)))


def beside_the_shipped(files: Sequence[Written]) -> Texts:
    """The shipped texts, with those of the files in their place."""
    return {**shipped(), **{(one.kind, one.name): one.text for one in files}}


def flow_called(wanted: str) -> Flow:
    """A flow by its file, or by its name in the shipped library."""
    if _is_file(wanted):
        one = written(Path(wanted))
        if one.kind != "flow":
            raise Trouble(wanted, f"It holds {one.kind}, not a flow.", "Give the file of a flow.")
        if one.reading.value is None:
            raise _unreadable(one.reading.problems)
        flow: Flow = one.reading.value
        return flow
    flows = library_of(shipped()).flows
    if wanted not in flows:
        cure = f"There are: {', '.join(sorted(flows))}. Or give a file."
        raise Trouble(wanted, "No flow of the library has this name.", cure)
    return flows[wanted]


def _is_file(wanted: str) -> bool:
    return wanted.endswith((".yaml", ".yml")) or "/" in wanted or Path(wanted).is_file()


def _unreadable(problems: Sequence[Problem]) -> Exception:
    from flows.shelf import DefinitionError

    return DefinitionError(problems)
