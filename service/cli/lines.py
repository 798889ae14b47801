"""`hearthline lines ...`: the lines that people are given, rung and ticked by coordinators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble, tell

LINE = click.argument("line", metavar="ID")
NEEDS = ("self", "violence", "overdose", "child", "young")
STANDINGS = ("ticked", "expired", "unverified")
_CELLS = {
    "region": "Where in the country.", "needs": f"{', '.join(NEEDS)}; several with blanks.",
    "languages": "Tags such as en es.", "voice": "The number to call, as dialled there.",
    "text": "The number to text, as dialled there.",
    "text_word": "What a text begins with: HOME, or HOME, es: HOLA.",
    "emergency": "The country's emergency number.",
    "zone": "The time zone of the hours.", "hours": "24/7, or mon-fri 9:00-17:00.",
    "notes": "What a coordinator should know.", "source": "Where the number was found.",
    "source_date": "On which day, such as 2026-03-31.",
}  # fmt: skip
_COLUMNS = {
    "id": "ID", "country": "COUNTRY", "needs": "NEEDS", "said": "SAID", "languages": "LANGUAGES",
    "hours": "HOURS", "standing": "STANDING", "expires_at": "UNTIL", "name": "NAME",
}  # fmt: skip
_DUTIES = {
    "country": "COUNTRY", "need": "NEED", "line": "LINE", "emergency": "EMERGENCY",
    "standing": "STANDING", "expires_at": "UNTIL", "to_do": "TO DO", "remark": "REMARK",
}  # fmt: skip
_NONE = "no line is known for this need"
_TO_DO = {
    "ticked": "",
    "expired": "ring it again, then tick it",
    "unverified": "ring it, then tick it",
    "unlisted": "add it to the directory, ring it, then tick it",
}


def _cells(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, meaning in reversed(_CELLS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, help=meaning)(command)
    return command


@click.command()
@click.option("--country", help="Two letters.")
@click.option("--need", type=click.Choice(NEEDS))
@click.option("--standing", type=click.Choice(STANDINGS))
@json_option
def list_(show: Output, country: str | None, need: str | None, standing: str | None) -> None:
    """List the lines, by country."""
    from service import line_desk

    with at_home() as house:
        found = line_desk.listing(house, country.upper() if country else None, need, standing)
        show.rows(_COLUMNS, found, "No lines.")


@click.command()
@LINE
@json_option
def show(show: Output, line: str) -> None:
    """Show one line: what is known of it, from where, and who rang it."""
    from service import line_desk

    with at_home() as house:
        show.one(line_desk.shown(house, line))


@click.command()
@click.option("--id", "id_", help="A name of its own; without it, one is made.")
@click.option("--country", required=True, help="Two letters.")
@click.option("--name", required=True, help="What the line is called.")
@_cells
@by_option
@json_option
def add(show: Output, id_: str | None, by: str, **cells: str | None) -> None:
    """Add a line. Then ring it, and tick it."""
    from service import line_desk

    with at_home() as house:
        given = {name: value or "" for name, value in cells.items()} | {"id": id_ or ""}
        show.one(line_desk.add(house, given, by))


@click.command()
@LINE
@click.option("--name", help="What the line is called.")
@_cells
@by_option
@json_option
def change(show: Output, line: str, by: str, **cells: str | None) -> None:
    """Change a line; it has to be rung again then. An empty value takes away."""
    from service import line_desk

    with at_home() as house:
        given = {name: value for name, value in cells.items() if value is not None}
        show.one(line_desk.change(house, line, given, by))


@click.command()
@click.option("--country", "countries", multiple=True, help="Two letters; without, all we text.")
@json_option
def check(show: Output, countries: tuple[str, ...]) -> None:
    """See what people are given for each need, and what is to be rung; exit code 1 where it is."""
    from service import line_desk, line_rounds

    with at_home() as house:
        where = [_country(given) for given in countries] or line_rounds.countries(house)
        rows = [
            {**duty._asdict(), "to_do": _to_do(duty), "remark": _remark(duty)}
            for duty in line_desk.duties(house, where)
        ]
    show.rows(_DUTIES, rows)
    show.note("Ring each from a phone there, ask for hours and languages, then tick it.")
    if any(row["to_do"] for row in rows):
        raise SystemExit(1)


def _country(given: str) -> str:
    if len(given) != 2 or not given.isalpha():
        raise Trouble(given, "This is no country.", "Write two letters; --country once for each.")
    return given.upper()


def _remark(duty: Any) -> str:
    if duty.waits is not None:
        return f"{duty.waits} is for this need: ring it, then tick it"
    return "" if duty.for_need else _NONE


def _to_do(duty: Any) -> str:
    return "its tick ends soon: ring it again" if duty.soon else _TO_DO[duty.standing]


@click.command()
@LINE
@by_option
@json_option
def tick(show: Output, line: str, by: str) -> None:
    """Keep that you rang it today, and that it answers as it stands there. It holds for a year."""
    from service import line_desk

    with at_home() as house:
        show.one(line_desk.tick(house, line, by))


@click.command()
@LINE
@by_option
@json_option
def expire(show: Output, line: str, by: str) -> None:
    """Take its tick away: it did not answer as it should."""
    from service import line_desk

    with at_home() as house:
        show.one(line_desk.expire(house, line, by))


@click.command()
@LINE
@by_option
@json_option
def drop(show: Output, line: str, by: str) -> None:
    """Take it away for good: nobody is given it any more. A list or `add` can bring it back."""
    from service import line_desk

    with at_home() as house:
        show.one(line_desk.drop(house, line, by))


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--columns", is_flag=True, help="Tell the columns of a list.")
@click.option("--dry-run", is_flag=True, help="Tell what it would do, and change nothing.")
@by_option
@json_option
def import_(show: Output, file: Path | None, columns: bool, dry_run: bool, by: str) -> None:
    """Take in a list as CSV. Rows that cannot be used are told; exit code 1 where there are."""
    from flows.line_lists import COLUMNS

    if columns:
        rows = [{"column": name, "meaning": meaning} for name, meaning in COLUMNS.items()]
        show.rows({"column": "COLUMN", "meaning": "MEANING"}, rows)
        return
    if file is None:
        raise Trouble("hearthline lines import", "No file is given.", "Give one, or --columns.")
    from service import line_desk

    with at_home() as house:
        done = line_desk.take_list(house, file, by, dry_run=dry_run)
    tell(
        [Trouble(f"{file}:{t.row}, {t.column}", t.trouble, t.cure) for t in done.troubles],
        as_json=show.as_json,
    )
    show.one({
        "added": len(done.added), "changed": len(done.changed), "unchanged": len(done.unchanged),
        "left_out": len(done.troubles),
    })  # fmt: skip
    if done.troubles:
        raise SystemExit(1)


lines = LazyGroup(
    "lines",
    help="The lines that people are given.",
    later={
        "list": Later(__name__, "list_", "List them, by country."),
        "show": Later(__name__, "show", "Show one, with its source and who rang it."),
        "check": Later(__name__, "check", "What people are given, and what is to be rung."),
        "tick": Later(__name__, "tick", "Keep that you rang one, and it answers."),
        "expire": Later(__name__, "expire", "Take a tick away."),
        "add": Later(__name__, "add", "Add one."),
        "change": Later(__name__, "change", "Change one; it has to be rung again."),
        "drop": Later(__name__, "drop", "Take one away for good."),
        "import": Later(__name__, "import_", "Take in a list as CSV."),
    },
)
