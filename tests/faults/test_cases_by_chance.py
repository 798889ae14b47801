"""Ten thousand cases while everything fails: none lost, none silent, and nothing doubled but what
the rule for an urgent text in doubt allows.

Each town is one process with a clock of its own and a seed: texts are refused, lost, in doubt;
callbacks and webhooks are lost, doubled and out of order; transactions fail before their commit,
are lost in it, and processes end after it and before their nudge. Whoever waits is looked after at
every step, and in the end the service's rows are held against the network's books.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests import servers
from tests.faults.reckoning import Reckoning
from tests.faults.town import Town
from tests.service.templates import Templates

LATE = 300.0  # seconds from a step to its text: leases and doubts behind workers that died
MAY_DOUBLE = (
    "in doubt, and taken", "killed between two sends", "killed before its commit",
    "killed after its commit",
)  # fmt: skip


class Size(NamedTuple):
    """A town: helpers who text, coordinators at a desk, and how many need somebody."""

    seed: int
    helpers: int
    staff: int
    cases: int  # with --full
    few: int  # otherwise
    apart: float  # seconds between two, about
    postgres: bool = False


TOWNS = (
    *(Size(seed, 12, 2, 500, 40, 8.0) for seed in (1, 2)),
    *(Size(seed, 0, 3, 1_450, 40, 4.0) for seed in range(3, 9)),
    Size(9, 12, 2, 100, 20, 8.0, postgres=True),
    Size(10, 0, 3, 200, 20, 4.0, postgres=True),
)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("town-templates"))


def town(size: Size, templates: Templates, home: Path, request: pytest.FixtureRequest) -> Town:
    if size.postgres:
        server: servers.Postgres = request.getfixturevalue("postgres_server")
        url = templates.postgres(server)
        request.addfinalizer(lambda: server.drop(url))
    else:
        url = templates.sqlite(home / "hearthline.db")
    made = Town(url, home, size.seed, size.helpers, size.staff)
    request.addfinalizer(made.close)
    return made


@pytest.mark.parametrize("size", TOWNS, ids=lambda size: f"seed{size.seed}")
def test_none_lost_none_silent_nothing_doubled(
    size: Size, templates: Templates, tmp_path: Path, scale: float,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    there = town(size, templates, tmp_path, request)
    there.live(size.cases if scale == 1 else size.few, size.apart)
    found = Reckoning(there)
    assert found.broken() == [], f"seed {size.seed}, {dict(there.chance.struck)}"
    doubled, delays = found.doubled(), found.delays()
    print(f"{len(found.cases)} cases, {len(delays)} asked, {doubled} doubled as the rule allows")
    assert doubled <= sum(there.chance.struck[what] for what in MAY_DOUBLE)
    assert delays[-1] < LATE
