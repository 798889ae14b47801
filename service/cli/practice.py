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


@click.command(
    epilog="In a call a line is keys (1, 42#), words, an empty line or `silence`, or `hang up`; "
    "from a pipe each line waits for what is said to the one before. Exit code 1: nothing came "
    "back, nobody answered, it did not ring, or a line was not taken."
)
@click.argument("number", metavar="NUMBER")
@click.argument("text", required=False)
@click.option("--call", "does", flag_value="call", help="Call the service and talk.")
@click.option("--missed", "does", flag_value="missed", help="Call, and hang up while it rings.")
@click.option("--answer", "does", flag_value="answer", help="Wait for a ring, answer and talk.")
@click.option("--busy", "does", flag_value="busy", help="Wait for a ring and be busy.")
@click.option("--voicemail", "does", flag_value="voicemail", help="Let voicemail answer a ring.")
@click.option("--hidden", is_flag=True, help="Call without telling one's number.")
@click.option("--to", help="Which service number to text or call; otherwise the first one.")
@click.option(
    "--wait",
    type=float,
    default=20.0,
    show_default=True,
    help="Seconds to wait for a text, a ring.",
)
@click.option("--network", "url", metavar="URL", help="The local phone network's address.")
@json_option
@click.pass_context
def phone(
    context: click.Context,
    show: Output,
    number: str,
    text: str | None,
    does: str | None,
    hidden: bool,
    to: str | None,
    wait: float,
    url: str | None,
) -> None:
    """Text or call as a person would: hearthline phone +15550142001 "JOIN". Without text: talk."""
    from service import settings
    from service.carrier.local.terminal import NoNetwork, converse

    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        raise Trouble(
            number, "This is no number.", "Write it with + and country code, digits only."
        )
    if does and text is not None:
        raise Trouble(
            f"--{does}", "A call is not begun with a text.", "Type it once the service has spoken."
        )
    if hidden and does not in ("call", "missed"):
        raise Trouble("--hidden", "Only a call can hide its number.", "Give --call with it.")
    url = url or settings.environment().get("TWILIO_API_URL") or _DEFAULT_URL
    try:
        if does:
            code = _call(url, number, does, to=to, hidden=hidden, wait=wait, as_json=show.as_json)
        else:
            code = converse(url, number, text, to=to, wait=wait, as_json=show.as_json)
    except NoNetwork as error:
        trouble, _, cure = str(error).partition(". ")
        cure = cure or "See `hearthline network --help`."
        raise Trouble(url, trouble.rstrip(".") + ".", cure) from None
    context.exit(code)


def _call(
    url: str, number: str, does: str, *, to: str | None, hidden: bool, wait: float, as_json: bool
) -> int:
    from service.carrier.local import terminal_calls

    if does in ("call", "missed"):
        return terminal_calls.dial(
            url, number, to=to, hidden=hidden, missed=does == "missed", as_json=as_json
        )
    how = terminal_calls.PICKUPS[does]
    return terminal_calls.pick_up(url, number, how, wait=wait, as_json=as_json)
