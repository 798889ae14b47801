"""Settings, service numbers, the trail, answers, spending and erasures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from service.storage import answers, erasures, ids, ledger, senders, settings_rows, spend, trail
from service.storage.answers import NewAnswer
from service.storage.database import Database
from service.storage.ledger import Line
from service.storage.spend import Spend
from tests.storage.conftest import AT

SECOND = timedelta(seconds=1)


def test_settings_come_back_and_change_the_stamp(store: Database) -> None:
    with store.writing() as tx:
        assert settings_rows.get(tx, "service", "Hearthline") == "Hearthline"
        assert settings_rows.stamp(tx) is None
        settings_rows.put(tx, "service", "Línea", AT)
        first = settings_rows.stamp(tx)
        assert settings_rows.get(tx, "service") == "Línea"
        settings_rows.put_json(tx, "languages", '["en"]', AT)
        assert settings_rows.stamp(tx) != first
        assert settings_rows.all(tx)["languages"] == '["en"]'
        assert settings_rows.drop(tx, "service", AT)
        assert not settings_rows.drop(tx, "service", AT)
        assert settings_rows.get(tx, "service") is None


def test_what_is_nobodys_choice_leaves_the_stamp_alone(store: Database) -> None:
    with store.writing() as tx:
        settings_rows.put(tx, settings_rows.RESTORED_AT, 1, AT)
        assert settings_rows.stamp(tx) is None


def test_a_service_number_is_there_once(store: Database) -> None:
    with store.writing() as tx:
        first = senders.ensure(tx, "+15550100100", 1000, AT)
        assert senders.ensure(tx, "+15550100100", 5000, AT) == first
        assert senders.all(tx) == [first]
        assert senders.find(tx, "+15550100101") is None


def test_a_pace_is_shared_and_never_exceeded(store: Database) -> None:
    with store.writing() as tx:
        sender = senders.ensure(tx, "+15550100100", 10_000, AT)  # ten segments a second
        assert senders.reserve(tx, sender.id, [1] * 4, AT, SECOND) == 4
        assert senders.reserve(tx, sender.id, [1] * 100, AT, SECOND) == 7  # the last at 1.0 s
        assert senders.reserve(tx, sender.id, [1], AT, SECOND) == 0
        assert senders.reserve(tx, sender.id, [3] * 100, AT + SECOND / 2, SECOND) == 2
        assert senders.reserve(tx, sender.id, [1] * 100, AT + 60 * SECOND, SECOND) == 11
        senders.set_pace(tx, sender.id, 2_000_000)
        assert senders.reserve(tx, sender.id, [1] * 5000, AT + 90 * SECOND, SECOND) == 2001
        assert senders.reserve(tx, "none", [1], AT, SECOND) == 0


def test_a_paused_number_sends_nothing(store: Database) -> None:
    with store.writing() as tx:
        sender = senders.ensure(tx, "+15550100100", 10_000, AT)
        senders.pause(tx, sender.id, AT + 5 * SECOND, "429")
        assert senders.reserve(tx, sender.id, [1], AT, SECOND) == 0
        assert senders.reserve(tx, sender.id, [1], AT + 5 * SECOND, SECOND) == 1
        senders.pause(tx, sender.id, AT + 500 * SECOND, "out")
        senders.resume(tx, sender.id)
        assert senders.reserve(tx, sender.id, [1], AT + 7 * SECOND, SECOND) == 1


def test_the_trail_keeps_who_did_what(store: Database) -> None:
    with store.writing() as tx:
        trail.record(tx, "ana", "paused", "person", "p1", AT, {"until": 5})
        trail.record(tx, "cli", "seeded", "definitions", None, AT + SECOND)
        (line,) = trail.of_subject(tx, "person", "p1")
        assert (line.actor, line.act, line.detail) == ("ana", "paused", {"until": 5})
        assert [line.act for line in trail.latest(tx)] == ["seeded", "paused"]


def test_answers_of_every_kind_come_back(store: Database) -> None:
    given = [
        NewAnswer(ids.new(), "p1", "c1", "daily", "mood", "mood", value, AT + n * SECOND)
        for n, value in enumerate([3, "así así", ["work", "sleep"], None, True])
    ]
    with store.writing() as tx:
        answers.put(tx, given)
        assert answers.of_person(tx, "p1") == given[::-1]
        assert answers.count(tx, "p1") == 5
        old = answers.old(tx, AT + 2 * SECOND, "", 10)
        assert answers.fade(tx, old) == 2
        assert answers.old(tx, AT + 2 * SECOND, "", 10) == []
        assert [row.value for row in answers.of_person(tx, "p1")[-2:]] == [None, None]
        assert answers.drop(tx, "p1") == 5


def test_spending_by_day_and_lane(store: Database) -> None:
    with store.writing() as tx:
        for day, lane, sender in ((20260504, 0, "a"), (20260504, 0, "b"), (20260505, 2, "a")):
            tx.execute(f"INSERT INTO spend VALUES ({day}, {lane}, '{sender}', 2, 3, 24900)")
        assert spend.report(tx, 20260504, 20260504) == [Spend(20260504, 0, 4, 6, 49800)]
        assert len(spend.report(tx, 0, 99999999)) == 2


def test_a_wish_to_be_forgotten_stands_until_taken_back_or_done(store: Database) -> None:
    with store.writing() as tx:
        wish = erasures.ask(tx, "p1", asked_at=AT, due_at=AT + 7 * SECOND)
        assert erasures.ask(tx, "p1", asked_at=AT + SECOND, due_at=AT + 9 * SECOND) == wish
        assert erasures.overdue(tx, AT + 7 * SECOND) == []
        assert [row.id for row in erasures.overdue(tx, AT + 8 * SECOND)] == [wish]
        assert erasures.take_back(tx, "p1")
        assert not erasures.take_back(tx, "p1")
        erasures.ask(tx, "p1", asked_at=AT, due_at=AT)
        erasures.done(tx, "p1", AT, ["b1", "b2"])
        erasures.done(tx, "p2", AT, [])  # repeated after a restore that does not know the wish
        assert erasures.open_of(tx, "p1") is None
        assert erasures.counts(tx) == (2, 2)
    assert store.ledger is not None
    assert ledger.read([store.ledger]) == [Line("p1", AT, ("b1", "b2")), Line("p2", AT, ())]


def test_a_ledger_survives_a_line_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "home" / "erasures.ledger"
    ledger.append(path, Line("p1", AT, ("b1",)))
    with path.open("ab") as file:
        file.write(b'{"person":"p2","at"')
    ledger.append(path, Line("p3", AT, ()))
    ledger.append(path, Line("p3", AT, ()))
    assert [line.person_id for line in ledger.read([path, tmp_path / "none"])] == ["p1", "p3"]
    assert path.stat().st_mode & 0o777 == 0o600
