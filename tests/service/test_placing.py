"""Placing calls: in their lanes and hours, one a second, and what becomes of each outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service import outages, outbox, placing
from service.carrier.outcomes import Accepted, InDoubt, Outcome, Refused, Retry, SlowDown
from service.slate import BULK, REPLY, URGENT
from service.storage import ids, numbers, placings, settings_rows
from service.storage.placings import NewCall
from tests.service.house import ANA, BEN, CLEO, ROSA, Line

NIGHT = datetime(2026, 5, 5, 3, 0, tzinfo=UTC)  # eleven in the evening in New York
LANES = (URGENT, REPLY, BULK)


def put(line: Line, number: str, lane: int = REPLY, **more: Any) -> str:
    """A call to be placed; its id."""
    with line.writing() as tx:
        number_id, _ = numbers.add(tx, number, country="US", kind="mobile", at=line.at)
    values = {
        "id": ids.new(), "purpose": "notice", "person_id": None, "number_id": number_id,
        "sender_id": line.one("select id from sender"), "lane": lane, "due_at": line.at,
        "created_at": line.at, "expires_at": line.at + timedelta(hours=2), **more,
    }  # fmt: skip
    with line.writing() as tx:
        placings.plan(tx, [NewCall(**values)])
    return str(values["id"])


def claim(line: Line, *lanes: int) -> list[str]:
    return [row.id for row in placing.claim(line.house, lanes or LANES, "worker")]


def state(line: Line, call_id: str) -> dict[str, Any]:
    return dict(line.rows("select * from call where id = :id", id=call_id)[0]._mapping)


def status(line: Line, call_id: str) -> tuple[str, str | None]:
    row = state(line, call_id)
    return row["status"], row["held_for"]


def one_claimed(line: Line) -> placings.Candidate:
    put(line, ANA)
    [row] = placing.claim(line.house, LANES, "worker")
    return row


@pytest.mark.parametrize(("number", "rung"), [
    ("+18007997233", False),  # a line of the directory, as it is dialled from elsewhere
    ("+12125550188", True),
])  # fmt: skip
def test_a_line_is_never_rung_by_the_machine(line: Line, number: str, rung: bool) -> None:
    alert = put(line, number, URGENT, purpose="case")
    assert claim(line) == ([alert] if rung else [])
    assert status(line, alert)[0] == ("placing" if rung else "cancelled")


def test_one_a_second_and_the_most_urgent_first(line: Line) -> None:
    bulk = put(line, BEN, BULK, due_at=line.at - timedelta(minutes=2))
    soon = put(line, ANA, due_at=line.at - timedelta(minutes=1))
    late = put(line, CLEO)
    urgent = put(line, ROSA, URGENT)
    assert claim(line) == [urgent]
    assert claim(line) == [], "the carrier takes one a second"
    for expected in (soon, late, bulk):
        line.at += timedelta(seconds=1)
        assert claim(line) == [expected]
    assert status(line, bulk) == ("placing", None)


def test_texts_do_not_wait_for_calls_nor_calls_for_texts(line: Line) -> None:
    line.fast(1_000)
    line.phone(BEN).send("JOIN")
    assert len(outbox.claim(line.house, REPLY, 10, "worker")) == 1
    call_id = put(line, ANA)
    assert claim(line) == [call_id]


def test_a_phone_that_rings_is_not_rung_meanwhile(line: Line) -> None:
    first, second = put(line, ANA), put(line, ANA)
    line.fate = lambda to: None
    line.settle()
    line.at += timedelta(minutes=1)
    line.settle()
    assert [rung.row.id for rung in line.rung] == [first]
    line.call_over(first, "no answer")
    line.settle()
    assert [rung.row.id for rung in line.rung] == [first, second]


def test_two_workers_place_it_once(line: Line) -> None:
    put(line, ANA)
    assert len(claim(line)) == 1
    line.at += timedelta(seconds=5)
    assert claim(line) == []


def test_eight_workers_at_once_keep_the_pace_of_one_number(line: Line) -> None:
    for n in range(8):
        put(line, f"+1555014300{n}")
    for _ in range(3):
        with ThreadPoolExecutor(8) as workers:
            claimed = list(workers.map(lambda _: claim(line), range(8)))
        assert sum(map(len, claimed)) == 1
        line.at += timedelta(seconds=1)


def test_after_a_restore_nothing_is_placed_until_it_is_reconciled(line: Line) -> None:
    put(line, ANA)
    with line.writing() as tx:
        settings_rows.put(tx, "restored_at", {"at": "", "taken_at": ""}, line.at)
        settings_rows.touch(tx, line.at)
    assert claim(line) == []


# --- may it leave


@pytest.mark.parametrize(
    ("lane", "held"), [(BULK, True), (REPLY, False), (URGENT, False)], ids=["bulk", "reply", "urg"]
)
def test_at_night_only_bulk_is_held(line: Line, lane: int, held: bool) -> None:
    line.at = NIGHT
    call_id = put(line, ANA, lane, expires_at=None)
    assert claim(line) == ([] if held else [call_id])
    if held:
        assert status(line, call_id) == ("held", "quiet hours")
        line.fate = lambda to: None
        line.until(datetime(2026, 5, 5, 12, 0, tzinfo=UTC))
        assert [rung.row.id for rung in line.rung] == [call_id]


def test_an_hour_that_the_person_chose_may_be_at_night(line: Line) -> None:
    line.at = NIGHT
    call_id = put(line, ANA, BULK, purpose="checkin")
    assert claim(line) == [call_id]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("update number set opted_out_at = 1", "stopped"),
        ("update number set country = 'FR'", "country"),
        ("update number set kind = 'premium'", "premium"),
        ("update number set kind = 'anonymous'", "anonymous"),
        ("update number set unusable_code = '21211'", "unusable"),
        ("update call set expires_at = 1", "too late"),
    ],
)
def test_what_may_never_leave_is_cancelled_with_its_reason(
    line: Line, change: str, reason: str
) -> None:
    call_id = put(line, ANA)
    line.do(change)
    assert claim(line) == []
    assert status(line, call_id) == ("cancelled", reason)


def test_a_landline_and_a_number_that_takes_no_texts_are_rung(line: Line) -> None:
    call_id = put(line, ANA)
    line.do("update number set kind = 'landline', unusable_code = '21614'")
    assert claim(line) == [call_id]


def test_what_is_held_does_not_stand_before_what_may_leave(line: Line) -> None:
    line.at = NIGHT
    for n in range(60):
        put(line, f"+1555014{3000 + n}", BULK, due_at=line.at - timedelta(minutes=1))
    chosen = put(line, ANA, BULK, purpose="checkin")
    assert claim(line) == [chosen]


# --- outcomes

CASES: list[tuple[str, Outcome, str, str | None]] = [
    # outcome, the call's state, its code
    ("accepted", Accepted("CA1", "queued"), "placed", None),
    ("in doubt", InDoubt("timeout"), "in doubt", None),
    ("too much at once", SlowDown(10004, 2.0), "pending", "10004"),
    ("never left here", Retry("connect"), "pending", None),
    ("number nowhere", Refused(21211, 400, "unusable"), "failed", "21211"),
    ("our bug", Refused(21205, 400, "bug"), "failed", "21205"),
    ("unknown refusal", Refused(None, 400, "other"), "failed", "refused"),
    ("credentials", Refused(20003, 401, "credentials"), "pending", "20003"),
    ("configuration", Refused(21210, 400, "config"), "pending", "21210"),
    ("configuration of one country", Refused(21215, 400, "config"), "failed", "21215"),
]


@pytest.mark.parametrize(
    ("said", "told", "code"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_outcome(line: Line, said: Outcome, told: str, code: str | None) -> None:
    row = one_claimed(line)
    placing.settle(line.house, [(row, said)])
    after = state(line, row.id)
    assert (after["status"], after["error_code"]) == (told, code)
    if told == "pending":
        assert after["due_at"] > int(line.at.timestamp() * 1_000_000), "not at once"
        assert claim(line) == []
    if told == "placed":
        assert after["carrier_sid"] == "CA1"


def test_what_goes_on_failing_is_given_up_when_it_is_too_late(line: Line) -> None:
    call_id = put(line, ANA)
    line.places = lambda row, to: Retry("connection refused")
    line.passes(hours=3)
    assert status(line, call_id) == ("cancelled", "too late")
    with line.reading() as tx:
        assert outages.recent(tx, line.at)[0].until is None, "the network is out"
    put(line, BEN)
    line.places = lambda row, to: None
    line.settle()
    with line.reading() as tx:
        assert outages.recent(tx, line.at)[0].until is not None


def test_an_outcome_that_comes_too_late_changes_nothing(line: Line) -> None:
    """Its lease was over, it was looked for, and is placed again by somebody else."""
    row = one_claimed(line)
    with line.writing() as tx:
        placings.leases_over(tx, line.at + timedelta(seconds=1), line.at)
        placings.again(tx, [(row.id, 1, None, line.at)], was="in doubt")
    line.at += timedelta(seconds=2)
    assert claim(line) == [row.id]
    for said in (Refused(21211, 400, "unusable"), InDoubt("timeout"), Retry("connect")):
        placing.settle(line.house, [(row, said)])
        assert status(line, row.id) == ("placing", None)


def test_two_calls_never_count_as_one_of_the_carriers(line: Line) -> None:
    row = one_claimed(line)
    other = put(line, BEN)
    line.do("update call set carrier_sid = 'CA1', status = 'placed' where id = :id", id=other)
    placing.settle(line.house, [(row, Accepted("CA1", "queued"))])
    assert status(line, row.id) == ("placing", None)


def test_a_callback_tells_that_the_carrier_has_it_before_or_in_place_of_its_answer(
    line: Line,
) -> None:
    row = one_claimed(line)
    line.call_over(row.id, "initiated")
    assert state(line, row.id)["status"] == "placed"
    assert state(line, row.id)["carrier_sid"] == f"CA{row.id}"
    for said in (InDoubt("timeout"), Accepted(f"CA{row.id}", "queued")):
        placing.settle(line.house, [(row, said)])
        assert state(line, row.id)["status"] == "placed"
    line.call_over(row.id, "busy")
    line.call_over(row.id, "ringing")
    assert state(line, row.id)["status"] == "busy", "an end is never left"


def test_a_worker_that_died_leaves_it_in_doubt(line: Line) -> None:
    row = one_claimed(line)
    outbox.tick(line.house)
    assert status(line, row.id) == ("placing", None), "its lease is not over"
    line.at += timedelta(seconds=line.house.settings.lease_seconds + 1)
    outbox.tick(line.house)
    assert status(line, row.id) == ("in doubt", None)


def test_the_clock_wakes_those_whose_lane_has_a_call(line: Line) -> None:
    assert not {URGENT, BULK} & outbox.tick(line.house)
    put(line, ANA, URGENT)
    assert URGENT in outbox.tick(line.house)
    put(line, BEN, BULK)
    assert {URGENT, BULK} <= outbox.tick(line.house)
