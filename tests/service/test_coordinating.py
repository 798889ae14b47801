"""A coordinator who is only a number: cases by text, with a word and the case's code."""

from __future__ import annotations

import pytest

from service.storage import cases as stored
from tests.service.house import ANA, BEN, ROSA, Line, Phone
from tests.service.team import IDA, acts, volunteer


@pytest.fixture
def ana(line: Line) -> Phone:
    return line.member(ANA, name="Ana")


@pytest.fixture
def rosa(line: Line) -> Phone:
    return line.phone(ROSA)


def asked_for(phone: Phone, rosa: Phone) -> stored.Case:
    """Somebody asks for a person, and the coordinator is told."""
    phone.text("TALK")
    (case,) = phone.open_cases
    assert any(f"TAKE {case.code}" in text for text in rosa.hears())
    return case


def loaded(line: Line, case: stored.Case) -> stored.Case:
    with line.reading() as tx:
        found = stored.load(tx, case.id)
    assert found is not None
    return found


def test_a_case_from_the_alert_to_its_end(line: Line, ana: Phone, rosa: Phone) -> None:
    case = asked_for(ana, rosa)
    told = rosa.text(f"TAKE {case.code}")
    assert f"{case.code} is yours" in told
    assert "Ana" in told
    assert ana.hears() == ["Someone will call you from this number."]
    held = loaded(line, case)
    assert (held.status, held.holder_id) == ("accepted", None)
    assert held.holder_number_id == rosa.standing.number.id
    assert rosa.standing.person is None, "nobody is made of them by it"
    assert "Noted" in rosa.text(f"note {case.code} Her sister is with her")
    assert f"DONE {case.code}" in rosa.text("reached")
    assert "is closed" in rosa.text(f"DONE {case.code}")
    assert loaded(line, case).status == "resolved"
    assert acts(line, case.id)[-4:] == ["accepted", "note", "in contact", "resolved"]
    assert "No such case" in rosa.text("DONE")


def test_in_spanish_and_in_lower_case(line: Line, ana: Phone, rosa: Phone) -> None:
    case = asked_for(ana, rosa)
    spaced = f"{case.code[:2]} {case.code[2:]}".lower()
    assert f"{case.code} es suyo" in rosa.text(f"tomo {spaced}")
    assert "se cerro" in rosa.text(f"Hecho {case.code.lower()}.")
    assert loaded(line, case).status == "resolved"


def test_a_wrong_or_missing_code_is_asked_back_and_never_guessed(
    line: Line, ana: Phone, rosa: Phone
) -> None:
    one = asked_for(ana, rosa)
    two = asked_for(line.member(BEN), rosa)
    for said in ("TAKE", "TAKE K7QF", "TAKE K7 QF", f"TAKE {one.code[:3]}0", f"TAKE 0{two.code}"):
        back = rosa.text(said)
        assert "Which case" in back, said
        assert one.code in back
        assert two.code in back
    assert "TAKE, PASS" in rosa.text(two.code)
    assert {loaded(line, case).status for case in (one, two)} == {"notifying"}
    assert f"{two.code} is yours" in rosa.text(f"take {two.code}")
    assert f"{one.code} is yours" in rosa.text("take"), "the only one that it can be about"
    assert "Which case" in rosa.text("done")


def test_passing_and_giving_back(line: Line, ana: Phone, rosa: Phone) -> None:
    case = asked_for(ana, rosa)
    ida = volunteer(line, IDA)
    assert "Others are asked" in rosa.text(f"PASS {case.code}")
    assert any(case.code in text for text in ida.hears()), "at once"
    ida.text(f"TAKE {case.code}")
    assert "taken" in rosa.text(f"TAKE {case.code}")
    assert "not with you" in rosa.text(f"DONE {case.code}")
    assert "not with you" in rosa.text(f"NOTE {case.code} hello")
    ida.text(f"DONE {case.code}")
    assert "needs nobody" in rosa.text(f"TAKE {case.code}")


def test_no_other_number_may(line: Line, ana: Phone, rosa: Phone) -> None:
    case = asked_for(ana, rosa)
    stranger = line.phone("+15550142066")
    stranger.text(f"TAKE {case.code}")
    assert loaded(line, case).status == "notifying"


def test_a_coordinator_who_is_a_member_keeps_their_own_words(line: Line, ana: Phone) -> None:
    rosa = line.member(ROSA)
    rosa.text("NOTE")
    assert rosa.front is None or rosa.front.flow != "note"
    case = asked_for(ana, rosa)
    assert f"{case.code} is yours" in rosa.text(f"TAKE {case.code}")
    rosa.text("TALK")
    (own,) = rosa.open_cases
    assert "Which case" in rosa.text(f"TAKE {own.code}") or "No such case" in rosa.text(
        f"TAKE {own.code}"
    )
    assert loaded(line, own).holder_number_id is None


def test_nobody_is_rung_for_a_number_that_is_nobodys(line: Line, ana: Phone, rosa: Phone) -> None:
    case = asked_for(ana, rosa)
    rosa.text("TAKE")
    for said in (f"RING {case.code}", f"RING {case.code} now please", f"NOTE {case.code}"):
        assert "REACHED or DONE" in rosa.text(said)
    assert acts(line, case.id).count("note") == 0
    assert line.rung == []
