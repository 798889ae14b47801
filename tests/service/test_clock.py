"""One clock: aware, in UTC, moved for a whole test by one small file."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from service import clock
from tests.conftest import Clock

ASK = "from service import clock; print(clock.now().isoformat())"


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_another_process_follows_the_file(moving_clock: Clock) -> None:
    moving_clock.move(timedelta(days=3))
    environment = dict(os.environ, HEARTHLINE_ENV="test")
    said = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert abs(datetime.fromisoformat(said.strip()) - clock.now()) < timedelta(seconds=30)


def test_production_does_not(moving_clock: Clock) -> None:
    moving_clock.move(timedelta(days=3))
    environment = dict(os.environ, HEARTHLINE_ENV="production")
    said = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, check=True, capture_output=True, text=True
    ).stdout
    ahead = clock.now() - datetime.fromisoformat(said.strip())
    assert timedelta(days=2, hours=23) < ahead < timedelta(days=3, minutes=1)
