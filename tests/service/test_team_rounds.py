"""The doctor's round of the team: gaps ahead, who comes to what is imminent, tests, marks."""

from __future__ import annotations

from collections.abc import Iterator

from service import alarm, heartbeat, marking, team_rounds, trials
from service.findings import Finding
from service.heartbeat import Trouble
from service.storage import settings_rows
from tests.service.house import ANA, ROSA, Line
from tests.service.on_shift import MAYA, TOM, Volunteer, evenings, keep, volunteer


def told(found: Iterator[Finding]) -> dict[str, str]:
    """part -> state and words."""
    seen: dict[str, list[str]] = {}
    for finding in found:
        assert finding.state == "well" or finding.cure
        seen.setdefault(finding.part, []).append(f"{finding.state}: {finding.told}")
    return {part: " ".join(words) for part, words in seen.items()}


def of_the_team(line: Line) -> dict[str, str]:
    with line.reading() as tx:
        force = line.house.editions.in_force(tx, settings_rows.stamp(tx))
    return told(team_rounds.of_the_team(line.house, force))


def crisis(line: Line, who: Volunteer) -> None:
    line.do(
        "update volunteer set trained = :trained where person_id = :id",
        trained='{"crisis":"2026-04-01"}', id=who.id,
    )  # fmt: skip


def test_without_a_team_there_is_nothing_to_say(line: Line) -> None:
    assert of_the_team(line) == {}


def test_gaps_of_the_next_days_are_told_by_rota(line: Line) -> None:
    maya, tom = volunteer(line, MAYA, "Maya"), volunteer(line, TOM, "Tom")
    keep(line, evenings(maya, tom))
    assert of_the_team(line)["rota"] == "well: No gap in the next 3 days."
    line.do(
        "update shift set status = 'open' where starts_at > :now", now=line.at.timestamp() * 1e6
    )
    found = of_the_team(line)["rota"]
    assert found.startswith("look: evenings: 1 missing from Mon 2026-05-04 18:00, and 2 more")
    assert "Maya" not in found


def test_nobody_for_what_is_imminent_is_told(line: Line) -> None:
    maya = volunteer(line, MAYA, "Maya")
    assert of_the_team(line)["team"].startswith("look: Nobody is trained for crisis at all")
    crisis(line, maya)
    trials.ask(line.house, maya.id, "rosa")
    line.settle()
    maya.phone.text("ok")
    assert of_the_team(line)["team"] == "well: 1 trained for crisis can be reached."
    line.do("update contact set verified_at = null")
    assert "crisis whose phone was verified" in of_the_team(line)["team"]
    line.house.settings = line.house.settings.model_copy(update={"env": "production"})
    assert of_the_team(line)["team"].startswith("mend:")


def test_a_team_that_was_never_tried_is_told(line: Line) -> None:
    crisis(line, volunteer(line, MAYA, "Maya"))
    assert of_the_team(line)["team"].endswith("look: No volunteer has answered a test for 90 days.")


def test_the_heartbeat_is_looked_at(line: Line) -> None:
    line.organised(coordinators=[ROSA])

    def found() -> str:
        return told(team_rounds.of_the_heartbeat(line.house))["heartbeat"]

    assert found() == "mend: The clock: It was never heard of."
    with line.writing() as tx:
        heartbeat.clock_beats(tx, line.at)
    assert found() == "well: The clock says that it runs."
    alarm.tell(line.house, [Trouble("clock", "It stands.")])
    assert "The coordinators were told at 2026-05-04 14:00 UTC" in found()
    line.passes(minutes=5)
    assert "last heard of 300 s ago" in found()


def test_what_people_marked_is_looked_at(line: Line) -> None:
    with line.reading() as tx:
        force = line.house.editions.in_force(tx, settings_rows.stamp(tx))
    assert told(team_rounds.of_the_lexicon(line.house, force)) == {}
    ana = line.member(ANA)
    ana.text("I want to die")
    [message] = [row[0] for row in line.rows("select max(id) from message where direction = 'in'")]
    marking.mark_text(line.house, message, "missed", "rosa")
    assert told(team_rounds.of_the_lexicon(line.house, force))["lexicon"].startswith("well: All 1")
    marking.mark_text(line.house, message, "false alarm", "rosa")
    assert "1 are read wrongly" in told(team_rounds.of_the_lexicon(line.house, force))["lexicon"]
