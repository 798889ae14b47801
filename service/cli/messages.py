"""`hearthline messages ...`: what came in, what leaves, what is held and what is in doubt."""

from __future__ import annotations

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, most_option, words_option
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

STATUSES = (
    "pending", "sending", "held", "in doubt", "accepted", "sent", "delivered", "undelivered",
    "failed", "cancelled", "received",
)  # fmt: skip
_COLUMNS = {
    "created_at": "MADE",
    "direction": "WAY",
    "status": "STATUS",
    "lane": "LANE",
    "purpose": "PURPOSE",
    "held_for": "HELD FOR",
    "error_code": "CODE",
    "person_id": "PERSON",
    "id": "ID",
}


@click.command()
@click.argument("who", required=False, metavar="[ID, NUMBER OR NAME]")
@click.option("--status", type=click.Choice(STATUSES), help="Only those.")
@most_option(50)
@json_option
def list_(show: Output, who: str | None, status: str | None, most: int) -> None:
    """List the latest messages, by id and state."""
    from service import texts

    with at_home() as house:
        show.rows(_COLUMNS, texts.listing(house, who, status, most), "No messages.")


@click.command()
@click.argument("message", metavar="ID")
@words_option
@by_option
@json_option
def show_(show: Output, message: str, words: bool, by: str) -> None:
    """Show one message; with --words what it says."""
    from service import texts

    with at_home() as house:
        show.one(texts.shown(house, message, by, words=words))


@click.command()
@json_option
def held(show: Output) -> None:
    """Say what is held, for which reason and since when."""
    from service import texts

    columns = {"reason": "REASON", "lane": "LANE", "messages": "MESSAGES", "oldest": "OLDEST"}
    with at_home() as house:
        show.rows(columns, texts.held(house), "Nothing is held.")


@click.command()
@click.argument("messages", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="All that is held, but by a restore.")
@click.option("--restored", is_flag=True, help="Reconcile what a restore holds, then let it go.")
@by_option
@json_option
def release(
    show: Output, messages: tuple[str, ...], everything: bool, restored: bool, by: str
) -> None:
    """Let held messages go now. Consent, number and hours are looked at again."""
    from service import recovery, texts

    if sum((bool(messages), everything, restored)) != 1:
        cure = "Give ids, or --all, or --restored."
        raise Trouble("hearthline messages release", "Which ones is not clear.", cure)
    with at_home() as house:
        if restored:
            show.one(recovery.reconcile(house, by)._asdict())
        else:
            show.one({"released": texts.release(house, messages, by, everything=everything)})


@click.command()
@most_option(50)
@json_option
def doubts(show: Output, most: int) -> None:
    """List messages of which nobody knows yet whether the phone network has them."""
    from service import texts

    columns = {**_COLUMNS, "doubts": "LOOKED FOR", "due_at": "LOOKS AGAIN"}
    with at_home() as house:
        show.rows(columns, texts.doubts(house, most), "Nothing is in doubt.")


messages = LazyGroup(
    "messages",
    help="What came in, what leaves, what is held and what is in doubt.",
    later={
        "list": Later(__name__, "list_", "List the latest messages, by id and state."),
        "show": Later(__name__, "show_", "Show one message."),
        "mark": Later("service.cli.marks", "mark_message", "It was missed, or a false alarm."),
        "held": Later(__name__, "held", "Say what is held, and why."),
        "release": Later(__name__, "release", "Let held messages go."),
        "doubts": Later(__name__, "doubts", "List what is in doubt."),
    },
)
