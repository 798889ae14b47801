"""What volunteers write of cases in their own ways: which one is meant is asked, never guessed."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest

from service.storage import cases as stored
from service.storage import contacts, volunteers
from tests.service.house import ANA, BEN, Line, Phone
from tests.service.team import IDA, volunteer

OPEN, TAKEN = "notifying", "accepted"


class Told(NamedTuple):
    """Ida, who is asked about one case or about two; the second stands in front."""

    line: Line
    ida: Phone
    cases: tuple[stored.Case, ...]

    def says(self, words: str) -> str:
        codes = [case.code for case in self.cases]
        return self.ida.text(words.format(a=codes[0], b=codes[-1]))

    @property
    def statuses(self) -> list[str]:
        with self.line.reading() as tx:
            found = stored.load_many(tx, [case.id for case in self.cases])
        return [found[case.id].status for case in self.cases]


def asked(line: Line, *numbers: str) -> Told:
    ida, found = volunteer(line, IDA), []
    for number in numbers:
        ana = line.member(number, name="Ana")
        ana.text("TALK")
        found += ana.open_cases
        line.passes(minutes=3)
    ida.hears()
    return Told(line, ida, tuple(found))


@pytest.fixture
def one(line: Line) -> Told:
    return asked(line, ANA)


@pytest.fixture
def two(line: Line) -> Told:
    return asked(line, ANA, BEN)


@pytest.mark.parametrize(
    "said", ["yes", "OK", "1", "Si", "take it", "I take {a}", "taek {a}", "{a} yes", "ok {a}!"]
)
def test_a_yes_takes_the_only_case(one: Told, said: str) -> None:
    assert "is yours" in one.says(said)
    assert one.statuses == [TAKEN]


@pytest.mark.parametrize(
    "said",
    ["no", "2", "I can't", "I can't take it", "can't take {a}", "no puedo", "no lo tomo",
     "don't take {a}"],
)  # fmt: skip
def test_who_cannot_has_not_taken_it(one: Told, said: str) -> None:
    assert "asks somebody else" in one.says(said)
    assert one.statuses == [OPEN]


@pytest.mark.parametrize("said", ["who is it?", "take care", "not taking it", "yes K7QF"])
def test_what_may_mean_anything_takes_nothing(one: Told, said: str) -> None:
    assert one.cases[0].code in one.says(said), "asked again"
    assert one.statuses == [OPEN]


@pytest.mark.parametrize("said", ["yes", "ok", "1", "2", "no", "si", "TAKE", "yes K7QF",
                                  "take K7 QF", "take {a} {b}", "take {a}, pass {b}"])  # fmt: skip
def test_where_two_stand_it_is_asked_which(two: Told, said: str) -> None:
    back = two.says(said)
    assert "Which case" in back
    assert all(case.code in back for case in two.cases)
    assert two.statuses == [OPEN, OPEN]


@pytest.mark.parametrize("said", ["{a}: yes", "yes {a}", "I take {a}", "1 {a}", "take {a} please"])
def test_a_code_says_which_though_the_other_stands_in_front(two: Told, said: str) -> None:
    assert f"{two.cases[0].code} is yours" in two.says(said)
    assert two.statuses == [TAKEN, OPEN]


def test_a_code_with_a_space_or_in_small_letters_is_the_same(two: Told) -> None:
    code = two.cases[0].code
    assert f"{code} is yours" in two.ida.text(f"take {code[:2]} {code[2:]}".lower())
    assert two.statuses == [TAKEN, OPEN]


def test_a_key_of_the_menu_before_is_asked_back(one: Told) -> None:
    """They read "1 ring them" of the case that they have; then another came in front."""
    assert "1 ring them" in one.says("TAKE {a}")
    ben = one.line.member(BEN)
    ben.text("TALK")
    (second,) = ben.open_cases
    one.line.passes(minutes=3)
    assert any(second.code in text for text in one.ida.hears())
    back = one.ida.text("1")
    assert "Which case" in back
    assert second.code in back
    assert one.cases[0].code in back
    with one.line.reading() as tx:
        assert stored.load_many(tx, [second.id])[second.id].holder_id is None
    assert "1 ring them" in one.ida.text(one.cases[0].code)


def test_a_note_may_name_another_case(two: Told) -> None:
    two.says("TAKE {a}")
    two.says("SKIP")
    two.says("SKIP")
    two.says("note {a} she is the sister of {b}")
    with two.line.reading() as tx:
        events = stored.events(tx, two.cases[0].id)
    assert [event.detail for event in events if event.act == "note"] == [
        f"she is the sister of {two.cases[1].code}"
    ]


def test_who_only_applied_shows_a_phone_by_its_code(line: Line) -> None:
    ida = line.member(IDA)
    person_id, number_id = ida.person.id, ida.standing.number.id
    with line.writing() as tx:
        volunteers.put(tx, person_id, line.at, roles=("volunteer",))
        contact = contacts.add(tx, person_id, number_id, "text", line.at)
        contacts.ask(tx, contact, "482913", line.at + timedelta(minutes=30))
    assert "another code" in ida.text("482 914")
    assert "this phone is yours" in ida.text("482913")
    with line.reading() as tx:
        (mine,) = contacts.of_people(tx, [person_id])[person_id]
    assert mine.verified_at == line.at
    assert "not with you" not in ida.text("DONE"), "their words are no volunteer's yet"
