"""Calls in, told from the caller's side: who is greeted how, what a key does, how a call ends."""

from __future__ import annotations

from tests.service.calling import dial, rings
from tests.service.house import ANA, Line

ASKED = "How is today"
MENU = "For a check-in now, press 1"


def test_a_member_is_greeted_told_the_keys_and_the_menu(line: Line):
    line.member(ANA, name="Ana")
    call = dial(line, ANA)
    assert call.rang == 3
    assert "Hello Ana, it's Hearthline." in call.hears
    assert "To leave, press 8" in call.hears
    assert MENU in call.hears
    assert not call.over


def test_a_check_in_by_call_is_answered_by_keys(line: Line):
    ana = line.member(ANA, name="Ana")
    call = dial(line, ANA)
    assert ASKED in call.presses("1")
    call.presses("4")
    answers = line.rows("select name from answer where person_id = :id", id=ana.person.id)
    assert ("mood",) in [tuple(row) for row in answers]
    assert line.sent == [] or all(sent.at < line.at for sent in line.sent)


def test_who_rings_and_hangs_up_is_called_back(line: Line):
    line.member(ANA, name="Ana")
    call = rings(line, ANA)
    call.tells("no-answer", 0)
    line.passes(seconds=30)
    assert [rung.to for rung in line.rung] == [ANA]
