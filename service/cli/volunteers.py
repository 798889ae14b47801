"""`hearthline volunteers ...`: who takes cases: checked, trained, reachable."""

from __future__ import annotations

from datetime import date, timedelta

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, moment, most_option, said_or_read, span
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

WHO = click.argument("who", metavar="ID, NUMBER OR NAME")
ON = click.option("--on", "day", metavar="DAY", help="The day it was; without it, today.")
_COLUMNS = {
    "person_id": "ID",
    "status": "STATUS",
    "ready": "READY",
    "on_duty": "ON DUTY",
    "roles": "ROLES",
    "languages": "LANGUAGES",
    "topics": "TRAINED",
    "phones": "PHONES",
}


@click.command()
@click.option("--all", "left", is_flag=True, help="Those who left too.")
@json_option
def list_(show: Output, left: bool) -> None:
    """List volunteers, by id."""
    from service import volunteers

    with at_home() as house:
        show.rows(_COLUMNS, volunteers.listing(house, left=left), "No volunteers yet.")


@click.command()
@WHO
@json_option
def show_(show: Output, who: str) -> None:
    """Show one volunteer: check, training, phones."""
    from service import volunteers

    with at_home() as house:
        show.one(volunteers.shown(house, who))


@click.command()
@WHO
@click.option("--role", "roles", multiple=True, help="May be given more than once.")
@click.option("--language", "languages", multiple=True, help="In which they can listen.")
@click.option("--cap", type=click.IntRange(1, 100), help="Cases a day at most.")
@by_option
@json_option
def add(
    show: Output, who: str, roles: tuple[str, ...], languages: tuple[str, ...], cap: int | None,
    by: str,
) -> None:  # fmt: skip
    """Somebody would like to take cases; or change what they do."""
    from service import volunteers

    with at_home() as house:
        show.one(volunteers.add(house, who, roles, languages, cap, by))


@click.command()
@WHO
@ON
@by_option
@json_option
def vet(show: Output, who: str, day: str | None, by: str) -> None:
    """Record that a coordinator checked who they are."""
    from service import volunteers

    with at_home() as house:
        show.one(volunteers.vet(house, who, _day(day), by))


@click.command()
@WHO
@click.argument("topic", metavar="TOPIC")
@ON
@by_option
@json_option
def train(show: Output, who: str, topic: str, day: str | None, by: str) -> None:
    """Record a training, such as listening or crisis."""
    from service import volunteers

    with at_home() as house:
        show.one(volunteers.train(house, who, topic, _day(day), by))


def _day(text: str | None) -> date | None:
    return moment(text).date() if text is not None else None


@click.command()
@WHO
@click.option("--until", metavar="DAY", help="The day on which they are back.")
@click.option("--for", "length", metavar="LENGTH", help='How long, such as "2 weeks".')
@click.option("--end", "over", is_flag=True, help="They are back now.")
@by_option
@json_option
def rest(
    show: Output, who: str, until: str | None, length: str | None, over: bool, by: str
) -> None:
    """Ask nothing of somebody for a while, or until they are back."""
    from service import volunteers

    if sum((until is not None, length is not None, over)) > 1:
        cure = "Give one of --until, --for and --end, or none."
        raise Trouble("hearthline volunteers rest", "How long is not clear.", cure)
    with at_home() as house:
        if over:
            show.one(volunteers.back(house, who, by))
            return
        ends = moment(until) if until is not None else None
        if length is not None:
            ends = house.now() + timedelta(seconds=span(length))
        show.one(volunteers.rest(house, who, ends, by))


@click.command()
@WHO
@by_option
@json_option
def leave(show: Output, who: str, by: str) -> None:
    """Somebody volunteers no more: cases go back, shifts stand open."""
    from service import volunteers

    with at_home() as house:
        show.one(volunteers.leave(house, who, by))


@click.command()
@WHO
@click.option("--channel", type=click.Choice(("text", "call")), help="Otherwise their first phone.")
@by_option
@json_option
def test(show: Output, who: str, channel: str | None, by: str) -> None:
    """Send a test by text or by call: it says that it is one, and asks for "ok", or a key."""
    from service import trials

    with at_home() as house:
        show.one(trials.ask(house, who, by, channel))
    show.note("See who answered, and when: hearthline volunteers tests")


@click.command()
@click.argument("who", metavar="[ID, NUMBER OR NAME]", required=False)
@most_option(50)
@json_option
def tests(show: Output, who: str | None, most: int) -> None:
    """List tests, the latest first: who answered, and when."""
    from service import trials

    columns = {
        "person_id": "ID", "channel": "BY", "asked_at": "ASKED", "came_to": "CAME TO",
        "answered_at": "ANSWERED", "asked_by": "ASKED BY",
    }  # fmt: skip
    with at_home() as house:
        show.rows(columns, trials.listing(house, who, most), "Nobody was sent a test yet.")


# --- phones


@click.command()
@WHO
@click.argument("number", metavar="NUMBER")
@click.option("--channel", type=click.Choice(("text", "call")), default="text", show_default=True)
@click.option("--place", type=click.IntRange(0, 20), default=0, help="The smallest is tried first.")
@click.option("--known", is_flag=True, help="A coordinator vouches for it: no code.")
@by_option
@json_option
def contact_add(
    show: Output, who: str, number: str, channel: str, place: int, known: bool, by: str
) -> None:
    """Add a phone on which a volunteer may be reached."""
    from service import volunteers

    with at_home() as house:
        show.one(volunteers.add_contact(house, who, number, channel, place, by, known=known))


@click.command()
@WHO
@click.argument("code", metavar="[CODE]", required=False)
@click.option("--contact", metavar="ID", help="Which phone; else the first not verified.")
@click.option("--spoken", is_flag=True, help="Print the code, for you to ring there and say it.")
@by_option
@json_option
def contact_verify(
    show: Output, who: str, code: str | None, contact: str | None, spoken: bool, by: str
) -> None:
    """Send a code to a phone; with CODE, or - to read it, give it."""
    from service import volunteers

    with at_home() as house:
        if code is None:
            show.one(volunteers.ask_to_verify(house, who, contact, by, spoken=spoken))
        else:
            given = said_or_read(code, "the code")
            show.one(volunteers.verify(house, who, given, contact, by))


@click.command()
@WHO
@click.argument("contact", metavar="CONTACT")
@by_option
@json_option
def contact_drop(show: Output, who: str, contact: str, by: str) -> None:
    """Drop a phone: they are not reached there any more."""
    from service import volunteers

    with at_home() as house:
        show.one(volunteers.drop_contact(house, who, contact, by))


contact = LazyGroup(
    "contact",
    help="On which phones a volunteer is reached.",
    later={
        "add": Later(__name__, "contact_add", "Add a phone."),
        "verify": Later(__name__, "contact_verify", "Verify a phone by a code."),
        "drop": Later(__name__, "contact_drop", "Drop a phone."),
    },
)

volunteers = LazyGroup(
    "volunteers",
    help="Who takes cases: checked, trained, reachable.",
    later={
        "add": Later(__name__, "add", "Somebody would like to take cases."),
        "list": Later(__name__, "list_", "List volunteers, by id."),
        "show": Later(__name__, "show_", "Show one volunteer."),
        "vet": Later(__name__, "vet", "Record the check."),
        "train": Later(__name__, "train", "Record a training."),
        "rest": Later(__name__, "rest", "Ask nothing of somebody for a while."),
        "leave": Later(__name__, "leave", "Somebody volunteers no more."),
        "test": Later(__name__, "test", "Send somebody a test message."),
        "tests": Later(__name__, "tests", "Who answered a test, and when."),
        "contact": Later(__name__, "contact", "On which phones they are reached."),
    },
)
