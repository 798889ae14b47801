"""`hearthline keys ...`: made, listed, rotated and retired. docs/operating.md tells the order."""

from __future__ import annotations

import sys
from collections import Counter

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option
from service.cli.output import Output, json_option


@click.command()
@click.argument("key_id", metavar="[ID]", default="k1")
@json_option
def new(show: Output, key_id: str) -> None:
    """Make a key for HEARTHLINE_KEYS. Keep it apart from the data: without it all is lost."""
    from service import keyring

    show.text(keyring.new(key_id), "key")


@click.command()
@json_option
def list_(show: Output) -> None:
    """List the keys in use by id, and how many rows each still seals."""
    from service import keyring

    columns = {"id": "ID", "current": "CURRENT", "whole": "WHOLE", "seals": "SEALS ROWS"}
    with at_home() as house:
        show.rows(columns, keyring.listing(house))


@click.command()
@by_option
@json_option
def rotate(show: Output, by: str) -> None:
    """Seal everything under the current key, while the service runs. Safe to stop and repeat."""
    from service import keyring

    done: Counter[str] = Counter()
    with at_home() as house:
        for step in keyring.rotate(house, by):
            done[step.table] += step.rows
            if not show.as_json and sys.stderr.isatty():
                click.echo(f"\r{step.table}: {done[step.table]} rows   ", nl=False, err=True)
        current = house.sealer.key_id
    show.one({"key": current, "rows": dict(done) if show.as_json else done.total()})


@click.command()
@click.argument("key_id", metavar="ID")
@by_option
@json_option
def retire(show: Output, key_id: str, by: str) -> None:
    """Say what takes the place of a key that seals nothing any more."""
    from service import keyring

    with at_home() as house:
        part, may_go = keyring.retire(house, key_id, by)
    show.one({"in_its_place": part, "may_go_altogether": may_go})
    show.note("Backups made under this key need it whole: keep it with them.")


keys = LazyGroup(
    "keys",
    help="The keys of what is private.",
    later={
        "new": Later(__name__, "new", "Make a key."),
        "list": Later(__name__, "list_", "List the keys in use, and what they seal."),
        "rotate": Later(__name__, "rotate", "Seal everything under the current key."),
        "retire": Later(__name__, "retire", "Say what takes a key's place."),
    },
)
