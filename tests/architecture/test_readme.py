"""What the README shows is there and runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

import dev
from tests.architecture.source import ROOT

README = (ROOT / "README.md").read_text()
SHOWN = [
    line.split("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    for line in block.splitlines()
]
LINKS = re.findall(r"\]\(([^)#]+)[^)]*\)", README)


def test_the_two_commands_come_first() -> None:
    assert SHOWN[:2] == ["python3 dev.py up", "python3 dev.py test"]


@pytest.mark.parametrize("command", SHOWN)
def test_a_shown_command_is_one(command: str) -> None:
    words = shlex.split(command)
    assert words[:2] == ["python3", "dev.py"]
    assert words[2] in dev.COMMANDS


@pytest.mark.parametrize("command", [c for c in SHOWN if " hearthline " in c])
def test_a_shown_command_of_the_service_is_one(command: str) -> None:
    words = [word for word in shlex.split(command)[3:4] if not word.startswith("-")]
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *words, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("link", [link for link in LINKS if "://" not in link])
def test_a_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("folder", re.findall(r"^\| `([a-z]+/)`", README, flags=re.MULTILINE))
def test_the_map_shows_folders_that_are_there(folder: str) -> None:
    assert (ROOT / folder).is_dir()
