"""How somebody is asked to take a case, and what becomes of it where they are not reached."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import alerting, outbox, taking, timers
from service.carrier.outcomes import InDoubt, Outcome, Refused
from service.storage import cases as stored
from tests.service.house import ANA, ROSA, Line, Phone
from tests.service.team import (
    IDA,
    JAN,
    acts,
    alerts,
    asked_by_flow,
    take,
    volunteer,
)


@pytest.fixture
def ana(line: Line) -> Phone:
    return line.member(ANA, name="Ana")


def case_of(phone: Phone) -> stored.Case:
    (case,) = phone.open_cases
    return case


def asked(line: Line, *phones: Phone) -> list[Phone]:
    """Who of these has been texted since the last look."""
    return [phone for phone in phones if phone.hears()]


def nothing_unexpected(line: Line, *phones: Phone) -> None:
    for phone in phones:
        assert phone.hears() == [], phone.number


def test_a_text_that_is_refused_brings_the_next_one_at_once(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    gone: list[str] = []

    def says(row: object, body: str) -> Outcome | None:
        if not gone and getattr(row, "lane", None) == 0 and "Case" in body:
            gone.append(body)
            return Refused(21211, 400, "unusable")
        return None

    line.says = says  # type: ignore[assignment]
    ana.text("TALK")
    assert len(gone) == 1
    assert len(asked(line, ida, jan)) == 1, "no minute has passed"
    assert [a.status for a in alerts(line, case_of(ana).id)] == ["failed", "told"]


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_text_that_never_arrives_brings_the_next_one_at_once(
    line: Line, ana: Phone, status: str
) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    ana.text("TALK")
    (first,) = asked(line, ida, jan)
    sent = next(s for s in reversed(line.sent) if s.to == first.number)
    line.told(sent.row, status, 30003)
    line.settle()
    other = jan if first is ida else ida
    assert asked(line, ida, jan) == [other]


def test_a_text_in_doubt_brings_the_next_one_at_once_and_may_still_be_answered(
    line: Line, ana: Phone
) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    doubtful: list[str] = []

    def says(row: object, body: str) -> Outcome | None:
        if not doubtful and "Case" in body:
            doubtful.append(body)
            return InDoubt("timeout")
        return None

    line.says = says  # type: ignore[assignment]
    ana.text("TALK")
    (reached,) = asked(line, ida, jan)
    unsure = jan if reached is ida else ida
    assert take(line, unsure, case_of(ana).id) == taking.WON


def test_an_alert_that_a_dead_worker_left_brings_the_next_one_at_its_leases_end(
    line: Line, ana: Phone
) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    ana.send("TALK")
    while timers.take_batch(line.house):
        pass
    claimed = outbox.claim(line.house, 0, 50, "a worker that dies")
    (lost,) = [row for row in claimed if row.person_id in (ida.person.id, jan.person.id)]
    line.settle()
    assert asked(line, ida, jan) == []
    line.at += timedelta(seconds=line.house.settings.lease_seconds + 1)
    assert 0 in outbox.tick(line.house)
    line.settle()
    other = jan if lost.person_id == ida.person.id else ida
    assert asked(line, ida, jan) == [other], "well before the two minutes are over"
    assert "in doubt" in acts(line, case_of(ana).id)


def test_a_voicemail_or_nobody_brings_the_next_one_at_once(line: Line, ana: Phone) -> None:
    asked_by_flow(line)
    ida = volunteer(line, IDA, channel="call")
    jan = volunteer(line, JAN, channel="call")
    fates = {IDA: "machine", JAN: "no answer"}
    line.fate = lambda to: fates.get(to)
    ana.text("TALK")
    line.passes(seconds=2)  # our number places one call a second
    assert {rung.to for rung in line.rung} == {IDA, JAN}
    assert asked(line, line.phone(ROSA)) == [line.phone(ROSA)]
    assert [a.status for a in alerts(line, case_of(ana).id)][:2] == ["failed", "failed"]
    nothing_unexpected(line, ida, jan)


def test_an_alert_stands_in_front_and_goes_when_somebody_else_takes_the_case(
    line: Line, ana: Phone
) -> None:
    asked_by_flow(line)
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    ida.text("PREFS")
    stood = ida.front
    ana.text("TALK")
    line.passes(minutes=2)
    assert {phone.front.flow for phone in (ida, jan) if phone.front} == {"alert"}
    with line.turn(ida) as slate:
        assert slate.front is not None
        found = alerting.current(slate, slate.front)
    assert found is not None
    assert (found[0].person_id, found[1].id) == (ida.person.id, case_of(ana).id)
    assert take(line, jan, case_of(ana).id) == taking.WON
    line.settle()
    assert ida.front is not None
    assert stood is not None
    assert ida.front.id == stood.id, "what it interrupted is back"
    assert any("is taken, thank you" in text for text in ida.hears())


def test_an_alert_in_a_conversation_that_never_arrives_moves_on_at_once(
    line: Line, ana: Phone
) -> None:
    asked_by_flow(line)
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    ana.text("TALK")
    (first,) = asked(line, ida, jan)
    sent = next(s for s in reversed(line.sent) if s.to == first.number)
    assert sent.row.lane == 0
    assert sent.row.expires_at is not None
    line.told(sent.row, "undelivered", 30005)
    line.settle()
    assert asked(line, ida, jan) == [jan if first is ida else ida]
    assert first.front is None
