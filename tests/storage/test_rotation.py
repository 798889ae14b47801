"""Rotation: everything opens under the new key alone, wherever it was stopped, while we serve."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import pytest

from service.storage import (
    answers,
    calls,
    cases,
    consents,
    contacts,
    ids,
    links,
    numbers,
    people,
    recordings,
    rotation,
    settings_rows,
    suppressions,
)
from service.storage.answers import NewAnswer
from service.storage.cases import NewCase
from service.storage.consents import Consent
from service.storage.database import Database, Tx
from service.storage.people import New
from service.storage.recordings import NewRecording
from service.storage.sealing import Sealer
from tests.storage.conftest import AT, KEY, NEXT_KEY

PEOPLE = 25
HOUR = timedelta(hours=1)


def fill(database: Database) -> list[str]:
    made = [ids.new() for _ in range(PEOPLE)]
    with database.writing() as tx:
        for n, person_id in enumerate(made):
            number_id, _ = numbers.add(tx, f"+155501001{n:02}", country="US", kind="mobile", at=AT)
            fields = {"name": f"Ana Number{n}"}
            people.add(tx, New(person_id, "active", "en", "UTC", AT, fields))
            links.add(tx, person_id, number_id, is_main=True)
            links.set_word(tx, person_id, number_id, f"word {n}")
        answers.put(tx, [NewAnswer(ids.new(), made[0], "c", "f", "s", None, "fine", AT)])
        consents.record(tx, [Consent("joined", AT, "word", made[0], None, "YES")])
        cases.add(
            tx, NewCase("k1", "ABCD", made[0], None, "asked", "routine", "open", None, "note", AT)
        )
        cases.add_event(tx, "k1", "opened", "the line", "detail", AT)
        suppressions.add(tx, "+15550100999", AT)
        for person_id in made[::2]:
            people.set_pin(tx, person_id, f"2{made.index(person_id):03}")
        people.set_safe(tx, made[3], {"word": "marmalade", "may": [1, 4]})
        contacts.ask(tx, contacts.add(tx, made[4], "n", "text", AT), "4711", AT + HOUR)
        fill_calls(tx)
    return made


def fill_calls(tx: Tx) -> None:
    """Calls of several steps each, so that a slice may end between two of one call."""
    for n in range(3):
        call, _ = calls.came_in(
            tx, sid=f"CA{n}", number_id="n", sender_id=None, person_id=None, lane=1, now=AT
        )
        call.state = f"state {n}"
        calls.save(tx, call)
        for step in range(1, 13):
            calls.put_step(tx, call.id, step, f"key {step}", f"said {n} {step}", AT)
        new = NewRecording(f"RE{n}", None, "n", call.id, None, "answer", None, None, 3, AT)
        recording, _ = recordings.made(tx, new)
        recordings.fetched(tx, recording.id, "audio/wav", b"sound %d" % n, AT)


def check_calls(tx: Tx) -> None:
    for n in range(3):
        call = calls.by_sid(tx, f"CA{n}")
        assert call is not None
        assert call.state == f"state {n}"
        assert [(step.heard, step.reply) for step in calls.steps(tx, call.id)] == [
            (f"key {step}", f"said {n} {step}") for step in range(1, 13)
        ]
        recording = recordings.by_sid(tx, f"RE{n}")
        assert recording is not None
        assert recordings.audio(tx, recording.id) == ("audio/wav", b"sound %d" % n)


def check(database: Database, made: list[str]) -> None:
    with database.reading() as tx:
        for n, person_id in enumerate(made):
            number = numbers.find(tx, f"+155501001{n:02}")
            assert number is not None
            assert number.number == f"+155501001{n:02}"
            assert people.find_by_name(tx, f"ana number{n}")[:1] != []
            person = people.load(tx, person_id)
            assert person is not None
            assert person.fields["name"] == f"Ana Number{n}"
            assert links.by_word(tx, number.id, f"Word {n}") == person_id
        assert answers.of_person(tx, made[0])[0].value == "fine"
        assert consents.of_person(tx, made[0])[0].wording == "YES"
        case = cases.load(tx, "k1")
        assert case is not None
        assert case.note == "note"
        assert cases.events(tx, "k1")[0].detail == "detail"
        assert people.with_pin(tx, made) == set(made[::2])
        assert people.by_pin(tx, made, "2004") == [made[4]]
        assert people.safe(tx, made) == {made[3]: {"word": "marmalade", "may": [1, 4]}}
        row = tx.execute("SELECT id, sealed_code FROM contact").fetchone()
        assert tx.sealer.open_text(row[1], f"contact.sealed_code:{row[0]}") == "4711"
        check_calls(tx)


@pytest.fixture
def both(store: Database) -> Iterator[Database]:
    database = Database(store.url, Sealer(f"{NEXT_KEY},{KEY}"))
    yield database
    database.close()


def test_everything_opens_under_the_new_key_alone(store: Database, both: Database) -> None:
    made = fill(store)
    with both.reading() as tx:
        assert rotation.still_sealed(tx, "one")["person"] == PEOPLE
    done = list(rotation.rotate(both, AT, batch=10))
    assert sum(step.rows for step in done if step.table == "number") == PEOPLE
    with both.reading() as tx:
        assert rotation.still_sealed(tx, "one") == {}
        assert rotation.still_sealed(tx, "two")["person_number"] == PEOPLE
        assert settings_rows.get(tx, "rotation") is None
    alone = Database(store.url, Sealer(f"{NEXT_KEY},{Sealer(KEY).keys[0].retired()}"))
    check(alone, made)
    with alone.reading() as tx:
        assert suppressions.holds(tx, "+15550100999")
    alone.close()
    assert list(rotation.rotate(both, AT)) == []


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_stopped_anywhere_it_serves_and_goes_on(
    store: Database, both: Database, steps: int
) -> None:
    made = fill(store)
    before = list(islice(rotation.rotate(both, AT, batch=10), steps))
    check(both, made)
    check(both, made)
    after = list(rotation.rotate(both, AT, batch=10))
    first = [step.rows for step in before + after if step.table == "number"]
    assert sum(first) == PEOPLE
    check(both, made)


def test_rows_written_under_the_old_key_meanwhile_are_found(
    store: Database, both: Database
) -> None:
    made = fill(store)
    steps = rotation.rotate(both, AT, batch=10)
    while next(steps).table != "person":
        pass
    with store.writing() as tx:  # a process of before, which still has the old key first
        numbers.add(tx, "+15550100555", country="US", kind="mobile", at=AT)
    for _ in steps:
        pass
    with both.reading() as tx:
        assert rotation.still_sealed(tx, "one") == {}
    check(both, made)


def test_people_change_while_it_runs(store: Database, both: Database) -> None:
    made = fill(store)
    ended = threading.Event()
    failed: list[BaseException] = []

    def live() -> None:
        mine = Database(store.url, both.sealer)
        try:
            n = 0
            while not ended.is_set():
                n += 1
                with mine.writing() as tx:
                    for person_id in made[::5]:
                        people.set_fields(tx, person_id, {"name": "Eva", "n": n})
        except BaseException as error:
            failed.append(error)
        finally:
            mine.close()

    thread = threading.Thread(target=live)
    thread.start()
    for _ in rotation.rotate(both, AT, batch=3):
        pass
    ended.set()
    thread.join()
    assert failed == []
    with both.reading() as tx:
        assert len(people.find_by_name(tx, "eva")) == 5
        assert len(people.find_by_name(tx, "ana")) == PEOPLE - 5
        assert rotation.still_sealed(tx, "one") == {}
