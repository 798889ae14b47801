"""The append-only file that lets the network survive a restart.

Promise: one JSON line a fact, handed to the operating system before the fact is answered; reading
skips a last line that a crash cut off. Compacting writes a new file and swaps it in, so that
redacted and deleted bodies do not stay on disk. It knows nothing of what the facts mean.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

Fact = dict[str, Any]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # it holds what people wrote, if only in practice


class Journal:
    """A journal in a folder, or none: `Journal(None)` keeps nothing."""

    def __init__(self, home: Path | None) -> None:
        self._path = None if home is None else home / "phone-network.jsonl"
        self._file: int | None = None

    def read(self) -> Iterator[Fact]:
        """All facts in order. A line cut off by a crash ends the reading."""
        if self._path is None or not self._path.exists():
            return
        with self._path.open("rb") as file:
            for line in file:
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError:
                    return

    def replace(self, facts: Iterable[Fact]) -> None:
        """Start again with these facts alone."""
        if self._path is None:
            return
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with open(fresh, "wb", opener=_private) as file:
            for fact in facts:
                file.write(orjson.dumps(fact) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)

    def add(self, fact: Fact) -> None:
        """Append one fact."""
        if self._file is not None:
            os.write(self._file, orjson.dumps(fact) + b"\n")

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
