"""Claiming: lanes, order, one in flight a number, pace, hours, budget; and what a dead one left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service import outbox
from service.slate import BULK, REPLY, URGENT
from service.storage import ids, messages, numbers
from service.storage.messages import Draft
from tests.service.house import ANA, BEN, ROSA, Line

NIGHT = datetime(2026, 5, 5, 3, 0, tzinfo=UTC)  # eleven in the evening in New York


def put(line: Line, number: str, lane: int = REPLY, **more: object) -> str:
    """A text into the outbox; its id."""
    with line.writing() as tx:
        number_id, _ = numbers.add(tx, number, country="US", kind="mobile", at=line.at)
    sender = line.one("select id from sender")
    draft = Draft(
        ids.new(), None, number_id, sender, None, ids.new(), 0, lane, "pending", None, "Hello.", 1,
        line.at, None, None, None, line.at, None, "notice",
    )._replace(**more)  # fmt: skip
    with line.writing() as tx:
        messages.put(tx, [draft])
    return draft.id


def claim(line: Line, lane: int, most: int = 100) -> list[str]:
    return [row.id for row in outbox.claim(line.house, lane, most, "worker")]


def status(line: Line, id_: str) -> tuple[str, str | None]:
    row = line.rows("select status, held_for from message where id = :id", id=id_)[0]
    return row[0], row[1]


def test_lanes_are_claimed_apart_and_the_longest_due_first(line: Line) -> None:
    late = put(line, ANA, due_at=line.at - timedelta(minutes=1))
    soon = put(line, BEN, due_at=line.at - timedelta(minutes=2))
    urgent = put(line, ROSA, URGENT, purpose="case")
    put(line, ROSA, REPLY, due_at=line.at + timedelta(minutes=1))
    assert claim(line, URGENT) == [urgent]
    assert claim(line, REPLY) == [soon, late]
    assert claim(line, BULK) == []


def test_one_in_flight_a_number(line: Line) -> None:
    first = put(line, ANA, due_at=line.at - timedelta(minutes=1))
    second = put(line, ANA)
    urgent = put(line, ANA, URGENT, purpose="case")
    assert claim(line, REPLY) == [first]
    assert claim(line, REPLY) == []
    assert claim(line, URGENT) == []
    line.told(first, "queued")
    assert claim(line, URGENT) == [urgent]
    line.told(urgent, "queued")
    assert claim(line, REPLY) == [second]


def test_the_next_waits_until_the_one_before_is_accepted(line: Line) -> None:
    first = put(line, ANA)
    second = put(line, ANA, waits_for=first)
    assert claim(line, REPLY) == [first]
    line.told(first, "failed")
    assert claim(line, REPLY) == [second], "also where the first one failed: nothing hangs"


def test_the_pace_of_our_number(line: Line) -> None:
    line.fast(2_000)  # two segments a second
    for n in range(6):
        put(line, f"+1555014200{n + 1}", segments=1)
    assert len(claim(line, REPLY)) <= 2
    assert claim(line, REPLY) == [], "its time is taken for now"
    taken = 2
    for _ in range(4):
        line.at += timedelta(seconds=1)
        taken += len(claim(line, REPLY))
    assert taken >= 6


def test_what_is_urgent_may_run_ahead_of_the_pace(line: Line) -> None:
    line.fast(1_000)
    for n in range(5):
        put(line, f"+1555014200{n + 1}", URGENT, purpose="case")
    assert len(claim(line, URGENT)) == 5


@pytest.mark.parametrize(
    ("lane", "expected"),
    [(BULK, ("held", "quiet hours")), (REPLY, ("sending", None)), (URGENT, ("sending", None))],
)
def test_quiet_hours_hold_bulk_only_and_let_it_go_in_the_morning(
    line: Line, lane: int, expected: tuple[str, str | None]
) -> None:
    line.at = NIGHT
    held = put(line, ANA, lane, purpose="case" if lane == URGENT else "notice")
    claim(line, lane)
    assert status(line, held) == expected
    if lane == BULK:
        line.until(datetime(2026, 5, 5, 12, 1, tzinfo=UTC))
        assert status(line, held)[0] == "accepted"


def test_a_spent_budget_holds_bulk_until_the_next_day(line: Line) -> None:
    line.organised(daily_budget=0.0)
    bulk, reply = put(line, ANA, BULK), put(line, BEN, REPLY)
    claim(line, BULK)
    claim(line, REPLY)
    assert status(line, bulk) == ("held", "budget")
    assert status(line, reply) == ("sending", None)


def test_what_is_held_does_not_stand_before_what_may_leave(line: Line) -> None:
    """In New York it is night, in Los Angeles it is not yet."""
    line.at = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
    for n in range(5):
        put(line, f"+1555014200{n + 1}", BULK, due_at=line.at - timedelta(minutes=1))
    west = line.member("+15550142007")
    line.do("update person set zone = 'America/Los_Angeles'")
    late = put(line, "+15550142007", BULK, person_id=west.person.id)
    assert claim(line, BULK, most=2) == [late]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("update number set opted_out_at = 1", "stopped"),
        ("update number set unusable_code = '30005'", "unusable"),
        ("update number set kind = 'premium'", "premium"),
        ("update number set country = 'FR'", "country"),
        ("update message set expires_at = 1 where status = 'pending'", "too late"),
    ],
)
def test_what_changed_since_is_looked_at_again(line: Line, sql: str, reason: str) -> None:
    id_ = put(line, ANA)
    behind = put(line, ANA, waits_for=id_)
    line.do(sql)
    assert claim(line, REPLY) == []
    assert status(line, id_) == ("cancelled", reason)
    line.do("update number set opted_out_at = null, unusable_code = null, kind = 'mobile',"
            " country = 'US'")  # fmt: skip
    line.do("update message set expires_at = null")
    claim(line, REPLY)
    assert status(line, behind)[0] in ("sending", "cancelled"), "nothing hangs behind it"


def test_a_question_dies_with_its_conversation_and_a_goodbye_does_not(line: Line) -> None:
    ana = line.member(ANA)
    ana.send("CHECKIN")
    line.do("update conversation set status = 'ended'")
    claim(line, REPLY)
    assert line.one("select held_for from message where wait_token is not null"
                    " and status = 'cancelled'") == "conversation over"  # fmt: skip


def test_countries_are_our_own_unless_others_are_allowed(line: Line) -> None:
    from service.storage import settings_rows

    def countries() -> frozenset[str]:
        with line.reading() as tx:
            force = line.house.editions.in_force(tx, settings_rows.stamp(tx))
            return outbox.allowed_countries(force)

    assert countries() == {"US"}
    line.organised(allowed_countries=["ES", "FR"])
    assert countries() == {"ES", "FR"}
    line.organised(allowed_countries=[], country="MX")
    assert countries() == {"US", "MX"}


def test_what_a_dead_worker_left_is_in_doubt_after_its_lease(line: Line) -> None:
    id_ = put(line, ANA)
    claim(line, REPLY)
    outbox.tick(line.house)
    assert status(line, id_)[0] == "sending"
    line.at += timedelta(seconds=line.house.settings.lease_seconds + 1)
    assert REPLY in outbox.tick(line.house)
    assert status(line, id_)[0] == "in doubt"
    assert claim(line, REPLY) == [], "it is not sent again before anybody looked"
