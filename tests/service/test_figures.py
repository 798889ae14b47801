"""The house in figures, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.figures import figures
from service.house import House
from service.storage import calls, ids, numbers, placings, timers
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
        "pending_calls": 0,
        "oldest_pending_call_seconds": 0,
        "calls_on_the_line": 0,
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


def test_calls_that_wait_and_calls_under_way_are_told(house):
    with house.database.writing() as tx:
        number_id, _ = numbers.add(tx, "+15550142001", country="US", kind="mobile", at=AT)
        calls.came_in(
            tx, sid="CA1", number_id=number_id, sender_id=None, person_id=None, lane=1, now=AT
        )
        for lane, minutes in ((2, -3), (0, 20)):
            due = AT + timedelta(minutes=minutes)
            placings.plan(
                tx, [placings.NewCall(ids.new(), "notice", None, number_id, "s", lane, due, AT)]
            )
    found = told(house)
    assert found["pending_calls"] == 2
    assert found["oldest_pending_call_seconds"] == 180
    assert found["calls_on_the_line"] == 1
