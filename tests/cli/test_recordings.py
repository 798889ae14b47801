"""`hearthline recordings`: listed without words, saved one by one, played in their order."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.by_hand import whom
from service.storage import recordings
from service.storage.recordings import NewRecording

ANA, BEN = "+15550142001", "+15550142002"
FIRST, SECOND = b"the first thing that she said", b"the second"


@pytest.fixture
def told(hearthline, home) -> list[str]:
    """Two things that Ana recorded, one that nobody has fetched yet, and one of Ben's; ids."""
    wording = ("--consent-date", "2026-03-31", "--consent-wording", "I agree.")
    hearthline("people", "add", ANA, "--name", "Ana", *wording)
    hearthline("people", "add", BEN, "--name", "Ben", *wording)
    made = []
    with home.house() as house, house.database.writing() as tx:
        now = house.now() - timedelta(hours=1)
        for place, (name, call, data) in enumerate(
            [("ana", "c1", FIRST), ("ana", "c1", SECOND), ("ana", "c2", None), ("ben", "c3", FIRST)]
        ):
            row, _ = recordings.made(tx, NewRecording(
                f"RE{place}", whom(tx, name), "n", call, None, "answer", "story", "tell",
                10 + place, now + timedelta(minutes=place),
            ))  # fmt: skip
            if data is not None:
                recordings.fetched(tx, row.id, "audio/mpeg", data, now)
            made.append(row.id)
    return made


def trail(hearthline, recording: str) -> list[tuple[str, str]]:
    lines = hearthline("trail", "recording", recording, "--json").objects
    return [(line["act"], line["actor"]) for line in lines]


def test_nothing_is_told_as_such(hearthline, home):
    assert hearthline("recordings", "list").out.strip() == "No recordings."


def test_a_persons_are_listed_in_their_order_and_everybodys_latest_first(hearthline, told):
    mine = hearthline("recordings", "list", "ana", "--json").objects
    assert [row["id"] for row in mine] == told[:3]
    assert [row["status"] for row in mine] == ["fetched", "fetched", "made"]
    everybody = hearthline("recordings", "list", "--most", "2", "--json").objects
    assert [row["id"] for row in everybody] == [told[3], told[2]]


def test_a_list_shows_no_number_no_name_and_no_sound(hearthline, told):
    for shown in (hearthline("recordings", "list"), hearthline("recordings", "list", "--json")):
        for private in (ANA, "Ana", FIRST.decode()):
            assert private not in shown.out


def test_one_is_saved_for_whoever_may_read_it_and_the_trail_keeps_who(hearthline, told, tmp_path):
    path = tmp_path / "story.mp3"
    ran = hearthline("recordings", "save", told[0], str(path), "--by", "rosa", "--json")
    assert (ran.code, ran.objects[0]["seconds"]) == (0, 10)
    assert path.read_bytes() == FIRST
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert trail(hearthline, told[0]) == [("listened to", "rosa")]
    [row, *_] = hearthline("recordings", "list", "ana", "--json").objects
    assert row["heard_at"] is not None


def test_nothing_is_written_over(hearthline, told, tmp_path):
    path = tmp_path / "story.mp3"
    path.write_bytes(b"something else")
    ran = hearthline("recordings", "save", told[0], str(path), "--json")
    assert (ran.code, ran.error["trouble"]) == (2, "This file is there already.")
    assert path.read_bytes() == b"something else"
    assert trail(hearthline, told[0]) == []


def refused(hearthline, *arguments: str) -> Any:
    ran = hearthline("recordings", *arguments, "--json")
    assert ran.code == 2
    assert ran.error["cure"]
    return ran.error["trouble"]


def test_what_cannot_be_heard_says_why(hearthline, told, tmp_path):
    out = str(tmp_path / "out.mp3")
    assert refused(hearthline, "save", told[2], out) == "It is still at the phone network."
    assert "No recording has this id" in refused(hearthline, "save", "none", out)
    assert "cannot be written" in refused(hearthline, "save", told[0], str(tmp_path / "no" / "x"))
    assert "Nobody is known" in refused(hearthline, "list", "cleo")
    assert not Path(out).exists()


def test_all_of_a_person_are_written_to_be_played_in_order(hearthline, told, tmp_path):
    folder = tmp_path / "listen"
    rows = hearthline("recordings", "play", "ana", str(folder), "--json").objects
    assert [row["file"] for row in rows] == ["001.mp3", "002.mp3", None]
    assert (folder / "in-order.m3u").read_text() == "001.mp3\n002.mp3\n"
    assert [(folder / name).read_bytes() for name in ("001.mp3", "002.mp3")] == [FIRST, SECOND]
    assert trail(hearthline, told[1]) == [("listened to", "the command line")]
    assert trail(hearthline, told[2]) == []


def test_those_of_one_call_too(hearthline, told, tmp_path):
    rows = hearthline("recordings", "play", "c3", str(tmp_path / "call"), "--json").objects
    assert [row["id"] for row in rows] == [told[3]]
    ran = hearthline("recordings", "play", "c3", str(tmp_path / "call"), "--json")
    assert ran.error["trouble"] == "This file is there already."
