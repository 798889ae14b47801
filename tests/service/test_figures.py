"""The house in figures, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.figures import figures
from service.house import House
from service.settings import load
from service.storage import ids, timers
from service.storage.migrations import migrate
from tests.storage.conftest import AT, KEY


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    migrate(database_url)
    settings = load(
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": "redis://127.0.0.1:9/0",
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "token",
            "PUBLIC_URL": "https://line.example",
            "SERVICE_NUMBER": "+15550100100",
            "HEARTHLINE_KEYS": KEY,
            "HEARTHLINE_HOME": str(tmp_path),
            "HEARTHLINE_ENV": "test",
        }
    )
    house = House(settings, now=lambda: AT)
    yield house
    house.close()


def told(house: House) -> dict[str, float]:
    return {f"{f.name} {'/'.join(f.labels.values())}".strip(): f.value for f in figures(house)}


def test_an_empty_house_has_figures_too(house):
    assert told(house) == {
        "pending_messages urgent": 0,
        "oldest_pending_seconds urgent": 0,
        "pending_messages reply": 0,
        "oldest_pending_seconds reply": 0,
        "pending_messages bulk": 0,
        "oldest_pending_seconds bulk": 0,
        "overdue_timers": 0,
        "oldest_overdue_timer_seconds": 0,
    }


def test_what_is_late_is_told_and_what_is_due_now_is_not(house):
    with house.database.writing() as tx:
        late = [
            timers.Timer(
                ids.new(), f"k{n}", "wake", None, None, AT - timedelta(seconds=s), None, None
            )
            for n, s in enumerate((1, 60, 90))
        ]
        timers.put(tx, late, AT)
    found = told(house)
    assert found["overdue_timers"] == 2
    assert found["oldest_overdue_timer_seconds"] == 90
