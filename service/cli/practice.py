"""`hearthline phone` and `hearthline network`: practice without a carrier and without accounts."""

from __future__ import annotations

import click

_AS_GIVEN = {"ignore_unknown_options": True, "help_option_names": []}


@click.command(context_settings=_AS_GIVEN)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def network(arguments: tuple[str, ...]) -> None:
    """Run the local phone network; --help shows its options."""
    from service.carrier.local.__main__ import main

    main(list(arguments))


@click.command(context_settings=_AS_GIVEN)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def phone(arguments: tuple[str, ...]) -> None:
    """Text as a person would: hearthline phone +15550142001 "JOIN"."""
    from service.carrier.local.terminal import main

    main(list(arguments))
