"""`hearthline cases ...`: who needs a person, by code."""

from __future__ import annotations

from typing import Any

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, most_option, said_or_read, words_option
from service.cli.output import Output, json_option

CODE = click.argument("code", metavar="CODE")
KINDS = ("danger", "asked", "alert", "missed", "safe word")
PRIORITIES = ("routine", "urgent", "imminent")
_COLUMNS = {
    "code": "CODE",
    "kind": "KIND",
    "priority": "PRIORITY",
    "status": "STATUS",
    "opened_at": "OPENED",
    "deadline_at": "CONTACT BY",
    "holder_id": "WITH",
    "stopped": "STOPPED",
    "mark": "MARK",
    "person_id": "PERSON",
}
_PARTS = {
    "asked": ("Who was asked", {
        "who": "WHO", "by": "BY", "status": "CAME TO", "at": "AT", "settled_at": "SETTLED",
    }),
    "tests": ("Texts of it that are tests", {
        "id": "ID", "mark": "MARK", "at": "AT", "by": "BY",
    }),
}  # fmt: skip


@click.command()
@click.option("--all", "settled", is_flag=True, help="Settled ones too, the latest first.")
@click.option("--status", default="", help="Only those in this state, such as exhausted.")
@click.option("--kind", type=click.Choice(KINDS), default=None, help="Only those of this kind.")
@click.option("--priority", type=click.Choice(PRIORITIES), default=None, help="Only those.")
@click.option("--mark", default=None, help='Only those marked so: missed, or "false alarm".')
@click.option("--with", "holder", default="", metavar="WHO", help="Only those that WHO has.")
@click.option("--person", default="", metavar="WHO", help="Only those about WHO.")
@most_option(100)
@json_option
def list_(
    show: Output, settled: bool, status: str, kind: str | None, priority: str | None,
    mark: str | None, holder: str, person: str, most: int,
) -> None:  # fmt: skip
    """List open cases, the oldest first."""
    from service import case_files

    which = case_files.wanted(status, kind or "", priority or "", mark or "", holder, person)
    with at_home() as house:
        found = case_files.listing(house, which, settled=settled, most=most)
    show.rows(_COLUMNS, found, "No case." if settled else "No case is open.")


@click.command()
@CODE
@words_option
@by_option
@json_option
def show_(show: Output, code: str, words: bool, by: str) -> None:
    """Show a case: why it opened, wishes, who was asked, and what happened in it."""
    from service import case_files

    with at_home() as house:
        found = case_files.told(house, code, by, words=words)
    if show.as_json:
        show.one(found)
        return
    lists = ("events", *_PARTS)
    show.one({name: value for name, value in found.items() if name not in lists})
    for name, (title, columns) in _PARTS.items():
        if found[name]:
            click.echo(f"\n{title}")
            more = {"text": "TEXT"} if words and name == "tests" else {}
            show.rows({**columns, **more}, found[name])
    click.echo("\nWhat happened")
    columns = {"at": "AT", "act": "ACT", "by": "BY", "who": "WHO"}
    show.rows({**columns, **({"note": "NOTE"} if words else {})}, found["events"])


@click.command()
@CODE
@click.option("--for", "to", metavar="WHO", help="A volunteer takes it, who said so to you.")
@by_option
@json_option
def take(show: Output, code: str, to: str | None, by: str) -> None:
    """Take a case: nobody else is asked any more, and the others are thanked."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.take(house, code, by, to))


@click.command("pass")
@CODE
@click.option("--for", "whose", metavar="WHO", help="Who cannot; otherwise who has it.")
@by_option
@json_option
def pass_(show: Output, code: str, whose: str | None, by: str) -> None:
    """Whoever has it, or is asked, cannot: the next ones are asked at once."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.give_back(house, code, by, whose))


@click.command()
@CODE
@by_option
@json_option
def reached(show: Output, code: str, by: str) -> None:
    """Whoever has it spoke with the person."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.reached(house, code, by))


@click.command()
@CODE
@click.option(
    "--as", "status", type=click.Choice(("resolved", "handed over")), default="resolved",
    show_default=True, help="How it ended; handed over: to somebody outside.",
)  # fmt: skip
@by_option
@json_option
def done(show: Output, code: str, status: str, by: str) -> None:
    """Whoever has it is done with it."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.done(house, code, by, status))


@click.command("hand-over")
@CODE
@click.argument("to", metavar="WHO")
@by_option
@json_option
def hand_over(show: Output, code: str, to: str, by: str) -> None:
    """Ask WHO to take it, or to take it over. It stays where it is until they do."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.hand_over(house, code, to, by))


@click.command()
@CODE
@by_option
@json_option
def reopen(show: Output, code: str, by: str) -> None:
    """Have everybody asked anew, whoever has it."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.reopen(house, code, by))


@click.command()
@CODE
@by_option
@json_option
def cancel(show: Output, code: str, by: str) -> None:
    """It is needless: whoever is asked, or has it, hears so."""
    from service import case_work

    with at_home() as house:
        _tell(show, case_work.cancel(house, code, by))


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
    """Close a case, taking it first where nobody has."""
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
    show.one({name: case[name] for name in ("code", "kind", "priority", "status", "holder_id")})


cases = LazyGroup(
    "cases",
    help="Who needs a person, by code.",
    later={
        "list": Later(__name__, "list_", "List open cases, the oldest first."),
        "show": Later(__name__, "show_", "Show a case and what happened in it."),
        "take": Later(__name__, "take", "Take a case, or note who does."),
        "pass": Later(__name__, "pass_", "Whoever has it, or is asked, cannot."),
        "hand-over": Later(__name__, "hand_over", "Ask somebody by name to take it."),
        "reached": Later(__name__, "reached", "Whoever has it spoke with the person."),
        "note": Later(__name__, "note", "Add what somebody should know."),
        "done": Later(__name__, "done", "Whoever has it is done with it."),
        "reopen": Later(__name__, "reopen", "Have everybody asked anew."),
        "cancel": Later(__name__, "cancel", "It is needless."),
        "close": Later(__name__, "close", "Close a case, whoever has it."),
        "move": Later(__name__, "move", "Move a case to another state."),
        "mark": Later("service.cli.marks", "mark_case", "It was missed, or a false alarm."),
    },
)
