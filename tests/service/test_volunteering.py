"""Volunteers by plain phone: cases by a word and a code, from any phone of theirs, and shifts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from service.storage import cases as stored
from service.storage import contacts, shifts, swaps, volunteers
from tests.service.calling import dial, takes
from tests.service.house import ANA, BEN, ROSA, Line, Phone
from tests.service.team import IDA, JAN, SUE, acts, alerts, on_duty, volunteer

SECOND = "+15550142077"  # another phone of Ida's


@pytest.fixture
def ana(line: Line) -> Phone:
    return line.member(ANA, name="Ana")


def case_of(phone: Phone) -> stored.Case:
    (case,) = phone.open_cases
    return case


def asked_for(phone: Phone) -> stored.Case:
    phone.text("TALK")
    return case_of(phone)


def loaded(line: Line, case: stored.Case) -> stored.Case:
    with line.reading() as tx:
        found = stored.load(tx, case.id)
    assert found is not None
    return found


def test_a_case_by_text_from_the_alert_to_its_end(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    case = asked_for(ana)
    (alert,) = ida.hears()
    assert alert.endswith(
        f"Case {case.code}: someone asked for a call. TAKE {case.code} or PASS {case.code}"
    )
    told = ida.text(f"TAKE {case.code}")
    assert f"{case.code} is yours" in told
    assert "Ana" in told, "the name comes with the case"
    assert ana.hears() == ["Someone will call you from this number."]
    assert "Noted" in ida.text(f"note {case.code} Her sister is with her")
    assert f"DONE {case.code}" in ida.text(f"REACHED {case.code}")
    assert loaded(line, case).status == "in contact"
    assert f"{case.code} is closed" in ida.text("done")
    assert loaded(line, case).status == "resolved"
    with line.reading() as tx:
        notes = [event.detail for event in stored.events(tx, case.id) if event.act == "note"]
    assert notes == ["Her sister is with her"]


def test_nothing_of_the_person_stands_in_an_alert(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("I want to kill myself tonight with pills")
    for text in ida.hears():
        for secret in ("Ana", ANA, ANA[-4:], "pills", "kill"):
            assert secret not in text


def test_a_wrong_code_is_asked_back_and_never_guessed(line: Line, ana: Phone) -> None:
    ben = line.member(BEN)
    ida = volunteer(line, IDA)
    one, two = asked_for(ana), asked_for(ben)
    if len(ida.hears()) < 2:  # the second is asked of her after her time for the first
        line.passes(minutes=3)
    ida.hears()
    back = ida.text("TAKE")
    assert re.search(r"Which case: \w{4} or \w{4}\?", back)
    assert one.code in back
    assert two.code in back
    assert "no such code" in ida.text("X9X9")
    assert f"{two.code} is yours" in ida.text(two.code.lower())
    assert loaded(line, two).status == "accepted"
    assert loaded(line, one).status != "accepted"
    wrong = "K7XM" if one.code != "K7XM" else "K7XA"
    assert one.code in ida.text(f"PASS {wrong}"), "asked back, though one is near"
    assert loaded(line, two).status == "accepted"


def test_a_code_says_which_case_whatever_stands_in_front(line: Line, ana: Phone) -> None:
    ben = line.member(BEN)
    ida = volunteer(line, IDA)
    one, two = asked_for(ana), asked_for(ben)
    line.passes(minutes=3)
    for case in (one, two):
        assert f"{case.code} is yours" in ida.text(f"TAKE {case.code}")
        assert loaded(line, case).holder_id == ida.person.id
    ida.text("SKIP")
    assert "Which case" in ida.text("DONE")
    assert f"{one.code} is closed" in ida.text(one.code)
    assert loaded(line, two).status == "accepted"


def test_a_bare_word_is_for_the_only_case_that_it_can_be_about(line: Line, ana: Phone) -> None:
    ben = line.member(BEN)
    ida = volunteer(line, IDA)
    one = asked_for(ana)
    ida.text("TAKE")
    assert loaded(line, one).holder_id == ida.person.id
    two = asked_for(ben)
    line.passes(seconds=2)
    assert f"DONE {one.code}" in ida.text(f"REACHED {one.code}")
    assert f"{two.code} is yours" in ida.text(f"TAKE {two.code}")


def test_passing_asks_the_next_one_at_once(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    case = asked_for(ana)
    first, second = (ida, jan) if ida.hears() else (jan, ida)
    assert "somebody else" in first.text(f"PASS {case.code}")
    assert any(case.code in text for text in second.hears())
    assert "is yours" in second.text("take")
    assert "given back" not in acts(line, case.id)
    second.text(f"PASS {case.code}")
    assert "given back" in acts(line, case.id)
    assert loaded(line, case).holder_id is None


def test_who_is_late_is_thanked(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    case = asked_for(ana)
    line.passes(minutes=2)
    ida.hears(), jan.hears()
    ida.text(f"TAKE {case.code}")
    assert any("is taken, thank you" in text for text in jan.hears())
    assert "is taken, thank you" in jan.text(f"TAKE {case.code}")
    assert "not with you" in jan.text(f"DONE {case.code}")
    assert loaded(line, case).holder_id == ida.person.id


def test_from_any_of_their_verified_phones(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    case = asked_for(ana)
    ida.hears()
    other = line.phone(SECOND)
    other.text("hello")  # seen for the first time, and nobody's
    number_id, ida_id = other.standing.number.id, ida.person.id
    with line.writing() as tx:
        contact = contacts.add(tx, ida_id, number_id, "text", line.at)
        contacts.ask(tx, contact, "482913", line.at + timedelta(hours=1))
    assert "is yours" not in other.text(f"TAKE {case.code}"), "not shown to be hers yet"
    assert "reach you there" in other.text("482913")
    assert f"{case.code} is yours" in other.text(f"TAKE {case.code}")
    held = loaded(line, case)
    assert (held.holder_id, held.holder_number_id) == (ida.person.id, number_id)
    assert "closed" in ida.text(f"DONE {case.code}")


def test_a_members_words_are_their_own(line: Line, ana: Phone) -> None:
    """What volunteers say means nothing from somebody who is none."""
    case = asked_for(ana)
    ana.text(f"TAKE {case.code}")
    assert loaded(line, case).holder_id is None
    assert "DONE" not in ana.text("done")


def test_consent_and_danger_of_a_volunteer_are_heard_as_anybodys(line: Line) -> None:
    ida = volunteer(line, IDA)
    assert "answers now" in ida.text("I want to kill myself tonight with pills")
    assert case_of(ida).kind == "danger"
    ida.text("STOP")
    assert ida.standing.number.opted_out_at is not None


def test_an_answer_in_front_stays_an_answer(line: Line) -> None:
    ida = volunteer(line, IDA)
    line.plan(ida, "daily-checkin", "every day", "19:00")
    ida.text("NOTE")
    assert ida.front is not None
    assert ida.front.flow == "note"
    ida.text("SKIP")
    assert ida.front is None


def test_after_a_hard_case_they_rest_and_may_talk(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("I want to kill myself tonight with pills")
    case = case_of(ana)
    ida.hears()
    ida.text(f"TAKE {case.code}")
    assert "heavy" in ida.text(f"DONE {case.code}")
    line.phone(ROSA).hears()
    assert "will be in touch" in ida.text("yes")
    assert any("would like a talk" in text for text in line.phone(ROSA).hears())
    with line.reading() as tx:
        ready = volunteers.load(tx, ida.person.id)
    assert ready is not None
    assert ready.hard_case_at == line.at


def test_where_we_cannot_connect_the_coordinator_is_told_and_it_is_said(
    line: Line, ana: Phone
) -> None:
    ida = volunteer(line, IDA)
    case = asked_for(ana)
    ida.hears()
    ida.text(f"TAKE {case.code}")
    line.phone(ROSA).hears()
    line.do("update number set kind = 'premium' where id = :id", id=ana.standing.number.id)
    assert "There is no phone to ring." in ida.text("1")
    assert any(case.code in text for text in line.phone(ROSA).hears())


def test_the_supervisor_is_asked_to_help(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    sue = volunteer(line, SUE, roles=("supervisor",), duty=False)
    case = asked_for(ana)
    ida.hears()
    ida.text(f"TAKE {case.code}")
    sue.hears()
    assert "supervisor is asked" in ida.text("2")
    assert any(f"TAKE {case.code}" in text for text in sue.hears())
    assert f"{case.code} is yours" in sue.text(f"TAKE {case.code}")
    assert loaded(line, case).holder_id == sue.person.id


def test_by_call_with_keys_alone(line: Line, ana: Phone) -> None:
    line.fate = lambda to: None  # whoever is rung takes the call
    volunteer(line, IDA, channel="call")
    case = asked_for(ana)
    line.passes(seconds=2)
    call = takes(line)
    said = call.hears
    assert "Someone asked for a call. To take it, press 1. To pass, 2." in said
    said = call.presses("1")
    assert "Ana" in said
    assert "To ring them, press 1. For the supervisor, star." in said
    assert loaded(line, case).status == "accepted"
    assert "If you reached them, press 1" in call.presses("3")
    call.presses("1")
    assert loaded(line, case).status == "in contact"


def test_a_voicemail_takes_no_case(line: Line, ana: Phone) -> None:
    line.fate = lambda to: None  # whoever is rung takes the call
    volunteer(line, IDA, channel="call")
    case = asked_for(ana)
    line.passes(seconds=2)
    takes(line, answered_by="machine_start")
    line.settle()
    assert loaded(line, case).holder_id is None
    assert alerts(line, case.id)[0].status in ("failed", "silent")


def test_a_volunteer_who_calls_hears_of_case_and_shift_first(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    case = asked_for(ana)
    ida.text(f"TAKE {case.code}")
    ida.text("3")
    ida.text("SKIP")
    call = dial(line, IDA)
    assert "For your case, press 1" in call.hears
    assert "To ring them, press 1" in call.presses("1")


# --- shifts


def trained(line: Line, *phones: Phone) -> None:
    people = [phone.person.id for phone in phones]
    with line.writing() as tx:
        for person_id in people:
            volunteers.set_trained(tx, person_id, {"listening": "2026-01-10"})


def test_on_off_and_a_break(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA, duty=False)
    trained(line, ida)
    assert "No shift is planned" in ida.text("SHIFT")
    assert "on shift" in ida.text("yes")
    assert "asks nothing of you until" in ida.text("BREAK 30")
    case = asked_for(ana)
    assert ida.hears() == [], "nothing while they rest"
    assert "on shift" in ida.text("ON")
    line.passes(minutes=12)
    ida.hears()
    assert "is yours" in ida.text(f"TAKE {case.code}") or loaded(line, case).holder_id is None
    assert "off shift" in ida.text("OFF")


def test_a_member_who_is_no_volunteer_pauses_by_break(line: Line, ana: Phone) -> None:
    assert "asks nothing of you until" not in ana.text("BREAK 30")


def test_a_shift_is_offered_and_taken(line: Line) -> None:
    ida, jan = volunteer(line, IDA, duty=False), volunteer(line, JAN, duty=False)
    trained(line, ida, jan)
    on_duty(line, ida)
    assert "Shall we ask others" in ida.text("SWAP")
    asked = ida.text("yes")
    assert "Others are asked" in asked
    assert any("SWAP shows it" in text for text in jan.hears())
    assert "looks for somebody" in jan.text("SWAP")
    assert "The shift is yours" in jan.text("yes")
    line.settle()
    assert any("takes your shift" in text for text in ida.hears())
    with line.reading() as tx:
        mine = shifts.of_person(tx, jan.person.id, line.at)
        assert [s.status for s in mine] == ["planned"]
        assert swaps.offered_to(tx, jan.person.id, line.at) == []
