"""`hearthline people add` and `hearthline people import`: invited, or with their consent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.home import at_home
from service.cli.options import by_option, said_or_read
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

if TYPE_CHECKING:
    from service.importing import Row

_COLUMNS = {
    "row": "ROW",
    "done": "DONE",
    "person_id": "PERSON",
    "column": "COLUMN",
    "trouble": "TROUBLE",
    "cure": "CURE",
}


@click.command()
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER...")
@click.option("--name", help="The name that we use.")
@click.option("--pronouns", help="How we speak of them.")
@click.option("--language", help="en, es or es-tu.")
@click.option("--country", help="Where they live.")
@click.option("--zone", help="A city or time zone, such as Madrid.")
@click.option("--channel", help="text or call.")
@click.option("--discreet/--alone", default=None, help="Whether others may see this phone.")
@click.option("--shared", is_flag=True, help="Several people use this phone; needs --word.")
@click.option("--word", help="The word that tells them on a shared phone; - reads it.")
@click.option("--costs", is_flag=True, help="Texts cost them.")
@click.option("--consent-date", metavar="DAY", help="When they agreed; with --consent-wording.")
@click.option("--consent-wording", metavar="TEXT", help="The words that they agreed to.")
@click.option("--days", help='When to check in: "every day", "monday and friday".')
@click.option("--time", help="At what time, such as 10:00.")
@click.option("--flow", help="Which check-in; without it, daily-checkin.")
@by_option
@json_option
def add(show: Output, numbers: Sequence[str], by: str, **given: str | bool | None) -> None:
    """Add somebody, the main number first. Without a consent they only get the first text."""
    from service import adding

    if given["word"]:
        given["word"] = said_or_read(str(given["word"]), "--word")
    cells = {name: _cell(value) for name, value in given.items() if value is not None}
    with at_home() as house:
        added = adding.add(house, numbers, cells, by)
    if added.row.trouble:
        show.note(f"{added.row.trouble} {added.row.cure}")
    if added.wordless:
        show.note("Others on this phone have no word yet: `hearthline people word`.")
    show.one(
        {"id": added.row.person_id, "status": added.row.done, "others_without_word": added.wordless}
    )


@click.command()
@click.argument("who", metavar="ID, NUMBER OR NAME")
@click.argument("new", metavar="NEW")
@click.option("--wording", required=True, metavar="TEXT", help="What they agreed to for it.")
@by_option
@json_option
def number(show: Output, who: str, new: str, wording: str, by: str) -> None:
    """Give somebody their new number. The old one reaches nobody then."""
    from service import adding

    with at_home() as house:
        show.one({"id": adding.renumber(house, who, new, wording, by), "number": "changed"})


def _cell(value: str | bool) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else value


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="Leave a column out; repeatable.")
@click.option("--all-rows", is_flag=True, help="Tell of every row, not only of what needs a look.")
@click.option("--columns", is_flag=True, help="Only tell which columns there are.")
@by_option
@json_option
@click.pass_context
def import_(
    context: click.Context, show: Output, file: Path | None, dry_run: bool,
    ignore: tuple[str, ...], all_rows: bool, columns: bool, by: str,
) -> None:  # fmt: skip
    """Add people from a CSV file. Rows that cannot be added are told, the others are.

    Who comes without date and wording of their consent is invited by the first text, and hears
    nothing more unless they answer. Ends with 1 where a row is wrong.
    """
    from flows.rosters import COLUMNS
    from service import importing

    if columns:
        told = [{"column": name, "meaning": meaning} for name, meaning in COLUMNS.items()]
        show.rows({"column": "COLUMN", "meaning": "MEANING"}, told)
        return
    if file is None:
        raise Trouble("hearthline people import", "No file is named.", "Give a CSV file.")
    data = _read(file)
    found: list[Row] = []
    with at_home() as house:
        roster = importing.read(house, data, ignore)
        _say_of_the_file(roster.rows, [p.trouble for p in roster.problems if p.row == 1], file)
        batches = importing.bring(house, roster, by, dry_run=dry_run)
        steps = 1 + -(-len(roster.listed) // importing.BATCH)
        for rows in show.progress(batches, steps, "Reading" if dry_run else "Adding"):
            found += rows
    found.sort(key=lambda row: row.row)
    looked_at = found if all_rows or show.as_json else [row for row in found if row.trouble]
    if looked_at or show.as_json:
        show.rows(_COLUMNS, (row._asdict() for row in looked_at))
    show.note(_summary(found, dry_run))
    if any(row.done == "wrong" for row in found):
        context.exit(1)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        cure = "See the name, and that you may read it."
        raise Trouble(str(file), f"It cannot be read: {error.strerror}.", cure) from None


def _say_of_the_file(rows: int, header: Sequence[str], file: Path) -> None:
    if not rows and not header:
        cure = "Put one person into each row below the names of the columns."
        raise Trouble(str(file), "Nobody is in this file.", cure)


def _summary(found: Sequence[Row], dry_run: bool) -> str:
    count = Counter(row.done for row in found)
    would = "would be " if dry_run else ""
    return (
        f"{would}active: {count['active']}, {would}invited: {count['invited']}, "
        f"passed over: {count['skipped']}, wrong: {count['wrong']}."
    )
