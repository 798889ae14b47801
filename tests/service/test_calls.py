"""Calls in, told from a member's side: greeting, keys, answers, silence, and how a call ends."""

from __future__ import annotations

import pytest

from tests.service.calling import InCall, dial, rings, takes
from tests.service.house import ANA, Line, Phone

ASKED = "How is today"
MENU = "For a check-in now, press 1"
KEYS = "To leave, press 8"


def asked_by_text(line: Line, **fields: object) -> Phone:
    """Ana, whom a check-in has asked by text."""
    ana = line.member(ANA, name="Ana", **fields)
    assert ASKED in ana.text("CHECKIN")
    return ana


def answers(line: Line, phone: Phone) -> list[str]:
    rows = line.rows(
        "select name from answer where person_id = :id and sealed_value is not null "
        "order by at, id",
        id=phone.person.id,
    )
    return [row[0] for row in rows]


# --- the first words


def test_a_member_is_greeted_told_the_keys_and_the_menu(line: Line):
    line.member(ANA, name="Ana")
    call = dial(line, ANA)
    assert call.rang == 3
    assert "Hello Ana, it's Hearthline." in call.hears
    assert KEYS in call.hears
    assert MENU in call.hears
    assert not call.over


def test_the_keys_are_told_once(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    assert KEYS not in call.presses("1")
    assert KEYS not in call.presses("4")


def test_the_organisation_says_how_long_it_rings(line: Line):
    line.organised(ring_seconds=0)
    line.member(ANA)
    call = dial(line, ANA)
    assert call.rang == 0
    assert MENU in call.hears


def test_everything_is_said_slowly_in_their_language_and_voice(line: Line):
    ana = line.member(ANA, speech="slow", voice="low")
    with line.turn(ana) as slate:
        assert slate.person is not None
        slate.person.language, slate.person.changed = "es-tu", True
    call = dial(line, ANA)
    assert {said.language for said in call.prompts} == {"es-US"}
    assert {said.voice for said in call.prompts} == {"Polly.Miguel"}
    assert {said.rate for said in call.prompts} == {"75%"}
    assert "marca 1" in call.hears


def test_numbers_are_read_digit_by_digit(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    assert "9, 8, 8" in call.presses("0")


# --- keys, words, star


def test_a_check_in_is_answered_by_keys(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    assert ASKED in call.presses("1")
    call.presses("4")
    assert "mood" in answers(line, ana)
    assert ana.hears() == []


def test_a_check_in_is_answered_by_words(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    assert ASKED in call.says("check-in now")
    call.says("Four.")
    assert "mood" in answers(line, ana)


def test_star_tells_it_again_and_counts_as_nothing(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    for _ in range(5):
        assert MENU in call.presses("*")
    assert ASKED in call.presses("1")
    assert ASKED in call.presses("*")
    assert "mood" not in answers(line, ana)


def test_nine_skips_and_zero_brings_a_person_and_the_talk_goes_on(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    heard = call.presses("0")
    assert "asking a person" in heard
    assert ASKED in heard
    assert [case.kind for case in ana.open_cases] == ["asked"]
    call.presses("9")
    assert not call.over
    assert "mood" not in answers(line, ana)


def test_eight_leaves_after_a_yes(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    assert "For yes, press 1" in call.presses("8")
    assert "end now" in call.presses("1")
    assert call.over
    assert ana.standing.number.opted_out_at is not None
    assert ana.hears() == []


def test_a_key_that_nobody_waits_for_is_asked_again_with_the_choices(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    heard = call.presses("7")
    assert "did not get that" in heard
    assert MENU in heard


@pytest.mark.parametrize(
    ("words", "brought"),
    [
        ("Can I speak to a person, please?", True),
        ("I'd like to talk with a human being", True),
        ("I can't talk now", False),
        ("well it is so so", False),
    ],
)
def test_a_person_is_asked_for_in_a_sentence(line: Line, words: str, brought: bool):
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    assert ASKED in call.says(words)
    assert [case.kind for case in ana.open_cases] == (["asked"] if brought else [])


# --- what was heard with little certainty


def test_words_heard_barely_are_said_back(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    heard = call.says("four", confidence=0.5)
    assert "I heard" in heard
    assert "mood" not in answers(line, ana)
    call.presses("1")
    assert "mood" in answers(line, ana)


def test_a_no_to_what_was_said_back_asks_again(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    call.says("four", confidence=0.5)
    assert ASKED in call.says("no")
    assert "mood" not in answers(line, ana)
    call.presses("2")
    assert "mood" in answers(line, ana)


def test_words_hardly_heard_at_all_are_asked_for_once_more(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    heard = call.says("four", confidence=0.2)
    assert "did not get that" in heard
    assert ASKED in heard
    assert "mood" not in answers(line, ana)


# --- silence


def test_silence_is_asked_again_twice_and_then_goes_on_by_text(line: Line):
    ana = asked_by_text(line)
    call = dial(line, ANA)
    assert ASKED in call.hears
    for _ in range(2):
        assert ASKED in call.silent()
        assert not call.over
    assert "by text" in call.silent()
    assert call.over
    assert [ASKED in text for text in ana.hears()] == [True]
    assert "Thank you" in ana.text("4")


def test_the_menu_of_a_call_does_not_go_on_by_text(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    for _ in range(3):
        call.silent()
    assert call.over
    assert "Goodbye" in call.hears
    line.passes(hours=12)
    assert ana.hears() == []
    assert ana.front is None


def test_a_landline_is_not_texted(line: Line):
    ana = asked_by_text(line)
    line.do("update number set kind = 'landline' where id = :id", id=ana.standing.number.id)
    call = dial(line, ANA)
    for _ in range(3):
        call.silent()
    assert call.over
    assert "by text" not in call.hears
    assert ana.hears() == []
    assert ana.front is not None, "the question stays open"


# --- hanging up


def test_who_hangs_up_is_asked_by_text_later(line: Line):
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    call.hangs_up()
    assert ana.hears() == []
    line.passes(hours=4)
    assert [ASKED in text for text in ana.hears()] == [True]


def test_who_hangs_up_at_the_menu_hears_no_more_of_it(line: Line):
    ana = line.member(ANA)
    dial(line, ANA).hangs_up()
    line.passes(hours=12)
    assert ana.hears() == []


def test_a_call_is_over_once(line: Line):
    line.member(ANA)
    call = dial(line, ANA)
    call.hangs_up()
    call.tells("completed", 30)
    call.tells("failed")
    assert line.rows("select status, seconds from call") == [("completed", 30)]


# --- the other channel


def test_a_call_takes_up_what_a_text_asked(line: Line):
    ana = asked_by_text(line)
    call = dial(line, ANA)
    assert ASKED in call.hears
    assert MENU not in call.hears
    call.presses("4")
    assert "mood" in answers(line, ana)
    call.hangs_up()
    line.passes(hours=12)
    assert ana.hears() == []


def test_a_text_during_a_call_takes_the_talk_with_it(line: Line):
    ana = asked_by_text(line)
    call = dial(line, ANA)
    assert "Thank you" in ana.text("5")
    call.presses("2")
    assert answers(line, ana).count("mood") == 1, "the key was for a question that is answered"
    assert MENU in call.hears


def test_an_outdated_key_gets_the_question_that_stands_now(line: Line):
    ana = asked_by_text(line)
    call = dial(line, ANA)
    heard = ana.text("1")
    assert "person" in heard
    assert "press 1" in call.presses("1")
    assert answers(line, ana) == [*answers(line, ana)[:-1], "mood"]


def test_a_person_is_brought_whatever_stands_by_now(line: Line):
    ana = asked_by_text(line)
    call = dial(line, ANA)
    ana.text("5")
    assert "asking a person" in call.presses("0")
    assert [case.kind for case in ana.open_cases] == ["asked"]


# --- missed calls


def missed(line: Line) -> InCall:
    call = rings(line, ANA)
    call.tells("no-answer", 0)
    return call


def test_who_rings_and_hangs_up_is_called_back(line: Line):
    ana = line.member(ANA)
    missed(line)
    assert line.rung == []
    line.passes(seconds=30)
    assert [rung.to for rung in line.rung] == [ANA]
    assert ana.hears() == []


def test_only_so_often_a_day(line: Line):
    line.organised(callbacks_a_day=2)
    line.member(ANA)
    for _ in range(4):
        missed(line)
        line.passes(minutes=5)
    assert len(line.rung) == 2
    line.passes(days=1)
    missed(line)
    line.passes(minutes=5)
    assert len(line.rung) == 3


def test_who_rings_twice_to_be_sure_is_called_back_once(line: Line):
    line.member(ANA)
    missed(line)
    missed(line)
    line.passes(seconds=30)
    takes(line).hangs_up()
    line.passes(minutes=5)
    assert len(line.rung) == 1


def test_a_stranger_who_rings_and_hangs_up_is_not_called(line: Line):
    missed(line)
    line.passes(hours=1)
    assert line.rung == []


def test_who_left_is_not_called_back(line: Line):
    line.member(ANA).text("STOP")
    missed(line)
    line.passes(hours=1)
    assert line.rung == []


def test_who_was_spoken_to_is_not_called_back(line: Line):
    line.member(ANA)
    dial(line, ANA).hangs_up(4)
    line.passes(hours=1)
    assert line.rung == []


def test_a_missed_call_changes_nothing_of_an_open_question(line: Line):
    ana = asked_by_text(line)
    before = ana.front
    missed(line)
    assert ana.front == before


def test_nobody_is_called_back_in_a_country_that_we_do_not_call(line: Line):
    line.organised(allowed_countries=["ES"])
    line.member(ANA)
    missed(line)
    line.passes(hours=1)
    assert line.rung == []


def test_who_does_not_take_the_call_back_is_left_alone(line: Line):
    ana = line.member(ANA)
    missed(line)
    line.passes(hours=12)
    assert len(line.rung) == 1
    assert ana.hears() == []


def test_at_night_a_missed_call_is_answered_too(line: Line):
    line.member(ANA)
    line.passes(hours=16)
    missed(line)
    line.passes(minutes=1)
    assert len(line.rung) == 1


def test_who_calls_again_before_the_call_back_is_not_rung_afterwards(line: Line):
    line.member(ANA)
    missed(line)
    call = dial(line, ANA)
    line.passes(seconds=40)
    call.hangs_up()
    line.passes(hours=1)
    assert line.rung == []
