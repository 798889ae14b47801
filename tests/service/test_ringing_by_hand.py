"""An operator has us ring somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service import ringing_by_hand
from service.cures import Curable
from tests.service.house import ANA, MONDAY, Line

NIGHT = datetime(2026, 5, 5, 3, 0, tzinfo=UTC)  # eleven in the evening in New York
MORNING = datetime(2026, 5, 5, 12, 0, tzinfo=UTC)


def test_the_phone_rings_now_with_nothing_but_a_call(line: Line) -> None:
    line.member(ANA, name="Ana")
    line.fate = lambda to: None
    assert ringing_by_hand.ring(line.house, ANA, "Rosa") == line.at
    line.settle()
    [rung] = line.rung
    assert (rung.to, rung.row.purpose, rung.row.conversation_id) == (ANA, "notice", None)
    line.call_over(rung.row.id, "no answer")
    line.passes(hours=3)
    assert len(line.rung) == 1, "there is nothing to tell them that could not wait"


def test_with_a_flow_it_rings_twice_and_then_comes_by_text(line: Line) -> None:
    ana = line.member(ANA, name="Ana")
    ringing_by_hand.ring(line.house, "Ana", "Rosa", flow="daily-checkin")
    line.passes(minutes=11)
    assert [rung.at - MONDAY for rung in line.rung][1:] == [line.rung[0].at - MONDAY
                                                           + timedelta(minutes=10)]  # fmt: skip
    assert "How is today" in "\n".join(ana.hears())
    assert line.one("select count(*) from trail where act = 'had called'") == 1


def test_who_sleeps_is_rung_in_the_morning(line: Line) -> None:
    line.member(ANA, name="Ana")
    line.until(NIGHT)
    assert ringing_by_hand.ring(line.house, ANA, "Rosa", flow="daily-checkin") == MORNING
    line.until(MORNING - timedelta(minutes=1))
    assert line.rung == []
    line.until(MORNING)
    assert len(line.rung) == 1


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ("update number set opted_out_at = 1", "no more from us"),
        ("update number set unusable_code = '21211'", "cannot be called"),
        ("update number set kind = 'premium'", "cannot be called"),
        ("update number set country = 'FR'", "FR"),
        ("update person set status = 'left'", "left"),
    ],
)
def test_nobody_is_rung_who_may_not_be(line: Line, change: str, trouble: str) -> None:
    line.member(ANA, name="Ana")
    line.do(change)
    with pytest.raises(Curable, match=trouble):
        ringing_by_hand.ring(line.house, ANA, "Rosa")
    line.passes(hours=1)
    assert line.rung == []


def test_a_flow_that_there_is_not_is_told_with_those_there_are(line: Line) -> None:
    line.member(ANA, name="Ana")
    with pytest.raises(Curable) as told:
        ringing_by_hand.ring(line.house, ANA, "Rosa", flow="daily-chekin")
    assert "daily-checkin" in told.value.cure
    assert line.one("select count(*) from call") == 0


def test_whose_number_takes_no_texts_may_be_called(line: Line) -> None:
    line.member(ANA, name="Ana")
    line.do("update number set unusable_code = '21614', kind = 'landline'")
    ringing_by_hand.ring(line.house, ANA, "Rosa")
    line.settle()
    assert [rung.to for rung in line.rung] == [ANA]
