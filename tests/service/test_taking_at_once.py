"""Many who take a case in the same instant, and a ladder looked at from two sides: one of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from service import ladder, taking, timers
from service.storage import cases as stored
from tests.service.house import ANA, ROSA, Line, Phone
from tests.service.team import IDA, JAN, KAI, acts, alerts, does, take, volunteer
from tests.service.test_concurrency import at_once


@pytest.fixture
def ana(line: Line) -> Phone:
    return line.member(ANA)


def open_case(line: Line, phone: Phone) -> stored.Case:
    phone.text("TALK")
    (case,) = phone.open_cases
    return case


def test_of_all_who_take_it_at_once_one_has_it(line: Line, ana: Phone) -> None:
    team = [volunteer(line, number) for number in (IDA, JAN, KAI)]
    for _ in range(5):
        case = open_case(line, ana)
        came: list[str] = []

        def takes(phone: Phone, case_id: str, came: list[str]) -> None:
            came.append(take(line, phone, case_id))

        calls: list[Callable[[], object]] = [
            partial(takes, phone, case.id, came) for phone in (*team, *team, line.phone(ROSA))
        ]
        at_once(*calls)
        assert came.count(taking.WON) == 1
        assert set(came) <= {taking.WON, taking.YOURS, taking.ANOTHERS}
        assert acts(line, case.id).count("accepted") == 1
        line.settle()
        (holder,) = [p for p in (*team, line.phone(ROSA)) if does(line, "reached", p, case.id)]
        assert does(line, "done", holder, case.id)
        assert ana.hears().count("Someone will call you from this number.") == 1
        for phone in (*team, line.phone(ROSA)):
            phone.hears()


def test_a_take_and_a_look_at_once_leave_nobody_asked_in_vain(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    for _ in range(5):
        case = open_case(line, ana)
        first = alerts(line, case.id)[0]
        taker = ida if first.person_id == ida.person.id else jan

        def looks(case_id: str) -> None:
            with line.turn(ana) as slate:
                ladder.look(slate, case_id)

        at_once(partial(take, line, taker, case.id), partial(looks, case.id))
        line.settle()
        assert [a.status for a in alerts(line, case.id)].count("accepted") == 1
        assert "told" not in [a.status for a in alerts(line, case.id)]
        assert does(line, "reached", taker, case.id)
        assert does(line, "done", taker, case.id)


def test_two_looks_at_once_ask_one(line: Line, ana: Phone) -> None:
    volunteer(line, IDA), volunteer(line, JAN)
    case = open_case(line, ana)
    line.at = line.at.replace(minute=line.at.minute + 2)

    def looks() -> None:
        with line.turn(ana) as slate:
            ladder.look(slate, case.id)

    at_once(looks, looks, looks)
    assert [a.status for a in alerts(line, case.id)] == ["silent", "told"]
    assert acts(line, case.id).count("no answer") == 1


def test_a_take_and_the_clocks_look_at_once_wait_for_each_other_in_one_order(
    line: Line, ana: Phone
) -> None:
    """Both want the case and its timers: neither is undone for the other's sake."""
    team = [volunteer(line, number) for number in (IDA, JAN)]
    for _ in range(8):
        case = open_case(line, ana)
        line.at += timedelta(minutes=2)
        at_once(
            partial(timers.take_batch, line.house),
            *(partial(take, line, phone, case.id) for phone in team),
        )
        line.settle()
        assert acts(line, case.id).count("accepted") == 1
        (holder,) = [p for p in team if does(line, "reached", p, case.id)]
        assert does(line, "done", holder, case.id)
