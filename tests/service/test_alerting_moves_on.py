"""An alert that reaches nobody moves the ladder on at once, whatever the way it came by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from service.carrier.outcomes import InDoubt, Outcome, Refused, Retry
from service.storage import cases as stored
from service.storage import people
from tests.service.calling import takes
from tests.service.house import ANA, ROSA, Line, Phone
from tests.service.team import IDA, JAN, KAI, SUE, acts, alerts, on_duty, volunteer

NIGHT = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)  # two in the morning in New York


@pytest.fixture
def ana(line: Line) -> Phone:
    return line.member(ANA, name="Ana")


def case_of(phone: Phone) -> stored.Case:
    (case,) = phone.open_cases
    return case


def asked_first(line: Line, ana: Phone, *phones: Phone) -> Phone:
    ana.text("TALK")
    line.passes(seconds=2)
    (first,) = [phone for phone in phones if phone.hears()]
    return first


@pytest.mark.parametrize("fate", ["machine", "busy", "no answer", "failed"])
def test_a_call_that_nobody_takes(line: Line, ana: Phone, fate: str) -> None:
    volunteer(line, IDA, channel="call")
    line.fate = lambda to: fate
    ana.text("TALK")
    line.passes(seconds=2)
    assert len(line.phone(ROSA).hears()) == 1, "the next step, no minute later"


@pytest.mark.parametrize("outcome", [Refused(21216, 403, "config"), InDoubt("timeout")])
def test_a_call_that_is_not_placed(line: Line, ana: Phone, outcome: Outcome) -> None:
    volunteer(line, IDA, channel="call")
    line.places = lambda row, to: outcome
    ana.text("TALK")
    line.passes(seconds=2)
    assert len(line.phone(ROSA).hears()) == 1


def test_who_is_rung_and_says_later(line: Line, ana: Phone) -> None:
    """A phone that others use, too: is this a good time? It is not."""
    ida = volunteer(line, IDA, channel="call")
    number_id = ida.standing.number.id
    line.do("update number set shared = :yes where id = :id", yes=True, id=number_id)
    line.fate = lambda to: None
    ana.text("TALK")
    line.passes(seconds=2)
    call = takes(line)
    assert "good time" in call.hears
    call.presses("2")
    assert len(line.phone(ROSA).hears()) == 1, "while the call still lasts"
    line.passes(minutes=3)
    case = case_of(ana)
    assert [alert.status for alert in alerts(line, case.id)][:1] == ["silent"]
    assert acts(line, case.id).count("asked for later") == 1
    assert "no answer" not in acts(line, case.id)
    assert len(line.rung) == 1, "they are not rung again about it at once"


def test_who_stops_texts_while_they_are_asked(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    first = asked_first(line, ana, ida, jan)
    first.text("STOP")
    line.passes(seconds=2)
    assert (jan if first is ida else ida).hears()
    assert alerts(line, case_of(ana).id)[0].status == "failed"


def test_who_stops_texts_with_a_case_in_hand_gives_it_back(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    first = asked_first(line, ana, ida, jan)
    other = jan if first is ida else ida
    first.text("take")
    ana.hears()
    first.text("STOP")
    line.passes(seconds=2)
    assert case_of(ana).status == "notifying"
    assert other.hears()
    other.text("take")
    other.text(f"REACHED {case_of(ana).code}")
    line.phone(ROSA).hears()
    other.text("STOP")
    (told,) = line.phone(ROSA).hears()
    assert "no more texts" in told


def test_two_take_it_in_the_same_moment_and_the_second_is_thanked(line: Line, ana: Phone) -> None:
    ida, jan = (volunteer(line, one, roles=("coordinator",), duty=False) for one in (IDA, JAN))
    ana.text("TALK")
    line.passes(minutes=5)
    (case,) = ana.open_cases
    for phone in (ida, jan):
        assert any(case.code in text for text in phone.hears())
    ida.send(f"TAKE {case.code}")
    jan.send(f"TAKE {case.code}")
    line.settle()
    assert any(f"{case.code} is yours" in text for text in ida.hears())
    assert any(f"{case.code} is taken, thank you" in text for text in jan.hears())


def test_a_text_that_never_left_is_taken_back_without_a_word(line: Line, ana: Phone) -> None:
    ida, jan = volunteer(line, IDA), volunteer(line, JAN)
    lost: list[str] = []

    def says(row: Any, body: str) -> Outcome | None:
        if "Case" in body and (not lost or lost[0] == row.number_id):
            lost[:] = [row.number_id]
            return Retry("connection")
        return None

    line.says = says
    ana.text("TALK")
    line.passes(minutes=2, seconds=5)
    (there,) = [phone for phone in (ida, jan) if phone.hears()]
    assert "is yours" in there.text("take")
    line.says = lambda row, body: None
    line.passes(minutes=10)
    assert (jan if there is ida else ida).hears() == [], "neither the alert nor thanks for it"


def test_at_night_nothing_about_a_case_waits_for_the_morning(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA, duty=False)
    on_duty(line, ida, hours=40)
    line.until(NIGHT)
    first = asked_first(line, ana, ida)
    line.passes(minutes=58)  # the last round is half an hour ago
    heard = first.hears()
    assert any("others are asked" in text for text in heard), heard
    first.text(f"TAKE {case_of(ana).code}")
    first.text("REACHED")
    first.text("DONE")
    first.hears()
    line.passes(hours=8)
    assert first.hears() == []


def test_who_is_asked_again_is_asked_in_one_place(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("TALK")
    line.passes(minutes=24)
    ida.hears()
    waiting = [row for row in ida.conversations if row.status in ("front", "waiting")]
    assert len(alerts(line, case_of(ana).id)) > 2, "more than one round"
    assert len(waiting) == 1


@pytest.mark.parametrize(
    ("there", "told"),
    [(("supervisor", "coordinator"), ["supervisor"]), (("coordinator",), ["coordinator", "rosa"])],
)
def test_a_debrief_goes_to_supervisors_and_otherwise_to_the_coordinators(
    line: Line, ana: Phone, there: tuple[str, ...], told: list[str]
) -> None:
    ida, phones = volunteer(line, IDA), {"rosa": line.phone(ROSA)}
    for number, role in zip((SUE, KAI), there, strict=False):
        phones[role] = volunteer(line, number, roles=(role,), duty=False)
    ana.text("I want to kill myself tonight with pills")
    code = case_of(ana).code
    ida.text(f"TAKE {code}")
    assert "heavy" in ida.text(f"DONE {code}")
    for phone in phones.values():
        phone.hears()
    assert "will be in touch" in ida.text("yes")
    heard = {name: phone.hears() for name, phone in phones.items()}
    assert sorted(name for name, texts in heard.items() if texts) == told
    assert all("would like a talk" in text for texts in heard.values() for text in texts)


def open_talks(phone: Phone) -> list[str]:
    return [row.flow for row in phone.conversations if row.status in ("front", "waiting")]


def test_who_lost_a_case_is_asked_nothing_more_about_it(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("TALK")
    code = case_of(ana).code
    ida.text(f"TAKE {code}")
    line.passes(minutes=14)
    ida.hears()
    volunteer(line, JAN)
    line.passes(minutes=2)
    heard = ida.hears()
    assert "goes on to somebody else" in heard[0]
    line.phone(JAN).text(f"TAKE {code}")
    line.passes(hours=2)
    assert not any("stays with you" in text or "Which one" in text for text in ida.hears())
    assert open_talks(ida) == []


def test_a_menu_of_a_case_is_over_with_the_case(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ida.text("PREFS")
    ana.text("TALK")
    code = case_of(ana).code
    ida.hears()
    assert "1 ring them" in ida.text(f"TAKE {code}")
    ida.text(f"REACHED {code}")
    closed = ida.text(f"DONE {code}")
    assert "is closed" in closed
    assert "1 ring them" not in closed
    assert open_talks(ida) == ["preferences"]


def test_who_was_late_and_is_the_only_one_is_asked_anew(line: Line, ana: Phone) -> None:
    ida = volunteer(line, IDA)
    ana.text("TALK")
    code = case_of(ana).code
    ida.text("take")
    ida.hears()
    line.passes(minutes=16)
    heard = ida.hears()
    assert "goes on to somebody else" in " ".join(heard)
    assert f"TAKE {code}" in heard[-1]
    assert open_talks(ida) == ["alert"]
    assert f"{code} is yours" in ida.text("yes")


@pytest.mark.parametrize("pin", ["right", "wrong"])
def test_a_pin_stands_before_an_alert_by_call(line: Line, ana: Phone, pin: str) -> None:
    ida = volunteer(line, IDA, channel="call")
    person_id = ida.person.id
    with line.writing() as tx:
        people.set_pin(tx, person_id, "2468")
    line.fate = lambda to: None
    ana.text("TALK")
    line.passes(seconds=2)
    call = takes(line)
    call.presses("1")  # a good time
    if pin == "right":
        said = call.presses("2468")
        assert "To take it, press 1." in said
        assert "Ana" in call.presses("1")
        assert case_of(ana).holder_id == person_id
        return
    while not call.over:
        call.presses("1111")
    line.settle()
    assert case_of(ana).holder_id is None
    assert len(line.phone(ROSA).hears()) == 1, "no minute later"


@pytest.mark.parametrize("said", ["We can take a message", "take it", "ok", "yes"])
def test_a_voicemail_that_is_taken_for_a_person_takes_no_case(
    line: Line, ana: Phone, said: str
) -> None:
    volunteer(line, IDA, channel="call")
    line.fate = lambda to: None
    ana.text("TALK")
    line.passes(seconds=2)
    call = takes(line)
    while not call.over:
        call.says(said)
    line.settle()
    assert case_of(ana).holder_id is None
    assert len(line.phone(ROSA).hears()) == 1, "the next one, at once"
