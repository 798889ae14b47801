"""A PIN: chosen by call or by text, asked for when they call, and kept out of every other place."""

from __future__ import annotations

from service.storage import calls, people
from tests.service.calling import InCall, dial
from tests.service.house import ANA, Line, Phone

PIN_PAGE = ("5", "5", "5")  # home, more, more, more: the page with the PIN


def to_the_pin(line: Line, number: str = ANA) -> InCall:
    """Call, and go to the PIN by keys alone."""
    call = dial(line, number)
    for key in PIN_PAGE:
        call.presses(key)
    assert "For a PIN, press 3" in call.hears
    call.presses("3")
    return call


def pin_of(line: Line, phone: Phone, digits: str) -> bool:
    with line.reading() as tx:
        return people.by_pin(tx, [phone.person.id], digits) == [phone.person.id]


def test_a_pin_is_told_twice_by_keys_and_asked_for_from_then_on(line: Line):
    ana = line.member(ANA, name="Ana")
    call = to_the_pin(line)
    assert "Which four digits?" in call.hears
    assert "once more" in call.presses("4815")
    assert "your PIN is set" in call.presses("4815")
    assert pin_of(line, ana, "4815")
    call.hangs_up()
    again = dial(line, ANA)
    assert "Your PIN, please" in again.hears
    assert "Ana" not in again.hears
    assert "Hello Ana" in again.presses("4815")


def test_two_that_are_not_the_same_set_nothing(line: Line):
    ana = line.member(ANA)
    call = to_the_pin(line)
    call.presses("4815")
    assert "were not the same" in call.presses("4851")
    assert "Which four digits?" in call.hears
    assert "nothing changed" in call.presses("9")
    assert not pin_of(line, ana, "4815")
    assert not pin_of(line, ana, "4851")


def test_a_pin_is_taken_away_by_call(line: Line):
    ana = line.member(ANA)
    ana_id = ana.person.id
    with line.writing() as tx:
        people.set_pin(tx, ana_id, "4815")
    call = dial(line, ANA)
    call.presses("4815")
    for key in (*PIN_PAGE, "3"):
        call.presses(key)
    assert "To take it away, press 2" in call.hears
    assert "the PIN is gone" in call.presses("2")
    assert not pin_of(line, ana, "4815")
    call.hangs_up()
    assert "PIN" not in dial(line, ANA).hears


def test_by_text_on_a_phone_of_their_own(line: Line):
    ana = line.member(ANA)
    assert "Which 4 digits?" in ana.text("PIN")
    assert "once more" in ana.text("4815")
    assert "your PIN is set" in ana.text("4815")
    assert pin_of(line, ana, "4815")
    assert "by call only" in ana.text("PIN"), "who holds the phone may not be she"


def test_on_a_phone_that_others_see_only_by_call(line: Line):
    ana = line.member(ANA)
    line.do("update person set discreet = true")
    assert "by call only" in ana.text("PIN")
    assert not pin_of(line, ana, "4815")


def test_the_digits_stand_nowhere_else(line: Line):
    """Neither among answers nor in what was heard and said in the call."""
    ana = line.member(ANA)
    call = to_the_pin(line)
    call.presses("4815")
    call.presses("4815")
    call.hangs_up()
    dial(line, ANA).presses("4815")
    assert "4815" not in " ".join(call.documents)
    with line.reading() as tx:
        ids = [row[0] for row in line.rows("select id from call")]
        steps = [step for call_id in ids for step in calls.steps(tx, call_id)]
    assert len(steps) > 8
    assert not any("4815" in (step.heard or "") + (step.reply or "") for step in steps)
    kept = line.rows("select sealed_value from answer where name like 'pin%'")
    assert [bool(row[0]) for row in kept] == [False, False]
    assert pin_of(line, ana, "4815")
