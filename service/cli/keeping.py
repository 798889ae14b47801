"""`hearthline backup`, `restore`, `to-postgres` and `retention`: keeping what was told to us."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble


def _progress(show: Output) -> Callable[[str, int], None]:
    """Tables as they come, for who watches."""
    told: dict[str, int] = {}

    def tell(table: str, rows: int) -> None:
        told[table] = told.get(table, 0) + rows
        if not show.as_json and sys.stderr.isatty():
            click.echo(f"\r{table}: {told[table]} rows   ", nl=False, err=True)

    return tell


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Read a backup through instead: is it whole?")
@by_option
@json_option
def backup(show: Output, file: Path, check: bool, by: str) -> None:
    """Write everything into one encrypted file, while the service runs.

    The keys are not in it: keep HEARTHLINE_KEYS apart from it, and the ledger of erasures too.
    """
    from service import keeping
    from service.settings import load

    if check:
        made = keeping.look(load(), file)
    else:
        with at_home() as house:
            made = keeping.back_up(house, file, by, _progress(show))
    show.one(
        {
            "file": str(file),
            "taken_at": made.taken_at,
            "release": made.revision,
            "rows": made.rows if show.as_json else sum(made.rows.values()),
        }
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--ledger",
    "ledgers",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A ledger of erasures kept elsewhere; repeatable.",
)
@click.option("--reconcile", is_flag=True, help="After a restore: look what is new, then let go.")
@by_option
@json_option
def restore(
    show: Output, file: Path | None, ledgers: tuple[Path, ...], reconcile: bool, by: str
) -> None:  # fmt: skip
    """Fill an empty database from a backup. Nothing leaves until it is reconciled.

    Who was erased after the backup is erased again, by the ledger in HEARTHLINE_HOME.
    """
    from service import clock, keeping, recovery
    from service.settings import load

    if (file is None) == (not reconcile):
        cure = "Give a file; then, when the service runs again, --reconcile."
        raise Trouble("hearthline restore", "What to do is not clear.", cure)
    if file is None:
        with at_home() as house:
            show.one(recovery.reconcile(house, by)._asdict())
        return
    done = keeping.restore(load(), file, ledgers, clock.now(), _progress(show))
    show.one(
        {
            "restored_to": done.backup.taken_at,
            "rows": done.backup.rows if show.as_json else sum(done.backup.rows.values()),
            "messages_held": done.held.messages,
            "calls_held": done.held.calls,
            "people_to_erase_again": len(done.held.people),
        }
    )
    show.note("Nothing leaves now. Next: `hearthline restore --reconcile`.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def ledger(show: Output, file: Path) -> None:
    """Bring a copy of the ledger of erasures up to date. It holds no words and no numbers."""
    from service import keeping

    with at_home() as house:
        show.one({"file": str(file), "added": keeping.write_ledger(house, file)})


@click.command()
@click.argument("url", metavar="URL")
@json_option
def to_postgres(show: Output, url: str) -> None:
    """Copy everything into an empty PostgreSQL database. Stop the service first."""
    from service import keeping
    from service.settings import load

    if not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        cure = "Write it like postgresql://user:password@host/hearthline."
        raise Trouble("URL", "This is no address of a PostgreSQL database.", cure)
    rows = keeping.move(load(), url.replace("postgres://", "postgresql://", 1), _progress(show))
    show.one({"tables": len(rows), "rows": rows if show.as_json else sum(rows.values())})
    show.note("Now set DATABASE_URL to it and start every process again.")


@click.command()
@json_option
def run(show: Output) -> None:
    """Take the words away that were kept long enough, now. The workers do so every day."""
    from service import retention as kept

    with at_home() as house:
        show.one(kept.run(house)._asdict())


retention = LazyGroup(
    "retention",
    help="How long words are kept: keep_messages_days, keep_answers_days, keep_recordings_days, "
    "keep_cases_days and keep_consents_days in settings.",
    later={"run": Later(__name__, "run", "Take the words away that were kept long enough.")},
)
