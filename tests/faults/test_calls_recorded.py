"""What people record, while whoever fetches it is killed and the network drops it: kept once and
whole, and gone at the carrier."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress

import requests

from service import recordings
from tests.faults.fragile import FragileHouse, on_both
from tests.faults.peopled import Somebody

SECONDS = 4
_BETWEEN = "SELECT count(*) FROM recording WHERE status = 'fetched'"
_CLEARED = "SELECT count(*) FROM recording WHERE status = 'cleared'"


def leave_something(house: FragileHouse, crowd: Sequence[Somebody]) -> None:
    """Each of them calls and leaves the team a message of some seconds."""
    for one in crowd:
        call = house.network.handset(one.number).dial()
        call.presses("4").hears("To record, press 1")
        call.presses("1").records(SECONDS).hears("Thank you, we have it")
        call.hangs_up()


def at_the_carrier(house: FragileHouse) -> list[str]:
    network = house.network
    path = f"/2010-04-01/Accounts/{network.account}/Recordings.json"
    keys = (network.account, network.token)
    network.behave()  # from here on: it is asked by us now
    rows = requests.get(network.url + path, auth=keys, timeout=30).json()["recordings"]
    return [row["sid"] for row in rows]


def kill_workers(house: FragileHouse) -> None:
    for child in house.children("worker"):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def check_kept_once(house: FragileHouse, count: int) -> None:
    """All are here with their sound, each once, and none is at the carrier."""

    def all_cleared() -> bool:
        house.pass_time(5)  # the pauses between two tries
        return int(house.query(_CLEARED)[0][0]) == count

    house.wait_until(all_cleared, "the end of every recording", 60.0)
    assert at_the_carrier(house) == []
    rows = recordings.listing(house.inside, None, 2 * count)
    assert [row["seconds"] for row in rows] == [SECONDS] * count
    assert len({row["carrier_sid"] for row in rows}) == count
    for row in rows:
        kept = recordings.sound(house.inside, row["id"])
        assert kept is not None
        assert len(kept.data) > SECONDS * 1000


@on_both
def test_killed_between_fetching_and_deleting(house: FragileHouse, scale: float) -> None:
    count = max(3, round(20 * scale))
    house.network.misbehave(latency_ms=300, latency_jitter_ms=300)
    leave_something(house, house.crowd(count))
    caught = 0

    def between() -> bool:
        house.pass_time(1)
        return int(house.query(_BETWEEN)[0][0]) > 0

    for _ in range(count // 2 + 1):
        house.wait_until(between, "a recording that is here and at the carrier")
        kill_workers(house)
        caught += int(house.query(_BETWEEN)[0][0])
        house.wait_until(lambda: bool(house.children("worker")), "other workers")
    house.network.misbehave(latency_ms=0, latency_jitter_ms=0)
    check_kept_once(house, count)
    assert caught, "nobody was killed between the two"


def test_told_by_no_callback_and_twice_by_every_step(house: FragileHouse) -> None:
    house.network.misbehave(callback_lost=1.0, webhook_doubled=1.0, answer_lost=0.5)
    leave_something(house, house.crowd(3))
    check_kept_once(house, 3)


def test_the_network_drops_what_it_is_asked_to_fetch(house: FragileHouse) -> None:
    house.network.misbehave(broken=0.5, too_many=0.2)
    leave_something(house, house.crowd(3))
    check_kept_once(house, 3)
