"""`hearthline phone` and `hearthline network`: practice without a carrier and without accounts."""

from __future__ import annotations

import re

import click

from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

_DEFAULT_URL = "http://127.0.0.1:8100"
_AS_GIVEN = {"ignore_unknown_options": True, "help_option_names": []}


@click.command(context_settings=_AS_GIVEN)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def network(arguments: tuple[str, ...]) -> None:
    """Run the local phone network; --help shows its options."""
    from service.carrier.local.__main__ import main

    main(list(arguments))


@click.command()
@click.argument("number", metavar="NUMBER")
@click.argument("text", required=False)
@click.option("--to", help="Which service number to text; otherwise the first one.")
@click.option("--wait", type=float, default=20.0, show_default=True, help="Seconds to wait.")
@click.option("--network", "url", metavar="URL", help="The local phone network's address.")
@json_option
@click.pass_context
def phone(
    context: click.Context,
    show: Output,
    number: str,
    text: str | None,
    to: str | None,
    wait: float,
    url: str | None,
) -> None:
    """Text as a person would: hearthline phone +15550142001 "JOIN". Without a text: talk."""
    from service import settings
    from service.carrier.local.terminal import NoNetwork, converse

    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        raise Trouble(
            number, "This is no number.", "Write it with + and country code, digits only."
        )
    url = url or settings.environment().get("TWILIO_API_URL") or _DEFAULT_URL
    try:
        code = converse(url, number, text, to=to, wait=wait, as_json=show.as_json)
    except NoNetwork as error:
        trouble, _, cure = str(error).partition(". ")
        cure = cure or "See `hearthline network --help`."
        raise Trouble(url, trouble.rstrip(".") + ".", cure) from None
    context.exit(code)
