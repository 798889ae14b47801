"""Two people in one call: who has a case and its person, both ways, and neither sees a number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import bridge_news, erasing
from service.storage import bridges
from tests.service.bridging import at_her_case, leg_of, now, rung, taken, together
from tests.service.calling import dial, takes
from tests.service.house import ANA, ROSA, Line, Phone
from tests.service.team import IDA, SUE, acts, volunteer


@pytest.fixture
def ana(line: Line) -> Phone:
    line.fate = lambda to: None  # whoever is called decides themselves
    line.organised(coordinators=[ROSA])
    return line.member(ANA, name="Ana")


@pytest.fixture
def ida(line: Line, ana: Phone) -> Phone:
    return volunteer(line, IDA)


def test_who_has_a_case_talks_with_its_person(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    helper = at_her_case(line)
    assert "Ringing them now. Please stay on the line." in helper.presses("1")
    person = rung(line, ANA)
    assert "Somebody of us is with you in a moment." in person.hears
    assert "They are there. To come out of the call, press star." in helper.waits()
    assert "They are there now." in person.waits()
    assert helper.room == person.room is not None
    line.at += timedelta(minutes=12)
    assert "Reached? For yes, press 1." in helper.comes_out()
    assert "Please stay on the line." in person.comes_out()
    assert "Thank you from" in helper.presses("1")
    assert now(line, case).status == "in contact"
    helper.hangs_up()
    assert "Goodbye" in person.waits()
    assert person.over
    assert acts(line, case.id)[-4:] == ["ringing them", "together", "in contact", "call over"]
    assert [ana.hears(), ida.hears(), line.phone(ROSA).hears()] == [[], [], []]


# --- nobody comes to the phone


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("busy", "The line was busy."),
        ("no-answer", "Nobody picked up."),
        ("machine", "A voicemail took the call."),
        ("failed", "The call did not go through."),
        ("canceled", "The call did not go through."),
    ],
)
def test_it_is_told_honestly_what_came_of_ringing(
    line: Line, ana: Phone, ida: Phone, end: str, said: str
) -> None:
    case = taken(line, ana, ida)
    helper = at_her_case(line)
    helper.presses("1")
    line.call_over(line.rung[-1].row.id, end)
    line.settle()
    assert said in helper.waits()
    assert "To try again, press 1." in helper.hears
    assert "Ringing them now." in helper.presses("1")
    helper.waits()
    person = rung(line, ANA)
    helper.waits()
    person.waits()
    assert person.room == helper.room is not None
    assert acts(line, case.id).count("ringing them") == 2


def test_who_asks_for_another_time_is_not_rung_again(line: Line, ana: Phone, ida: Phone) -> None:
    taken(line, ana, ida)
    helper = at_her_case(line)
    helper.presses("1")
    person = rung(line, ANA, yes=False)
    assert "We try again later." in person.presses("2")
    assert "They asked for another time." in helper.waits()
    placed = len(line.rung)
    line.passes(minutes=5)
    assert len(line.rung) == placed


def test_who_helps_hangs_up_before_anybody_answers(line: Line, ana: Phone, ida: Phone) -> None:
    taken(line, ana, ida)
    helper = at_her_case(line)
    helper.presses("1")
    helper.hangs_up()
    assert "The call ended before you met." in "".join(ida.hears())
    person = rung(line, ANA)
    assert "nobody can come to the phone now" in person.hears
    assert person.over


def test_who_helps_hangs_up_in_the_room(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    helper, person = together(line)
    helper.hangs_up()
    assert "reached? 1 yes, 2 no" in "".join(ida.hears())
    assert "Goodbye" in person.comes_out()
    assert person.over
    assert "Thank you" in ida.text("1")
    assert now(line, case).status == "in contact"


def test_who_helps_is_asked_however_late_their_own_call_tells_of_it(
    line: Line, ana: Phone, ida: Phone
) -> None:
    case = taken(line, ana, ida)
    helper, person = together(line)
    bridge_news.came_and_went(
        line.house, leg_id=leg_of(line, case, "helper").id, room=helper.room or "",
        event="participant-leave",
    )  # fmt: skip
    person.hangs_up()
    assert "Reached? For yes, press 1." in helper.comes_out()
    helper.hangs_up()
    assert acts(line, case.id)[-1] == "call over"


def test_nobody_waits_on_the_line_for_long(line: Line, ana: Phone, ida: Phone) -> None:
    taken(line, ana, ida)
    helper, person = together(line)
    helper.comes_out()
    assert "Please stay on the line." in person.comes_out()
    line.at += timedelta(seconds=60)
    person.waits()
    assert not person.over
    line.at += timedelta(seconds=40)
    assert "Goodbye" in person.waits()
    assert person.over


def test_back_to_them_while_they_are_on_the_line(line: Line, ana: Phone, ida: Phone) -> None:
    taken(line, ana, ida)
    helper, person = together(line)
    before = helper.room
    helper.comes_out()
    person.comes_out()
    placed = len(line.rung)
    helper.presses("3")
    person.waits()
    assert helper.room == person.room not in (None, before)
    assert len(line.rung) == placed, "nobody is rung again"


def test_a_repeated_step_changes_nothing(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    helper = at_her_case(line)
    helper.presses("1")
    assert helper.again() == helper.document
    line.settle()
    assert [r.to for r in line.rung].count(ANA) == 1
    person = rung(line, ANA)
    helper.waits()
    assert helper.again() == helper.document
    person.waits()
    assert person.again() == person.document
    helper.comes_out()
    assert helper.again() == helper.document
    assert acts(line, case.id).count("together") == 1


# --- asked for by text


def test_by_text_the_helpers_phone_rings_first(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    assert "Your phone rings in a moment." in ida.text(f"RING {case.code}")
    helper = rung(line, IDA)
    assert "Ringing them now." in helper.hears
    person = rung(line, ANA)
    helper.waits()
    person.waits()
    assert helper.room == person.room is not None
    person.hangs_up()
    assert "Reached?" in helper.comes_out()
    helper.presses("1")
    assert now(line, case).status == "in contact"


def test_by_text_and_their_own_phone_is_not_taken(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    ida.text(f"RING {case.code}")
    line.call_over(line.rung[-1].row.id, "no-answer")
    line.settle()
    assert "Your phone was not answered. Hearthline: 1 again" in "".join(ida.hears())
    assert [r.to for r in line.rung].count(ANA) == 0


# --- the other way


def test_the_person_calls_back_and_their_helper_takes_it(
    line: Line, ana: Phone, ida: Phone
) -> None:
    case = taken(line, ana, ida)
    person = dial(line, ANA)
    assert "To talk to the one who called you, press 1." in person.hears
    assert "Please stay on the line." in person.presses("1")
    helper = rung(line, IDA, yes=False)
    assert "Someone calls you back. To take it, press 1. To pass, 2." in helper.hears
    assert "Ringing" not in helper.presses("1")
    person.waits()
    assert helper.room == person.room is not None
    person.hangs_up()
    assert "Reached?" in helper.comes_out()
    helper.presses("1")
    assert now(line, case).status == "in contact"
    assert "called back" in acts(line, case.id)


def test_nobody_picks_up_and_a_message_goes_to_the_case(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    person = dial(line, ANA)
    person.presses("1")
    line.call_over(line.rung[-1].row.id, "no-answer")
    line.settle()
    assert "they cannot come to the phone now" in person.waits()
    person.presses("1")
    assert "Thank you, they are told." in person.records(20)
    assert f"{case.code}: they called back and left a message" in "".join(ida.hears())
    assert "a message waits" in "".join(line.phone(ROSA).hears())
    assert acts(line, case.id)[-1] == "left a message"
    assert line.one("select kind from recording") == "voicemail"
    helper = at_her_case(line)
    helper.presses("3")
    assert "There is" not in helper.presses("5")
    assert "No message of theirs" in helper.hears, "it is not fetched yet"
    line.do("update recording set status = 'fetched'")
    helper.presses("3")
    assert "They left this for you." in helper.presses("5")
    assert any("/audio/recordings/" in said.words for said in helper.prompts)
    assert "To ring them, press 1." in helper.hears
    assert acts(line, case.id)[-1] == "message heard"
    helper.hangs_up()
    ida.hears()
    assert "by call alone" in ida.text("3") + ida.text("5")


def test_who_has_time_off_is_not_rung(line: Line, ana: Phone, ida: Phone) -> None:
    taken(line, ana, ida)
    line.do("update volunteer set off_until = :until", until=2**52)
    person = dial(line, ANA)
    assert "they cannot come to the phone now" in person.presses("1")
    assert line.rung == []


def test_who_rings_them_is_met_by_their_own_call(line: Line, ana: Phone, ida: Phone) -> None:
    """Both call at the same moment: the phone that rings is busy with us."""
    taken(line, ana, ida)
    helper = at_her_case(line)
    helper.presses("1")
    person = dial(line, ANA)
    person.presses("1")
    helper.waits()
    person.waits()
    assert helper.room == person.room is not None


def test_who_talks_for_long_keeps_the_case(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    helper, _ = together(line)
    assert case.deadline_at is not None
    line.passes(minutes=50)
    assert now(line, case).holder_id == case.holder_id
    helper.comes_out()
    helper.hangs_up()
    line.passes(hours=2)
    assert now(line, case).holder_id is None, "nobody said that she was reached"


def test_what_the_network_tells_of_a_room(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    helper, person = together(line)
    left = {"leg_id": leg_of(line, case, "helper").id, "event": "participant-leave"}
    bridge_news.came_and_went(line.house, room="another", **left)
    bridge_news.came_and_went(line.house, room=helper.room or "", **left)
    bridge_news.came_and_went(line.house, room=helper.room or "", **left)
    assert "Please stay on the line." in person.comes_out()
    assert person.room is None, "nobody is in there"
    assert "Reached?" in helper.comes_out()


# --- more than two


def test_a_supervisor_comes_into_the_room_and_takes_it_over(
    line: Line, ana: Phone, ida: Phone
) -> None:
    sue = volunteer(line, SUE, roles=("supervisor",), duty=False)
    case = taken(line, ana, ida)
    sue.hears()
    helper, person = together(line)
    helper.comes_out()
    person.comes_out()
    helper.presses("*")
    person.waits()
    assert helper.room == person.room is not None, "they talk while it rings"
    third = rung(line, SUE, yes=False)
    assert "A call needs you. To join, press 1. To pass, 2." in third.hears
    third.presses("1")
    assert third.room == helper.room == person.room
    assert "To take the case over, press 2." in third.comes_out()
    assert "Their name: Ana" in third.presses("2")
    assert now(line, case).holder_id == sue.person.id
    assert f"Case {case.code} was taken over" in "".join(ida.hears())
    helper.hangs_up()
    person.comes_out()
    third.presses("1")
    person.waits()
    assert third.room == person.room is not None
    person.hangs_up()
    assert "Reached?" in third.comes_out()
    assert {"supervisor rung", "supervisor joined", "taken over"} <= set(acts(line, case.id))


def test_no_supervisor_is_there(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    helper, person = together(line)
    helper.comes_out()
    person.comes_out()
    assert "finds nobody for that now" in helper.presses("*")
    assert case.code in "".join(line.phone(ROSA).hears())


def test_a_line_is_rung_at_the_helpers_word(line: Line, ana: Phone, ida: Phone) -> None:
    line.organised(lines={"US": {"line": "800-273-8255", "emergency": "911"}})
    case = taken(line, ana, ida)
    helper, person = together(line)
    helper.comes_out()
    person.comes_out()
    placed = len(line.rung)
    assert "They said yes?" in helper.presses("4")
    assert len(line.rung) == placed, "a machine never rings a line"
    helper.presses("1")
    person.waits()
    line.passes(seconds=2)
    assert line.rung[-1].to == "+18002738255"
    hotline = takes(line)
    assert hotline.room == helper.room == person.room
    assert {"line rung", "line joined"} <= set(acts(line, case.id))


def test_a_short_number_is_given_to_them_to_dial(line: Line, ana: Phone, ida: Phone) -> None:
    taken(line, ana, ida)
    helper, _ = together(line)
    helper.comes_out()
    helper.presses("4")
    assert "The number is 9, 8, 8, for them to dial." in helper.presses("1")
    assert "Reached?" in helper.hears


# --- kept and forgotten


def test_an_erasure_ends_what_goes_on(line: Line, ana: Phone, ida: Phone) -> None:
    case = taken(line, ana, ida)
    together(line)
    with line.turn(ana) as slate:
        erasing.schedule(slate)
        erasing.carry_out(slate)
    with line.reading() as tx:
        (bridge,) = bridges.of_case(tx, case.id)
        assert bridge.status == "over"
        assert {leg.status for leg in bridges.legs(tx, bridge.id)} == {"gone"}
