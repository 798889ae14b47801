"""What `hearthline flows check` gathers from several files, whole and torn."""

from __future__ import annotations

from flows.shelf import FOLDER

DAILY = (FOLDER / "daily-checkin.yaml").read_text("utf-8")
TALK = (FOLDER / "talk.yaml").read_text("utf-8")
KEYWORDS = (FOLDER / "keywords.yaml").read_text("utf-8")


def codes(ran) -> set[tuple[str, str]]:
    return {(one["file"].rsplit("/")[-1], one["code"]) for one in ran.objects if not one["waived"]}


def test_slips_of_reading_and_findings_of_checks_come_together(hearthline, file):
    text = DAILY.replace("a number from 1 to 5", "a numbr").replace("go to: good-day", "go to: gud")
    ran = hearthline("flows", "check", file("daily-checkin.yaml", text), "--json")
    assert ran.code == 1
    assert codes(ran) == {
        ("daily-checkin.yaml", "reading/accept"),
        ("daily-checkin.yaml", "structure/unknown-state"),
    }


def test_a_torn_flow_hides_no_finding_of_another(hearthline, file):
    torn = file("talk.yaml", TALK.replace("    do: alert", "    do alert"))
    lost = file("daily-checkin.yaml", DAILY.replace("go to: good-day", "go to: gud"))
    ran = hearthline("flows", "check", torn, lost, "--json")
    assert ("daily-checkin.yaml", "structure/unknown-state") in codes(ran)
    assert {code for name, code in codes(ran) if name == "talk.yaml"} == {"reading/not-yaml"}


def test_a_file_that_all_lean_on_is_told_alone(hearthline, file):
    words = file("keywords.yaml", KEYWORDS.replace("visit flow: talk", "visits flow: talk", 1))
    lost = file("daily-checkin.yaml", DAILY.replace("go to: good-day", "go to: gud"))
    ran = hearthline("flows", "check", words, lost, "--json")
    assert codes(ran) == {("keywords.yaml", "reading/unknown-key")}
