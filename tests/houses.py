"""Settings and houses for tests: a fresh, migrated and seeded database behind a real House."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from service import clock, seeding
from service.house import House
from service.settings import load
from service.storage.migrations import migrate
from tests.storage.conftest import KEY

SERVICE_NUMBER = "+15550100100"


def environment(database_url: str, home: Path, **more: str) -> dict[str, str]:
    """Every setting that a process needs; nothing listens where they point unless given."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_API_URL": "http://127.0.0.1:9",
        "PUBLIC_URL": "https://line.example",
        "SERVICE_NUMBER": SERVICE_NUMBER,
        "HEARTHLINE_KEYS": KEY,
        "HEARTHLINE_HOME": str(home),
        "HEARTHLINE_ENV": "test",
        **more,
    }


@contextmanager
def house(
    given: dict[str, str], *, seeded: bool = True, now: Callable[[], datetime] = clock.now
) -> Iterator[House]:
    """A house over a migrated database, with the shipped definitions and our number in it."""
    migrate(given["DATABASE_URL"])
    opened = House(load(given), now=now)
    try:
        if seeded:
            seeding.seed(opened)
        yield opened
    finally:
        opened.close()
