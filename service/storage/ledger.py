"""The erasure ledger: a file beside the database that a restore reads, to erase again.

Promise: a line is on the disk before the erasure that it names is committed, so no erasure can be
undone by restoring a backup that is older than it. A line holds ids, a moment and keyed digests of
numbers: nothing that says who it was. Lines are only ever added. Keep the file apart from the
backups, or a lost disk takes both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from service.storage.moments import from_micros, to_micros

NAME = "erasures.ledger"  # of the file in HEARTHLINE_HOME


class Line(NamedTuple):
    """One erasure that was carried out."""

    person_id: str
    at: datetime
    number_blinds: tuple[str, ...]


def append(path: Path, line: Line) -> None:
    """Add a line and wait until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = orjson.dumps(
        {"person": line.person_id, "at": to_micros(line.at), "numbers": line.number_blinds}
    )
    # O_APPEND: whole lines, whoever else writes at the same time
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, b"\n" + text + b"\n")  # a line before it that was cut off ends here
        os.fsync(file)
    finally:
        os.close(file)


def read(paths: Iterable[Path]) -> list[Line]:
    """All lines of these files, those that exist, each once. A line that was cut off by a crash
    belongs to an erasure that was not committed, and is passed over."""
    lines: dict[Line, None] = {}
    for path in paths:
        if not path.exists():
            continue
        for text in path.read_bytes().splitlines():
            try:
                read = orjson.loads(text)
                line = Line(read["person"], from_micros(read["at"]), tuple(read["numbers"]))
            except (orjson.JSONDecodeError, KeyError, TypeError):
                continue
            lines[line] = None
    return list(lines)
