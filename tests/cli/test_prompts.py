"""`hearthline prompts`: somebody records prompts, and sees which are missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.shelf import FOLDER
from service import prompts
from service.sounds import LARGEST
from tests.service.sound_files import mp3, wav

TALK = (FOLDER / "talk.yaml").read_text("utf-8")
SPOKEN = (
    '      es: "Somos {service}. Seguimos pidiendo a una persona. {line} contesta ahora. '
    'En peligro, llame al {emergency}."'
)
WORDS = "Seguimos pidiendo a una persona."  # a recording has no variables


@pytest.fixture
def recorded(hearthline, home, file) -> None:
    """A flow in force whose Spanish is recorded, and whose English is not."""
    assert SPOKEN in TALK, "the shipped flow changed: choose another line of it"
    group = f'      es:\n        recording: still-es.mp3\n        text: "{WORDS}"'
    published = hearthline("flows", "publish", file("talk.yaml", TALK.replace(SPOKEN, group)))
    assert published.code == 0, published.err


@pytest.fixture
def sound(tmp_path: Path) -> Callable[[str, bytes], str]:
    def write(name: str, data: bytes) -> str:
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return write


def found(hearthline) -> dict[str, dict[str, Any]]:
    """language, or file where there is none -> its row."""
    return {row["language"] or row["name"]: row for row in hearthline("prompts", "--json").objects}


def test_where_nothing_is_recorded_that_is_said(hearthline, home):
    ran = hearthline("prompts")
    assert (ran.code, ran.err) == (0, "")
    assert "everything is spoken" in ran.out


def test_what_is_missing_is_told_by_flow_state_and_language(hearthline, recorded):
    rows = found(hearthline)
    assert (rows["es"]["flow"], rows["es"]["state"]) == ("talk", "still-asking")
    assert (rows["es"]["is"], rows["es"]["name"]) == ("missing", "still-es.mp3")
    assert rows["es"]["words"] == WORDS
    assert {language: row["is"] for language, row in rows.items()} == {
        "es": "missing", "en": "not recorded", "es-tu": "not recorded",
    }  # fmt: skip
    assert "3 of them are spoken" in hearthline("prompts", "list").out


def test_the_doctor_names_what_is_missing(hearthline, recorded, sound):
    def found() -> list[str]:
        rows = hearthline("doctor", "--json").objects
        return [row["told"] for row in rows if row["part"] == "recordings"]

    assert "still-es.mp3" in found()[0]
    hearthline("prompts", "add", sound("still-es.mp3", mp3(3.0)))
    assert found() == ["None is missing, and none waits to be fetched."]


def test_a_file_that_is_added_is_there(hearthline, recorded, sound):
    path = sound("take 7.mp3", mp3(3.0, tag=True))
    [added] = hearthline("prompts", "add", path, "--as", "still-es.mp3", "--json").objects
    assert added == {
        "name": "still-es.mp3", "media_type": "audio/mpeg", "seconds": 3, "replaced": False,
        "said_by": ["talk/still-asking"],
    }  # fmt: skip
    assert (found(hearthline)["es"]["is"], found(hearthline)["es"]["seconds"]) == ("there", 3)
    [again] = hearthline("prompts", "add", path, "--as", "still-es.mp3", "--json").objects
    assert again["replaced"] is True
    [first, second] = hearthline("trail", "prompt", "still-es.mp3", "--json").objects
    assert first["act"] == second["act"] == "added"


def test_a_file_that_nothing_plays_is_kept_and_said_so(hearthline, home, sound):
    ran = hearthline("prompts", "add", sound("hello.wav", wav(2.0)))
    assert ran.code == 0
    assert "No flow in force plays it yet" in ran.out
    assert found(hearthline)["hello.wav"]["is"] == "unused"


def test_a_file_is_taken_away_again(hearthline, recorded, sound):
    hearthline("prompts", "add", sound("still-es.mp3", mp3(3.0)))
    [removed] = hearthline("prompts", "remove", "still-es.mp3", "--json").objects
    assert removed["spoken_instead_by"] == ["talk/still-asking"]
    assert found(hearthline)["es"]["is"] == "missing"
    gone = hearthline("prompts", "remove", "still-es.mp3", "--json")
    assert (gone.code, gone.error["trouble"]) == (2, "No recording has this name.")


@pytest.mark.parametrize(
    ("name", "data", "chosen", "trouble"),
    [
        ("hello.mp3", b"hello", (), "neither an MP3 nor a WAV"),
        ("hello.mp3", b"", (), "empty"),
        ("hello.mp3", mp3(200.0), (), "lasts 200 seconds"),
        ("hello.mp3", bytes(LARGEST + 1), (), "4 are the most"),
        ("hello.mp3", wav(1.0), (), "The file holds WAV"),
        ("hello.wav", mp3(1.0), (), "The file holds MP3"),
        ("hello world.mp3", mp3(1.0), (), "no name of a recording"),
        ("hello.mp3", mp3(1.0), ("--as", "../hello.mp3"), "no name of a recording"),
        ("hello.mp3", mp3(1.0), ("--as", "hello.ogg"), "no name of a recording"),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_cure(
    hearthline, home, sound, name, data, chosen, trouble
):
    ran = hearthline("prompts", "add", sound(name, data), *chosen, "--json")
    assert ran.code == 2
    assert trouble in ran.error["trouble"]
    assert ran.error["cure"]
    assert hearthline("prompts", "--json").objects == []


def test_a_file_that_is_not_there_is_told(hearthline, home, tmp_path):
    ran = hearthline("prompts", "add", str(tmp_path / "none.mp3"), "--json")
    assert ran.code == 2
    assert "cannot be read" in ran.error["trouble"]


def test_who_listens_gets_the_very_bytes_that_were_added(hearthline, home, sound):
    data = mp3(2.0)
    hearthline("prompts", "add", sound("hello.mp3", data))
    with home.house() as house:
        with house.database.reading() as tx:
            digest = house.editions.in_force(tx, None).prompts["hello.mp3"]
        assert prompts.sound(house, digest) == ("audio/mpeg", data)
        assert prompts.sound(house, "0" * 64) is None
        hearthline("prompts", "add", sound("hello.mp3", mp3(1.0)))
        assert prompts.sound(house, digest) is None
