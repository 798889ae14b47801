"""A case and those on call, told from all phones: who is asked, who comes, what is heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import case_watch, cases, ladder, taking
from service.storage import cases as stored
from service.storage import volunteers
from tests.service.house import ANA, ROSA, Line, Phone
from tests.service.team import (
    IDA,
    JAN,
    KAI,
    SUE,
    acts,
    alerts,
    desk,
    does,
    on_duty,
    take,
    taker,
    volunteer,
)


@pytest.fixture
def ana(line: Line) -> Phone:
    return line.member(ANA, name="Ana")


def case_of(phone: Phone) -> stored.Case:
    (case,) = phone.open_cases
    return case


def asked(line: Line, *phones: Phone) -> list[Phone]:
    """Who of these has been texted since the last look."""
    return [phone for phone in phones if phone.hears()]


def nothing_unexpected(line: Line, *phones: Phone) -> None:
    for phone in phones:
        assert phone.hears() == [], phone.number


def test_one_after_another_on_duty_then_the_coordinators(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    off = volunteer(line, KAI, duty=False)
    rosa = line.phone(ROSA)
    assert "person" in ana.text("TALK")
    (first,) = asked(line, ida, jan)
    line.passes(minutes=2)
    (second,) = asked(line, ida, jan)
    assert first is not second
    assert asked(line, rosa) == []
    line.passes(minutes=2)
    assert asked(line, rosa) == [rosa], "nobody is left above: the coordinators come at once"
    nothing_unexpected(line, ida, jan, off)
    assert [a.status for a in alerts(line, case_of(ana).id)] == ["silent", "silent", "told"]


def test_the_first_who_takes_it_has_it_and_the_others_are_thanked(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    ana.text("I want to kill myself tonight with pills")
    line.passes(minutes=2)
    both = asked(line, ida, jan)
    assert both == [ida, jan]
    case = case_of(ana)
    assert take(line, ida, case.id) == taking.WON
    assert take(line, jan, case.id) == taking.ANOTHERS
    assert take(line, ida, case.id) == taking.YOURS
    line.settle()
    assert ana.hears() == ["Someone will call you from this number."]
    (thanks,) = jan.hears()
    assert thanks == f"Case {case.code} is taken, thank you."
    line.passes(minutes=14)
    nothing_unexpected(line, ana, ida, jan, line.phone(ROSA))
    with line.reading() as tx:
        ready = volunteers.load(tx, ida.person.id)
    assert ready is not None
    assert ready.taken_count == 1


def test_nobody_hears_a_name_a_number_or_a_word(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("I want to kill myself tonight with pills")
    line.passes(minutes=30)
    for phone in (ida, line.phone(ROSA)):
        for text in phone.hears():
            for secret in ("Ana", ANA, ANA[-4:], "pills", "kill"):
                assert secret not in text


def test_who_waits_hears_it_every_five_minutes_until_somebody_comes(line: Line, ana: Phone) -> None:
    volunteer(line, IDA)
    ana.text("I want to kill myself tonight with pills")
    line.passes(minutes=4)
    assert ana.hears() == []
    line.passes(minutes=7)
    assert ana.hears() == ["Still trying. 988 answers now."] * 2
    assert take(line, line.phone(IDA), case_of(ana).id) == taking.WON
    line.passes(minutes=9)
    assert ana.hears() == ["Someone will call you from this number."]


def test_nobody_takes_it_and_the_person_is_told_the_truth_and_tried_for_again(
    line: Line, ana: Phone
) -> None:
    ana.text("I want to kill myself tonight with pills")
    line.passes(minutes=29)
    ana.hears()
    line.phone(ROSA).hears()
    line.passes(minutes=2)
    (truth,) = ana.hears()
    assert truth.startswith("I'm sorry, nobody here can call now. 988 can. We try again at 1")
    (alarm,) = line.phone(ROSA).hears()
    assert "nobody took it" in alarm
    line.passes(minutes=27)
    nothing_unexpected(line, ana, line.phone(ROSA))
    line.passes(minutes=4)
    assert len(line.phone(ROSA).hears()) == 1, "tried again"
    assert case_of(ana).status == "notifying"
    assert take(line, line.phone(ROSA), case_of(ana).id) == taking.WON
    line.settle()
    assert ana.hears()[-1] == "Someone will call you from this number."


def test_a_routine_case_says_nothing_while_it_waits_and_rests_at_night(
    line: Line, ana: Phone
) -> None:
    ida = volunteer(line, IDA, duty=False)
    line.passes(hours=12)  # ten in the evening
    on_duty(line, ida, hours=20)
    with line.turn(ana) as slate:
        cases.open_case(slate, cases.ALERT, "routine")
    line.passes(hours=9, minutes=50)
    nothing_unexpected(line, ana, ida, line.phone(ROSA))
    line.passes(minutes=20)
    assert len(ida.hears()) == 1
    line.passes(hours=12)
    assert ana.hears() == []


def test_who_passes_makes_way_at_once_and_who_gives_it_back_opens_it(
    line: Line, ana: Phone
) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    ana.text("I want to kill myself tonight with pills")
    (first,) = asked(line, ida, jan)
    case = case_of(ana)
    assert does(line, "pass_on", first, case.id)
    (second,) = asked(line, ida, jan)
    assert second is not first
    assert take(line, second, case.id) == taking.WON
    line.settle()
    ana.hears()
    assert does(line, "pass_on", second, case.id)
    assert case_of(ana).status == "notifying"
    assert case_of(ana).holder_id is None
    assert asked(line, line.phone(ROSA)) == [line.phone(ROSA)], "both passed: the next step"
    line.passes(minutes=5)
    assert ana.hears() == ["Still trying. 988 answers now."]


def test_no_contact_by_the_deadline_opens_it_again(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("TALK")
    case = case_of(ana)
    take(line, ida, case.id)
    line.settle()
    ida.hears()
    line.passes(minutes=14)
    assert case_of(ana).status == "accepted"
    line.passes(minutes=2)
    assert case_of(ana).status == "notifying"
    heard = ida.hears()
    assert "goes on to somebody else" in heard[0]
    assert "no contact in time" in acts(line, case.id)


def test_who_reached_the_person_has_no_deadline_and_closes_it(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("TALK")
    case = case_of(ana)
    take(line, ida, case.id)
    assert does(line, "reached", ida, case.id)
    assert not does(line, "reached", line.phone(ROSA), case.id)
    line.passes(hours=3)
    assert case_of(ana).status == "in contact"
    assert does(line, "done", ida, case.id)
    assert ana.open_cases == []
    assert acts(line, case.id) == [
        "opened", "on duty told", "accepted", "in contact", "resolved"
    ]  # fmt: skip


def test_an_imminent_case_goes_to_the_trained_and_the_supervisor_knows_of_it(
    line: Line, ana: Phone
) -> None:
    ida = volunteer(line, IDA)
    kai = volunteer(line, KAI, roles=("volunteer", "crisis"))
    sue = volunteer(line, SUE, roles=("supervisor",), duty=False)
    with line.turn(ana) as slate:
        cases.open_case(slate, cases.DANGER, "imminent")
    line.settle()
    assert asked(line, ida, kai) == [kai]
    assert len(sue.hears()) == 1
    line.passes(minutes=2)
    assert asked(line, ida, kai) == [ida]
    assert "supervisors told" in acts(line, case_of(ana).id)


def test_who_speaks_their_language_is_asked_first(line: Line, ana: Phone) -> None:
    """Also where the organisation speaks the other language as well."""
    volunteer(line, IDA, languages=("es",))
    jan = volunteer(line, JAN, languages=("en",))
    volunteer(line, KAI, languages=("es",))
    ana.text("TALK")
    assert asked(line, line.phone(IDA), jan, line.phone(KAI)) == [jan]
    line.passes(minutes=2)
    assert len(asked(line, line.phone(IDA), jan, line.phone(KAI))) == 1, "then the others"


def test_two_who_look_at_the_same_moment_tell_nobody_twice(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("TALK")
    case = case_of(ana)
    for _ in range(3):
        with line.turn(ana) as slate:
            ladder.look(slate, case.id)
    line.settle()
    assert len(ida.hears()) == 1
    assert len(alerts(line, case.id)) == 1


def test_a_case_that_is_handed_over_stays_with_who_has_it_until_it_is_taken(
    line: Line, ana: Phone
) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN, duty=False)
    ana.text("TALK")
    case = case_of(ana)
    take(line, ida, case.id)
    line.settle()
    ana.hears(), ida.hears()
    jan_id = jan.person.id
    with line.writing() as tx:
        held = stored.load(tx, case.id)
        assert held is not None
        assert taking.hand_over(desk(line, tx), held, jan_id, "ida")
    line.settle()
    assert len(jan.hears()) == 1
    assert case_of(ana).holder_id == ida.person.id
    assert take(line, jan, case.id) == taking.WON
    line.settle()
    assert case_of(ana).holder_id == jan.person.id
    assert "taken over" in ida.hears()[0]
    nothing_unexpected(line, ana, jan)


def test_a_late_answer_calls_off_what_its_silence_brought(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    with line.turn(ana) as slate:
        cases.open_case(slate, cases.MISSED, "routine")
    line.settle()
    assert len(ida.hears()) == 1
    with line.turn(ana) as slate:
        cases.answered_after_all(slate)
    line.settle()
    assert ana.open_cases == []
    assert "needs nobody any more" in ida.hears()[0]
    line.passes(hours=5)
    nothing_unexpected(line, ana, ida, line.phone(ROSA))


def test_who_stopped_is_told_nothing_more_and_the_case_goes_on(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("I want to kill myself tonight with pills")
    ana.text("STOP")
    ana.hears()
    line.passes(minutes=12)
    assert ana.hears() == []
    assert ida.hears()
    assert case_of(ana).status == "notifying"


def test_a_case_keeps_the_policy_that_it_was_opened_under(line: Line, ana: Phone) -> None:
    ana.text("TALK")
    case = case_of(ana)
    line.phone(ROSA).hears()
    with line.reading() as tx:
        there = desk(line, tx)
        assert there.policy(case).name == "on-call"
        assert there.policy(case._replace(policy_hash="gone")).steps


def test_a_taker_who_is_only_a_number_holds_what_they_took(line: Line, ana: Phone) -> None:
    rosa = line.phone(ROSA)
    ana.text("TALK")
    case = case_of(ana)
    assert taker(rosa).person_id is None
    assert take(line, rosa, case.id) == taking.WON
    assert does(line, "reached", rosa, case.id)
    assert does(line, "done", rosa, case.id)
    assert ana.open_cases == []


def test_a_case_of_a_release_that_gave_up_is_looked_at_when_the_clock_starts(
    line: Line, ana: Phone
) -> None:
    ana.text("TALK")
    line.phone(ROSA).hears()
    line.do("delete from timer where kind = 'case'")
    line.do("delete from case_alert")
    line.do('update "case" set step = 0')
    line.passes(hours=1)
    assert line.phone(ROSA).hears() == []
    assert case_watch.catch_up(line.house) == 1
    assert case_watch.catch_up(line.house) == 0
    line.settle()
    assert len(line.phone(ROSA).hears()) == 1


def test_time_passes_in_one_leap_and_nothing_comes_twice(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("TALK")
    ida.hears()
    line.at += timedelta(hours=6)
    line.settle()
    assert not any("asked" in text and "Case" in text for text in ida.hears()), "asked once"
    assert len(line.phone(ROSA).hears()) == 1
