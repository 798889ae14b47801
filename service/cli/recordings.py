"""`hearthline recordings ...`: what people recorded, listed without words, saved and played."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, most_option
from service.cli.output import Output, json_option

_COLUMNS = {
    "created_at": "MADE", "kind": "KIND", "status": "STATUS", "seconds": "SECONDS",
    "flow": "FLOW", "state": "STATE", "heard_at": "HEARD", "person_id": "PERSON", "id": "ID",
}  # fmt: skip


@click.command()
@click.argument("who", required=False, metavar="[ID, NUMBER OR NAME]")
@most_option(50)
@json_option
def list_(show: Output, who: str | None, most: int) -> None:
    """List one person's recordings in their order, or everybody's latest."""
    from service import recordings as kept

    with at_home() as house:
        show.rows(_COLUMNS, kept.listing(house, who, most), "No recordings.")


@click.command()
@click.argument("recording", metavar="ID")
@click.argument("file", type=click.Path(path_type=Path))
@by_option
@json_option
def save(show: Output, recording: str, file: Path, by: str) -> None:
    """Write one recording into a file; the trail keeps who listens."""
    from service import recordings as kept

    with at_home() as house:
        show.one(kept.save(house, recording, file, by))


@click.command()
@click.argument("who", metavar="ID, NUMBER OR NAME")
@click.argument("folder", type=click.Path(path_type=Path))
@by_option
@json_option
def play(show: Output, who: str, folder: Path, by: str) -> None:
    """Write all of a person, or of a call by its id, to be played in order.

    in-order.m3u in the folder opens in any player. Delete the folder when you have listened.
    """
    from service import recordings as kept

    columns = {"file": "FILE", "created_at": "MADE", "seconds": "SECONDS", "status": "STATUS"}
    with at_home() as house:
        show.rows(columns, kept.play_order(house, who, folder, by), "No recordings.")


recordings = LazyGroup(
    "recordings",
    help="What people recorded.",
    later={
        "list": Later(__name__, "list_", "List them, without words."),
        "save": Later(__name__, "save", "Write one into a file."),
        "play": Later(__name__, "play", "Write a person's into a folder, to be played in order."),
    },
)
