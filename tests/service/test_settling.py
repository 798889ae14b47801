"""What becomes of a send: each outcome of the gateway, and what follows from it."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from service import outbox, settling
from service.carrier.outcomes import Accepted, InDoubt, Outcome, Refused, Retry, SlowDown
from service.storage import senders
from service.storage.messages import Candidate
from tests.service.house import ANA, BEN, ROSA, Line


def claimed(line: Line, number: str = ANA) -> Candidate:
    """One text to this number, on its way."""
    line.phone(number).send("JOIN")
    (row,) = outbox.claim(line.house, 1, 10, "worker")
    return row


def state(line: Line, row: Candidate) -> dict[str, Any]:
    return dict(line.rows("select * from message where id = :id", id=row.id)[0]._mapping)


CASES: list[tuple[str, Outcome, str, str | None, bool]] = [
    # outcome, the message's state, its code, whether our number rests
    ("accepted", Accepted("SM1", "queued"), "accepted", None, False),
    ("in doubt", InDoubt("timeout"), "in doubt", None, False),
    ("too much at once", SlowDown(20429, 2.0), "pending", "20429", True),
    ("too much, no time named", SlowDown(None, None), "pending", None, True),
    ("never left here", Retry("connect"), "pending", None, False),
    ("out of reach for now", Retry(30003), "pending", "30003", False),
    ("opted out", Refused(21610, 400, "opted-out"), "failed", "21610", False),
    ("unusable", Refused(21211, 400, "unusable"), "failed", "21211", False),
    ("our bug", Refused(21617, 400, "bug"), "failed", "21617", False),
    ("unknown refusal", Refused(None, 400, "other"), "failed", "refused", False),
    ("credentials", Refused(20003, 401, "credentials"), "pending", "20003", True),
    ("configuration", Refused(21606, 400, "config"), "pending", "21606", True),
    ("configuration of one country", Refused(21408, 400, "config"), "failed", "21408", False),
    ("the day's cap", Refused(63038, 429, "daily-cap"), "pending", "63038", True),
]


@pytest.mark.parametrize(
    ("said", "status", "code", "rests"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_outcome(
    line: Line, said: Outcome, status: str, code: str | None, rests: bool
) -> None:
    row = claimed(line)
    settling.settle(line.house, [(row, said)])
    after = state(line, row)
    assert (after["status"], after["error_code"]) == (status, code)
    with line.reading() as tx:
        (sender,) = senders.all(tx)
    assert (sender.paused_until is not None) == rests
    if status == "pending":
        assert after["due_at"] > int(line.at.timestamp() * 1_000_000), "not at once"
    if status == "accepted":
        assert after["carrier_sid"] == "SM1"


def test_what_is_refused_for_good_marks_the_number_and_frees_what_waits(line: Line) -> None:
    line.says = lambda row, body: Refused(21610, 400, "opted-out")
    ana = line.phone(ANA)
    ana.text("JOIN")
    number = ana.standing.number
    assert (number.opted_out_how, number.unusable_code) == ("carrier", None)
    line.says = lambda row, body: Refused(30005, 400, "unusable")
    ben = line.phone(BEN)
    ben.text("JOIN")
    assert ben.standing.number.unusable_code == "30005"
    assert line.one("select count(*) from message where waits_for is not null") == 0


def test_staff_are_told_of_a_number_that_takes_no_more_texts(line: Line) -> None:
    ana = line.member(ANA)
    line.says = lambda row, body: Refused(30005, 400, "unusable") if row.lane else None
    ana.text("CHECKIN")
    assert ana.person.id in "".join(line.phone(ROSA).hears())


def test_a_phone_out_of_reach_is_tried_again_and_then_given_up(line: Line) -> None:
    tries = []

    def away(row: Candidate, body: str) -> Outcome:
        tries.append(line.at)
        return Retry(30003)

    line.says = away
    line.phone(ANA).send("JOIN")
    line.passes(minutes=9)  # later it is sent anew, see `delivery`
    assert len(tries) == settling.MOST_TRIES
    apart = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert apart == sorted(apart) or apart[-1] > 4 * apart[0]
    assert line.one("select status from message where direction = 'out'") == "failed"


def test_what_never_left_is_tried_for_as_long_as_it_takes(line: Line) -> None:
    away = True
    line.says = lambda row, body: Retry("connect") if away else None
    ana = line.phone(ANA)
    ana.send("JOIN")
    line.passes(minutes=30)
    assert ana.hears() == []
    away = False
    line.passes(minutes=3)
    assert len(ana.hears()) == 1


def test_credentials_pause_everything_and_then_it_goes_on(line: Line) -> None:
    broken = True
    line.says = lambda row, body: Refused(20003, 401, "credentials") if broken else None
    ana = line.phone(ANA)
    ana.send("JOIN")
    line.settle()
    line.phone(BEN).send("JOIN")
    assert line.carry() == 0, "our number rests"
    broken = False
    line.passes(minutes=6)
    assert len(ana.hears()) == len(line.phone(BEN).hears()) == 1


# --- the carrier's word afterwards


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        (["sent", "delivered"], "delivered"),
        (["delivered", "sent"], "delivered"),
        (["delivered", "undelivered"], "delivered"),
        (["failed", "delivered", "sent"], "failed"),
        (["queued", "sent", "queued"], "sent"),
        (["delivered", "delivered"], "delivered"),
        (["read"], "delivered"),
        (["undelivered"], "undelivered"),
        (["canceled"], "failed"),
        (["no such word"], "sending"),
        ([], "sending"),
    ],
)
def test_callbacks_in_any_order_never_move_back(line: Line, told: list[str], ends: str) -> None:
    row = claimed(line)
    for status in told:
        line.told(row, status)
    assert state(line, row)["status"] == ends


def test_a_callback_that_overtakes_the_answer_begins_the_wait_once(line: Line) -> None:
    row = claimed(line)
    line.told(row, "delivered")
    (due,) = line.rows("select due_at from timer where kind = 'wait'")
    line.at += timedelta(minutes=10)
    settling.settle(line.house, [(row, Accepted(f"SM{row.id}", "queued"))])
    assert line.rows("select due_at from timer where kind = 'wait'") == [due]
    assert state(line, row)["status"] == "delivered"


def test_a_question_found_to_be_accepted_late_begins_no_wait_in_the_place_of_a_later_one(
    line: Line,
) -> None:
    first = claimed(line)
    settling.settle(line.house, [(first, InDoubt("timeout"))])
    ana = line.phone(ANA)
    ana.send("YES")  # they had it all the same
    (second,) = outbox.claim(line.house, 1, 10, "worker")
    settling.settle(line.house, [(second, Accepted("SMsecond", "queued"))])
    token = line.one("select token from timer where kind = 'wait'")
    line.told(first, "delivered")
    assert line.one("select token from timer where kind = 'wait'") == token
    line.passes(hours=27)
    assert ana.hears(), "silence after the second question is noticed"


def test_the_cost_is_kept_by_day_and_lane_and_told_at_80_and_100(line: Line) -> None:
    line.organised(coordinators=[ROSA], daily_budget=0.1, segment_price=0.01)
    ana = line.member(ANA)  # more than ten segments
    heard = "\n".join(line.phone(ROSA).hears())
    assert heard.count("are spent. At 100 %") == 1
    assert heard.count("Today's texts are spent") == 1
    spent = line.rows("select lane, sum(segments), sum(cost_micros) from spend group by lane")
    assert {row[0] for row in spent} == {0, 1}
    assert all(row[2] == row[1] * 10_000 for row in spent)
    assert ana.text("MENU"), "replies never wait for a budget"
