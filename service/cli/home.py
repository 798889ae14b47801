"""The house for a command: opened by the settings, closed when the command ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.house import House


@contextmanager
def at_home() -> Iterator[House]:
    """A house as the processes have it. Raises SettingsError; logs only what is wrong."""
    from service import logs
    from service.house import House
    from service.settings import load

    settings = load()
    logs.start(level="warning", readable=True)
    house = House(settings)
    try:
        yield house
    finally:
        house.close()
