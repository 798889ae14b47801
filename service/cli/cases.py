"""`hearthline cases ...`: who needs a person, by code."""

from __future__ import annotations

from typing import Any

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, most_option, said_or_read, words_option
from service.cli.output import Output, json_option

CODE = click.argument("code", metavar="CODE")
_COLUMNS = {
    "code": "CODE",
    "kind": "KIND",
    "priority": "PRIORITY",
    "status": "STATUS",
    "opened_at": "OPENED",
    "stopped": "STOPPED",
    "person_id": "PERSON",
}


@click.command()
@click.option("--all", "settled", is_flag=True, help="Settled ones too, the latest first.")
@most_option(100)
@json_option
def list_(show: Output, settled: bool, most: int) -> None:
    """List open cases, the oldest first."""
    from service import case_work

    with at_home() as house:
        found = case_work.listing(house, settled=settled, most=most)
    show.rows(_COLUMNS, found, "No case is open.")


@click.command()
@CODE
@words_option
@by_option
@json_option
def show_(show: Output, code: str, words: bool, by: str) -> None:
    """Show a case and what happened in it."""
    from service import case_work

    with at_home() as house:
        found = case_work.shown(house, code, by, words=words)
    if show.as_json:
        show.one(found)
        return
    show.one({name: value for name, value in found.items() if name != "events"})
    click.echo()
    columns = {"at": "AT", "act": "ACT", "by": "BY", **({"note": "NOTE"} if words else {})}
    show.rows(columns, found["events"])


@click.command()
@CODE
@by_option
@json_option
def take(show: Output, code: str, by: str) -> None:
    """Take a case: nobody else is asked any more."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.take(house, code, by))


@click.command()
@CODE
@click.argument("status", metavar="STATE")
@by_option
@json_option
def move(show: Output, code: str, status: str, by: str) -> None:
    """Move a case to another state, such as "in contact" or open."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.move(house, code, status, by))


@click.command()
@CODE
@click.option(
    "--as", "status", type=click.Choice(("resolved", "handed over", "cancelled")),
    default="resolved", show_default=True, help="How it ended.",
)  # fmt: skip
@by_option
@json_option
def close(show: Output, code: str, status: str, by: str) -> None:
    """Close a case."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.close(house, code, status, by))


@click.command()
@CODE
@click.argument("words", metavar="WORDS")
@by_option
@json_option
def note(show: Output, code: str, words: str, by: str) -> None:
    """Add what somebody should know; - reads it."""
    from service import case_work

    with at_home() as house:
        case_work.note(house, code, said_or_read(words, "the note"), by)
    show.one({"code": code.upper(), "noted": True})


def _tell(show: Output, case: dict[str, Any]) -> None:
    show.one({name: case[name] for name in ("code", "kind", "priority", "status")})


cases = LazyGroup(
    "cases",
    help="Who needs a person, by code.",
    later={
        "list": Later(__name__, "list_", "List open cases, the oldest first."),
        "show": Later(__name__, "show_", "Show a case and what happened in it."),
        "take": Later(__name__, "take", "Take a case."),
        "move": Later(__name__, "move", "Move a case to another state."),
        "note": Later(__name__, "note", "Add what somebody should know."),
        "close": Later(__name__, "close", "Close a case."),
    },
)
