"""The frame: quick to start, loads what is called, and every error names the cure."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from service import __version__
from service.cli.frame import COMMANDS, LazyGroup
from service.cli.frame import hearthline as whole
from service.cli.output import Output, as_line, shown
from service.cli.trouble import troubles_of

HEARTHLINE = Path(sys.executable).with_name("hearthline")


def loaded_by(arguments: str) -> set[str]:
    script = f"""
import sys
sys.argv = ["hearthline", *{arguments.split()!r}]
from service.cli import main
try:
    main()
except SystemExit:
    pass
print("|".join(sys.modules), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    return set(done.stderr.splitlines()[-1].split("|"))


def test_version_loads_nothing():
    assert not {"click", "flows", "logging", "json", "asyncio"} & loaded_by("--version")
    done = subprocess.run([HEARTHLINE, "--version"], capture_output=True, text=True)
    assert done.stdout == f"hearthline {__version__}\n"


def test_help_tells_the_commands_without_loading_one():
    loaded = loaded_by("--help")
    assert "click" in loaded
    assert not {name for name in loaded if name.startswith(("flows", "sqlalchemy", "twilio"))}


def test_every_command_that_is_told_is_there(capsys):
    context = whole.make_context("hearthline", [], resilient_parsing=True)
    for name, later in COMMANDS.items():
        command = whole.get_command(context, name)
        assert command is not None
        assert command.help
        assert later.line.endswith(".")
        if isinstance(command, LazyGroup):
            inside = command.make_context(name, [], resilient_parsing=True)
            for each in command.list_commands(inside):
                assert command.get_command(inside, each).help, f"{name} {each}"


def test_an_unknown_command_is_told_with_those_there_are(hearthline):
    ran = hearthline("nope")
    assert ran.code == 2
    assert "no such command" in ran.err
    assert "flows" in ran.err
    ran = hearthline("flows", "nope", "--json")
    assert ran.code == 2
    assert set(ran.error) == {"place", "trouble", "cure"}


def test_nothing_asked_for_tells_what_there_is(hearthline):
    for words in ((), ("flows",)):
        ran = hearthline(*words)
        assert (ran.code, ran.err) == (0, "")
        assert "Commands:" in ran.out


def leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """A command, or those that stand below it, however deep."""
    if not isinstance(command, LazyGroup):
        yield name, command
        return
    inside = command.make_context(name, [], resilient_parsing=True)
    for each in command.list_commands(inside):
        below = command.get_command(inside, each)
        assert below is not None
        yield from leaves(below, f"{name} {each}")


def test_every_command_prints_json_when_asked():
    for name, command in leaves(whole, "hearthline"):
        takes = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in takes or name == "hearthline network", name


def test_a_slip_in_a_command_is_told_with_its_help(hearthline):
    ran = hearthline("flows", "show", "--json")
    assert ran.code == 2
    assert "--help" in ran.error["cure"]
    assert ran.out == ""


def test_settings_that_are_missing_are_all_told(hearthline, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    ran = hearthline("migrate")
    assert ran.code == 2
    assert "DATABASE_URL" in ran.err
    assert "TWILIO_ACCOUNT_SID" in ran.err


def test_a_mistake_of_ours_is_not_dressed_up():
    assert troubles_of(RuntimeError("x")) == []


def test_a_table_is_for_people_and_lines_are_for_programs(capsys):
    rows = [{"a": 1, "b": "two  words", "c": None}, {"a": 22, "b": "", "c": True}]
    columns = {"a": "FIRST", "b": "SECOND"}
    assert Output(as_json=False).rows(columns, rows) == 2
    assert capsys.readouterr().out.splitlines() == [
        "FIRST  SECOND",
        "-----  ---------",
        "1      two words",
        "22     -",
    ]
    assert Output(as_json=True).rows(columns, iter(rows)) == 2
    assert capsys.readouterr().out.splitlines()[0] == '{"a": 1, "b": "two  words", "c": null}'
    assert Output(as_json=False).rows(columns, [], "Nobody yet.") == 0
    assert capsys.readouterr().out == "Nobody yet.\n"


def test_one_thing_is_told_a_line_a_field(capsys):
    Output(as_json=False).one({"name": "x", "languages": ["en", "es"], "none": None})
    assert capsys.readouterr().out.splitlines() == [
        "name       x",
        "languages  en",
        "           es",
        "none       -",
    ]


def test_moments_are_utc_for_programs_and_plain_for_people():
    from datetime import datetime, timedelta, timezone

    moment = datetime(2026, 3, 1, 12, 30, tzinfo=timezone(timedelta(hours=2)))
    assert as_line({"at": moment}) == '{"at": "2026-03-01T10:30:00Z"}'
    assert shown(moment) == "2026-03-01 12:30 UTC+02:00"


def test_progress_gives_the_same_things_and_prints_nothing_unwatched(capsys):
    assert list(Output(as_json=False).progress(range(5), 5, "Counting")) == [0, 1, 2, 3, 4]
    printed = capsys.readouterr()
    assert printed.out == ""


@pytest.mark.parametrize("module", ["service.cli"])
def test_it_runs_without_the_console_script(module):
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"], capture_output=True, text=True
    )
    assert done.stdout == f"hearthline {__version__}\n"
