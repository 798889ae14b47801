"""What is left of a person who is erased: ids, moments, states, and no word."""

from __future__ import annotations

from datetime import timedelta

from service.storage import calls, forgetting, ids, links, numbers, people
from service.storage.database import Database, Tx
from service.storage.moments import to_micros
from service.storage.people import New
from tests.storage.conftest import AT


def message(tx: Tx, person_id: str, sid: str | None) -> str:
    message_id = ids.new()
    body = tx.sealer.seal(b"how are you?", f"message.sealed_body:{message_id}")
    names = (
        "id, direction, person_id, status, sealed_body, carrier_sid, due_at, created_at, purpose, "
        "settled_at, seq, lane, segments, attempts, doubts"
    )
    values = (
        message_id, "out", person_id, "delivered", body, sid, to_micros(AT), to_micros(AT),
        "checkin", to_micros(AT), 0, 1, 1, 1, 0,
    )  # fmt: skip
    marks = ", ".join(["%s" if tx.postgres else "?"] * len(values))
    tx.execute(f"INSERT INTO message ({names}) VALUES ({marks})", values)
    return message_id


def words(tx: Tx) -> int:
    return int(
        tx.execute("SELECT count(*) FROM message WHERE sealed_body IS NOT NULL").fetchone()[0]
    )


def test_nothing_but_ids_is_left(store: Database) -> None:
    person_id = ids.new()
    with store.writing() as tx:
        number_id, _ = numbers.add(tx, "+15550100101", country="US", kind="mobile", at=AT)
        people.add(
            tx, New(person_id, "active", "en", "UTC", AT, {"name": "Ana"}, main_number_id=number_id)
        )
        links.add(tx, person_id, number_id, is_main=True)
        message(tx, person_id, "SM1")
        message(tx, person_id, None)
        message(tx, "another", "SM2")
        call, _ = calls.came_in(
            tx, sid="CA1", number_id=number_id, sender_id=None, person_id=person_id, lane=1, now=AT
        )
        calls.put_step(tx, call.id, 1, "yes", "thank you", AT)
        assert forgetting.count_messages(tx, person_id) == 3
        assert forgetting.sids_of(tx, person_id) == ["SM1", "CA1"]
        assert len(forgetting.blinds_of(tx, number_id)) == 1
        for again in (False, True):
            assert forgetting.messages(tx, person_id) == (0 if again else 2)
            assert forgetting.calls(tx, person_id) == (0 if again else 1)
            forgetting.number(tx, number_id)
            forgetting.person(tx, person_id)
        assert words(tx) == 1
        assert numbers.find(tx, "+15550100101") is None
        assert forgetting.blinds_of(tx, number_id) == []
        assert people.find_by_name(tx, "ana") == []
        left = people.load(tx, person_id)
        assert left is not None
        assert (left.status, dict(left.fields), left.main_number_id) == ("erased", {}, None)
        assert [(step.heard, step.reply) for step in calls.steps(tx, call.id)] == [(None, None)]


def test_words_of_old_messages_go_in_slices(store: Database) -> None:
    with store.writing() as tx:
        made = [message(tx, "p", f"SM{n}") for n in range(5)]
        assert forgetting.old_messages(tx, AT, "", 3) == []
        first = forgetting.old_messages(tx, AT + timedelta(days=1), "", 3)
        assert first == made[:3]
        assert forgetting.strip(tx, first) == 3
        rest = forgetting.old_messages(tx, AT + timedelta(days=1), first[-1], 3)
        assert rest == made[3:]
        assert words(tx) == 2
