"""The doctor's round of the lines: live only once what is given was rung and ticked."""

from __future__ import annotations

from service import line_desk, line_rounds
from service.findings import Finding
from service.storage import settings_rows
from tests.service.house import Line

LIFELINE = "us-988-suicide-crisis-lifeline"


def found(line: Line, env: str) -> list[Finding]:
    house = line.house
    object.__setattr__(house, "settings", house.settings.model_copy(update={"env": env}))
    with line.reading() as tx:
        force = house.editions.in_force(tx, settings_rows.stamp(tx))
    return list(line_rounds.of_the_lines(house, force))


def test_a_service_for_people_is_not_live_before_its_line_was_rung(line: Line):
    [mend] = [finding for finding in found(line, "production") if finding.state == "mend"]
    assert mend.told.startswith("Not live for people yet. 988, given in US")
    assert f"hearthline lines tick {LIFELINE}" in mend.cure
    line_desk.tick(line.house, LIFELINE, "Rosa")
    states = [finding.state for finding in found(line, "production")]
    assert "mend" not in states
    assert "well" in states


def test_for_practice_it_is_only_remarked(line: Line):
    assert {finding.state for finding in found(line, "development")} == {"look"}


def test_a_number_that_is_in_no_directory_cannot_have_been_ticked(line: Line):
    line.organised(lines={"US": {"line": "555 0100", "emergency": "911"}})
    [mend] = [finding for finding in found(line, "production") if finding.state == "mend"]
    assert "not in the directory" in mend.told
    line_desk.add(line.house, {"country": "US", "name": "Ours", "voice": "555-0100"}, "Rosa")
    line_desk.tick(line.house, "us-ours", "Rosa")
    assert "mend" not in {finding.state for finding in found(line, "production")}


def test_a_tick_that_ends_is_told_a_month_before_and_after(line: Line):
    line_desk.tick(line.house, LIFELINE, "Rosa")
    line.passes(days=340)
    assert any("ends on" in finding.told for finding in found(line, "production"))
    line.passes(days=30)
    assert any("too long ago" in f.told for f in found(line, "production") if f.state == "mend")


def test_a_line_for_the_need_that_nobody_rang_is_named(line: Line):
    home = "us-national-domestic-violence-hotline"
    told = [finding for finding in found(line, "production") if home in finding.told]
    assert [f"hearthline lines tick {home}" in (one.cure or "") for one in told] == [True]
    line_desk.tick(line.house, home, "Rosa")
    assert not [one for one in found(line, "production") if "general line" in one.told]


def test_needs_without_a_line_are_told(line: Line):
    told = [finding.told for finding in found(line, "production")]
    assert any("overdose, child, young" in each for each in told)
