"""Calls out: due in their order, claimed once, settled by the try that is meant, never revived."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.storage import call_doubts, calls, ids, numbers, placings, senders
from service.storage.database import Database, Tx
from service.storage.placings import NewCall, Work
from tests.storage.conftest import AT
from tests.storage.test_calls import come_in, known

SOON = AT + timedelta(minutes=1)
LATER = AT + timedelta(minutes=10)
URGENT, REPLY, BULK = 0, 1, 2


def planned(tx: Tx, person_id: str | None, number_id: str, **other: Any) -> str:
    """A check-in by call that is due at AT."""
    sender = senders.ensure(tx, "+15550109999", 1000, AT)
    values: dict[str, Any] = {
        "id": ids.new(), "purpose": "checkin", "person_id": person_id, "number_id": number_id,
        "sender_id": sender.id, "lane": BULK, "due_at": AT, "created_at": AT,
    }  # fmt: skip
    values |= other
    placings.plan(tx, [NewCall(**values)])
    return str(values["id"])


def placing(tx: Tx, **other: Any) -> str:
    """A call that a worker is about to place."""
    call_id = planned(tx, *known(tx), **other)
    assert placings.claim(tx, [call_id], "w1", AT) == {call_id}
    return call_id


def status(tx: Tx, call_id: str) -> str:
    call = calls.load(tx, call_id)
    assert call is not None
    return call.status


def due(tx: Tx, now: datetime = AT, lane: int = BULK) -> list[str]:
    return [row.id for row in placings.due(tx, lane, now, 10)]


def test_a_call_that_is_due_tells_all_that_decides(store: Database) -> None:
    with store.writing() as tx:
        person_id, number_id = known(tx)
        numbers.opt_out(tx, number_id, "STOP", AT)
        call_id = planned(
            tx, person_id, number_id, expires_at=LATER, attempt=2, state='{"phase":"opening"}'
        )
        [row] = placings.due(tx, BULK, AT, 10)
        assert (row.id, row.person_id, row.number_id) == (call_id, person_id, number_id)
        assert (row.purpose, row.attempt, row.tries, row.expires_at) == ("checkin", 2, 0, LATER)
        assert (row.opted_out_at, row.country, row.number_kind) == (AT, "US", "mobile")
        assert (row.zone, row.person_status, row.shared) == ("UTC", "active", False)
        assert (row.conversation_status, row.occurrence_status) == (None, None)
        assert placings.number(tx, row) == "+15550100101"
        call = calls.load(tx, call_id)
    assert call is not None
    assert (call.direction, call.status, call.state) == ("out", "pending", '{"phase":"opening"}')


def test_calls_leave_lane_by_lane_the_longest_due_first(store: Database) -> None:
    with store.writing() as tx:
        people = [known(tx, f"+1555010010{n}") for n in range(4)]
        late = planned(tx, *people[0], due_at=SOON)
        first = planned(tx, *people[1])
        alert = planned(tx, *people[2], lane=URGENT)
        planned(tx, *people[3], due_at=LATER)
        assert due(tx, SOON) == [first, late]
        assert due(tx, SOON, URGENT) == [alert]
        assert due(tx, SOON, REPLY) == []
        assert (placings.any_due(tx, BULK, AT), placings.any_due(tx, REPLY, AT)) == (True, False)
        assert not placings.any_due(tx, BULK, AT - timedelta(seconds=1))


@pytest.mark.parametrize("on_the_line", ["calls us", "is being rung", "talks to us"])
def test_nobody_is_called_who_is_on_the_line(store: Database, on_the_line: str) -> None:
    with store.writing() as tx:
        person_id, number_id = known(tx)
        other_id = planned(tx, *known(tx, "+15550100102"))
        if on_the_line == "calls us":
            come_in(tx, number_id)
        else:
            earlier = planned(tx, person_id, number_id)
            placings.claim(tx, [earlier], "w1", AT)
            if on_the_line == "talks to us":
                calls.answered(tx, call_id=earlier, sid="CA5", answered_by=None, now=AT)
        call_id = planned(tx, person_id, number_id)
        assert due(tx) == [other_id]
        assert placings.claim(tx, [call_id], "w2", AT) == set()
        # a line of which nothing was heard for hours is not held to be busy for ever
        assert call_id in due(tx, AT + timedelta(hours=2))


def test_a_call_is_claimed_once(store: Database) -> None:
    with store.writing() as tx:
        call_id = planned(tx, *known(tx))
        assert placings.claim(tx, [call_id], "w1", AT) == {call_id}
        assert placings.claim(tx, [call_id], "w2", AT) == set()
        assert due(tx) == []
        assert status(tx, call_id) == "placing"


def test_a_number_of_ours_places_one_call_a_second(store: Database) -> None:
    with store.writing() as tx:
        call_id = planned(tx, *known(tx))
        sender = senders.all(tx)[0]
        assert senders.reserve_calls(tx, sender.id, 5, AT) == 1
        assert senders.reserve_calls(tx, sender.id, 5, AT) == 0
        assert due(tx) == []
        second = AT + timedelta(seconds=1)
        assert due(tx, second) == [call_id]
        assert senders.reserve_calls(tx, sender.id, 5, second, timedelta(seconds=2)) == 3
        senders.pause(tx, sender.id, LATER, "credentials")
        assert senders.reserve_calls(tx, sender.id, 5, SOON) == 0
        assert due(tx, SOON) == []


def test_a_call_that_was_placed_goes_on_as_the_carrier_says(store: Database) -> None:
    with store.writing() as tx:
        call_id = placing(tx)
        placings.placed(tx, [(call_id, "CA1")])
        assert status(tx, call_id) == "placed"
        answered = calls.answered(tx, call_id=None, sid="CA1", answered_by="human", now=SOON)
        assert answered is not None
        assert (answered.status, answered.answered_at) == ("answered", SOON)
        ended = calls.ended(
            tx, call_id=None, sid="CA1", status="machine", now=LATER, seconds=9,
            answered_by="machine_start",
        )  # fmt: skip
        assert ended is not None
        assert (ended.id, ended.status, ended.answered_by) == (call_id, "machine", "machine_start")
        placings.placed(tx, [(call_id, "CA1")])
        assert status(tx, call_id) == "machine"


def test_a_callback_may_come_before_the_answer_to_our_request(store: Database) -> None:
    with store.writing() as tx:
        call_id = placing(tx)
        busy = calls.ended(tx, call_id=call_id, sid="CA1", status="busy", now=SOON)
        assert busy is not None
        placings.placed(tx, [(call_id, "CA1")])
        left = calls.load(tx, call_id)
    assert left is not None
    assert (left.status, left.carrier_sid, left.ended_at) == ("busy", "CA1", SOON)


def test_only_the_last_try_has_a_say(store: Database) -> None:
    with store.writing() as tx:
        call_id = placing(tx)
        placings.again(tx, [(call_id, 1, "20429", SOON)])
        assert (status(tx, call_id), due(tx), due(tx, SOON)) == ("pending", [], [call_id])
        placings.claim(tx, [call_id], "w2", SOON)
        placings.again(tx, [(call_id, 1, None, SOON)])
        placings.doubted(tx, [(call_id, 1, 1, SOON)])
        assert placings.refused(tx, call_id, 1, "21211", SOON) is None
        assert status(tx, call_id) == "placing"
        refused = placings.refused(tx, call_id, 2, "21211", SOON)
        assert refused is not None
        assert (refused.status, refused.error_code, refused.ended_at) == ("failed", "21211", SOON)


def test_a_dead_workers_call_is_looked_for(store: Database) -> None:
    with store.writing() as tx:
        call_id = placing(tx)
        assert placings.anything(tx, SOON, AT) == Work((), False, False, False)
        assert placings.anything(tx, SOON, SOON).leases
        assert [left.id for left in placings.leases_over(tx, SOON, SOON)] == [call_id]
        assert placings.anything(tx, SOON, SOON) == Work((), False, False, True)
        [doubt] = call_doubts.due(tx, SOON, 10)
        assert (doubt.id, doubt.tries, doubt.doubts, doubt.status) == (call_id, 1, 0, "in doubt")
        assert doubt.claimed_at == AT
        assert placings.number(tx, doubt) == "+15550100101"
        assert call_doubts.rivals(tx, doubt.number_id) == [doubt]
        placings.doubted(tx, [(call_id, 1, 1, LATER)], was="in doubt")
        assert call_doubts.due(tx, SOON, 10) == []
        assert call_doubts.due(tx, LATER, 10)[0].doubts == 1
        placings.again(tx, [(call_id, 1, None, LATER)], was="in doubt")
        assert due(tx, LATER) == [call_id]


def test_a_call_whose_number_was_erased_is_not_tried_again(store: Database) -> None:
    with store.writing() as tx:
        call_id = placing(tx)
        call = calls.load(tx, call_id)
        assert call is not None
        tx.execute("DELETE FROM person_number")
        tx.execute("DELETE FROM number")
        placings.again(tx, [(call_id, 1, None, SOON)])
        assert status(tx, call_id) == "placing"
        placings.leases_over(tx, SOON, SOON)
        assert call_doubts.due(tx, SOON, 10)[0].sealed_number is None
        assert placings.cancel(tx, [call_id], "erased", SOON) == 1
        assert calls.by_call(tx, call_id, 1) is None


def test_what_is_held_waits_for_its_moment(store: Database) -> None:
    with store.writing() as tx:
        call_id = planned(tx, *known(tx))
        placings.hold(tx, [(call_id, "quiet hours", LATER)])
        assert due(tx, LATER) == []
        assert not placings.anything(tx, SOON, AT).held
        assert placings.anything(tx, LATER, AT).held
        assert placings.release(tx, SOON) == 0
        assert placings.release(tx, LATER) == 1
        assert due(tx, LATER) == [call_id]
        assert placings.anything(tx, LATER, AT) == Work((BULK,), False, False, False)


def test_calls_are_called_off(store: Database) -> None:
    with store.writing() as tx:
        person_id, number_id = known(tx)
        another = planned(tx, *known(tx, "+15550100102"))
        one, two, three, four = (
            planned(tx, person_id, number_id, conversation_id=name)
            for name in ("c1", "c2", "c3", "c4")
        )
        assert placings.cancel_conversation(tx, "c1", "answered", SOON) == 1
        assert placings.cancel(tx, [two], "conversation over", SOON) == 1
        assert placings.cancel_person(tx, person_id, "left", SOON) == 2
        assert placings.cancel_number(tx, number_id, "stopped", SOON) == 0
        assert {status(tx, call_id) for call_id in (one, two, three, four)} == {"cancelled"}
        assert due(tx) == [another]
        assert calls.count(tx, number_id, "checkin", AT) == 0


def test_calls_whose_end_was_never_told_are_found(store: Database) -> None:
    with store.writing() as tx:
        call_id = placing(tx)
        placings.placed(tx, [(call_id, "CA1")])
        came = come_in(tx, known(tx, "+15550100102")[1], "CA2", now=SOON)
        assert call_doubts.unended(tx, AT, 10) == []
        assert call_doubts.unended(tx, SOON, 10) == [(call_id, "CA1")]
        assert call_doubts.unended(tx, LATER, 10) == [(call_id, "CA1"), (came.id, "CA2")]
        calls.ended(tx, call_id=call_id, sid=None, status="no answer", now=LATER)
        assert call_doubts.unended(tx, LATER, 10) == [(came.id, "CA2")]


def test_two_workers_at_once_never_ring_one_phone_twice(store: Database) -> None:
    with store.writing() as tx:
        person_id, number_id = known(tx)
        for _ in range(4):
            planned(tx, person_id, number_id)
        sender = senders.all(tx)[0]
    together = threading.Barrier(2)
    claimed: list[str] = []

    def work(worker: str) -> None:
        mine = Database(store.url, store.sealer)
        together.wait()
        for second in range(5):
            now = AT + timedelta(seconds=second)
            with mine.writing() as tx:
                rows = placings.due(tx, BULK, now, 1)
                if rows and senders.reserve_calls(tx, sender.id, 1, now):
                    claimed.extend(placings.claim(tx, [row.id for row in rows], worker, now))
        mine.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("w1", "w2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 1
