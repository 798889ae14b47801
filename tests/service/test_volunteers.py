"""A volunteer's phones: each counts once the code that came there was given back."""

from __future__ import annotations

import pytest

from service import volunteers
from service.cures import Curable
from tests.service.house import Line

MAYA, DESK = "+15550142011", "+15550142014"


def test_the_code_comes_by_text_to_that_phone_alone(line: Line) -> None:
    phone = line.member(MAYA, name="Maya")
    id_ = phone.person.id
    volunteers.add(line.house, id_, (), (), None, "rosa")
    volunteers.vet(line.house, id_, None, "rosa")
    volunteers.train(line.house, id_, "listening", None, "rosa")
    volunteers.add_contact(line.house, id_, DESK, "text", 1, "rosa", known=False)
    [_, desk] = volunteers.shown(line.house, id_)["contacts"]
    volunteers.ask_to_verify(line.house, id_, desk["contact"], "rosa")
    line.settle()
    assert phone.hears() == []
    [text] = line.phone(DESK).hears()
    code = next(word for word in text.split() if word.isdigit())
    assert len(code) == 6
    line.phone(DESK).text(code)
    assert volunteers.shown(line.house, id_)["contacts"][1]["verified_at"] == line.at


def test_a_code_is_worth_nothing_after_half_an_hour(line: Line) -> None:
    id_ = line.member(MAYA, name="Maya").person.id
    volunteers.add(line.house, id_, (), (), None, "rosa")
    volunteers.ask_to_verify(line.house, id_, None, "rosa")
    line.settle()
    code = next(word for word in line.phone(MAYA).hears()[0].split() if word.isdigit())
    line.passes(minutes=31)
    with pytest.raises(Curable, match="counts no more"):
        volunteers.verify(line.house, id_, code, None, "rosa")


def test_a_new_code_takes_the_place_of_the_old_one(line: Line) -> None:
    id_ = line.member(MAYA, name="Maya").person.id
    volunteers.add(line.house, id_, (), (), None, "rosa")
    codes = []
    for _ in range(2):
        volunteers.ask_to_verify(line.house, id_, None, "rosa")
        line.passes(minutes=1)
        text = line.phone(MAYA).hears()[0]
        codes.append(next(word for word in text.split() if word.isdigit()))
    first, second = codes
    if first != second:
        with pytest.raises(Curable, match="another one"):
            volunteers.verify(line.house, id_, first, None, "rosa")
    assert volunteers.verify(line.house, id_, second, None, "rosa")["verified"]


def test_a_landline_is_verified_by_a_code_that_is_said_there(line: Line) -> None:
    id_ = line.member(MAYA, name="Maya").person.id
    volunteers.add(line.house, id_, (), (), None, "rosa")
    volunteers.add_contact(line.house, id_, DESK, "call", 1, "rosa", known=False)
    desk = volunteers.shown(line.house, id_)["contacts"][1]["contact"]
    with pytest.raises(Curable, match="No text comes"):
        volunteers.ask_to_verify(line.house, id_, desk, "rosa")
    told = volunteers.ask_to_verify(line.house, id_, desk, "rosa", spoken=True)
    line.settle()
    assert line.phone(DESK).hears() == []
    assert volunteers.verify(line.house, id_, told["say_there"], desk, "rosa")["verified"]
