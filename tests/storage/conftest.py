"""A migrated database of each kind, with keys, for what is stored in it."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.storage.database import Database
from service.storage.migrations import migrate
from service.storage.sealing import Sealer
from tests.servers import Postgres

KEY = "one:" + base64.b64encode(b"1" * 32).decode()
NEXT_KEY = "two:" + base64.b64encode(b"2" * 32).decode()
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite_migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied: migrating anew for each test takes longer."""
    path = tmp_path_factory.mktemp("migrated") / "hearthline.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_migrated(postgres_server: Postgres) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    url = postgres_server.database()
    migrate(url)
    return url.rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of this release: the test runs once on each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_migrated"), tmp_path / "store.db")
        url = f"sqlite:///{tmp_path / 'store.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.database(request.getfixturevalue("postgres_migrated"))
    database = Database(url, Sealer(KEY), tmp_path / "erasures.ledger")
    yield database
    database.close()
    if database.postgres:
        server.drop(url)
