"""`hearthline lines`: a coordinator rings what people are given, ticks it, and keeps it so."""

from __future__ import annotations

import pytest

from tests.cli.home import Home

LIFELINE = "us-988-suicide-crisis-lifeline"
HEAD = "country,name,voice,languages,hours,source,source_date\n"


def test_a_coordinator_rings_a_line_and_ticks_it(hearthline, home: Home) -> None:
    [row] = [r for r in hearthline("lines", "check", "--json").objects if r["need"] == "self"]
    assert (row["line"], row["standing"], row["id"]) == ("988", "unverified", LIFELINE)
    assert "ring it" in row["to_do"]
    assert hearthline("lines", "check").code == 1
    ticked = hearthline("lines", "tick", LIFELINE, "--by", "Rosa", "--json").objects[0]
    assert (ticked["standing"], ticked["checked_by"]) == ("ticked", "Rosa")
    assert ticked["expires_at"] > ticked["checked_at"]
    checked = hearthline("lines", "check", "--json").objects
    assert {r["to_do"] for r in checked if r["line"] == "988"} == {""}
    [trail] = [r for r in hearthline("trail", "--json").objects if r["act"] == "ticked"]
    assert trail["subject_id"] == LIFELINE


def test_a_line_that_did_not_answer_loses_its_tick(hearthline, home: Home) -> None:
    hearthline("lines", "tick", LIFELINE)
    assert hearthline("lines", "expire", LIFELINE, "--json").objects[0]["standing"] == "unverified"
    again = hearthline("lines", "expire", LIFELINE)
    assert again.code == 2
    assert "no tick" in again.err


def test_a_line_is_added_shown_and_changed(hearthline, home: Home) -> None:
    added = hearthline(
        "lines", "add", "--country", "us", "--name", "Night house", "--needs", "young",
        "--voice", "555 0101", "--hours", "18:00-02:00", "--zone", "America/New_York", "--json",
    )  # fmt: skip
    assert added.code == 0, added.err
    assert added.objects[0]["id"] == "us-night-house"
    changed = hearthline("lines", "change", "us-night-house", "--hours", "24/7", "--zone", "")
    assert changed.code == 0, changed.err
    shown = hearthline("lines", "show", "us-night-house", "--json").objects[0]
    assert (shown["hours"], shown["needs"], shown["source_date"] != "") == ("24/7", ["young"], True)
    rows = hearthline("lines", "list", "--country", "us", "--need", "young", "--json").objects
    assert [row["id"] for row in rows] == ["us-night-house"]


def test_a_line_that_is_no_more_is_taken_away_and_no_release_brings_it_back(
    hearthline, home: Home
) -> None:
    dropped = hearthline("lines", "drop", LIFELINE, "--json")
    assert dropped.objects[0]["id"] == LIFELINE
    assert "No line has this id" in hearthline("lines", "show", LIFELINE).err
    assert hearthline("seed").code == 0
    assert "No line has this id" in hearthline("lines", "show", LIFELINE).err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("show", "nobody"), "No line has this id"),
        (("tick", "nobody"), "No line has this id"),
        (("add", "--country", "Spain", "--name", "X", "--voice", "024"), "is no country"),
        (("add", "--country", "ES", "--name", "X"), "no number to call"),
        (("add", "--country", "ES", "--name", "X", "--voice", "024", "--hours", "late"), "24/7"),
        (("change", LIFELINE, "--needs", "sorrow"), "is no need"),
        (("import",), "No file"),
        (("import", "there-is-none.csv"), "cannot be read"),
    ],
)
def test_a_mistake_is_told_with_place_and_cure(hearthline, home: Home, command, said) -> None:
    ran = hearthline("lines", *command)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_list_is_taken_in_and_bad_rows_are_told_by_line(hearthline, home: Home, file) -> None:
    path = file(
        "ours.csv",
        HEAD
        + "US,Ours,555 0101,en es,24/7,Rang them,2026-05-04\nUS,Bad,,en,24/7,List,2026-05-04\n",
    )
    tried = hearthline("lines", "import", path, "--dry-run", "--json")
    assert tried.objects[0]["added"] == 1
    assert hearthline("lines", "show", "us-ours").code == 2, "nothing was changed"
    done = hearthline("lines", "import", path)
    assert done.code == 1
    assert "ours.csv:3, voice" in done.err
    assert hearthline("lines", "show", "us-ours").code == 0
    again = hearthline("lines", "import", path, "--json")
    assert (again.objects[0]["added"], again.objects[0]["unchanged"]) == (0, 1)


def test_its_columns_are_told(hearthline, home: Home) -> None:
    assert "source_date" in hearthline("lines", "import", "--columns").out
