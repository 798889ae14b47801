"""Recordings: sealed once, never back once forgotten, and followed until the carrier has none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.storage import prompt_files, recordings
from service.storage.database import Database, Tx
from service.storage.prompt_files import Listed, PromptFile
from service.storage.recordings import NewRecording, Recording
from tests.storage.conftest import AT

SOON = AT + timedelta(minutes=1)
SOUND = b"RIFF the blue heron flew" + bytes(range(256))


def made(tx: Tx, sid: str = "RE1", **other: Any) -> Recording:
    values: dict[str, Any] = {
        "sid": sid, "person_id": "ana", "number_id": "n1", "call_id": "call",
        "conversation_id": "c1", "kind": "answer", "flow": "story", "state": "tell",
        "seconds": 4, "at": AT,
    }  # fmt: skip
    return recordings.made(tx, NewRecording(**(values | other)))[0]


def test_a_recording_goes_from_the_carrier_to_us(store: Database) -> None:
    with store.writing() as tx:
        one = made(tx)
        assert recordings.made(tx, NewRecording("RE1", *one[1:8], 4, SOON)) == (one, False)
        assert (one.status, one.seconds, one.flow, one.state) == ("made", 4, "story", "tell")
        assert recordings.to_fetch(tx, 10) == [one]
        assert recordings.to_clear(tx, 10) == []
        assert recordings.audio(tx, one.id) is None
        assert recordings.fetched(tx, one.id, "audio/wav", SOUND, SOON)
        assert not recordings.fetched(tx, one.id, "audio/wav", b"again", SOON)
        assert recordings.to_fetch(tx, 10) == []
        assert [row.carrier_sid for row in recordings.to_clear(tx, 10)] == ["RE1"]
        recordings.cleared(tx, one.id, SOON)
        assert recordings.to_clear(tx, 10) == []
    with store.reading() as tx:
        assert recordings.audio(tx, one.id) == ("audio/wav", SOUND)
        kept = recordings.load(tx, one.id)
        assert kept is not None
        assert (kept.status, kept.fetched_at, kept.carrier_deleted_at) == ("cleared", SOON, SOON)
        assert recordings.by_sid(tx, "RE1") == kept
        sealed = bytes(tx.execute("SELECT sealed_audio FROM recording").fetchone()[0])
    assert b"heron" not in sealed


def test_recordings_are_listed_in_the_order_in_which_they_were_made(store: Database) -> None:
    with store.writing() as tx:
        first, second = made(tx), made(tx, "RE2", at=SOON)
        other = made(tx, "RE3", call_id="another", person_id="eva", at=SOON)
        assert recordings.of_call(tx, "call") == [first, second]
        assert recordings.of_person(tx, "ana") == [first, second]
        assert recordings.latest(tx, 2) == [other, second]
        assert recordings.heard(tx, first.id, SOON)
        assert not recordings.heard(tx, first.id, SOON + timedelta(days=1))
        listened = recordings.load(tx, first.id)
    assert listened is not None
    assert listened.heard_at == SOON


def test_what_the_carrier_lost_is_not_asked_for_again(store: Database) -> None:
    with store.writing() as tx:
        one = made(tx)
        assert recordings.lost(tx, one.id, SOON)
        assert not recordings.lost(tx, one.id, SOON)
        assert recordings.to_fetch(tx, 10) == recordings.to_clear(tx, 10) == []
        assert not recordings.fetched(tx, one.id, "audio/wav", SOUND, SOON)


def test_what_was_forgotten_stays_so_and_is_deleted_at_the_carrier(store: Database) -> None:
    with store.writing() as tx:
        here, there = made(tx), made(tx, "RE2")
        before_known = made(tx, "RE3", person_id=None)
        evas = made(tx, "RE4", person_id="eva")
        recordings.fetched(tx, here.id, "audio/wav", SOUND, SOON)
        recordings.cleared(tx, here.id, SOON)
        assert recordings.forget(tx, "ana", ["n1"]) == 3
        assert recordings.forget(tx, "ana", ["n1"]) == 0
        assert recordings.audio(tx, here.id) is None
        assert not recordings.fetched(tx, there.id, "audio/wav", SOUND, SOON)
        assert [row.id for row in recordings.to_fetch(tx, 10)] == [evas.id]
        assert {row.id for row in recordings.to_clear(tx, 10)} == {there.id, before_known.id}
        recordings.cleared(tx, there.id, SOON)
        left = recordings.load(tx, there.id)
    assert left is not None
    assert (left.status, left.carrier_deleted_at) == ("forgotten", SOON)


def test_old_recordings_go_in_slices(store: Database) -> None:
    with store.writing() as tx:
        ones = [made(tx, f"RE{n}").id for n in range(5)]
        for one in ones:
            recordings.fetched(tx, one, "audio/wav", SOUND, AT)
        assert recordings.old(tx, AT, "", 3) == []
        first = recordings.old(tx, SOON, "", 3)
        assert first == ones[:3]
        assert recordings.fade(tx, first) == 3
        assert recordings.fade(tx, first) == 0
        assert recordings.old(tx, SOON, first[-1], 3) == ones[3:]
        assert [recordings.audio(tx, one) is None for one in ones] == [True] * 3 + [False] * 2


def test_a_recorded_prompt_is_played_as_it_was_given(store: Database) -> None:
    file = PromptFile("hello-es", "audio/mpeg", SOUND, 3, "ab" * 32, AT)
    with store.writing() as tx:
        prompt_files.put(tx, file)
        prompt_files.put(tx, file._replace(name="hello-en", audio=b"old", seconds=9))
        prompt_files.put(tx, file._replace(name="hello-en", created_at=SOON))
    with store.reading() as tx:
        assert prompt_files.load(tx, "hello-es") == file
        assert prompt_files.load(tx, "nothing") is None
        assert prompt_files.listing(tx) == [
            Listed("hello-en", "audio/mpeg", len(SOUND), 3, "ab" * 32, SOON),
            Listed("hello-es", "audio/mpeg", len(SOUND), 3, "ab" * 32, AT),
        ]
    with store.writing() as tx:
        assert prompt_files.drop(tx, "hello-en")
        assert not prompt_files.drop(tx, "hello-en")
