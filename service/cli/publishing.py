"""`hearthline flows publish` and `hearthline flows drafts`: conversations into force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from service.cli.home import at_home
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

if TYPE_CHECKING:
    from service.publishing import Draft


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE OR FOLDER]...")
@click.option("--draft", "drafts", multiple=True, metavar="KIND/NAME", help="Take what is offered.")
@click.option("--by", default="the command line", show_default=True, help="Who publishes.")
@json_option
def publish(show: Output, files: tuple[str, ...], drafts: tuple[str, ...], by: str) -> None:
    """Put flows and other definitions in force, all of them or none.

    They are checked on top of what is in force. Conversations that run keep what they began with.
    """
    from service import publishing
    from service.cli.shelf import files_in, written

    if not files and not drafts:
        raise Trouble(
            "hearthline flows publish", "Nothing is named.", "Give files, or --draft KIND/NAME."
        )
    texts = {(one.kind, one.name): one.text for one in map(written, files_in(files))}
    with at_home() as house:
        texts.update({_key(name): _offered(publishing.drafts(house), name) for name in drafts})
        try:
            done = publishing.publish(house, texts, by)
        except publishing.Contended as error:
            raise Trouble("the database", f"{error}.", "Run the same command again.") from None
    for warning in done.warnings:
        show.note(f"{warning.place.file}:{warning.place.line}: {warning.trouble} {warning.cure}")
    show.one(
        {"edition": done.edition, "changed": [f"{kind}/{name}" for kind, name in done.changed]}
    )


@click.command()
@json_option
def drafts(show: Output) -> None:
    """List what a release offers where a person's own text is in force."""
    from service import publishing

    with at_home() as house:
        offered = publishing.drafts(house)
    columns = {"definition": "DEFINITION", "offered_at": "OFFERED"}
    rows = [
        {"definition": f"{kind}/{name}", "offered_at": draft.at, "text": draft.text}
        for (kind, name), draft in sorted(offered.items())
    ]
    show.rows(columns, rows, "No release offers anything now.")


def _key(name: str) -> tuple[str, str]:
    kind, _, rest = name.partition("/")
    return kind, rest


def _offered(offered: Mapping[tuple[str, str], Draft], name: str) -> str:
    draft = offered.get(_key(name))
    if draft is None:
        cure = "See `hearthline flows drafts`."
        raise Trouble(name, "No release offers a draft of this name now.", cure)
    return draft.text
