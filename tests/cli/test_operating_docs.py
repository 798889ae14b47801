"""docs/operating.md is true: its commands run, in their order; its tables name what there is."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.rosters import COLUMNS
from service import turns
from service.by_hand import whom
from service.cli.frame import COMMANDS
from service.figures import figures
from service.storage import recordings
from service.storage.recordings import NewRecording
from tests import houses
from tests.architecture.source import ROOT
from tests.cli.home import Home, settle
from tests.phone import PhoneNetwork
from tests.service.sound_files import mp3, wav
from tests.storage.conftest import KEY, NEXT_KEY

PAGE = (ROOT / "docs" / "operating.md").read_text()
LEXICON = ROOT / "flows" / "library" / "lexicon.yaml"
PRACTICE = {"flows", "seed", "phone", "network"}  # told elsewhere


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^ *```{kind}\n(.*?)^ *```$", PAGE, re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    return [line.strip() for block in blocks("sh") for line in block.splitlines() if line.strip()]


@pytest.fixture
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork("https://line.example", numbers=("+15550100100", "+15550100200")) as running:
        yield running


class Reader:
    """Somebody who does what the page says, in order."""

    def __init__(self, hearthline: Any, home: Home, folder: Path, postgres_url: str) -> None:
        self.hearthline = hearthline
        self.home = home
        self.folder = folder
        self.postgres_url = postgres_url

    def does(self, line: str) -> None:
        words = shlex.split(line)[1:]
        self._before(words)
        ran = self.hearthline(*(self._meant(word) for word in words))
        telling = words[0] in ("doctor", "heartbeat") or words[:2] == ["risk", "test"]
        fine = (0, 1) if telling else (0,)
        assert ran.code in fine, f"{line}\n{ran.out}{ran.err}"

    def _before(self, words: list[str]) -> None:
        """What the page tells to do besides commands, and what people do meanwhile."""
        if words[:2] == ["prompts", "add"]:
            (self.folder / words[2]).write_bytes(mp3() if words[2].endswith(".mp3") else wav())
        elif words == ["recordings", "list"]:
            self._records("ana")
        elif words[:2] == ["risk", "evaluate"] and words[2].endswith(".csv"):
            (self.folder / words[2]).write_text("text,label\nI want to die,danger\n")
        elif words[:2] == ["risk", "learn"]:
            shutil.copy(LEXICON, self.folder / "lexicon.yaml")
            rows = [f"the well is deep {n},danger\ntea at four {n},everyday\n" for n in range(9)]
            (self.folder / words[2]).write_text("".join(["text,label\n", *rows]))
        elif words[:2] == ["cases", "list"]:
            with self.home.house() as house:
                turns.text_came_in(
                    house, sid=f"SM{'-'.join(words)}", from_="+15550142009",
                    to=houses.SERVICE_NUMBER, body="I want to kill myself",
                )  # fmt: skip
        elif words[:2] == ["restore", "night.backup"]:
            self.home.set(DATABASE_URL=f"sqlite:///{self.folder}/restored.db")
        elif words == ["keys", "list"]:
            self.home.set(HEARTHLINE_KEYS=f"{NEXT_KEY},{KEY}")

    def _records(self, name: str) -> None:
        """Somebody records something by call, and a worker has fetched it."""
        with self.home.house() as house, house.database.writing() as tx:
            now = house.now()
            made, _ = recordings.made(tx, NewRecording(
                "RE1", whom(tx, name), "number", "call", None, "answer", None, None, 4, now,
            ))  # fmt: skip
            recordings.fetched(tx, made.id, "audio/mpeg", mp3(4), now)

    def _meant(self, word: str) -> str:
        """A word of the page with what stands for it here."""
        if word.startswith("postgresql://"):
            return self.postgres_url
        if word in ("take-7.mp3", "hello-en.wav", "story.mp3", "to-listen") or word.endswith(
            (".csv", ".backup", ".ledger", ".yaml", ".ics")
        ):
            return str(self.folder / word)
        if word == "k1":  # the key that the tests began with
            return "one"
        if word == "SHIFT":  # the next one of somebody who has one
            rows = self.hearthline("rota", "show", "evenings", "--names", "--json").objects
            return next(str(row["id"]) for row in rows if row["name"] == "Ben")
        if word == "TEXT":  # one that came in
            rows = self.hearthline("messages", "list", "--status", "received", "--json").objects
            return str(rows[-1]["id"])
        if word in ("PLAN", "CODE", "MESSAGE", "RECORDING"):
            noun, field = {"PLAN": ("plans", "id"), "CODE": ("cases", "code"),
                           "MESSAGE": ("messages", "id"),
                           "RECORDING": ("recordings", "id")}[word]  # fmt: skip
            rows = self.hearthline(noun, "list", "--json").objects
            active = [row for row in rows if row.get("status") != "ended"]
            return str(active[-1][field])
        return word


def test_its_commands_run_in_their_order(
    hearthline, tmp_path, monkeypatch, network, postgres_url
) -> None:
    home = settle(hearthline, f"sqlite:///{tmp_path}/hearthline.db", tmp_path, monkeypatch)
    home.set(**network.environment())
    [table] = blocks("csv")
    (tmp_path / "people.csv").write_text(table)
    [rota] = blocks("yaml")
    (tmp_path / "evenings.yaml").write_text(rota)
    reader = Reader(hearthline, home, tmp_path, postgres_url)
    for line in commands():
        reader.does(line)


def test_it_shows_every_command() -> None:
    shown = {line.split()[1] for line in commands()}
    assert set(COMMANDS) - PRACTICE <= shown


def test_it_tells_every_column_of_a_list() -> None:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items()]
    assert "\n".join(rows) in PAGE


def test_it_tells_every_metric(home: Home) -> None:
    with home.house() as house:
        names = {f"hearthline_{figure.name}" for figure in figures(house)}
    for name in names | {"hearthline_hooks_total", "hearthline_hook_seconds"}:
        if name != "hearthline_open_cases":  # told only where there are some
            assert f"`{name}`" in PAGE


def test_it_tells_every_part_that_the_doctor_looks_at() -> None:
    files = (
        "coverage.py", "doctor.py", "rounds.py", "knocking.py", "line_rounds.py", "team_rounds.py",
    )  # fmt: skip
    said = "".join((ROOT / "service" / name).read_text() for name in files)
    parts = set(re.findall(r'Finding\(\s*"([a-z ]+)"', said))
    told = set(re.findall(r"^\| ([a-z ]+) \| ", PAGE, re.MULTILINE))
    assert parts <= told
