"""`hearthline numbers ...`: our own numbers, and who does not want our texts."""

from __future__ import annotations

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, most_option
from service.cli.output import Output, json_option

NUMBER = click.argument("number", metavar="NUMBER")
_COLUMNS = {
    "number": "NUMBER",
    "segments_per_second": "SEGMENTS/S",
    "busy_until": "BUSY UNTIL",
    "paused_until": "PAUSED UNTIL",
    "paused_reason": "BECAUSE",
}


@click.command()
@json_option
def list_(show: Output) -> None:
    """List our numbers, and how many numbers of people we know."""
    from service import lines

    with at_home() as house:
        show.rows(_COLUMNS, lines.listing(house), "No number yet: run `hearthline migrate`.")
        known = lines.counts(house)
    show.note(
        f"Numbers of people: {known['known']}; opted out: {known['opted_out']}; "
        f"unusable: {known['unusable']}; remembered: {known['remembered_after_erasure']}."
    )


@click.command()
@NUMBER
@click.option("--pace", type=float, default=1.0, show_default=True, help="Segments a second.")
@by_option
@json_option
def add(show: Output, number: str, pace: float, by: str) -> None:
    """Send from this number too. People keep the number that they joined by."""
    from service import lines

    with at_home() as house:
        sender = lines.add(house, number, pace, by)
    show.note("Point its webhooks here: `hearthline doctor --fix`.")
    show.one({"number": sender.number, "segments_per_second": sender.pace_milli / 1000})


@click.command()
@NUMBER
@click.argument("segments", type=float, metavar="SEGMENTS")
@by_option
@json_option
def pace(show: Output, number: str, segments: float, by: str) -> None:
    """Set how many segments a second may leave by a number of ours."""
    from service import lines

    with at_home() as house:
        lines.set_pace(house, number, segments, by)
    show.one({"number": number, "segments_per_second": segments})


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@by_option
@json_option
def change(show: Output, old: str, new: str, by: str) -> None:
    """Send from a new number in place of an old one that we lost."""
    from service import lines

    with at_home() as house:
        lines.change(house, old, new, by)
    show.note("Now set SERVICE_NUMBER to it, if it was the first, and `hearthline doctor --fix`.")
    show.one({"number": new})


@click.command()
@NUMBER
@by_option
@json_option
def resume(show: Output, number: str, by: str) -> None:
    """Let a paused number send again."""
    from service import lines

    with at_home() as house:
        lines.resume(house, number, by)
    show.one({"number": number, "paused": False})


@click.command()
@click.option("--after", default="", metavar="ID", help="Go on after this id.")
@most_option(100)
@json_option
def optouts(show: Output, after: str, most: int) -> None:
    """List numbers that asked for no more texts, by id."""
    from service import lines

    columns = {"number_id": "NUMBER", "at": "SINCE", "how": "HOW", "country": "COUNTRY"}
    with at_home() as house:
        show.rows(columns, lines.opted_out(house, after, most), "Nobody opted out.")


numbers = LazyGroup(
    "numbers",
    help="Our own numbers, and who does not want our texts.",
    later={
        "list": Later(__name__, "list_", "List our numbers."),
        "add": Later(__name__, "add", "Send from another number too."),
        "pace": Later(__name__, "pace", "Set how fast a number sends."),
        "change": Later(__name__, "change", "Send from a new number in place of an old one."),
        "resume": Later(__name__, "resume", "Let a paused number send again."),
        "optouts": Later(__name__, "optouts", "List numbers that opted out, by id."),
    },
)
