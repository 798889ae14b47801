"""Calls and their steps: taken once, answered alike, and over when they are over."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from service.storage import calls, conversations, ids, links, numbers, people, standing
from service.storage.calls import Call
from service.storage.database import Database, Refused, Tx
from service.storage.people import New
from service.storage.standing import Conversation
from tests.storage.conftest import AT

SOON = AT + timedelta(seconds=20)


def known(tx: Tx, number: str = "+15550100101", name: str = "Ana") -> tuple[str, str]:
    """Somebody with a number of her own: her id and the number's."""
    person_id = ids.new()
    number_id, _ = numbers.add(tx, number, country="US", kind="mobile", at=AT)
    people.add(
        tx, New(person_id, "active", "en", "UTC", AT, {"name": name}, main_number_id=number_id)
    )
    links.add(tx, person_id, number_id, is_main=True)
    numbers.set_holder(tx, number_id, person_id, None)
    return person_id, number_id


def come_in(tx: Tx, number_id: str, sid: str = "CA1", **other: Any) -> Call:
    values = {"sender_id": "s", "person_id": None, "lane": 1, "now": AT} | other
    return calls.came_in(tx, sid=sid, number_id=number_id, **values)[0]


def test_a_call_that_comes_in_twice_is_one(store: Database) -> None:
    with store.writing() as tx:
        _, number_id = known(tx)
        call, new = calls.came_in(
            tx, sid="CA1", number_id=number_id, sender_id="s", person_id=None, lane=1, now=AT
        )
        again, second = calls.came_in(
            tx, sid="CA1", number_id=number_id, sender_id="s", person_id=None, lane=1, now=SOON
        )
    assert (new, second) == (True, False)
    assert again == call
    assert (call.direction, call.purpose, call.status, call.step) == ("in", "in", "ringing", 0)
    assert (call.state, call.created_at) == ("", AT)


def test_a_step_is_answered_alike_and_kept_once(store: Database) -> None:
    with store.writing() as tx:
        _, number_id = known(tx)
        call = come_in(tx, number_id)
        calls.put_step(tx, call.id, 1, None, "<Response>Hello Ana</Response>", AT)
        calls.put_step(tx, call.id, 2, "keys 2", "<Response>adiós</Response>", SOON)
    with store.reading() as tx:
        assert calls.reply(tx, call.id, 1) == "<Response>Hello Ana</Response>"
        assert calls.reply(tx, call.id, 3) is None
        first, second = calls.steps(tx, call.id)
        sealed = tx.execute("SELECT sealed_heard, sealed_reply FROM call_step").fetchall()
    assert (first.step, first.at, first.heard) == (1, AT, None)
    assert (second.heard, second.reply) == ("keys 2", "<Response>adiós</Response>")
    assert not any(b"Hello" in bytes(value) for row in sealed for value in row if value)
    with pytest.raises(Refused), store.writing() as tx:
        calls.put_step(tx, call.id, 2, "keys 3", "<Response>other</Response>", SOON)


def test_a_turn_begins_with_the_person_the_call_and_the_reply(store: Database) -> None:
    with store.writing() as tx:
        person_id, number_id = known(tx)
        front = conversation(person_id, number_id, "front")
        conversations.save(tx, [front, conversation(person_id, number_id, "waiting")])
        tx.execute(f"UPDATE person SET front_id = '{front.id}'")
        call = come_in(tx, number_id)
        calls.put_step(tx, call.id, 1, None, "<Response/>", AT)
    with store.writing() as tx:
        found = calls.by_call(tx, call.id, 1)
        assert found is not None
        stand, loaded, reply = found
        assert stand.person is not None
        assert stand.front is not None
        assert (stand.number.number, stand.person.fields) == ("+15550100101", {"name": "Ana"})
        assert (stand.front.session, stand.others_wait, stand.stamp) == (b"{}", True, None)
        assert (loaded, reply) == (call, "<Response/>")
        later = calls.by_call(tx, call.id, 2)
        assert later is not None
        assert later[2] is None
        assert calls.by_call(tx, "nobody knows it", 1) is None


def test_the_person_of_a_call_is_not_always_the_holder_of_the_number(store: Database) -> None:
    """On a shared phone a PIN tells; the number's last holder may be another."""
    with store.writing() as tx:
        ana, number_id = known(tx)
        eva, _ = known(tx, "+15550100102", "Eva")
        call = come_in(tx, number_id)
        found = calls.by_call(tx, call.id, 1)
        assert found is not None
        assert found[0].person is not None
        assert (found[0].person.id, found[1].person_id) == (ana, None)
        call.person_id = eva
        calls.save(tx, call)
        found = calls.by_call(tx, call.id, 1)
        assert found is not None
        assert found[0].person is not None
        assert (found[0].person.id, found[1].person_id) == (eva, eva)


def test_a_stranger_has_a_number_and_no_person(store: Database) -> None:
    with store.writing() as tx:
        number_id, _ = numbers.add(tx, "+15550100109", country="US", kind="mobile", at=AT)
        found = calls.by_call(tx, come_in(tx, number_id).id, 1)
    assert found is not None
    assert (found[0].person, found[0].front, found[0].others_wait) == (None, None, False)


def test_what_a_turn_changes_is_there_at_the_next(store: Database) -> None:
    with store.writing() as tx:
        person_id, number_id = known(tx)
        call = come_in(tx, number_id)
        call.person_id, call.status, call.step = person_id, "answered", 3
        call.state, call.asked_conversation_id, call.asked_token = '{"phase":"PIN"}', "c1", 7
        call.answered_at = call.proved_at = SOON
        calls.save(tx, call)
    with store.reading() as tx:
        assert calls.load(tx, call.id) == call
        assert calls.by_sid(tx, "CA1") == call
        sealed = tx.execute("SELECT sealed_state FROM call").fetchone()[0]
    assert b"PIN" not in bytes(sealed)


def test_a_call_that_is_over_stays_over(store: Database) -> None:
    with store.writing() as tx:
        _, number_id = known(tx)
        call = come_in(tx, number_id)
        over = calls.ended(
            tx, call_id=None, sid="CA1", status="completed", now=SOON, seconds=20,
            cost_micros=8500,
        )  # fmt: skip
        assert over is not None
        assert (over.id, over.status, over.seconds, over.ended_at) == (
            call.id, "completed", 20, SOON,
        )  # fmt: skip
        for status in ("completed", "missed", "failed"):
            assert calls.ended(tx, call_id=call.id, sid="CA1", status=status, now=SOON) is None
        assert calls.answered(tx, call_id=None, sid="CA1", answered_by=None, now=SOON) is None
        call.status = "answered"  # a turn that began before the callback
        calls.save(tx, call)
        left = calls.load(tx, call.id)
    assert left is not None
    assert (left.status, left.seconds) == ("completed", 20)


def test_only_a_call_that_nobody_was_heard_in_was_missed(store: Database) -> None:
    with store.writing() as tx:
        _, number_id = known(tx)
        first, second = come_in(tx, number_id), come_in(tx, number_id, "CA2")
        second.status = "answered"
        calls.save(tx, second)
        for call, after in ((first, "missed"), (second, None)):
            ended = calls.ended(tx, call_id=call.id, sid=None, status="missed", now=SOON)
            assert (ended.status if ended else None) == after
        assert calls.ended(tx, call_id=None, sid="CA9", status="missed", now=SOON) is None


def test_calls_of_a_number_are_counted_by_purpose_and_time(store: Database) -> None:
    with store.writing() as tx:
        _, number_id = known(tx)
        for at, sid in ((AT - timedelta(days=1), "CA1"), (AT, "CA2"), (SOON, "CA3")):
            come_in(tx, number_id, sid, now=at)
        assert calls.count(tx, number_id, "in", AT) == 2
        assert calls.count(tx, number_id, "callback", AT) == 0
        assert calls.count(tx, "another", "in", AT) == 0
        assert calls.known_sids(tx, ["CA1", "CA3", "CA7"]) == {"CA1", "CA3"}


def conversation(person_id: str, number_id: str, status: str) -> Conversation:
    return Conversation(
        ids.new(), person_id, number_id, None, "home", "e", status, 0, b"{}", 1, None, None, AT,
        AT, None, AT, None, new=True,
    )  # fmt: skip


def test_two_deliveries_of_one_step_at_once_are_one(store: Database) -> None:
    with store.writing() as tx:
        call_id = come_in(tx, known(tx)[1]).id
    together, answers = threading.Barrier(2), []

    def deliver(name: str) -> None:
        mine = Database(store.url, store.sealer)
        together.wait()
        with mine.writing() as tx:
            found = calls.by_call(tx, call_id, 1)
            assert found is not None
            _, call, reply = found
            if reply is None:
                reply = f"said to {name}"
                call.step, call.state = 1, name
                calls.put_step(tx, call_id, 1, None, reply, AT)
                calls.save(tx, call)
            answers.append(reply)
        mine.close()

    threads = [threading.Thread(target=deliver, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert len(set(answers)) == 1
    with store.reading() as tx:
        assert [step.reply for step in calls.steps(tx, call_id)] == answers[:1]
        left = calls.load(tx, call_id)
    assert left is not None
    assert answers[0] == f"said to {left.state}"


def test_two_calls_of_one_person_take_turns(store: Database) -> None:
    """From two phones at once: each turn sees what the other wrote of their person."""
    with store.writing() as tx:
        person_id, number_id = known(tx)
        other_id, _ = numbers.add(tx, "+15550100102", country="US", kind="mobile", at=AT)
        both = [
            come_in(tx, number, sid, person_id=person_id).id
            for number, sid in ((number_id, "CA1"), (other_id, "CA2"))
        ]
    together = threading.Barrier(2)

    def press(call_id: str) -> None:
        mine = Database(store.url, store.sealer)
        for step in range(1, 11):
            if step == 1:
                together.wait()
            with mine.writing() as tx:
                found = calls.by_call(tx, call_id, step)
                assert found is not None
                assert found[0].person is not None
                found[0].person.messages_count += 1
                standing.save_people(tx, [found[0].person])
                calls.put_step(tx, call_id, step, "1", "said", AT)
        mine.close()

    threads = [threading.Thread(target=press, args=(call_id,)) for call_id in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as tx:
        assert tx.execute("SELECT messages_count FROM person").fetchone()[0] == 20
