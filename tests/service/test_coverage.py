"""Steps of policies that will have nobody: told to coordinators beforehand, and by the doctor."""

from __future__ import annotations

import pytest

from service import coverage, rota
from service.storage import contacts, revisions, settings_rows, volunteers
from tests.service.house import ROSA, Line
from tests.service.on_shift import MAYA, TOM, Volunteer, at, evenings, keep, volunteer

ON_CALL = """\
policy: on-call
title: Whoever is on call
priorities: [routine, urgent, imminent]
steps:
  - after: 0 minutes
    tell: on duty
    trained: crisis
    only for: [imminent]
  - after: 0 minutes
    tell: on duty
  - after: 5 minutes
    tell: rota nights
  - after: 10 minutes
    tell: coordinators
"""


@pytest.fixture
def team(line: Line) -> tuple[Volunteer, Volunteer]:
    """Maya is trained for crisis, Tom is not; an evening each."""
    with line.writing() as tx:
        revisions.publish(tx, "policy", "on-call", ON_CALL, "rosa", "person", line.at)
    line.organised(coordinators=[ROSA])
    maya, tom = volunteer(line, MAYA, "Maya"), volunteer(line, TOM, "Tom")
    with line.writing() as tx:
        topics = {"listening": "2026-04-01", "crisis": "2026-04-02"}
        volunteers.set_trained(tx, maya.id, topics)
    return maya, tom


def told(line: Line) -> list[str]:
    return line.phone(ROSA).hears()


def findings(line: Line) -> list[str]:
    with line.reading() as tx:
        force = line.house.editions.in_force(tx, settings_rows.stamp(tx))
    return [one.told for one in coverage.of_the_policies(line.house, force)]


def test_a_shift_without_the_training_is_told_before_it_and_never_while_it_lasts(
    line: Line, team: tuple[Volunteer, Volunteer]
) -> None:
    keep(line, evenings(*team))
    line.until(at("05-04T12:00"))
    assert told(line) == [
        "Policy on-call, step 1: nobody can be asked from Tuesday May 5, 18:00. See the rota."
    ]
    line.until(at("05-04T17:00"))
    assert told(line) == []
    line.until(at("05-04T19:00"))
    [text] = told(line)
    assert "from Tuesday May 5, 18:00, and 1 more" in text, "a day before, and that of Thursday"
    line.until(at("05-05T17:59"))
    told(line)
    line.until(at("05-05T23:00"))
    assert not [text for text in told(line) if "May 5" in text]


def test_who_cannot_be_reached_leaves_the_step_empty(
    line: Line, team: tuple[Volunteer, Volunteer]
) -> None:
    maya, _ = team
    with line.writing() as tx:
        contacts.drop_person(tx, maya.id)
    keep(line, evenings(maya))
    [text] = told(line)
    assert text.startswith("Policy on-call, step 2: nobody can be asked from Monday May 4, 18:00")


def test_where_somebody_is_missing_the_rota_tells_it_and_nothing_twice(
    line: Line, team: tuple[Volunteer, Volunteer]
) -> None:
    maya, _ = team
    with line.writing() as tx:
        volunteers.set_off(tx, maya.id, at("05-30T00:00"))
    keep(line, evenings(maya))
    [text] = told(line)
    assert text.startswith("Rota evenings: 1 missing")


def test_what_no_shift_could_mend_is_for_the_doctor(
    line: Line, team: tuple[Volunteer, Volunteer]
) -> None:
    assert findings(line) == [], "without shifts, every case goes to the coordinators anyway"
    keep(line, evenings(team[0]))
    [hours, nights] = findings(line)
    assert hours.startswith("Policy on-call, step 1 (on duty, crisis): no rota has Mon 2026-05-04")
    assert "to Mon 2026-05-04 18:00, and 14 more times." in hours
    assert "step 3 (rota nights): nobody could be told in it." in nights


def test_coordinators_see_them_with_the_gaps(line: Line, team: tuple[Volunteer, Volunteer]) -> None:
    keep(line, evenings(*team))
    with line.reading() as tx:
        assert rota.gaps(tx, rota.every(tx)[0], line.at, line.at + rota.AHEAD) == []
    seen = coverage.shown(line.house)
    assert {tuple(one["steps"]) for one in seen} == {(1,)}
    assert seen[0]["local"] == "Tue 2026-05-05 18:00"
    assert seen[0]["whom"] == "on duty, crisis"
