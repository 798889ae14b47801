"""One fragile house on each kind of database, healed before each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests import servers
from tests.faults.fragile import FragileHouse


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileHouse]:
    folder = tmp_path_factory.mktemp("fragile")
    with FragileHouse(f"sqlite:///{folder / 'hearthline.db'}", folder) as house:
        yield house


@pytest.fixture(scope="session")
def on_postgres(
    postgres_server: servers.Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FragileHouse]:
    url = postgres_server.database()
    with psycopg.connect(url, autocommit=True) as connection:
        # The server forgoes the disk for speed; what it acknowledged has to survive its end here.
        name = sql.Identifier(url.rsplit("/", 1)[1])
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name))
    with FragileHouse(url, tmp_path_factory.mktemp("fragile"), postgres_server) as house:
        yield house
    postgres_server.drop(url)


@pytest.fixture
def sqlite_house(on_sqlite: FragileHouse) -> FragileHouse:
    """A well service on SQLite that knows nobody."""
    on_sqlite.heal()
    return on_sqlite


@pytest.fixture
def postgres_house(on_postgres: FragileHouse) -> FragileHouse:
    """A well service on PostgreSQL that knows nobody."""
    on_postgres.heal()
    return on_postgres


@pytest.fixture
def house(request: pytest.FixtureRequest) -> FragileHouse:
    """A well service that knows nobody, once on each database."""
    name = "sqlite_house" if request.param == "sqlite" else "postgres_house"
    found: FragileHouse = request.getfixturevalue(name)
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those of one house stay in one process of the run; leave out what only a full run does."""
    for item in items:
        if kind := _kind(item):
            item.add_marker(pytest.mark.xdist_group(f"faults-{kind}"))
    if config.getoption("--full"):
        return
    left_out = [i for i in items if hasattr(getattr(i, "function", None), "only_in_full")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _kind(item: pytest.Item) -> str | None:
    """On which database the house of this fault test stands; None for any other test."""
    if item.path.parent != Path(__file__).parent:
        return None
    if "postgres_house" in getattr(item, "fixturenames", ()):
        return "postgresql"
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("house") if callspec is not None else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both databases with --full; otherwise PostgreSQL only where a fault is one of its own."""
    if "house" not in metafunc.fixturenames:
        return
    both = metafunc.config.getoption("--full") or hasattr(metafunc.function, "on_both")
    kinds = ["sqlite", "postgresql"] if both else ["sqlite"]
    metafunc.parametrize("house", kinds, indirect=True)
