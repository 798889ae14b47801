"""One running service a database for all stories, and a fresh story on it for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stories.running import RunningHouse
from tests.stories.telling import Story

DATABASES = ("sqlite", "postgresql")


def on(database: str) -> pytest.MarkDecorator:
    """The stories of one database are told one after another: they share its service."""
    return pytest.mark.xdist_group(f"stories-{database}")


_DATABASES = [pytest.param(name, marks=on(name)) for name in DATABASES]


@pytest.fixture(scope="session", params=_DATABASES)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningHouse]:
    """The service with all its processes, started once for all stories on this database."""
    folder = tmp_path_factory.mktemp(f"house-{request.param}")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'hearthline.db'}"
    else:
        url = request.getfixturevalue("postgres_server").database()
    with RunningHouse(url, folder) as house:
        yield house


@pytest.fixture
def house(running: RunningHouse) -> Iterator[Story]:
    """An empty house on a Monday at ten. At its end nothing may be left unread."""
    running.begin_story()
    story = Story(running)
    yield story
    story.ends()
