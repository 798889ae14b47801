"""Words go after so many days, ids and states stay; what is on its way keeps its words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service import reconciling, retention
from service.house import House
from service.storage import (
    answers,
    calls,
    cases,
    consents,
    contacts,
    ids,
    message_lists,
    messages,
    numbers,
    people,
    recordings,
    settings_rows,
)
from service.storage.answers import NewAnswer
from service.storage.cases import NewCase
from service.storage.consents import Consent
from service.storage.database import Tx
from service.storage.messages import Draft
from service.storage.recordings import NewRecording
from service.storage.statements import Prepared
from service.storage.tables import Message, of

m = of(Message)


def put(house: House, status: str, days: int, settled: bool = True) -> str:
    message_id, at = ids.new(), house.now() - timedelta(days=days)
    with house.database.writing() as tx:
        number_id, _ = numbers.add(tx, "+15550142001", country="US", kind="mobile", at=at)
        messages.put(tx, [
            Draft(message_id, None, number_id, None, None, "t", 0, 2, status, None, "words", 1,
                  at, None, None, None, at, None, "answer")
        ])  # fmt: skip
        if settled:
            Prepared(m.update().where(m.c.id == message_id).values(settled_at=at)).run(tx)
    return message_id


def words(house: House, message_id: str) -> str | None:
    with house.database.reading() as tx:
        found = message_lists.load(tx, message_id, words=True)
    assert found is not None
    return found[1]


@pytest.fixture
def kept_for_ten_days(house: House) -> House:
    with house.database.writing() as tx:
        settings_rows.put(tx, "keep_messages_days", 10, house.now())
        settings_rows.put(tx, "keep_answers_days", 20, house.now())
    return house


@pytest.mark.parametrize(
    ("status", "days", "settled", "kept"),
    [
        ("delivered", 9, True, True),
        ("delivered", 11, True, False),
        ("received", 11, True, False),
        ("accepted", 11, False, False),  # its callback never came
        ("pending", 11, False, True),
        ("in doubt", 11, False, True),
    ],
)
def test_whose_words_go(
    kept_for_ten_days: House, status: str, days: int, settled: bool, kept: bool
) -> None:
    message_id = put(kept_for_ten_days, status, days, settled)
    told = retention.run(kept_for_ten_days)
    assert told.messages == (0 if kept else 1)
    assert words(kept_for_ten_days, message_id) == ("words" if kept else None)


def test_answers_go_too(kept_for_ten_days: House) -> None:
    house, now = kept_for_ten_days, kept_for_ten_days.now()
    with house.database.writing() as tx:
        answers.put(tx, [
            NewAnswer(ids.new(), "p", "c", "f", "s", None, f"{days}", now - timedelta(days=days))
            for days in (19, 21)
        ])  # fmt: skip
    assert retention.run(house).answers == 1
    assert retention.run(house).answers == 0
    with house.database.reading() as tx:
        assert [row.value for row in answers.of_person(tx, "p")] == ["19", None]


@pytest.mark.parametrize(
    ("status", "days", "kept"),
    [
        ("completed", 9, True),
        ("completed", 11, False),
        ("missed", 11, False),
        (None, 11, False),  # its end was never told
    ],
)
def test_what_was_said_in_calls_goes_as_texts_do(
    kept_for_ten_days: House, status: str | None, days: int, kept: bool
) -> None:
    house = kept_for_ten_days
    at = house.now() - timedelta(days=days)
    with house.database.writing() as tx:
        call, _ = calls.came_in(
            tx, sid="CA1", number_id="n", sender_id=None, person_id=None, lane=1, now=at
        )
        call.state = "a state"
        calls.save(tx, call)
        calls.put_step(tx, call.id, 1, None, "hello", at)
        calls.put_step(tx, call.id, 2, "a word", "goodbye", at)
        if status is not None:
            assert calls.ended(tx, call_id=call.id, sid=None, status=status, now=at)
    assert retention.run(house).messages == (0 if kept else 2)
    assert retention.run(house).messages == 0
    with house.database.reading() as tx:
        found = calls.load(tx, call.id)
        said = [(step.heard, step.reply) for step in calls.steps(tx, call.id)]
    assert found is not None
    assert found.state == ("a state" if kept else "")
    assert said == ([(None, "hello"), ("a word", "goodbye")] if kept else [(None, None)] * 2)


def test_recordings_have_days_of_their_own(kept_for_ten_days: House) -> None:
    house, now = kept_for_ten_days, kept_for_ten_days.now()
    with house.database.writing() as tx:
        settings_rows.put(tx, "keep_recordings_days", 30, now)
        for days in (29, 31, 40):
            at = now - timedelta(days=days)
            new = NewRecording(f"RE{days}", "p", "n", "c", None, "answer", None, None, 3, at)
            made, _ = recordings.made(tx, new)
            if days != 40:  # that one was never fetched
                recordings.fetched(tx, made.id, "audio/wav", b"sound", at)
                recordings.cleared(tx, made.id, at)
    assert retention.run(house).recordings == 2
    assert retention.run(house).recordings == 0
    with house.database.reading() as tx:
        kept = {
            row.carrier_sid: recordings.audio(tx, row.id) for row in recordings.of_person(tx, "p")
        }
        assert [row.carrier_sid for row in recordings.to_clear(tx, 10)] == ["RE40"]
    assert kept == {"RE40": None, "RE31": None, "RE29": ("audio/wav", b"sound")}


def test_it_is_due_once_a_day_and_goes_on_where_it_was(
    kept_for_ten_days: House, now, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = kept_for_ten_days
    monkeypatch.setattr(retention, "BATCH", 1)
    old = [put(house, "delivered", 30) for _ in range(3)]
    retention.look(house, seconds=0)
    assert [words(house, one) for one in old].count(None) == 1
    retention.look(house)
    assert [words(house, one) for one in old] == [None] * 3
    late = put(house, "delivered", 30)
    reconciling.look(house)  # done for today, so the workers' look leaves it
    assert words(house, late) == "words"
    now.move(days=1)
    reconciling.look(house)
    assert words(house, late) is None


@pytest.mark.parametrize(("status", "days", "kept"), [
    ("resolved", 39, True), ("resolved", 41, False), ("accepted", 400, True),
])  # fmt: skip
def test_the_words_of_a_case_go_so_long_after_it_was_settled(
    house: House, status: str, days: int, kept: bool
) -> None:
    now, at = house.now(), house.now() - timedelta(days=days)
    with house.database.writing() as tx:
        settings_rows.put(tx, "keep_cases_days", 40, now)
        person_id = a_person(tx, "active", at)
        case_id = ids.new()
        cases.add(
            tx, NewCase(case_id, "AB12", person_id, None, "asked", "urgent", "open", None, "words",
                        at - timedelta(days=100))
        )  # fmt: skip
        cases.add_event(tx, case_id, "noted", "ana", "more words", at)
        assert cases.move(tx, case_id, "accepted", at)
        if status == "resolved":
            assert cases.move(tx, case_id, "resolved", at)
    assert retention.run(house).cases == (0 if kept else 1)
    with house.database.reading() as tx:
        found = cases.load(tx, case_id)
        [event] = cases.events(tx, case_id)
    assert found is not None
    assert (found.note, event.detail) == (("words", "more words") if kept else (None, None))
    assert found.status == status


@pytest.mark.parametrize(("status", "joined", "left", "kept"), [
    ("active", 900, None, True),  # it proves what they agreed to
    ("left", 900, 300, True),
    ("left", 900, 410, False),
    ("erased", 900, 410, False),
    (None, 900, None, False),  # a stranger who was asked once
    (None, 300, None, True),
])  # fmt: skip
def test_the_words_that_people_agreed_to_go_so_long_after_they_left(
    house: House, status: str | None, joined: int, left: int | None, kept: bool
) -> None:
    now = house.now()
    with house.database.writing() as tx:
        settings_rows.put(tx, "keep_consents_days", 400, now)
        person_id = a_person(tx, status, now) if status is not None else None
        rows = [Consent("joined", now - timedelta(days=joined), "flow", person_id, "n", "I agree")]
        if left is not None:
            rows.append(Consent("stopped", now - timedelta(days=left), "word", person_id, "n"))
        consents.record(tx, rows)
    assert retention.run(house).consents == (0 if kept else 1)
    with house.database.reading() as tx:
        found = consents.of_number(tx, "n")
    assert [row.act for row in found] == [row.act for row in rows], "that they did stays"
    assert found[0].wording == ("I agree" if kept else None)


def test_a_code_that_nobody_gave_in_time_goes(house: House) -> None:
    now = house.now()
    with house.database.writing() as tx:
        person_id = a_person(tx, "active", now)
        old, fresh = (contacts.add(tx, person_id, number, "text", now) for number in "ab")
        contacts.ask(tx, old, "4711", now - timedelta(minutes=1))
        contacts.ask(tx, fresh, "4712", now + timedelta(minutes=1))
    retention.run(house)
    with house.database.writing() as tx:
        assert contacts.give(tx, old, "4711", now) == "none"
        assert contacts.give(tx, fresh, "4712", now) == "verified"


def a_person(tx: Tx, status: str, at: datetime) -> str:
    new = people.New(ids.new(), status, "en", "UTC", at, {})
    people.add(tx, new)
    return new.id
