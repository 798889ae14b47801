"""One gentle question where words sound heavy: who is asked, what follows, and who is not asked."""

from __future__ import annotations

import pytest

from tests.service.calling import dial
from tests.service.house import ANA, BEN, ROSA, Line

QUESTION = "That sounds heavy. Are you safe now? 1 yes, 2 no, 3 not sure."
HEAVY = "i cant do this anymore"
ALARM = "Thank you for telling us. We are asking a person to call you."
CHECKIN = "How is today"


@pytest.fixture(autouse=True)
def team(line: Line) -> None:
    line.organised(coordinators=[ROSA], lines={"US": {"line": "988", "emergency": "911"}})


def test_who_is_safe_hears_a_kind_word_and_goes_on_where_she_was(line: Line) -> None:
    ana = line.member(ANA)
    assert CHECKIN in ana.text("CHECKIN")
    assert ana.text(HEAVY) == QUESTION
    heard = ana.text("1")
    assert "good to know" in heard
    assert "TALK brings a person" in heard
    assert CHECKIN in heard
    assert ana.open_cases == []
    assert line.phone(ROSA).hears() == []
    assert "Your 4 is noted" in ana.text("4")


@pytest.mark.parametrize("answer", ["2", "no", "3", "not sure", "SKIP"])
def test_who_does_not_say_yes_is_answered_as_in_danger(line: Line, answer: str) -> None:
    ana = line.member(ANA)
    ana.text(HEAVY)
    heard = ana.text(answer)
    assert ALARM in heard
    assert "988 answers now" in heard
    [case] = ana.open_cases
    assert (case.kind, case.priority) == ("danger", "urgent")
    told = case.note
    assert "self: cannot go on" in told
    assert HEAVY not in told
    assert line.phone(ROSA).hears()


def test_ten_minutes_of_silence_are_an_urgent_case(line: Line) -> None:
    ana = line.member(ANA)
    ana.text(HEAVY)
    line.passes(minutes=9)
    assert ana.open_cases == []
    line.passes(minutes=2)
    [case] = ana.open_cases
    assert (case.kind, case.priority) == ("danger", "urgent")
    assert "ten minutes of silence" in case.note
    assert "asking a person to call you" in " ".join(ana.hears())


def test_heavy_words_as_the_answer_are_no_second_question(line: Line) -> None:
    ana = line.member(ANA)
    ana.text(HEAVY)
    assert ALARM in ana.text("i dont know, i feel suicidal")
    assert [case.kind for case in ana.open_cases] == ["danger"]


def test_while_somebody_is_asked_to_come_nobody_is_questioned(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("I want to die")
    assert QUESTION not in ana.text(HEAVY)
    assert len(ana.open_cases) == 1


def test_means_and_time_beside_it_are_an_alarm_at_once(line: Line) -> None:
    ana = line.member(ANA)
    assert ALARM in ana.text("I feel suicidal and the gun is loaded")
    assert [case.kind for case in ana.open_cases] == ["danger"]


def test_a_stranger_is_asked_too_and_a_person_comes_in_silence(line: Line) -> None:
    ben = line.phone(BEN)
    assert ben.text(HEAVY) == QUESTION
    line.passes(minutes=11)
    assert [case.kind for case in ben.open_cases] == ["danger"]


def test_on_a_phone_that_others_see_the_question_tells_nothing(line: Line) -> None:
    ana = line.member(ANA)
    line.do("update number set shared = :yes where id = :id", yes=True,
            id=ana.standing.number.id)  # fmt: skip
    assert ana.text(HEAVY) == "Is all well there? 1 yes, 2 no, 3 not sure."
    assert ana.text("2") == "Got it. Call when you can."
    assert [case.kind for case in ana.open_cases] == ["danger"]


def test_in_spanish_with_the_form_of_address_of_each(line: Line) -> None:
    ana, ben = line.member(ANA), line.member(BEN)
    for phone, tag in ((ana, "es"), (ben, "es-tu")):
        line.do("update person set language = :tag where id = :id", tag=tag, id=phone.person.id)
    assert "¿Esta a salvo ahora? 1 si, 2 no, 3 no se." in ana.text("ya no puedo más")
    assert "¿Estas a salvo ahora?" in ben.text("ya no puedo más")
    assert "que te llame" in ben.text("no se")
    assert "es bueno saberlo" in ana.text("si")


def test_who_wants_texts_to_stop_is_not_questioned(line: Line) -> None:
    ana = line.member(ANA)
    assert "Texts from us end now" in ana.text(f"stop texting me, {HEAVY}")
    assert [case.kind for case in ana.open_cases] == ["danger"]


def test_who_left_is_brought_a_person_without_a_question(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("STOP")
    ana.text(HEAVY)
    assert [case.kind for case in ana.open_cases] == ["danger"]


def test_a_language_that_nobody_reads_goes_to_a_person(line: Line) -> None:
    ana = line.member(ANA)
    assert ALARM in ana.text("Я больше так не могу")
    [case] = ana.open_cases
    assert case.kind == "danger"
    assert "language" in case.note


def test_the_days_limit_does_not_hold_the_question(line: Line) -> None:
    ana = line.member(ANA)
    line.organised(daily_messages=5)
    for _ in range(6):
        ana.text("MENU")
    assert ana.text(HEAVY) == QUESTION


# --- by call


def test_spoken_the_question_is_asked_and_the_call_goes_on(line: Line) -> None:
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.presses("1")
    heard = call.says("I can't go on", confidence=0.4)
    assert "Are you safe now? For yes, press 1. For no, press 2. For not sure, press 3." in heard
    heard = call.presses("1")
    assert "good to know" in heard
    assert CHECKIN in heard
    assert not call.over
    assert ana.open_cases == []


def test_spoken_and_not_safe_a_person_is_asked_to_call(line: Line) -> None:
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.says("I can't go on")
    heard = call.says("not sure")
    assert "asking a person to call you" in heard
    assert "9, 8, 8" in heard
    assert [case.kind for case in ana.open_cases] == ["danger"]


def test_who_hangs_up_on_the_question_is_not_forgotten(line: Line) -> None:
    ana = line.member(ANA)
    call = dial(line, ANA)
    call.says("I can't go on")
    call.hangs_up()
    line.passes(minutes=11)
    assert [case.kind for case in ana.open_cases] == ["danger"]


def test_before_it_is_known_who_calls_a_person_is_brought_at_once(line: Line) -> None:
    call = dial(line, BEN)
    heard = call.says("I can't go on")
    assert "Are you safe now" not in heard
    assert [case.kind for case in line.phone(BEN).open_cases] == ["danger"]
