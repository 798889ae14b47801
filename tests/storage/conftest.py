"""A migrated database of each kind, with keys, for what is stored in it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.storage.database import Database
from service.storage.migrations import migrate
from service.storage.sealing import Sealer

KEY = "one:" + base64.b64encode(b"1" * 32).decode()
NEXT_KEY = "two:" + base64.b64encode(b"2" * 32).decode()
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """An empty database of this release."""
    migrate(database_url)
    database = Database(database_url, Sealer(KEY), tmp_path / "erasures.ledger")
    yield database
    database.close()
