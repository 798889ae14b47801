"""Calls that the service places, while workers die and the network drops what it took: each phone
rings once."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress

from tests.faults.fragile import FragileHouse, on_both
from tests.faults.peopled import Somebody

CALLS, MANY = 6, 50  # one a second is all that a number may place


def statuses(house: FragileHouse) -> list[str]:
    return [row[0] for row in house.query("SELECT status FROM call ORDER BY id")]


def all_over(house: FragileHouse) -> bool:
    return set(statuses(house)) == {"no answer"}


def rang(house: FragileHouse, crowd: Sequence[Somebody]) -> list[int]:
    """How many calls the network took for each of them."""
    return [len(house.network.handset(one.number).calls) for one in crowd]


def kill_one_that_places(house: FragileHouse) -> bool:
    """Kill a worker process that is placing a call just now; False where all were placed."""
    seen: list[int] = []

    def placing() -> bool:
        holders = house.query("SELECT DISTINCT claimed_by FROM call WHERE status = 'placing'")
        alive = set(house.children("worker"))
        seen[:] = [pid for (by,) in holders if (pid := int(by.split("-")[0])) in alive]
        return bool(seen) or all_over(house)

    house.wait_until(placing, "a worker that places a call")
    if not seen:
        return False
    with suppress(ProcessLookupError):
        os.kill(seen[0], signal.SIGKILL)
    return True


@on_both
def test_killed_while_placing(house: FragileHouse, scale: float) -> None:
    count = max(CALLS, round(MANY * scale))
    house.network.misbehave(latency_ms=150, latency_jitter_ms=300, call_outcomes={"*": "no-answer"})
    crowd = house.crowd(count)
    house.call(crowd)
    killed = sum(kill_one_that_places(house) for _ in range(count // 2))
    house.network.misbehave(latency_ms=0, latency_jitter_ms=0)
    house.wait_until(lambda: all_over(house), "the end of every call", 30.0 + 4.0 * count)
    assert rang(house, crowd) == [1] * count, statuses(house)
    assert killed >= count // 5, "so many at least were caught in the act"


@on_both
def test_the_network_drops_the_answer_after_it_took_the_call(house: FragileHouse) -> None:
    house.network.misbehave(drop_after=1.0, callback_lost=1.0, call_outcomes={"*": "no-answer"})
    crowd = house.crowd(3)
    house.call(crowd)
    house.wait_until(lambda: all_over(house), "the end of every call", 60.0)
    assert rang(house, crowd) == [1, 1, 1]


def test_the_network_drops_the_request_before_it_took_the_call(house: FragileHouse) -> None:
    house.network.misbehave(drop_before=0.6, call_outcomes={"*": "no-answer"})
    crowd = house.crowd(3)
    house.call(crowd)
    house.wait_until(lambda: all_over(house), "the end of every call", 60.0)
    assert rang(house, crowd) == [1, 1, 1]


def test_no_worker_and_no_valkey_the_clock_places_it_by_itself(house: FragileHouse) -> None:
    house.network.misbehave(call_outcomes={"*": "no-answer"})
    house.kill("worker")
    house.valkey.kill()
    crowd = house.crowd(2)
    house.call(crowd)
    house.wait_until(lambda: all_over(house), "the end of every call", 60.0)
    assert rang(house, crowd) == [1, 1]
