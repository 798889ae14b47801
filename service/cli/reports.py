"""`hearthline occurrences`, `hearthline spend` and `hearthline trail`: how it went."""

from __future__ import annotations

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import most_option
from service.cli.output import Output, json_option

_STATES = (
    "due", "prompted", "reminded", "answered", "answered late", "missed", "unreachable", "skipped",
    "suspended",
)  # fmt: skip


@click.command()
@click.argument("who", required=False, metavar="[ID, NUMBER OR NAME]")
@click.option("--plan", metavar="ID", help="Those of one plan.")
@click.option("--status", type=click.Choice(_STATES), help="Only those.")
@most_option(50)
@json_option
def occurrences_list(
    show: Output, who: str | None, plan: str | None, status: str | None, most: int
) -> None:
    """List check-ins as they came, the latest first."""
    from service import reports

    columns = {
        "due_at": "DUE", "status": "STATUS", "answer": "ANSWER", "person_id": "PERSON",
        "plan_id": "PLAN", "id": "ID",
    }  # fmt: skip
    with at_home() as house:
        found = reports.checkins(house, who, plan, status, most)
    show.rows(columns, found, "No check-in has come yet.")


occurrences = LazyGroup(
    "occurrences",
    help="Check-ins as they came.",
    later={"list": Later(__name__, "occurrences_list", "List check-ins, the latest first.")},
)


@click.command()
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True)
@json_option
def spend(show: Output, days: int) -> None:
    """Say what each of the last days cost, by lane."""
    from service import reports

    columns = {
        "day": "DAY", "lane": "LANE", "messages": "MESSAGES", "segments": "SEGMENTS",
        "cost": "COST",
    }  # fmt: skip
    with at_home() as house:
        found = reports.costs(house, days)
    show.rows(columns, found, "Nothing was sent in these days.")
    show.note(f"In all: {sum(row['cost'] for row in found):.2f}")


@click.command()
@click.argument("subject", required=False)
@click.argument("which", required=False, metavar="[ID]")
@most_option(50)
@json_option
def trail(show: Output, subject: str | None, which: str | None, most: int) -> None:
    """Say who did what, the latest first; or all that was done: trail person ID."""
    from service import reports
    from service.cli.trouble import Trouble

    if subject is not None and which is None:
        cure = "Give both, such as: hearthline trail person ID."
        raise Trouble("hearthline trail", "Which one is not clear.", cure)
    columns = {
        "at": "AT", "actor": "BY", "act": "ACT", "subject": "WHAT", "subject_id": "ID",
        "detail": "DETAIL",
    }  # fmt: skip
    with at_home() as house:
        show.rows(columns, reports.done(house, subject, which, most), "Nothing yet.")
