"""What is recorded in a call: only after it was announced and a key, once, and as the answer."""

from __future__ import annotations

from service import calls
from tests.service.calling import InCall, dial
from tests.service.house import ANA, Line, Phone

TELL = "What would you like to tell"
ANNOUNCED = "To record, press 1"


def at_the_message(line: Line) -> tuple[Phone, InCall]:
    ana = line.member(ANA)
    call = dial(line, ANA)
    assert TELL in call.presses("4")
    return ana, call


def kept(line: Line) -> list[tuple[str, str, int]]:
    return [tuple(row) for row in line.rows("select flow, state, seconds from recording")]


def test_it_is_announced_with_its_length_and_begins_with_a_key(line: Line):
    _, call = at_the_message(line)
    assert ANNOUNCED in call.hears
    assert "2 minutes" in call.hears
    assert "<Record" not in call.document
    call.presses("1")
    assert 'maxLength="120"' in call.document
    assert kept(line) == []


def test_what_was_recorded_is_kept_as_the_answer_and_the_talk_goes_on(line: Line):
    ana, call = at_the_message(line)
    call.presses("1")
    assert "we have it" in call.records(7)
    assert kept(line) == [("team-message", "message", 7)]
    assert line.rows("select person_id from recording") == [(ana.person.id,)]
    assert [case.kind for case in ana.open_cases] == ["alert"]
    assert not call.over


def test_a_repeated_webhook_keeps_it_once(line: Line):
    _, call = at_the_message(line)
    call.presses("1")
    call.records(7)
    assert call.again() == call.document
    sid = line.one("select carrier_sid from recording")
    calls.call_recorded(line.house, call_id=call.id or "", sid=sid, seconds=7)
    assert len(kept(line)) == 1


def test_the_callback_may_come_first(line: Line):
    _, call = at_the_message(line)
    call.presses("1")
    calls.call_recorded(
        line.house, call_id=call.id or "", sid=f"RE{call.sid}{call._step()}", seconds=7
    )
    call.records(7)
    assert kept(line) == [("team-message", "message", 7)]


def test_an_empty_recording_is_asked_again(line: Line):
    _, call = at_the_message(line)
    call.presses("1")
    assert TELL in call.silent()
    assert ANNOUNCED in call.hears
    assert kept(line) == []


def test_nine_records_nothing(line: Line):
    _, call = at_the_message(line)
    assert TELL not in call.presses("9")
    assert kept(line) == []


def test_who_hangs_up_with_the_last_word_has_left_it(line: Line):
    ana, call = at_the_message(line)
    call.presses("1")
    call.records(5, hangs_up=True)
    call.hangs_up()
    assert kept(line) == [("team-message", "message", 5)]
    assert [case.kind for case in ana.open_cases] == ["alert"]
    heard = ana.hears()
    assert len(heard) == 1, "nobody was there to hear it, and no menu follows by text"
    assert "we have it" in heard[0]


def test_danger_is_heard_before_a_recording(line: Line):
    ana, call = at_the_message(line)
    call.says("I want to kill myself")
    assert [case.kind for case in ana.open_cases] == ["danger"]
    assert TELL in call.hears
