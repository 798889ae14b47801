"""`hearthline doctor`: what is configured, reachable and overdue."""

from __future__ import annotations

import click

from service.cli.home import at_home
from service.cli.output import Output, json_option

_MARKS = {"well": "ok", "look": "look", "mend": "MEND"}


@click.command()
@click.option("--fix", is_flag=True, help="Point the phone network's webhooks here.")
@json_option
@click.pass_context
def doctor(context: click.Context, show: Output, fix: bool) -> None:
    """Look at everything that the service leans on. Ends with 1 where something is to mend."""
    from service import doctor as practice

    with at_home() as house:
        if fix:
            for number in practice.point_webhooks(house):
                show.note(f"The webhooks of {number.number} now point here.")
        found = list(practice.examine(house))
    if show.as_json:
        show.rows({}, (finding._asdict() for finding in found))
    for finding in () if show.as_json else found:
        click.echo(f"{_MARKS[finding.state]:<5} {finding.part:<14} {finding.told}")
        if finding.cure is not None:
            click.echo(f"{'':<20} {finding.cure}")
    if any(finding.state == "mend" for finding in found):
        context.exit(1)
