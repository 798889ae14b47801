"""What commands print: tables for people, JSON for programs, and progress on the way.

Promise: the same facts in both. JSON goes to standard output alone, one object a line for a list
and one object for one thing, with moments in UTC as ISO 8601. Notes and progress never mix with it.
"""

from __future__ import annotations

import datetime
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import click

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_NARROWEST = 8


def json_option(command: F) -> F:
    """`--json` for a command; it gets `show`, an `Output`, as its first argument."""

    def chosen(_context: click.Context, _parameter: click.Parameter, value: bool) -> Output:
        return Output(as_json=value)

    option = click.option(
        "--json", "show", is_flag=True, callback=chosen, help="Print JSON, one object a line."
    )
    return option(command)


class Output:
    """Prints one way or the other."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def rows(
        self,
        columns: Mapping[str, str],
        rows: Iterable[Mapping[str, Any]],
        nothing: str = "Nothing.",
    ) -> int:
        """A list: `columns` are field -> heading; a row may hold more, for JSON only.

        Returns how many there were.
        """
        if self.as_json:
            count = 0
            for count, row in enumerate(rows, start=1):  # noqa: B007 (it is what we return)
                click.echo(as_line(row))
            return count
        held = list(rows)
        if not held:
            click.echo(nothing)
            return 0
        for line in _table(columns, held):
            click.echo(line)
        return len(held)

    def one(self, fields: Mapping[str, Any]) -> None:
        """One thing, a line a field; lists below one another."""
        if self.as_json:
            click.echo(as_line(fields))
            return
        width = max((len(name) for name in fields), default=0)
        for name, value in fields.items():
            for place, line in enumerate(_lines(value)):
                label = "" if place else name.replace("_", " ")
                click.echo(f"{label:<{width}}  {line}".rstrip())

    def text(self, text: str, name: str = "text") -> None:
        """A text as it is, or as one field of an object."""
        click.echo(as_line({name: text}) if self.as_json else text.rstrip("\n"))

    def note(self, words: str) -> None:
        """A remark for a person; programs do not see it."""
        if not self.as_json:
            click.echo(words)

    def progress(self, things: Iterable[T], length: int, doing: str) -> Iterator[T]:
        """The same things, with a bar while a person watches."""
        if self.as_json or not _watched():
            yield from things
            return
        with click.progressbar(things, length=length, label=doing, file=sys.stderr) as bar:
            yield from bar


def as_line(value: Mapping[str, Any]) -> str:
    """One JSON object on one line."""
    import json

    return json.dumps(value, ensure_ascii=False, default=_plain)


def shown(value: Any) -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M %Z").rstrip()
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(shown(part) for part in value) or "-"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(part)}" for name, part in value.items()) or "-"
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.UTC) if value.tzinfo else value
        return utc.isoformat().replace("+00:00", "Z")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def _table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Columns as wide as they need to be; the last one ends where the screen does."""
    cells = [[" ".join(shown(row.get(name)).split()) for name in columns] for row in rows]
    headings = list(columns.values())
    widths = [max(len(line[n]) for line in [headings, *cells]) for n in range(len(headings))]
    left = shutil.get_terminal_size((100, 24)).columns - sum(widths[:-1]) - 2 * (len(widths) - 1)
    last = max(left, _NARROWEST, len(headings[-1])) if _watched_output() else None
    for line in [headings, ["-" * width for width in widths], *cells]:
        if last is not None and len(line[-1]) > last:
            line[-1] = line[-1][:last] if set(line[-1]) == {"-"} else line[-1][: last - 1] + "…"
        yield "  ".join(
            f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)
        ).rstrip()


def _lines(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)) and value:
        return [shown(part) for part in value]
    return shown(value).splitlines() or ["-"]


def _watched() -> bool:
    return sys.stderr.isatty()


def _watched_output() -> bool:
    return sys.stdout.isatty()
