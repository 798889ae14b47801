"""`hearthline people ...`: who is with us, what is kept of them, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, moment, most_option, said_or_read, span, words_option
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

WHO = click.argument("who", metavar="ID, NUMBER OR NAME")
_COLUMNS = {
    "id": "ID",
    "status": "STATUS",
    "language": "LANGUAGE",
    "zone": "ZONE",
    "plans": "PLANS",
    "next_checkin_at": "NEXT CHECK-IN",
    "last_heard_at": "LAST HEARD",
}
_PARTS: Mapping[str, tuple[str, dict[str, str]]] = {
    "numbers": ("Numbers", {
        "id": "ID", "main": "MAIN", "country": "COUNTRY", "shared": "SHARED",
        "has_word": "WORD", "opted_out_at": "OPTED OUT", "unusable": "UNUSABLE",
    }),
    "consents": ("Consent", {"at": "AT", "act": "ACT", "how": "HOW"}),
    "plans": ("Plans", {
        "id": "ID", "flow": "FLOW", "status": "STATUS", "times": "TIMES", "next_due": "NEXT",
    }),
    "occurrences": ("Last check-ins", {
        "local_slot": "SLOT", "status": "STATUS", "answer": "ANSWER", "id": "ID",
    }),
    "cases": ("Cases", {"code": "CODE", "kind": "KIND", "status": "STATUS", "opened_at": "OPENED"}),
    "messages": ("Last messages", {
        "at": "AT", "direction": "WAY", "status": "STATUS", "id": "ID",
    }),
    "calls": ("Last calls", {
        "created_at": "AT", "direction": "WAY", "purpose": "ABOUT", "status": "STATUS",
        "seconds": "SECONDS", "id": "ID",
    }),
    "recordings": ("Recordings", {
        "at": "AT", "kind": "KIND", "status": "STATUS", "seconds": "SECONDS", "id": "ID",
    }),
    "answers": ("Last answers", {"at": "AT", "flow": "FLOW", "state": "STATE", "value": "VALUE"}),
}  # fmt: skip


@click.command()
@click.option("--status", type=click.Choice(("invited", "joining", "active", "left", "erasing",
                                             "erased")), help="Only those.")  # fmt: skip
@click.option("--after", default="", metavar="ID", help="Go on after this id.")
@most_option(100)
@json_option
def list_(show: Output, status: str | None, after: str, most: int) -> None:
    """List people, by id and state; words and names are not shown."""
    from service import people

    with at_home() as house:
        found = people.listing(house, status, after, most)
    show.rows(_COLUMNS, found, "Nobody yet.")
    if len(found) == most:
        show.note(f"There may be more: --after {found[-1]['id']}")


@click.command()
@WHO
@by_option
@json_option
def find(show: Output, who: str, by: str) -> None:
    """Find people by the beginnings of their name's words, by number or by id."""
    from service import people

    with at_home() as house:
        found = people.find(house, who, by)
    show.rows(_COLUMNS, found, "Nobody answers to this.")


@click.command()
@WHO
@words_option
@most_option(10)
@by_option
@json_option
def show_(show: Output, who: str, words: bool, most: int, by: str) -> None:
    """Show what is kept of one person. With --words --json it is their whole export."""
    from service import people

    with at_home() as house:
        found = people.shown(house, who, by, words=words, most=most)
    if show.as_json:
        show.one(found)
        return
    show.one({name: value for name, value in found.items() if name not in _PARTS})
    for name, (title, columns) in _PARTS.items():
        rows = found.get(name)
        if rows:
            click.echo(f"\n{title}")
            show.rows(_with_words(columns, rows), rows)


def _with_words(columns: dict[str, str], rows: list[Mapping[str, Any]]) -> dict[str, str]:
    """Columns, and those that hold words where they were asked for."""
    private = {"number": "NUMBER", "wording": "WORDING", "text": "TEXT", "note": "NOTE"}
    return {**columns, **{name: head for name, head in private.items() if name in rows[0]}}


@click.command()
@WHO
@click.option("--until", metavar="DAY", help="The day on which check-ins come again.")
@click.option("--for", "length", metavar="LENGTH", help='How long, such as "2 weeks".')
@by_option
@json_option
def pause(show: Output, who: str, until: str | None, length: str | None, by: str) -> None:
    """Pause somebody's check-ins; they come again by themselves."""
    from datetime import timedelta

    from service import people

    if (until is None) == (length is None):
        raise Trouble("hearthline people pause", "How long is not clear.", "Give --until or --for.")
    with at_home() as house:
        if until is not None:
            ends = moment(until)
        else:
            ends = house.now() + timedelta(seconds=span(length or ""))
        show.one({"paused_until": people.pause(house, who, ends, by)})


@click.command()
@WHO
@by_option
@json_option
def resume(show: Output, who: str, by: str) -> None:
    """End a pause."""
    from service import people

    with at_home() as house:
        show.one({"next_checkin_at": people.resume(house, who, by)})


@click.command()
@WHO
@click.option("--now", "at_once", is_flag=True, help="At once; nothing brings it back.")
@click.option("--undo", is_flag=True, help="Take it back, within the seven days.")
@click.option("--yes", is_flag=True, help="With --now: do not ask again.")
@by_option
@json_option
def erase(show: Output, who: str, at_once: bool, undo: bool, yes: bool, by: str) -> None:
    """Erase somebody's words and numbers in seven days, here and at the phone network."""
    from service import people

    with at_home() as house:
        if undo:
            show.one({"kept": people.keep(house, who, by)})
        elif at_once:
            if not yes and not show.as_json:
                click.confirm("Words and numbers go for good. Erase now?", abort=True, err=True)
            people.erase_now(house, who, by)
            show.one({"erased": True})
        else:
            show.one({"erase_at": people.erase(house, who, by)})


@click.command()
@WHO
@click.option("--flow", metavar="NAME", help="What the call is about; otherwise what stands open.")
@by_option
@json_option
def call(show: Output, who: str, flow: str | None, by: str) -> None:
    """Ring somebody now, or in the morning where they sleep."""
    from service import ringing_by_hand

    with at_home() as house:
        show.one({"rings_at": ringing_by_hand.ring(house, who, by, flow)})


@click.command()
@WHO
@click.argument("word", required=False)
@click.option("--clear", is_flag=True, help="Take the word away.")
@by_option
@json_option
def word(show: Output, who: str, word: str | None, clear: bool, by: str) -> None:
    """Set the word that tells somebody from others on the same phone; - reads it."""
    from service import people

    if (word is None) != clear:
        raise Trouble("hearthline people word", "No word is given.", "Give one, or --clear.")
    with at_home() as house:
        without = people.set_word(
            house, who, None if word is None else said_or_read(word, "the word"), by
        )
    show.one({"word": "none" if clear else "set", "others_without": without})


@click.command()
@WHO
@click.option("--clear", is_flag=True, help="Take it away: they forgot it.")
@by_option
@json_option
def pin(show: Output, who: str, clear: bool, by: str) -> None:
    """Take away a PIN that somebody forgot. They set a new one themselves: by call, or PIN."""
    from service import people

    if not clear:
        cure = "Give --clear to take it away. Only the person sets one: by call, or PIN by text."
        raise Trouble("hearthline people pin", "A PIN is never shown.", cure)
    with at_home() as house:
        show.one({"pin": "cleared" if people.clear_pin(house, who, by) else "none"})


people = LazyGroup(
    "people",
    help="Who is with us, what is kept of them, and changing it.",
    later={
        "add": Later("service.cli.joining", "add", "Add somebody, invited or with their consent."),
        "list": Later(__name__, "list_", "List people, by id and state."),
        "find": Later(__name__, "find", "Find people by name, number or id."),
        "show": Later(__name__, "show_", "Show what is kept of one person."),
        "import": Later("service.cli.joining", "import_", "Add people from a CSV file."),
        "pause": Later(__name__, "pause", "Pause somebody's check-ins."),
        "resume": Later(__name__, "resume", "End a pause."),
        "number": Later("service.cli.joining", "number", "Give somebody their new number."),
        "word": Later(__name__, "word", "Tell people on one phone apart by a word."),
        "pin": Later(__name__, "pin", "Take away a PIN that somebody forgot."),
        "call": Later(__name__, "call", "Ring somebody now."),
        "erase": Later(__name__, "erase", "Erase somebody's words and numbers."),
    },
)
