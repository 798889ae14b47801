"""Words go after so many days, ids and states stay; what is on its way keeps its words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import reconciling, retention
from service.house import House
from service.storage import answers, ids, message_lists, messages, numbers, settings_rows
from service.storage.answers import NewAnswer
from service.storage.messages import Draft
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
