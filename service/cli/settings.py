"""`hearthline settings ...`: what the organisation says of itself.

What a process needs to start (DATABASE_URL and its like) comes from the environment instead: see
docs/settings.md.
"""

from __future__ import annotations

from typing import Any

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, said_or_read, words_option
from service.cli.output import Output, json_option

NAME = click.argument("name", metavar="NAME")
_COLUMNS = {"name": "NAME", "chosen": "CHOSEN", "value": "VALUE", "meaning": "MEANING"}


@click.command()
@json_option
def list_(show: Output) -> None:
    """List every setting of the organisation, with its value and meaning."""
    from service import choosing

    with at_home() as house:
        show.rows(_COLUMNS, (choice._asdict() for choice in choosing.listing(house)))


@click.command()
@NAME
@words_option
@by_option
@json_option
def show_(show: Output, name: str, words: bool, by: str) -> None:
    """Show one setting; the coordinators' numbers with --words."""
    from service import choosing

    with at_home() as house:
        show.one(choosing.shown(house, name, by, words=words)._asdict())


@click.command()
@NAME
@click.argument("value", metavar="VALUE")
@by_option
@json_option
def set_(show: Output, name: str, value: str, by: str) -> None:
    """Set one, as plain words, a list with commas, or JSON; - reads it."""
    from service import choosing

    with at_home() as house:
        changed = choosing.change(house, name, said_or_read(value, name), by)
    for warning in changed.warnings:
        show.note(warning)
    told: dict[str, Any] = {"name": name, "value": changed.choice.value}
    show.one({**told, "warnings": changed.warnings} if show.as_json else told)


@click.command()
@NAME
@by_option
@json_option
def unset(show: Output, name: str, by: str) -> None:
    """Go back to the value that Hearthline comes with."""
    from service import choosing

    with at_home() as house:
        choice = choosing.unset(house, name, by)
    show.one({"name": name, "value": choice.value})


settings = LazyGroup(
    "settings",
    help="What the organisation says of itself: its name, lines, hours, coordinators, budget.",
    later={
        "list": Later(__name__, "list_", "List every setting with its meaning."),
        "show": Later(__name__, "show_", "Show one setting."),
        "set": Later(__name__, "set_", "Set one."),
        "unset": Later(__name__, "unset", "Go back to the value we come with."),
    },
)
