"""Databases with everything seeded, made once a run and then copied for each test."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from service import outbox
from service.seeding import seed
from service.storage import settings_rows
from service.storage.migrations import migrate
from tests import servers
from tests.service.house import MONDAY, Line


class Templates:
    """Migrated and seeded databases of both kinds, to copy for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sqlite: Path | None = None
        self._postgres: dict[int, str] = {}

    def sqlite(self, path: Path) -> str:
        if self._sqlite is None:
            made = self._folder / "template.db"
            self._fill(f"sqlite:///{made}")
            self._sqlite = made
        shutil.copy(self._sqlite, path)
        return f"sqlite:///{path}"

    def postgres(self, server: servers.Postgres) -> str:
        made = self._postgres.get(server.port)
        if made is None:
            made = server.database()
            self._fill(made)
            self._postgres[server.port] = made
        return server.database(made.rsplit("/", 1)[1])

    def _fill(self, url: str) -> None:
        migrate(url)
        line = Line(url, self._folder)
        seed(line.house)
        line.fast()
        with line.writing() as tx:  # nothing is left to sweep in a house without a network
            settings_rows.put(tx, outbox.SWEPT, (MONDAY + timedelta(days=3650)).isoformat(), MONDAY)
        line.close()
        if url.startswith("sqlite"):
            _close_log(url)


def _close_log(url: str) -> None:
    """Everything into the one file, so that it can be copied."""
    import sqlite3

    raw = sqlite3.connect(url.removeprefix("sqlite:///"))
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
