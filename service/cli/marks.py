"""`hearthline cases mark` and `hearthline messages mark`: what was missed, and false alarms."""

from __future__ import annotations

import click

from service.cli.home import at_home
from service.cli.options import by_option
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

_MARK = click.argument("mark", metavar="[MARK]", required=False)
_CLEAR = click.option("--clear", is_flag=True, help="Take the mark away, and its tests.")


@click.command("mark")
@click.argument("code", metavar="CODE")
@_MARK
@click.option("--message", "messages", multiple=True, metavar="ID", help="The text that is meant.")
@_CLEAR
@by_option
@json_option
def mark_case(
    show: Output, code: str, mark: str | None, messages: tuple[str, ...], clear: bool, by: str
) -> None:
    """Mark a case as missed, or as a "false alarm"; its words become tests of the lexicon.

    They are kept sealed, without names and numbers. See hearthline risk test.
    """
    from service import marking

    with at_home() as house:
        done = marking.mark_case(house, code, _mark(mark, clear), by, messages)
    show.one(done)
    if not clear and not done["tests"]:
        show.note("No text of it fits: name one with --message, and the lexicon is tested by it.")


@click.command("mark")
@click.argument("message", metavar="ID")
@_MARK
@_CLEAR
@by_option
@json_option
def mark_message(show: Output, message: str, mark: str | None, clear: bool, by: str) -> None:
    """Mark a text that came in as missed, though it opened no case, or as a "false alarm"."""
    from service import marking

    with at_home() as house:
        show.one(marking.mark_text(house, message, _mark(mark, clear), by))


def _mark(mark: str | None, clear: bool) -> str | None:
    """The mark that was given; None to take it away. Raises Trouble."""
    from service.storage.cases import MARKS

    cure = f"Give one of {', '.join(MARKS)}, or --clear."
    if clear:
        if mark is not None:
            raise Trouble(mark, "A mark is given, and taken away.", cure)
        return None
    if mark is None:
        raise Trouble("mark", "No mark is given.", cure)
    if mark not in MARKS:
        raise Trouble(mark, "There is no such mark.", cure)
    return mark
