"""Calls that we make, told by who takes them: the opening, the PIN, a machine, and what follows."""

from __future__ import annotations

import pytest

from service import calls
from service.storage import people
from tests.service.calling import InCall, takes
from tests.service.house import ANA, BEN, Line, Phone

ASKED = "How is today"
OPENING = "Is this a good time?"
PIN = "Your PIN, please"
SORRY = "Sorry, wrong number"


def by_call(line: Line, **fields: object) -> Phone:
    """Ana, who is called at ten; the phone rings and nobody takes it yet."""
    ana = line.member(ANA, name="Ana", **fields)
    line.do("update person set channel = 'call'")
    line.plan(ana, "daily-checkin", "every day", "10:00")
    line.fate = lambda to: None
    line.sent.clear()
    return ana


def rung(line: Line, **fields: object) -> tuple[Phone, InCall]:
    ana = by_call(line, **fields)
    line.passes(days=1)
    return ana, takes(line)


def not_alone(line: Line, phone: Phone) -> None:
    line.do("update number set shared = :yes where id = :id", yes=True,
            id=phone.standing.number.id)  # fmt: skip


def statuses(line: Line) -> list[str]:
    return [row[0] for row in line.rows("select status from call order by created_at, attempt")]


def test_who_has_time_is_greeted_and_asked(line: Line):
    ana, call = rung(line)
    assert OPENING in call.hears
    assert "Hearthline" in call.hears
    assert "Ana" not in call.hears
    heard = call.presses("1")
    assert "Hello Ana" in heard
    assert ASKED in heard
    assert ana.occurrences == ["prompted"]
    call.presses("4")
    assert ana.occurrences == ["answered"]
    assert call.over
    assert statuses(line) == ["completed"]
    line.passes(hours=5)
    assert len(line.rung) == 1
    assert ana.hears() == []


def test_a_yes_in_words_is_a_yes(line: Line):
    _, call = rung(line)
    assert ASKED in call.says("Yes.")


@pytest.mark.parametrize("words", ["2", "not now", "no"])
def test_who_has_no_time_is_called_again(line: Line, words: str):
    ana, call = rung(line)
    heard = call.presses(words) if words.isdigit() else call.says(words)
    assert "That's fine" in heard
    assert call.over
    line.passes(minutes=15)
    assert len(line.rung) == 2
    assert ASKED in takes(line).presses("1")
    assert ana.hears() == []


def test_nobody_proved_is_nobody_reached(line: Line):
    ana, call = rung(line)
    for _ in range(3):
        call.silent()
    assert call.over
    assert ASKED not in " ".join(call.documents)
    line.passes(minutes=15)
    assert len(line.rung) == 2
    second = takes(line)
    second.hangs_up(2)
    line.passes(minutes=5)
    assert [ASKED in text for text in ana.hears()] == [True]


def test_a_voicemail_that_speaks_is_nobody(line: Line):
    ana, call = rung(line)
    for _ in range(3):
        call.says("You have reached Ana. Leave a message after the tone.")
    assert call.over
    assert set(line.rows("select proved_at from call")) == {(None,)}
    assert ana.occurrences == ["prompted"]


def test_to_a_shared_phone_nothing_is_named_before_the_pin(line: Line):
    ana = by_call(line)
    not_alone(line, ana)
    person_id = ana.person.id
    with line.writing() as tx:
        people.set_pin(tx, person_id, "2468")
    line.passes(days=1)
    call = takes(line)
    assert "is this a good time?" in call.hears
    assert PIN in call.presses("1")
    said = " ".join(call.documents)
    assert "Hearthline" not in said
    assert "Ana" not in said
    heard = call.presses("2468")
    assert "Hello Ana" in heard
    assert ASKED in heard


def test_without_the_pin_it_was_the_wrong_number_and_nobody_was_reached(line: Line):
    ana = by_call(line)
    person_id = ana.person.id
    with line.writing() as tx:
        people.set_pin(tx, person_id, "2468")
    line.passes(days=1)
    call = takes(line)
    call.presses("1")
    for pin in ("1111", "2222", "3333"):
        call.presses(pin)
    assert SORRY in call.hears
    assert call.over
    assert set(line.rows("select proved_at from call")) == {(None,)}
    line.passes(minutes=15)
    assert len(line.rung) == 2


def test_the_pin_of_another_on_the_phone_does_not_do(line: Line):
    from service.storage import links

    ana = by_call(line)
    ben = line.member(BEN).person.id
    mine, number_id = ana.person.id, ana.standing.number.id
    with line.writing() as tx:
        people.set_pin(tx, mine, "2468")
        people.set_pin(tx, ben, "1357")
        links.add(tx, ben, number_id, is_main=False)
    line.passes(days=1)
    call = takes(line)
    call.presses("1")
    assert "Hello" not in call.presses("1357")
    assert "Hello Ana" in call.presses("2468")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_machine_hears_a_neutral_word_only_where_that_is_allowed(line: Line, allowed: bool):
    by_call(line, **({"voicemail": "yes"} if allowed else {}))
    line.passes(days=1)
    call = takes(line, "machine_start")
    assert call.over
    assert ("Sorry to miss you" in call.hears) == allowed
    assert not any(word in call.hears for word in ("Hearthline", "Ana", "check"))
    assert statuses(line)[0] == "machine"
    line.passes(minutes=15)
    assert len(line.rung) == 2


def test_who_rang_and_hung_up_is_called_back_to_the_menu(line: Line):
    from tests.service.calling import rings

    line.member(ANA, name="Ana")
    line.fate = lambda to: None
    rings(line, ANA).tells("no-answer", 0)
    line.passes(seconds=30)
    call = takes(line)
    assert OPENING in call.hears
    assert "For a check-in now, press 1" in call.presses("1")
    assert ASKED in call.presses("1")


def test_an_answered_webhook_that_is_repeated_is_answered_alike(line: Line):
    _, call = rung(line)
    assert takes(line).document == call.document


def test_a_step_that_found_us_away_is_followed_by_what_was_said_last(line: Line):
    _, call = rung(line)
    call.presses("1")
    asked = call.document
    # the network gave up on a step, and asks what it was told to ask then
    again = calls.call_answered(
        line.house, call_id=call.id or "", sid=call.sid, answered_by="human"
    )
    assert again == asked
    assert ASKED in call.presses("*")


def test_a_person_is_brought_from_the_opening(line: Line):
    ana, call = rung(line)
    call.presses("0")
    assert [case.kind for case in ana.open_cases] == ["asked"]
    assert not call.over


@pytest.mark.parametrize("words", ["I can't talk now", "ahora no puedo hablar", "not now, later"])
def test_who_cannot_talk_just_now_alarms_nobody(line: Line, words: str):
    ana, call = rung(line)
    heard = call.says(words)
    assert ana.open_cases == []
    assert "again later" in heard or "good time" in heard


def test_who_calls_us_first_is_asked_there_and_not_rung(line: Line):
    from tests.service.calling import dial

    ana = by_call(line)
    line.fate = lambda to: "no answer"
    line.passes(days=1)
    assert len(line.rung) == 1
    assert ASKED in dial(line, ANA).hears
    line.passes(minutes=30)
    assert len(line.rung) == 1
    assert ana.hears() == []
