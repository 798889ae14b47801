"""What is recorded: prompts that the organisation spoke itself, and what people leave us."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from flows.shelf import FOLDER
from service import prompts, publishing, recordings
from tests.service.sound_files import mp3
from tests.stories.telling import Phone, Story

NAME = "team-en.mp3"
SPOKEN = '      en: "What would you like to tell {service}? Our team hears it, nobody else does."'
WORDS = "What would you like to tell"


@pytest.fixture
def spoken_by_us(house: Story, tmp_path: Path) -> bytes:
    """The question of a flow is recorded, in English; the sound of it."""
    text = (FOLDER / "team-message.yaml").read_text("utf-8")
    assert SPOKEN in text, "the shipped flow changed: choose another line of it"
    group = f'      en:\n        recording: {NAME}\n        text: "{WORDS} us? Our team hears it."'
    house.house.quiet()
    inside = house.house.inside
    publishing.publish(inside, {("flow", "team-message"): text.replace(SPOKEN, group)}, "test")
    sound = mp3(3.0)
    (tmp_path / NAME).write_bytes(sound)
    prompts.add(inside, tmp_path / NAME, None, "test")
    return sound


def wants_to_leave_something(house: Story, ana: Phone):
    call = ana.handset.dial()
    call.hears("a message, press 4")
    return call.presses("4")


def sound_at_the_carrier(house: Story) -> list[str]:
    network = house.network
    path = f"/2010-04-01/Accounts/{network.account}/Recordings.json"
    keys = (network.account, network.token)
    rows = requests.get(network.url + path, auth=keys, timeout=10).json()["recordings"]
    return [row["sid"] for row in rows]


def test_a_recorded_prompt_is_played_from_an_address_that_tells_nothing(
    house: Story, spoken_by_us: bytes
) -> None:
    ana = house.member()
    call = wants_to_leave_something(house, ana)
    address = call.hears("/audio/prompts/")
    assert WORDS not in call.said
    for private in (ana.number.strip("+"), "ana", "team", "message", NAME):
        assert private not in address.casefold()
    answer = requests.get(address, timeout=10)
    assert (answer.status_code, answer.content) == (200, spoken_by_us)
    assert requests.get(address.partition("?")[0], timeout=10).status_code == 403
    call.hangs_up()
    house.move_clock(hours=3)
    assert requests.get(address, timeout=10).status_code == 403
    ana.heard_all()


def test_while_the_file_is_missing_its_words_are_spoken(house: Story, spoken_by_us: bytes) -> None:
    prompts.remove(house.house.inside, NAME, "test")
    call = wants_to_leave_something(house, house.member())
    call.hears(WORDS)
    assert "/audio/" not in call.said
    call.hangs_up()


def test_what_somebody_leaves_us_is_with_us_and_nowhere_else(house: Story) -> None:
    ana = house.member()
    call = wants_to_leave_something(house, ana)
    call.hears("To record, press 1")
    assert sound_at_the_carrier(house) == []
    call.presses("1").records(6)
    call.hears("Thank you, we have it")
    call.hangs_up()
    house.network.flush()
    house.move_clock(minutes=1)
    house.house.quiet()
    [row] = recordings.listing(house.house.inside, None, 10)
    assert (row["status"], row["seconds"], row["flow"]) == ("cleared", 6, "team-message")
    assert sound_at_the_carrier(house) == []
    kept = recordings.sound(house.house.inside, row["id"])
    assert kept is not None
    assert len(kept.data) > 6 * 1000
    house.heard_by_coordinator("case")
    house.close_cases()
    ana.heard_all()


def test_without_the_key_nothing_is_recorded(house: Story) -> None:
    ana = house.member()
    call = wants_to_leave_something(house, ana)
    call.hears("To record, press 1")
    call.presses("9")
    call.hangs_up()
    house.network.flush()
    house.house.quiet()
    assert sound_at_the_carrier(house) == []
    assert recordings.listing(house.house.inside, None, 10) == []
    ana.heard_all()
