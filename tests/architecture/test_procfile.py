"""The Procfile, the practice on one machine and the documentation name the same processes."""

from __future__ import annotations

import importlib.util
import shlex

import pytest
from honcho.environ import parse_procfile

from service.practice import __main__ as practice
from tests.architecture.source import ROOT

PROCESSES: dict[str, str] = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)


def test_a_host_finds_the_four_processes() -> None:
    assert list(PROCESSES) == ["release", "web", "worker", "clock"]


@pytest.mark.parametrize("name", PROCESSES)
def test_what_a_process_runs_is_there(name: str) -> None:
    words = shlex.split(PROCESSES[name])
    if words[0] == "python":
        assert words[1] == "-m"
        assert importlib.util.find_spec(words[2]) is not None
    else:
        assert words[:2] == ["gunicorn", "--config"]
        assert (ROOT / words[2]).is_file()


@pytest.mark.parametrize("name", PROCESSES)
def test_the_operators_page_shows_it(name: str) -> None:
    assert PROCESSES[name] in (ROOT / "docs" / "operating.md").read_text()


def test_practice_runs_the_procfile_itself() -> None:
    assert (ROOT / "Procfile") == practice.PROJECT / "Procfile"
