"""`hearthline plans ...`: when people are checked in on."""

from __future__ import annotations

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, moment, most_option, span
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

PLAN = click.argument("plan", metavar="PLAN")
_COLUMNS = {
    "id": "ID",
    "person_id": "PERSON",
    "flow": "FLOW",
    "status": "STATUS",
    "times": "TIMES",
    "next_due": "NEXT",
    "paused_until": "PAUSED UNTIL",
    "skip_next": "SKIPS NEXT",
}


@click.command()
@click.argument("who", required=False, metavar="[ID, NUMBER OR NAME]")
@click.option("--after", default="", metavar="ID", help="Go on after this id.")
@most_option(100)
@json_option
def list_(show: Output, who: str | None, after: str, most: int) -> None:
    """List plans: everybody's, or one person's with those that ended."""
    from service import planning

    with at_home() as house:
        show.rows(_COLUMNS, planning.listing(house, who, after, most), "No plans yet.")


@click.command()
@click.argument("who", metavar="ID, NUMBER OR NAME")
@click.option("--days", default="every day", show_default=True, help="On which days, in words.")
@click.option("--time", "at", help="At what time, such as 18:00; else the organisation's hour.")
@click.option("--flow", default="daily-checkin", show_default=True, help="Which check-in.")
@by_option
@json_option
def add(show: Output, who: str, days: str, at: str | None, flow: str, by: str) -> None:
    """Plan a check-in by the person's own clock. A plan of the same flow ends."""
    from flows.hours import read_time
    from service import planning

    clock = read_time(at) if at else None
    if at and clock is None:
        raise Trouble(at, "This is no time of day.", "Write it like 9:00 or 18:30.")
    with at_home() as house:
        show.one(planning.add(house, who, days, clock, flow, by))


@click.command()
@PLAN
@by_option
@json_option
def end(show: Output, plan: str, by: str) -> None:
    """End a plan."""
    from service import planning

    with at_home() as house:
        planning.end(house, plan, by)
    show.one({"plan": plan, "status": "ended"})


@click.command()
@PLAN
@by_option
@json_option
def skip(show: Output, plan: str, by: str) -> None:
    """Leave a plan's next check-in out, once."""
    from service import planning

    with at_home() as house:
        show.one({"plan": plan, "skipped": planning.skip(house, plan, by)})


@click.command()
@PLAN
@click.option("--until", metavar="DAY", help="The day on which it comes again.")
@click.option("--for", "length", metavar="LENGTH", help='How long, such as "2 weeks".')
@click.option("--end", "over", is_flag=True, help="End the pause now.")
@by_option
@json_option
def pause(
    show: Output, plan: str, until: str | None, length: str | None, over: bool, by: str
) -> None:
    """Pause one plan; it comes again by itself."""
    from datetime import timedelta

    from service import planning

    if sum((until is not None, length is not None, over)) != 1:
        cure = "Give one of --until, --for and --end."
        raise Trouble("hearthline plans pause", "How long is not clear.", cure)
    with at_home() as house:
        ends = moment(until) if until else None
        if length is not None:
            ends = house.now() + timedelta(seconds=span(length))
        show.one({"plan": plan, "next_due": planning.pause(house, plan, ends, by)})


plans = LazyGroup(
    "plans",
    help="When people are checked in on.",
    later={
        "list": Later(__name__, "list_", "List plans."),
        "add": Later(__name__, "add", "Plan a check-in for somebody."),
        "skip": Later(__name__, "skip", "Leave the next one out, once."),
        "pause": Later(__name__, "pause", "Pause one plan."),
        "end": Later(__name__, "end", "End a plan."),
    },
)
