"""The directory as people meet it: the line of where they are, for what they need."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import directory, line_desk, organisation
from service.cures import Curable
from service.storage import lines as stored
from service.storage import settings_rows
from tests.service.house import ANA, Line

HOTLINE = "us-national-domestic-violence-hotline"
HER = "+34600000001"  # a phone in Spain


def test_every_fact_that_ships_has_its_source_and_day_and_nobody_rang_it(line: Line):
    with line.reading() as tx:
        rows = stored.listing(tx)
    assert {entry.line.id for entry in directory.shipped()} == {row.id for row in rows}
    assert all(row.source and row.source_date and row.emergency for row in rows)
    assert not any(row.checked_at for row in rows)
    assert len({row.country for row in rows}) >= 40


def test_seeding_again_changes_nothing(line: Line):
    with line.writing() as tx:
        assert directory.seed(tx, line.at) == 0


def test_words_of_danger_bring_the_line_of_where_they_live(line: Line):
    ana = line.member(ANA)
    assert "988 answers now. In danger: 911." in ana.text("I want to kill myself")
    line.organised(allowed_countries=["US", "ES"])
    heard = line.phone(HER).text("quiero matarme")
    assert "024" in heard
    assert "112" in heard


def test_a_line_for_the_very_need_is_given_once_somebody_rang_it(line: Line):
    ana, ben = line.member(ANA), line.member("+15550142002")
    assert "988 answers now" in ana.text("my husband is beating me right now, help")
    line_desk.tick(line.house, HOTLINE, "Rosa")
    assert "800 799 7233 answers now" in ben.text("my husband is beating me right now, help")
    line.passes(minutes=6)
    assert any("800 799 7233" in each for each in ben.hears()), "while she waits, the same line"


def test_after_a_year_it_is_not_preferred_any_more(line: Line):
    line_desk.tick(line.house, HOTLINE, "Rosa")
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        slate.need = "violence"
        slate.now += timedelta(days=366)
        assert slate.lines("US")["line"] == "988"


def test_where_nobody_knows_the_country_our_own_line_is_given_at_once(line: Line):
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        assert slate.lines(None) == {"line": "988", "emergency": "911"}
        assert slate.lines("ZZ") == {"line": "988", "emergency": "911"}
        assert slate.lines("GB") == {"line": "116 123", "emergency": "999"}


def test_without_a_line_of_our_own_that_of_our_country_is_given(line: Line):
    line.organised(country="CA", lines={"US": {"line": "555 0100", "emergency": "911"}})
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        assert slate.lines(None) == {"line": "988", "emergency": "911"}


def test_our_own_line_comes_first_in_its_country(line: Line):
    line.organised(lines={"US": {"line": "555 0100", "emergency": "911"}})
    line_desk.tick(line.house, "us-988-suicide-crisis-lifeline", "Rosa")
    ana = line.member(ANA)
    with line.turn(ana) as slate:
        assert slate.lines("US")["line"] == "555 0100"


def test_a_change_takes_the_tick_away(line: Line):
    line_desk.tick(line.house, HOTLINE, "Rosa")
    after = line_desk.change(line.house, HOTLINE, {"languages": "en es fr"}, "Rosa")
    assert (after["standing"], after["languages"]) == ("unverified", ["en", "es", "fr"])
    with pytest.raises(Curable, match="changes nothing"):
        line_desk.change(line.house, HOTLINE, {"languages": "en es fr"}, "Rosa")


def test_what_is_to_be_rung_is_told_country_by_need(line: Line):
    line_desk.tick(line.house, "us-988-suicide-crisis-lifeline", "Rosa")
    found = {duty.need: duty for duty in line_desk.duties(line.house, ["US"])}
    assert found["self"].standing == "ticked"
    assert not found["self"].soon
    assert not found["overdose"].for_need
    with line.reading() as tx:
        known = directory.read(tx)
        us = organisation.read(settings_rows.all(tx))
    later = line.at + timedelta(days=340)
    soon = {duty.need: duty for duty in line_desk.duties_of(known, us, ["US"], later)}
    assert soon["self"].soon
