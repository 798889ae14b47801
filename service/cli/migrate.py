"""`hearthline migrate` and `hearthline seed`: what a release runs before its processes start."""

from __future__ import annotations

import click

from service.cli.home import at_home
from service.cli.output import Output, json_option


@click.command()
@json_option
def migrate(show: Output) -> None:
    """Bring the database and the shipped conversations to this release.

    Safe to repeat, and while the last release still serves.
    """
    from service.seeding import seed as put
    from service.settings import load
    from service.storage import migrations
    from service.storage.database import Unavailable

    url = load().database_url
    try:
        before = migrations.current(url)
    except Unavailable:  # where the folder of the file is missing, too: migrating makes it
        before = None
    migrations.migrate(url)
    with at_home() as house:
        seeded = put(house)
    published = seeded.published
    show.one(
        {
            "database_was": before,
            "database_is": migrations.newest(),
            "published": published if show.as_json else f"{len(published)} definitions",
            "offered_as_drafts": seeded.drafts,
            "number": seeded.number,
        }
    )


@click.command()
@json_option
def seed(show: Output) -> None:
    """Put a small sample organisation there, for practice. Changes nothing that is set."""
    from service.cli.trouble import Trouble
    from service.seeding import seed as put

    with at_home() as house:
        if house.settings.env == "production":
            raise Trouble(
                "HEARTHLINE_ENV",
                "The sample organisation is for practice, and this is production.",
                "Use `hearthline settings` and `hearthline migrate` instead.",
            )
        seeded = put(house, sample=True)
    show.one({"sample_organisation": "put there" if seeded.sample else "there already"})
