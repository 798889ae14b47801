"""The command line run in this process, and files for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from service import logs
from service.cli import frame


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict]:
        """What was printed, one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Mapping[str, str]:
        return json.loads(self.err.splitlines()[0])["error"]


@pytest.fixture(autouse=True)
def fresh_logs() -> Iterator[None]:
    """Commands log to where standard error went then: a later test has another one."""
    logs.start(level="debug", strict=True)
    yield
    logs.start(level="debug", strict=True)


@pytest.fixture
def hearthline(capsys) -> Callable[..., Ran]:
    """The command line, in this process: its exit code and what it printed."""

    def run(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            frame.run(arguments)
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return str(path)

    return write


@pytest.fixture
def home(hearthline, tmp_path: Path, monkeypatch) -> Any:
    """A migrated database that the commands work on, and its settings."""
    from tests.cli.home import settle

    url = f"sqlite:///{tmp_path}/data/hearthline.db"
    return settle(hearthline, url, tmp_path, monkeypatch)
