"""`hearthline rota ...`: who is on duty when, and where somebody is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, span
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

if TYPE_CHECKING:
    from flows.rotations import Rota

F = TypeVar("F", bound=Callable[..., Any])

ROTA = click.argument("rota", metavar="ROTA")
_KEPT = {"rota": "ROTA", "role": "ROLE", "zone": "ZONE", "people": "PEOPLE", "gaps": "GAPS",
         "on_duty": "ON DUTY"}  # fmt: skip
_SHIFTS = {"local": "BEGINS", "local_ends": "ENDS", "person_id": "PERSON", "status": "STATUS",
           "source": "SOURCE", "id": "ID"}  # fmt: skip
_GAPS = {"rota": "ROTA", "local": "BEGINS", "local_ends": "ENDS", "asked": "ASKED",
         "there": "THERE", "policy": "POLICY", "steps": "STEPS", "whom": "WHOM"}  # fmt: skip


def days_option(default: int) -> Callable[[F], F]:
    """How far ahead."""
    return click.option(
        "--days", type=click.IntRange(1, 366), default=default, show_default=True,
        help="How many days ahead.",
    )  # fmt: skip


@click.command()
@click.argument("rota", metavar="[ROTA]", required=False)
@days_option(14)
@click.option("--names", is_flag=True, help="Names too; the trail keeps who looked.")
@click.option("--shares", is_flag=True, help="How many hours each person has.")
@by_option
@json_option
def show_(show: Output, rota: str | None, days: int, names: bool, shares: bool, by: str) -> None:
    """Show all rotas and who is on duty, or the shifts of one."""
    from service import rota_by_hand

    with at_home() as house:
        if rota is None:
            show.rows(_KEPT, rota_by_hand.listing(house), "No rota yet.")
        elif shares:
            found = rota_by_hand.shares(house, rota, days)
            show.rows({"person_id": "PERSON", "hours": "HOURS"}, found, "Nobody.")
        else:
            rows = rota_by_hand.shown(house, rota, days, by, names=names)
            columns = {**_SHIFTS, **({"name": "NAME"} if names else {})}
            show.rows(columns, rows, "No shifts.")


@click.command()
@click.argument("given", metavar="FILE OR NAME")
@click.option("--days", help="In words: every day, weekdays, saturday and sunday.")
@click.option("--hours", help="Local hours, such as 18:00 to 22:00.")
@click.option("--people", help="In their order, between commas: ids, numbers or names.")
@click.option("--from", "since", metavar="DAY", help="The first one's first day.")
@click.option("--hand-over", metavar="DAY", help="The weekday of the next one; else each shift.")
@click.option("--at-once", type=click.IntRange(1, 50), default=1, help="How many at once.")
@click.option("--role", default="volunteer", show_default=True, help="The role of who comes.")
@click.option("--zone", help="The time zone of the hours; else the organisation's.")
@click.option("--from-calendar", is_flag=True, help="A rota without turns, kept in a calendar.")
@by_option
@json_option
def add(show: Output, given: str, zone: str | None, by: str, **told: Any) -> None:
    """Add a rota from a YAML FILE, or a turn to the rota of that NAME."""
    from service import rota_by_hand

    with at_home() as house:
        if given == "-" or given.endswith((".yaml", ".yml")):
            one = _read(given, zone or "UTC", as_json=show.as_json)
            show.one(rota_by_hand.add(house, one, by))
        elif told["from_calendar"]:
            show.one(rota_by_hand.add_empty(house, _name(given), told["role"], zone, by))
        else:
            turn = _turn(told)
            show.one(rota_by_hand.add_turn(house, _name(given), turn, told["role"], zone, by))


def _read(given: str, zone: str, *, as_json: bool) -> Rota:
    from flows.rotation_words import read_rota
    from service.cli.trouble import tell

    try:
        text = sys.stdin.read() if given == "-" else Path(given).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Trouble(given, "This file cannot be read.", "Give the path of a YAML file.") from None
    found = read_rota(text, zone)
    if not isinstance(found, list):
        return found
    troubles = [Trouble(f"{given}, {p.place}", p.trouble, p.cure) for p in found]
    tell(troubles[:-1], as_json=as_json)
    raise troubles[-1]


def _name(given: str) -> str:
    from flows.rotation_words import RotaError, name_of

    try:
        return name_of(given)
    except RotaError as error:
        raise Trouble(*error.problem) from None


def _turn(told: dict[str, Any]) -> Any:
    from flows.rotation_words import RotaError, turn_of

    if not told["people"] or not told["hours"] or not told["since"]:
        cure = "Give --hours, --people and --from, or a YAML file."
        raise Trouble("hearthline rota add", "A turn needs hours, people and a first day.", cure)
    try:
        return turn_of(
            told["days"] or "every day", told["hours"], told["people"].split(","),
            told["since"], told["hand_over"], told["at_once"],
        )  # fmt: skip
    except RotaError as error:
        raise Trouble(*error.problem) from None


@click.command()
@ROTA
@click.option("--people", required=True, help="Between commas, the first one first.")
@click.option("--from", "since", metavar="DAY", required=True, help="The first one's first day.")
@click.option("--turn", type=click.IntRange(1), default=1, show_default=True, help="Which turn.")
@by_option
@json_option
def rotate(show: Output, rota: str, people: str, since: str, turn: int, by: str) -> None:
    """Change who takes turns, and in which order."""
    from flows.rotation_words import people_of
    from service import rota_by_hand

    with at_home() as house:
        day, given = _day(since), people_of(people)
        if not given:
            raise Trouble("--people", "Nobody is named.", "Name one or more, in their order.")
        show.one(rota_by_hand.rotate(house, rota, given, day, turn, by))


@click.command()
@ROTA
@click.option("--from", "since", metavar="MOMENT", help="By the rota's clock.")
@click.option("--until", metavar="MOMENT", help="By the rota's clock.")
@click.option("--who", help="Between commas; who is on duty then.")
@click.option("--instead-of", metavar="WHO", help="Only in place of this one.")
@click.option("--extra", is_flag=True, help="Besides the others, and in all those hours.")
@click.option("--holiday", metavar="DAY", help="This whole day: --who has it, or nobody.")
@click.option("--usual", is_flag=True, help="With --holiday: a day as any other again.")
@click.option("--clear", is_flag=True, help="Take all overrides back.")
@by_option
@json_option
def override(
    show: Output, rota: str, since: str | None, until: str | None, who: str | None,
    instead_of: str | None, extra: bool, holiday: str | None, usual: bool, clear: bool, by: str,
) -> None:  # fmt: skip
    """Have others on duty for a while, or make a day a holiday."""
    from flows.rotation_words import people_of
    from flows.rotations import Override
    from service import rota_by_hand

    people = people_of(who or "")
    with at_home() as house:
        if clear:
            show.one(rota_by_hand.clear_overrides(house, rota, by))
        elif holiday is not None:
            given = None if usual else people
            show.one(rota_by_hand.holiday(house, rota, _day(holiday), given, by))
        elif since is None or until is None or not people:
            cure = "Give --from, --until and --who, or --holiday with a day."
            raise Trouble("hearthline rota override", "Who, or when, is not clear.", cure)
        else:
            one = Override(_local(since), _local(until), people, instead_of, extra)
            show.one(rota_by_hand.override(house, rota, one, by))


def _day(text: str) -> Any:
    from flows.rotation_words import RotaError, day_of

    try:
        return day_of(text, text)
    except RotaError as error:
        raise Trouble(*error.problem) from None


def _local(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        cure = "Write it like 2026-12-31T18:00, by the rota's clock."
        raise Trouble(text, "This is no moment by the clock.", cure)
    return found


@click.command()
@click.argument("shift", metavar="SHIFT")
@click.option("--to", "who", metavar="WHO", help="Who takes it; without, others are asked.")
@by_option
@json_option
def swap(show: Output, shift: str, who: str | None, by: str) -> None:
    """Give a shift to somebody else, or ask those who could take it."""
    from service import rota_by_hand

    with at_home() as house:
        show.one(rota_by_hand.swap(house, shift, who, by))


@click.command()
@click.argument("rota", metavar="[ROTA]", required=False)
@days_option(14)
@json_option
def gaps(show: Output, rota: str | None, days: int) -> None:
    """Show hours in which somebody is missing, in a rota or for a step of a policy."""
    from service import rota_by_hand

    with at_home() as house:
        show.rows(_GAPS, rota_by_hand.gaps(house, rota, days), "Nobody is missing.")


@click.command()
@ROTA
@click.argument("file", metavar="[FILE]", required=False)
@days_option(90)
@click.option("--of", "who", metavar="WHO", help="Only the shifts of this person.")
@click.option("--names", is_flag=True, help="Names in it; the trail keeps who asked.")
@by_option
@json_option
def export(
    show: Output, rota: str, file: str | None, days: int, who: str | None, names: bool, by: str
) -> None:
    """Write a rota as a calendar (.ics), without names."""
    from service import rota_calendar

    with at_home() as house:
        data = rota_calendar.export(house, rota, days, by, given=who, names=names)
    if file is None:
        show.text(data.decode(), "calendar")
        return
    try:
        Path(file).write_bytes(data)
    except OSError:
        raise Trouble(file, "This file cannot be written.", "Give another path.") from None
    show.one({"file": file, "shifts": data.count(b"BEGIN:VEVENT")})


@click.command()
@ROTA
@click.argument("file", metavar="FILE")
@click.option("--dry-run", is_flag=True, help="Only tell what would come of it.")
@by_option
@json_option
def import_(show: Output, rota: str, file: str, dry_run: bool, by: str) -> None:
    """Read the shifts of a rota from a calendar (.ics)."""
    from service import rota_calendar
    from service.cli.trouble import tell

    try:
        data = Path(file).read_bytes()
    except OSError:
        raise Trouble(file, "This file cannot be read.", "Give the path of an .ics file.") from None
    with at_home() as house:
        result, problems = rota_calendar.bring(house, rota, data, by, dry=dry_run)
    if problems:
        troubles = [Trouble(f"{file}, {p.place}", p.trouble, p.cure) for p in problems]
        tell(troubles[:-1], as_json=show.as_json)
        raise troubles[-1]
    show.one(result)


@click.command()
@click.argument("who", metavar="ID, NUMBER OR NAME")
@click.option("--for", "length", metavar="LENGTH", help='How long, such as "2 hours".')
@click.option("--rota", help="In which rota; else the first that fits.")
@by_option
@json_option
def on(show: Output, who: str, length: str | None, rota: str | None, by: str) -> None:
    """Put somebody on duty now."""
    from datetime import timedelta

    from service import rota_by_hand

    time = timedelta(seconds=span(length)) if length is not None else None
    with at_home() as house:
        show.one(rota_by_hand.on(house, who, time, rota, by))


@click.command()
@click.argument("who", metavar="ID, NUMBER OR NAME")
@by_option
@json_option
def off(show: Output, who: str, by: str) -> None:
    """Take somebody off duty now; a gap is told to coordinators."""
    from service import rota_by_hand

    with at_home() as house:
        show.one(rota_by_hand.off(house, who, by))


@click.command()
@ROTA
@by_option
@json_option
def drop(show: Output, rota: str, by: str) -> None:
    """Drop a rota with its shifts to come."""
    from service import rota_by_hand

    with at_home() as house:
        show.one(rota_by_hand.drop(house, rota, by))


rota = LazyGroup(
    "rota",
    help="Who is on duty when, and where somebody is missing.",
    later={
        "show": Later(__name__, "show_", "Show rotas and their shifts."),
        "add": Later(__name__, "add", "Add a rota, or a turn to one."),
        "rotate": Later(__name__, "rotate", "Change who takes turns."),
        "override": Later(__name__, "override", "Have others on duty for a while; holidays."),
        "swap": Later(__name__, "swap", "Give a shift to somebody else."),
        "gaps": Later(__name__, "gaps", "Show where somebody is missing."),
        "on": Later(__name__, "on", "Put somebody on duty now."),
        "off": Later(__name__, "off", "Take somebody off duty now."),
        "export": Later(__name__, "export", "Write a rota as a calendar."),
        "import": Later(__name__, "import_", "Read shifts from a calendar."),
        "drop": Later(__name__, "drop", "Drop a rota."),
    },
)
