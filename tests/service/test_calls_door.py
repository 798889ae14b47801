"""At the door of a call: strangers, phones that others use, PINs, hidden numbers. Who is not known
hears nothing of anybody, and reaches a person and the lines all the same."""

from __future__ import annotations

import pytest

from service.storage import links, people
from tests.service.calling import InCall, dial, rings, takes
from tests.service.house import ANA, BEN, ROSA, Line, Phone

MENU = "For a check-in now, press 1"
UNKNOWN = "To join, press 1"
PIN = "Your PIN, please"
SORRY = "Sorry, wrong number"
HIDDEN = "+266696687"


def with_pin(line: Line, pin: str = "2468", number: str = ANA) -> Phone:
    ana = line.member(number, name="Ana")
    person_id = ana.person.id
    with line.writing() as tx:
        people.set_pin(tx, person_id, pin)
    return ana


def shared(line: Line) -> Phone:
    """Ana and Ben on one phone, each with a PIN."""
    ana = with_pin(line)
    ben, number_id = line.member(BEN, name="Ben").person.id, ana.standing.number.id
    with line.writing() as tx:
        people.set_pin(tx, ben, "1357")
        links.add(tx, ben, number_id, is_main=False)
    line.do("update number set shared = :yes, active_person_id = null where id = :id", yes=True,
            id=number_id)  # fmt: skip
    return ana


def cases_of(line: Line) -> list[str]:
    return [row[0] for row in line.rows('select kind from "case" order by opened_at')]


# --- strangers


def test_a_stranger_hears_what_there_is_and_is_nobody_yet(line: Line):
    call = dial(line, ANA)
    assert UNKNOWN in call.hears
    assert "Para español, marque 4" in call.hears
    assert call.prompts[-1].language == "es-US"
    assert "<Gather" in call.document
    assert 'language="en-US" ' in call.document.split("<Say")[0], "it listens for English"
    assert line.rows("select id from person") == []


def test_a_stranger_joins_by_call_and_is_called_from_then_on(line: Line):
    call = dial(line, ANA)
    assert "hear more?" in call.presses("1").lower()
    assert "To leave, press 8" in call.hears, "the keys that hold everywhere are told first"
    for _ in range(40):
        if MENU in call.hears or call.over:
            break
        call.presses("1" if "press 1" in call.hears else "9")
    ana = line.phone(ANA)
    assert ana.person.status == "active"
    assert ana.person.channel == "call"
    assert ana.hears() == []


def test_a_stranger_who_says_no_hears_a_goodbye(line: Line):
    call = dial(line, ANA)
    call.presses("1")
    call.presses("2")
    assert call.over
    assert line.rows("select status from person") == [("left",)]


def test_a_stranger_reaches_a_person(line: Line):
    for keys in ("2", "0"):
        call = dial(line, ANA)
        assert "asking a person" in call.presses(keys)
        assert UNKNOWN in call.hears, "and may go on"
    assert cases_of(line) == ["asked"]
    assert line.phone(ROSA).hears()


def test_a_stranger_asks_for_a_person_in_words(line: Line):
    call = dial(line, ANA)
    assert "asking a person" in call.says("A person, please.")
    assert cases_of(line) == ["asked"]


def test_a_stranger_hears_the_lines(line: Line):
    call = dial(line, ANA)
    assert "9, 8, 8" in call.presses("3")
    assert UNKNOWN in call.hears


def test_a_stranger_goes_on_in_another_language(line: Line):
    call = dial(line, ANA)
    assert "Para entrar, marque 1" in call.presses("4")
    assert "For English, press 4" in call.hears
    call.presses("1")
    assert {said.language for said in call.prompts} == {"es-US"}
    assert line.phone(ANA).person.language == "es"


def test_another_language_stays_open_to_who_asked_for_a_person(line: Line):
    call = dial(line, ANA)
    assert "asking a person to call" in call.presses("2")
    assert "Para español, marque 4" in call.hears
    assert "Para entrar, marque 1" in call.presses("4")
    call.hangs_up()
    again = dial(line, ANA)
    assert "Para entrar, marque 1" in again.hears
    assert "For English, press 4" in again.hears
    assert again.prompts[-1].language == "en-US"


def test_silence_at_the_door_is_asked_again_in_other_words(line: Line):
    call = dial(line, ANA)
    assert "Are you still there?" in call.silent()
    heard = call.silent()
    assert "I am still here" in heard
    assert "Are you still there?" not in heard
    assert UNKNOWN in heard
    assert "Goodbye" in call.silent()


def test_a_phone_whose_people_share_a_language_asks_for_the_pin_in_it(line: Line):
    shared(line)
    line.do("update person set language = 'es'")
    call = dial(line, ANA)
    assert "El PIN, por favor" in call.hears
    assert "El PIN, por favor" in call.silent()
    assert "Hola Ana" in call.presses("2468")


def test_danger_is_heard_from_a_stranger(line: Line):
    call = dial(line, ANA)
    heard = call.says("I want to kill myself", confidence=0.2)
    assert "9, 8, 8" in heard
    assert UNKNOWN in heard, "and we stay on the line"
    assert cases_of(line) == ["danger"]


def test_a_stranger_who_falls_silent_is_let_go_kindly(line: Line):
    call = dial(line, ANA)
    for _ in range(2):
        assert UNKNOWN in call.silent()
    assert "Goodbye" in call.silent()
    assert call.over
    assert line.phone(ANA).hears() == []


def test_who_left_may_come_back_by_call(line: Line):
    ana = line.member(ANA)
    ana.text("STOP")
    call = dial(line, ANA)
    assert UNKNOWN in call.hears
    call.presses("1")
    for _ in range(40):
        if MENU in call.hears or call.over:
            break
        call.presses("1" if "press 1" in call.hears else "9")
    assert ana.person.status == "active"
    assert ana.standing.number.opted_out_at is None


# --- a PIN


def test_a_pin_is_asked_for_before_anything_is_said(line: Line):
    with_pin(line)
    call = dial(line, ANA)
    assert PIN in call.hears
    assert "Ana" not in call.hears
    assert "Hearthline" not in call.hears
    call.presses("2468")
    assert "Hello Ana" in call.hears
    assert MENU in call.hears


@pytest.mark.parametrize("words", ["2 4 6 8", "2468.", "two four six eight", "dos, cuatro 68"])
def test_a_pin_may_be_spoken(line: Line, words: str):
    with_pin(line)
    call = dial(line, ANA)
    assert "Hello Ana" in call.says(words)


def test_three_wrong_pins_are_a_wrong_number(line: Line):
    with_pin(line)
    call = dial(line, ANA)
    assert PIN in call.presses("1111")
    call.presses("2222")
    assert not call.over
    assert SORRY in call.presses("3333")
    assert call.over
    assert "Ana" not in " ".join(call.documents)


def test_no_pin_is_a_wrong_number(line: Line):
    with_pin(line)
    call = dial(line, ANA)
    for _ in range(3):
        call.silent()
    assert call.over
    assert SORRY in call.hears


def test_a_person_is_brought_without_a_pin(line: Line):
    ana = with_pin(line)
    call = dial(line, ANA)
    heard = call.presses("0")
    assert PIN in heard
    assert "Ana" not in heard
    case = ana.open_cases[0]
    assert case.kind == "asked"
    assert "PIN" in (case.note or "")


def test_danger_needs_no_pin(line: Line):
    ana = with_pin(line)
    call = dial(line, ANA)
    call.says("I took too many pills and want to die")
    assert not call.over
    assert [case.kind for case in ana.open_cases] == ["danger"]


# --- several on one phone


def test_a_pin_tells_who_of_several_is_on_the_line(line: Line):
    shared(line)
    call = dial(line, ANA)
    assert PIN in call.hears
    assert "Hello Ben" in call.presses("1357")
    call.presses("1")
    call.presses("4")
    ben = line.phone(BEN).person.id
    assert line.rows(
        "select person_id from answer where name = 'mood'"
    ) == [(ben,)]  # fmt: skip


def test_a_shared_phone_tells_nobody_who_is_on_it(line: Line):
    shared(line)
    call = dial(line, ANA)
    for pin in ("1111", "2222", "3333"):
        call.presses(pin)
    said = " ".join(call.documents)
    assert call.over
    assert not any(word in said for word in ("Ana", "Ben", "Hearthline"))


def test_several_without_a_pin_are_known_by_their_word(line: Line):
    ana = line.member(ANA, name="Ana")
    ben, mine = line.member(BEN, name="Ben").person.id, ana.person.id
    number_id = ana.standing.number.id
    with line.writing() as tx:
        links.add(tx, ben, number_id, is_main=False)
        links.set_word(tx, ben, number_id, "lantern")
        links.set_word(tx, mine, number_id, "harbour")
    line.do("update number set active_person_id = null where id = :id", id=number_id)
    call = dial(line, ANA)
    assert "Your word, please" in call.hears
    assert "Hello Ben" in call.says("Lantern.")


def test_who_has_just_told_their_word_by_text_may_set_a_pin(line: Line):
    """Ben has a PIN already; Ana, on the same phone, has none so far."""
    ana = line.member(ANA, name="Ana")
    ben, mine = line.member(BEN, name="Ben").person.id, ana.person.id
    number_id = ana.standing.number.id
    with line.writing() as tx:
        people.set_pin(tx, ben, "1357")
        links.add(tx, ben, number_id, is_main=False)
        links.set_word(tx, mine, number_id, "harbour")
    line.do("update number set active_person_id = null where id = :id", id=number_id)
    assert PIN in dial(line, ANA).hears
    ana.text("harbour")
    call = dial(line, ANA)
    assert "For a check-in now" in call.hears
    assert "Ana" not in call.hears, "others may listen"
    call.hangs_up()
    line.passes(minutes=31)
    assert PIN in dial(line, ANA).hears


# --- hidden numbers


@pytest.mark.parametrize("number", [HIDDEN, "+7378742833", "+86282452253", "", "anonymous"])
def test_a_hidden_caller_reaches_a_person_and_is_told_the_truth(line: Line, number: str):
    call = dial(line, number)
    heard = call.presses("2")
    assert "cannot call back" in heard
    assert "9, 8, 8" in heard
    assert cases_of(line) == ["asked"]
    assert not call.over


def test_two_hidden_callers_are_two(line: Line):
    first, second = dial(line, HIDDEN), dial(line, HIDDEN)
    first.presses("2")
    second.presses("2")
    first.presses("2")
    assert cases_of(line) == ["asked", "asked"]
    assert line.rows("select active_person_id from number where kind = 'anonymous'") == [(None,)]


def known_by(call: InCall, number: str, pin: str) -> str:
    assert "your own phone number" in call.presses("1")
    assert PIN in call.presses(number)
    return call.presses(pin)


def test_a_hidden_caller_is_known_by_number_and_pin(line: Line):
    ana = with_pin(line)
    call = dial(line, HIDDEN)
    assert "Hello Ana" in known_by(call, "5550142001", "2468")
    call.presses("1")
    call.presses("4")
    assert [row[0] for row in line.rows("select person_id from answer where name = 'mood'")] == [
        ana.person.id
    ]


def test_a_hidden_caller_learns_nothing_about_a_number(line: Line):
    with_pin(line)
    line.member(BEN)
    heard = []
    for number in ("5550142001", "5550142002", "5550142003"):
        call = dial(line, HIDDEN)
        known_by(call, number, "1111")
        call.presses("2222")
        call.presses("3333")
        assert call.over
        heard.append([doc.replace(call.id or "", "ID") for doc in call.documents[2:]])
    assert heard[0] == heard[1] == heard[2]


def test_a_hidden_caller_who_is_in_danger_is_heard(line: Line):
    call = dial(line, HIDDEN)
    heard = call.says("I am going to kill myself tonight")
    assert "9, 8, 8" in heard
    assert "call you" not in heard, "nobody can"
    assert cases_of(line) == ["danger"]


def test_who_tries_many_pins_is_not_let_in_by_luck(line: Line):
    ana = with_pin(line)
    for number in (ANA, HIDDEN, ANA):  # nine wrong ones, from wherever
        call = dial(line, number)
        if number == HIDDEN:
            call.presses("1")
            call.presses("5550142001")
        for pin in ("1111", "2222", "3333"):
            call.presses(pin)
        assert call.over
    call = dial(line, ANA)
    assert "Hello" not in call.presses("2468")
    assert call.presses("0"), "a person is brought all the same"
    assert [case.kind for case in ana.open_cases] == ["asked"]
    call.hangs_up()
    line.passes(days=1, minutes=1)
    assert "Hello Ana" in dial(line, ANA).presses("2468")


def test_a_right_pin_forgets_the_wrong_ones(line: Line):
    with_pin(line)
    for _ in range(6):
        call = dial(line, ANA)
        call.presses("1111")
        call.presses("2222")
        assert "Hello Ana" in call.presses("2468")
        call.hangs_up()


def test_a_missed_call_of_a_shared_phone_is_answered_without_a_name(line: Line):
    shared(line)
    line.fate = lambda to: None
    rings(line, ANA).tells("no-answer", 0)
    line.passes(seconds=30)
    call = takes(line)
    assert "is this a good time?" in call.hears
    assert PIN in call.presses("1")
    assert "Hearthline" not in " ".join(call.documents)
    assert "Hello Ben" in call.presses("1357")
    assert MENU in call.hears
