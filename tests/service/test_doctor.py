"""The doctor against real servers: what is wrong is told with its cure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service import clock, doctor, seeding
from service.house import House
from service.storage import ids, recordings, timers
from service.storage.recordings import NewRecording
from tests import houses
from tests.phone import PhoneNetwork


@pytest.fixture(scope="module")
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork("https://somewhere.else") as network:
        yield network


@pytest.fixture
def given(sqlite_url: str, tmp_path: Path, valkey: str, network: PhoneNetwork) -> dict[str, str]:
    more = {**network.environment(), "REDIS_URL": valkey, "PUBLIC_URL": "https://line.example"}
    return houses.environment(sqlite_url, tmp_path, **more)


def told(house: House) -> dict[str, list[str]]:
    """part -> the states and words found, for what is not well."""
    found: dict[str, list[str]] = {}
    for finding in doctor.examine(house):
        assert finding.state == "well" or finding.cure
        if finding.state != "well":
            found.setdefault(finding.part, []).append(f"{finding.state}: {finding.told}")
    return found


def test_a_fresh_house_says_what_is_left_to_do(given):
    with houses.house(given) as house:
        found = told(house)
    assert set(found) == {
        "settings", "organisation", "lines", "redis", "web", "numbers", "heartbeat",
    }  # fmt: skip
    assert found["heartbeat"] == ["mend: The clock: It was never heard of."]
    assert found["settings"][0].startswith("look: This is for test")
    assert any("No coordinator" in words for words in found["organisation"])
    assert found["redis"] == ["mend: Redis answers, and no worker has reported."]
    assert "do not point to https://line.example" in found["numbers"][0]


def test_webhooks_are_pointed_here_once(given):
    with houses.house(given) as house:
        seeding.seed(house, sample=True)
        assert [number.number for number in doctor.point_webhooks(house)] == [houses.SERVICE_NUMBER]
        assert doctor.point_webhooks(house) == []
        assert "numbers" not in told(house)
        assert "organisation" not in told(house)


def test_what_is_overdue_points_to_the_clock(given):
    with houses.house(given) as house:
        old = clock.now().replace(year=2020)
        with house.database.writing() as tx:
            timers.put(tx, [timers.Timer(ids.new(), "k", "wait", None, None, old)], old)
        assert "clock" in told(house)


def test_a_recording_that_nobody_fetches_is_to_mend(given):
    with houses.house(given) as house:
        with house.database.writing() as tx:
            then = clock.now() - timedelta(hours=2)
            recordings.made(tx, NewRecording(
                "RE1", None, "n", "c", None, "answer", None, None, 4, then,
            ))  # fmt: skip
        assert told(house)["recordings"][0].startswith("mend: A recording waits")


def test_an_empty_database_and_a_dead_network_do_not_stop_it(given):
    given = {**given, "TWILIO_API_URL": "http://127.0.0.1:9", "REDIS_URL": "redis://127.0.0.1:9"}
    house = House(houses.load(given))
    found = told(house)
    cures = [finding.cure for finding in doctor.examine(house)]
    house.close()
    assert "hearthline migrate" in str(cures)
    assert found["phone network"][0].startswith("mend: It did not answer: unreachable")
    assert found["redis"][0].startswith("look:")


def test_wrong_keys_of_the_account_are_told(given):
    with houses.house({**given, "TWILIO_AUTH_TOKEN": "wrong"}) as house:
        assert "keys were refused" in told(house)["phone network"][0]


def test_a_number_that_the_account_does_not_have(given):
    with houses.house({**given, "SERVICE_NUMBER": "+15550100777"}) as house:
        assert "does not have +15550100777" in told(house)["numbers"][0]


def test_production_without_https_is_to_mend(given):
    with houses.house({**given, "HEARTHLINE_ENV": "production", "PUBLIC_URL": "http://x"}) as house:
        assert told(house)["settings"][0].startswith("mend: PUBLIC_URL is not https")
