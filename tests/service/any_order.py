"""What state machines of things that happen in any order have in common.

Promise: the service's own code over a real database; a house is opened once for all orders that are
tried. What may happen, and what holds at any time, stands with each machine.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from flows.states import Table
from service.storage import settings_rows
from tests import houses


def reaches(table: Table, old: str, new: str) -> bool:
    """By the table's own moves, one or more: some things happen in one go here."""
    seen, ahead = {old}, [old]
    while ahead:
        for state in table.moves[ahead.pop()]:
            if state not in seen:
                seen.add(state)
                ahead.append(state)
    return new in seen


def live_through(machine: Any) -> None:
    """Try orders of what happens; the machine gets `house`, and the moment as its class's `at`."""
    # in memory where that is possible: thousands of transactions, none of which has to last
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))

    class Once(machine):
        at = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)

    given = houses.environment(f"sqlite:///{folder / 'hearthline.db'}", folder)
    try:
        with houses.house(given, now=lambda: Once.at) as house:
            Once.house = house
            with house.database.writing() as tx:
                settings_rows.put(tx, "quiet_hours", "00:00-00:00", house.now())
            # not shrunk: that would take minutes
            kept = settings(stateful_step_count=40, phases=[Phase.generate])
            run_state_machine_as_test(Once, settings=kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
