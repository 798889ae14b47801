"""A settled home for commands: every setting, a migrated and seeded database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.house import House
from service.settings import load
from tests import houses
from tests.cli.conftest import Ran

Hearthline = Callable[..., Ran]


class Home:
    """The settings that commands run under, and the same house for a look inside."""

    def __init__(self, given: dict[str, str], patch: pytest.MonkeyPatch) -> None:
        self.given = given
        self._patch = patch
        self.set(**given)

    def set(self, **settings: str) -> None:
        """Change settings for the commands that follow."""
        self.given |= settings
        for name, value in settings.items():
            self._patch.setenv(name, value)

    @contextmanager
    def house(self) -> Iterator[House]:
        house = House(load(self.given))
        try:
            yield house
        finally:
            house.close()


def settle(hearthline: Hearthline, url: str, folder: Path, patch: pytest.MonkeyPatch) -> Home:
    """A home in this folder, as `hearthline migrate` leaves it."""
    home = Home(houses.environment(url, folder), patch)
    assert hearthline("migrate").code == 0
    return home
