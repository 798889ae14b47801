"""A house over a fresh database of each kind, and a moment that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service import clock, turns
from service.house import House
from tests import houses, servers
from tests.phone import PhoneNetwork
from tests.service.house import ROSA, Line
from tests.service.templates import Templates


class Now:
    """The clock of a house under test."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def house(database_url: str, tmp_path: Path, now: Now) -> Iterator[House]:
    """A seeded house, once on SQLite and once on PostgreSQL."""
    with houses.house(houses.environment(database_url, tmp_path), now=now) as opened:
        yield opened


@pytest.fixture
def texts(house: House):
    """Text the line as somebody would: texts("+1555...", "JOIN")."""
    count = iter(range(1_000_000))

    def text(number: str, body: str) -> None:
        sid = f"SM{next(count):032}"
        turns.text_came_in(house, sid=sid, from_=number, to=houses.SERVICE_NUMBER, body=body)

    return text


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=["sqlite", "postgresql"])
def line_url(request: pytest.FixtureRequest, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A migrated and seeded database of its own, copied: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        yield templates.sqlite(tmp_path / "hearthline.db")
        return
    server: servers.Postgres = request.getfixturevalue("postgres_server")
    url = templates.postgres(server)
    yield url
    server.drop(url)


@pytest.fixture
def line(line_url: str, tmp_path: Path) -> Iterator[Line]:
    """A house to tell turns in, with a clock that is moved and one coordinator."""
    opened = Line(line_url, tmp_path)
    opened.organised(coordinators=[ROSA])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork(account="AC1", token="token") as running:
        yield running


@pytest.fixture
def wired(line_url: str, tmp_path: Path, network: PhoneNetwork) -> Iterator[Line]:
    """A house whose gateway speaks to the local phone network, over real HTTP."""
    network.behave()
    network.forget()
    # the moment itself: what is begun is begun by the clock of the process
    line = Line(line_url, tmp_path, clock.now(), TWILIO_API_URL=network.url)
    yield line
    line.close()
