"""`hearthline migrate`: what a release runs before its processes start."""

from __future__ import annotations

import click

from service.cli.output import Output, json_option


@click.command()
@json_option
def migrate(show: Output) -> None:
    """Bring the database to this release. Safe to repeat; the last release may still serve."""
    from service.settings import load
    from service.storage import migrations
    from service.storage.database import Unavailable

    url = load().database_url
    try:
        before = migrations.current(url)
    except Unavailable:  # where the folder of the file is missing, too: migrating makes it
        before = None
    migrations.migrate(url)
    after = migrations.newest()
    show.one({"was": before, "is": after, "changed": before != after})
