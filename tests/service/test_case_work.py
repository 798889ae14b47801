"""Cases by a coordinator's hand: whoever is concerned hears of it, and nothing is guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import case_files, case_work
from service.cures import Curable
from service.storage import cases as stored
from service.storage import volunteers
from service.storage.case_lists import Wanted
from tests.service.house import ANA, BEN, ROSA, Line, Phone
from tests.service.team import IDA, JAN, SUE, acts, alerts, volunteer

_LISTENING = {"listening": "2026-04-01"}


@pytest.fixture
def ana(line: Line) -> Phone:
    return line.member(ANA, name="Ana", wish_call="Rosa 555 0101", wish_police="yes")


def helper(line: Line, number: str, **more: object) -> Phone:
    return volunteer(line, number, trained=_LISTENING, **more)


def asked_for(phone: Phone) -> stored.Case:
    phone.text("TALK")
    (case,) = phone.open_cases
    return case


def loaded(line: Line, case: stored.Case) -> stored.Case:
    with line.reading() as tx:
        found = stored.load(tx, case.id)
    assert found is not None
    return found


def refused(trouble: str):
    return pytest.raises(Curable, match=trouble)


def test_taken_at_the_desk_the_others_are_thanked(line: Line, ana: Phone) -> None:
    ida = helper(line, IDA)
    case = asked_for(ana)
    ida.hears()
    assert case_work.take(line.house, case.code.lower(), "rosa")["status"] == "accepted"
    line.settle()
    assert ida.hears() == [f"Case {case.code} is taken, thank you."]
    assert ana.hears() == ["Someone will call you from this number."]
    with refused("This case is accepted"):
        case_work.take(line.house, case.code, "luis")


def test_given_to_somebody_who_said_yes_by_telephone(line: Line, ana: Phone) -> None:
    ida, jan = helper(line, IDA), helper(line, JAN)
    case = asked_for(ana)
    first = ida if ida.hears() else jan
    jan.hears()
    other = jan if first is ida else ida
    found = case_work.take(line.house, case.code, "rosa", to=other.person.id)
    assert found["holder_id"] == other.person.id
    line.settle()
    heard = "\n".join(other.hears())
    assert f"{case.code} is yours" in heard
    assert "Ana" in heard
    assert "Wishes: Call: Rosa" in heard
    assert first.hears() == [f"Case {case.code} is taken, thank you."]
    assert "given by hand" in acts(line, case.id)
    assert "Noted" in other.text(f"NOTE {case.code} called her")
    with refused("Somebody has this case"):
        case_work.take(line.house, case.code, "rosa", to=first.person.id)


def test_a_case_is_given_only_to_who_may_have_it(line: Line, ana: Phone) -> None:
    ida, ben = helper(line, IDA), line.member(BEN)
    ida_id, ben_id = ida.person.id, ben.person.id
    case = asked_for(ana)
    give = case_work.take
    with refused("no volunteer"):
        give(line.house, case.code, "rosa", to=ben_id)
    with refused("Nobody is known"):
        give(line.house, case.code, "rosa", to="Nobody")
    line.do("update \"case\" set priority = 'imminent'")
    with refused("not trained for a case that is imminent"):
        give(line.house, case.code, "rosa", to=ida_id)
    with line.writing() as tx:
        volunteers.set_trained(tx, ida_id, {"crisis": "2026-04-01"})
    line.do("update contact set verified_at = null")
    with refused("No phone of theirs"):
        give(line.house, case.code, "rosa", to=ida_id)
    with line.writing() as tx:
        volunteers.move(tx, ida_id, "resting")
    with refused("take no cases now"):
        give(line.house, case.code, "rosa", to=ida_id)
    assert loaded(line, case).holder_id is None


def test_nobody_is_given_their_own_case(line: Line) -> None:
    ida = helper(line, IDA)
    case = asked_for(ida)
    with refused("The case is about them"):
        case_work.hand_over(line.house, case.code, ida.person.id, "rosa")


def test_handed_over_by_name_it_stays_until_the_other_takes_it(line: Line, ana: Phone) -> None:
    ida, sue = helper(line, IDA), helper(line, SUE, duty=False)
    case = asked_for(ana)
    ida.text(f"TAKE {case.code}")
    case_work.hand_over(line.house, case.code, sue.person.id, "rosa")
    line.settle()
    (asked,) = sue.hears()
    assert f"TAKE {case.code}" in asked
    assert loaded(line, case).holder_id == ida.person.id
    with refused("are asked already"):
        case_work.hand_over(line.house, case.code, sue.person.id, "rosa")
    ida.hears()
    assert f"{case.code} is yours" in sue.text(f"TAKE {case.code}")
    assert ida.hears() == [f"Case {case.code} was taken over, thank you."]
    told = case_files.told(line.house, case.code, "rosa", words=False)
    [event] = [e for e in told["events"] if e["act"] == "asked to take over"]
    assert (event["by"], event["who"]) == ("rosa", sue.person.id)


def test_a_case_that_waits_can_be_asked_of_somebody_off_duty(line: Line, ana: Phone) -> None:
    sue = helper(line, SUE, duty=False)
    case = asked_for(ana)
    case_work.hand_over(line.house, case.code, sue.person.id, "rosa")
    line.settle()
    (asked,) = sue.hears()
    assert f"TAKE {case.code}" in asked
    assert f"{case.code} is yours" in sue.text(f"TAKE {case.code}")
    assert loaded(line, case).holder_id == sue.person.id


def test_passed_for_somebody_the_next_one_is_asked_at_once(line: Line, ana: Phone) -> None:
    ida, jan = helper(line, IDA), helper(line, JAN)
    case = asked_for(ana)
    first, second = (ida, jan) if ida.hears() else (jan, ida)
    second.hears()
    with refused("neither have this case"):
        case_work.give_back(line.house, case.code, "rosa", second.person.id)
    case_work.give_back(line.house, case.code, "rosa", first.person.id)
    line.settle()
    assert f"TAKE {case.code}" in second.hears()[0]
    assert [a.status for a in alerts(line, case.id) if a.person_id == first.person.id] == ["passed"]
    with refused("Nobody has this case"):
        case_work.give_back(line.house, case.code, "rosa")


def test_what_somebody_has_goes_back_and_they_hear_so(line: Line, ana: Phone) -> None:
    ida = helper(line, IDA)
    case = asked_for(ana)
    ida.text(f"TAKE {case.code}")
    case_work.give_back(line.house, case.code, "rosa")
    line.settle()
    assert any("not with you any more" in text for text in ida.hears())
    assert "given back" in acts(line, case.id)
    assert loaded(line, case).holder_id is None


def test_reached_and_done_are_noted_for_who_has_it(line: Line, ana: Phone) -> None:
    ida = helper(line, IDA)
    case = asked_for(ana)
    with refused("Nobody has this case"):
        case_work.reached(line.house, case.code, "rosa")
    with refused("Nobody has this case"):
        case_work.done(line.house, case.code, "rosa")
    ida.text(f"TAKE {case.code}")
    assert case_work.reached(line.house, case.code, "rosa")["status"] == "in contact"
    assert case_work.reached(line.house, case.code, "rosa")["status"] == "in contact"
    done = case_work.done(line.house, case.code, "rosa", "handed over")
    assert (done["status"], done["holder_id"]) == ("handed over", ida.person.id)
    line.settle()
    assert any(f"closed case {case.code}" in text for text in ida.hears())
    with line.reading() as tx:
        by = {e.act: e.actor for e in stored.events(tx, case.id)}
    assert by["in contact"] == by["handed over"] == "rosa"


def test_who_had_a_hard_case_rests_after_it_also_where_it_is_closed_by_hand(
    line: Line, ana: Phone
) -> None:
    ida = helper(line, IDA)
    ana.text("I want to kill myself tonight")
    (case,) = ana.open_cases
    ida.text(f"TAKE {case.code}")
    case_work.done(line.house, case.code, "rosa")
    ida_id = ida.person.id
    with line.reading() as tx:
        who = volunteers.load(tx, ida_id)
    assert who is not None
    assert who.hard_case_at == line.at


def test_reopened_everybody_is_asked_anew_and_cancelled_nobody_is(line: Line, ana: Phone) -> None:
    ida = helper(line, IDA)
    case = asked_for(ana)
    ida.text(f"TAKE {case.code}")
    case_work.reopen(line.house, case.code, "rosa")
    line.settle()
    heard = ida.hears()
    assert any("not with you any more" in text for text in heard)
    assert any(f"TAKE {case.code}" in text for text in heard)
    case_work.cancel(line.house, case.code, "rosa")
    line.settle()
    assert ida.hears() == [f"Case {case.code} needs nobody any more, thank you."]
    with refused("This case is cancelled"):
        case_work.reopen(line.house, case.code, "rosa")


def test_a_code_is_never_guessed(line: Line, ana: Phone) -> None:
    with refused("No case has this code"):
        case_work.take(line.house, "QQQQ", "rosa")
    first = asked_for(ana)
    case_work.close(line.house, first.code, "resolved", "rosa")
    line.passes(days=3)
    second = asked_for(ana)
    case_work.close(line.house, second.code, "resolved", "rosa")
    line.do("update \"case\" set code = 'ACDE'")
    line.do("delete from case_code")
    with line.reading() as tx:
        assert case_files.called(tx, "acde", line.at).id == second.id, "settled just now"
        with refused("More than one case"):
            case_files.called(tx, "ACDE", line.at + timedelta(days=2))
        assert case_files.called(tx, first.id, line.at + timedelta(days=2)).id == first.id


def test_a_list_holds_what_is_asked_for(line: Line, ana: Phone) -> None:
    ida = helper(line, IDA)
    ben = line.member(BEN)
    mine = asked_for(ana)
    ben.text("I want to die")
    (danger,) = ben.open_cases
    ida.text(f"TAKE {mine.code}")

    def codes(settled: bool = False, **which: str) -> set[str]:
        found = case_files.listing(line.house, Wanted(**which), settled=settled)
        return {row["code"] for row in found}

    assert codes() == {mine.code, danger.code}
    assert codes(kind="danger") == codes(person=ben.person.id) == {danger.code}
    assert codes(holder=ida.person.id) == codes(status="accepted") == {mine.code}
    assert codes(priority="urgent", kind="danger") == {danger.code}
    case_work.close(line.house, danger.code, "resolved", "rosa")
    assert codes() == {mine.code}
    assert codes(settled=True, kind="danger") == {danger.code}
    with refused("no such state"):
        case_files.wanted("gone", "", "", "", "", "")


def test_what_is_shown_holds_reasons_and_no_words(line: Line, ana: Phone) -> None:
    line.organised(coordinators=[ROSA])
    ana.text("I took pills and I want to die, tell Bea")
    (case,) = ana.open_cases
    case_work.note(line.house, case.code, "Her sister Bea is there", "rosa")
    found = case_files.told(line.house, case.code, "rosa", words=False)
    assert any(reason.startswith("self:") for reason in found["reasons"])
    assert found["wishes"] == "Whom to call: told. Police: they said yes."
    assert "Bea" not in str(found)
    assert "0101" not in str(found)
    assert [e["act"] for e in found["events"]][:2] == ["opened", "coordinators told"]
    found = case_files.told(line.house, case.code, "rosa", words=True)
    assert "Rosa 555 0101" in found["wishes"]
    assert any(e.get("note") == "Her sister Bea is there" for e in found["events"])
    [read] = line.rows("select act from trail where subject = 'case' and act = 'read'")
    assert read[0] == "read"
