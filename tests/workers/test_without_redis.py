"""Losing Redis costs time and nothing else: the clock sends what nobody can be woken for."""

from __future__ import annotations

import time
from pathlib import Path

from service.house import House
from service.turns import text_came_in
from tests import houses, servers
from tests.phone import PhoneNetwork
from tests.web.test_server import Service

ANA = "+15550142001"


def test_texts_are_answered_while_redis_is_away(tmp_path: Path) -> None:
    port = servers.free_port()
    with PhoneNetwork(f"http://127.0.0.1:{port}") as network:
        given = houses.environment(
            f"sqlite:///{tmp_path}/hearthline.db",
            tmp_path,
            **network.environment(),
            PORT=str(port),
            WEB_CONCURRENCY="1",
        )
        with houses.house(given):
            pass
        service = Service(given, tmp_path / "log")
        ana = network.handset(ANA)
        for word in ("JOIN", "NO"):
            ana.send(word)
            ana.expect("", within=60)
        network.idle()
        assert network.doubled() == {}
        assert service.stop() == [0, 0, 0]


def test_a_turn_waits_for_nobody_while_redis_is_away(sqlite_url: str, tmp_path: Path) -> None:

    with houses.house(houses.environment(sqlite_url, tmp_path)) as house:
        took = [_turn(house, f"SM{place:032x}") for place in range(20)]
    assert sorted(took)[10] < 0.5


def _turn(house: House, sid: str) -> float:
    began = time.perf_counter()
    text_came_in(house, sid=sid, from_=ANA, to=houses.SERVICE_NUMBER, body="JOIN")
    return time.perf_counter() - began
