"""`hearthline fallback`: what callers and texters get while the service is down."""

from __future__ import annotations

import re

import click

from service.cli.home import at_home
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble


@click.command()
@click.option("--text", "as_text", is_flag=True, help="The answer to texts instead of calls.")
@click.option(
    "--country", metavar="CC", help="Whose line comes first; otherwise our own country's."
)
@json_option
def fallback(show: Output, as_text: bool, country: str | None) -> None:
    """Print static TwiML with the lines, to be hosted apart from us: docs/operating.md."""
    from service import fallback as words

    if country is not None and not re.fullmatch(r"[A-Z]{2}", country):
        raise Trouble(country, "This is no country.", "Write its two letters, such as US or ES.")
    with at_home() as house:
        made = words.for_texts if as_text else words.for_callers
        show.text(made(house, country), "twiml")
