"""`hearthline prompts ...`: prompts that we recorded ourselves, and which are missing."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option
from service.cli.output import Output, json_option

_COLUMNS = {
    "is": "IS", "name": "FILE", "flow": "FLOW", "state": "STATE", "language": "LANGUAGE",
    "seconds": "SECONDS", "words": "WORDS",
}  # fmt: skip
_NOTHING = "No flow names a recording, and none is kept: everything is spoken."


def _list(show: Output) -> None:
    from service import prompts as kept

    with at_home() as house:
        rows = kept.listing(house)
    show.rows(_COLUMNS, rows, _NOTHING)
    left = sum(row["is"] in ("missing", "not recorded") for row in rows)
    if left:
        show.note(f"{left} of them are spoken by the voice until they are recorded.")


@click.command()
@json_option
def list_(show: Output) -> None:
    """List recorded prompts by flow, state and language: there, missing, not recorded, unused."""
    _list(show)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "name", metavar="NAME", help="Its name in flows; otherwise the file's own.")
@by_option
@json_option
def add(show: Output, file: Path, name: str | None, by: str) -> None:
    """Keep a WAV or MP3 under the name that flows play it by; one of that name is replaced."""
    from service import prompts as kept

    with at_home() as house:
        added = kept.add(house, file, name, by)
    show.one(added._asdict())
    if not added.said_by:
        show.note(f"No flow in force plays it yet: write `recording: {added.name}` there.")


@click.command()
@click.argument("name", metavar="NAME")
@by_option
@json_option
def remove(show: Output, name: str, by: str) -> None:
    """Take one away. Where flows play it, its words are spoken instead."""
    from service import prompts as kept

    with at_home() as house:
        show.one({"removed": name, "spoken_instead_by": kept.remove(house, name, by)})


@click.group(
    "prompts",
    cls=LazyGroup,
    invoke_without_command=True,
    later={
        "list": Later(__name__, "list_", "List them, and what is missing."),
        "add": Later(__name__, "add", "Keep a WAV or MP3."),
        "remove": Later(__name__, "remove", "Take one away."),
    },
)
@json_option
@click.pass_context
def prompts(context: click.Context, show: Output) -> None:
    """Prompts that we recorded ourselves, and which are missing. Without more: list them."""
    if context.invoked_subcommand is None:
        _list(show)
