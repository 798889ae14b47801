"""The house in figures, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.figures import figures
from service.house import House
from service.storage import ids, timers
from tests import houses
from tests.storage.conftest import AT


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    with houses.house(houses.environment(database_url, tmp_path), now=lambda: AT) as opened:
        yield opened


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
