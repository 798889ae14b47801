"""The heartbeat over a whole service: it fails loudly for what is killed, and is well after it."""

from __future__ import annotations

import time

import requests

from tests.faults.fragile import FragileHouse

MANY = 300


def beat(house: FragileHouse) -> tuple[int, str]:
    """Status and reasons, as a watcher outside gets them."""
    answer = requests.get(f"{house.url}/heartbeat", timeout=10)
    return answer.status_code, " ".join(answer.json().get("reasons", ()))


def stands(house: FragileHouse, reason: str) -> bool:
    status, told = beat(house)
    return status == 503 and reason in told


def test_a_clock_that_was_killed_is_told_and_one_that_runs_again_is_well(
    house: FragileHouse,
) -> None:
    house.wait_until(lambda: beat(house)[0] == 200, "a service that runs")
    house.kill("clock")
    house.pass_time(120)
    house.wait_until(lambda: stands(house, "clock: It was last heard of"), "a reason")
    house.start("clock")
    house.wait_until(lambda: beat(house)[0] == 200, "a service that runs again")


def test_a_network_that_is_away_is_told_and_one_look_serves_many(house: FragileHouse) -> None:
    house.wait_until(lambda: beat(house)[0] == 200, "a service that runs")
    house.network.misbehave(outage="unreachable")
    house.wait_until(
        lambda: house.query("SELECT 1 FROM setting WHERE key = 'unanswered'") != [], "a question"
    )
    house.pass_time(61)
    house.wait_until(lambda: stands(house, "phone network:"), "a reason")
    house.wait_seconds(5)  # each web process keeps what it saw for so long
    began = time.monotonic()
    assert {beat(house)[0] for _ in range(MANY)} == {503}
    assert time.monotonic() - began < 30, "asking often costs nothing"
    house.network.behave()
    house.wait_until(lambda: beat(house)[0] == 200, "a service that runs again")
