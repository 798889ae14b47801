"""What every test may ask for: real servers, fresh databases on both kinds, a clock that moves.

What is missing here skips a test by name and says how to get it; in CI (`CI=true`) it fails
instead, and so does every other skip.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from service import clock, logs
from tests import servers

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")

os.environ.setdefault("HEARTHLINE_ENV", "test")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="run the long fault, load and property tests at their full counts, not at a tenth",
    )


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.register_profile("part", max_examples=30, deadline=None)
    hypothesis.settings.register_profile("full", max_examples=300, deadline=None)
    hypothesis.settings.load_profile("full" if config.getoption("--full") else "part")
    logs.start(level="debug", strict=True)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if IN_CI and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Skipped in CI, where nothing may be skipped.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def missing(what: str) -> None:
    """Skip, or fail in CI: something that this test needs is not here."""
    if IN_CI:
        pytest.fail(what)
    pytest.skip(what)


def outside(what: str) -> None:
    """Skip, in CI too: data that is not the project's own lies in no clone."""
    pytest.skip(what)


@pytest.fixture(scope="session")
def scale(pytestconfig: pytest.Config) -> float:
    """By how much to multiply the counts of a long test: 1.0 with --full, otherwise 0.1."""
    return 1.0 if pytestconfig.getoption("--full") else 0.1


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[servers.Valkey]:
    """One real Valkey server for this process of the run."""
    try:
        with servers.valkey() as server:
            yield server
    except servers.Missing as what:
        missing(str(what))


@pytest.fixture
def valkey(valkey_server: servers.Valkey) -> str:
    """The address of a real, empty Valkey server."""
    import redis

    with redis.Redis.from_url(valkey_server.url) as client:
        client.flushall()
    return valkey_server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Postgres]:
    """One real PostgreSQL server for this process of the run."""
    try:
        with servers.postgres() as server:
            yield server
    except servers.Missing as what:
        missing(str(what))


@pytest.fixture
def postgres_url(postgres_server: servers.Postgres) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    url = postgres_server.database()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh, empty SQLite database."""
    return f"sqlite:///{tmp_path / 'hearthline.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database: the test runs once on SQLite and once on PostgreSQL."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))


class Clock:
    """The clock of this process and of those it starts, ahead of the machine's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        clock.write_offset(path, 0.0)

    def move(self, by: timedelta) -> None:
        """Let time pass for everyone who reads the file, all at once."""
        clock.write_offset(self.path, clock.read_offset(self.path) + by.total_seconds())


@pytest.fixture
def moving_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock to move; processes started in the test follow it through the environment."""
    moving = Clock(tmp_path / "clock")
    monkeypatch.setenv("HEARTHLINE_CLOCK_FILE", str(moving.path))
    clock.follow(moving.path)
    yield moving
    clock.follow(None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing("Chromium is not installed: `apt-get install chromium` gives it.")
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=quiet)
        yield running
        running.close()
