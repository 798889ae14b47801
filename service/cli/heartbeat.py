"""`hearthline heartbeat`: whether the service runs, for a person or for another machine's clock."""

from __future__ import annotations

import click

from service.cli.home import at_home
from service.cli.output import Output, json_option


@click.command()
@json_option
@click.pass_context
def heartbeat(context: click.Context, show: Output) -> None:
    """Say whether the whole service runs; ends with 1 where it does not.

    The phone network is asked for an answer. The same stands at /heartbeat, where nothing is asked.
    """
    from service import heartbeat as heart

    with at_home() as house:
        found = heart.beat(house, ask=True)
    if show.as_json:
        reasons = [f"{trouble.part}: {trouble.told}" for trouble in found]
        show.one({"heartbeat": "failing" if found else "ok", "reasons": reasons})
    else:
        for trouble in found:
            click.echo(f"FAILS {trouble.part:<14} {trouble.told}")
        click.echo("See hearthline doctor for the cures." if found else "All runs.")
    if found:
        context.exit(1)
