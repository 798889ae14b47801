"""`hearthline rota`: who is on duty when, changed by hand, as a calendar and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service import clock
from tests.cli.test_volunteers import ready, refused

MAYA, TOM, LEE = "+15550142011", "+15550142012", "+15550142013"


@pytest.fixture
def team(hearthline, home) -> dict[str, str]:
    """Three who are checked and trained: name -> id."""
    people = {"maya": MAYA, "tom": TOM, "lee": LEE}
    return {name: ready(hearthline, name, number) for name, number in people.items()}


def day(ahead: int) -> str:
    return f"{(clock.now() + timedelta(days=ahead)).date()}"


def add(hearthline, *more: str) -> Any:
    return hearthline(
        "rota", "add", "evenings", "--hours", "18:00 to 22:00", "--people", "maya, tom, lee",
        "--from", day(1), *more, "--json",
    )  # fmt: skip


def shown(hearthline, *more: str) -> list[dict]:
    return hearthline("rota", "show", "evenings", *more, "--json").objects


def test_a_rota_is_added_and_filled_in(hearthline, team) -> None:
    told = add(hearthline).objects[0]
    assert (told["rota"], told["role"], told["zone"]) == (
        "evenings", "volunteer", "America/New_York",
    )  # fmt: skip
    assert told["shifts_planned"] in (13, 14)
    assert told["gaps"] == 0
    rows = shown(hearthline)
    assert [row["person_id"] for row in rows[:4]] == [
        team["maya"], team["tom"], team["lee"], team["maya"],
    ]  # fmt: skip
    assert rows[0]["local"].endswith(f"{day(1)} 18:00")
    [kept] = hearthline("rota", "show", "--json").objects
    assert (kept["rota"], kept["people"], kept["on_duty"]) == ("evenings", 3, [])


def test_names_are_shown_where_asked_for_and_the_trail_keeps_who(hearthline, team) -> None:
    add(hearthline)
    assert "maya" not in hearthline("rota", "show", "evenings").out
    assert shown(hearthline, "--names", "--by", "rosa")[0]["name"] == "maya"
    lines = hearthline("trail", "rota", "evenings", "--json").objects
    assert ("read", "rosa") in [(line["act"], line["actor"]) for line in lines]


def test_a_file_is_read_and_all_that_is_wrong_with_it_told(hearthline, team, file) -> None:
    text = f"""
rota: nights
zone: Europe/Madrid
turns:
  - days: every day
    hours: 22:00 to 6:00
    people: [maya, tom]
    hand over: monday
    from: {day(0)}
holidays:
  {day(3)}: nobody
"""
    told = hearthline("rota", "add", file("nights.yaml", text), "--json").objects[0]
    assert (told["rota"], told["zone"]) == ("nights", "Europe/Madrid")
    wrong = hearthline(
        "rota", "add", file("wrong.yaml", text.replace("monday", "someday").replace("22:00", "x"))
    )
    assert wrong.code == 2
    assert "wrong.yaml, turn 1, hours: These are no hours." in wrong.err
    assert refused(hearthline("rota", "add", "nowhere.yaml", "--json")) == (
        "This file cannot be read."
    )


@pytest.mark.parametrize(
    ("more", "trouble"),
    [
        (("--people", "nobody-we-know"), "Nobody is known by this."),
        (("--hours", "always"), "These are no hours."),
        (("--days", "blursday"), "'blursday' names no days that we know."),
        (("--role", "crisis"), "They do not have the role of this rota, crisis."),
        (("--from", "soon"), "It is no day."),
        (("--at-once", "9"), "So many cannot be on duty at once."),
    ],
)
def test_what_cannot_be_is_told_with_its_cure(hearthline, team, more, trouble) -> None:
    assert refused(add(hearthline, *more)) == trouble
    assert hearthline("rota", "show", "--json").objects == []


def test_hours_that_meet_those_of_another_turn_are_refused(hearthline, team) -> None:
    add(hearthline)
    again = add(hearthline, "--hours", "21:00 to 23:00")
    assert "its hours meet those of turn 1" in refused(again)


def test_turns_are_taken_by_others_from_a_day_on(hearthline, team) -> None:
    add(hearthline)
    told = hearthline(
        "rota", "rotate", "evenings", "--people", "lee,tom", "--from", day(1), "--json"
    )
    assert told.code == 0
    assert [row["person_id"] for row in shown(hearthline) if row["status"] == "planned"][:2] == [
        team["lee"], team["tom"],
    ]  # fmt: skip
    ran = hearthline("rota", "rotate", "evenings", "--people", "lee", "--from", day(1),
                     "--turn", "2", "--json")  # fmt: skip
    assert refused(ran) == "There is no turn 2 then."


def test_an_override_and_a_holiday_and_both_taken_back(hearthline, team) -> None:
    add(hearthline)
    before = shown(hearthline)
    hearthline("rota", "override", "evenings", "--from", f"{day(1)}T00:00",
               "--until", f"{day(2)}T00:00", "--who", "lee")  # fmt: skip
    first = shown(hearthline)[0]
    assert (first["person_id"], first["source"]) == (team["lee"], "override")
    hearthline("rota", "override", "evenings", "--holiday", day(2), "--who", "nobody")
    assert day(2) not in " ".join(row["local"] for row in shown(hearthline))
    hearthline("rota", "override", "evenings", "--clear")
    hearthline("rota", "override", "evenings", "--holiday", day(2), "--usual")
    keys = ("person_id", "starts_at", "ends_at")
    now = [row for row in shown(hearthline) if row["status"] == "planned"]
    assert [[row[k] for k in keys] for row in now] == [[row[k] for k in keys] for row in before]


@pytest.mark.parametrize(
    "more", [(), ("--from", "2020-01-01T00:00", "--until", "2020-01-02T00:00", "--who", "lee"),
             ("--from", "soon", "--until", "later", "--who", "lee"),
             ("--from", "2999-01-02T00:00", "--until", "2999-01-01T00:00", "--who", "lee")],
)  # fmt: skip
def test_an_override_of_no_time_is_refused(hearthline, team, more) -> None:
    add(hearthline)
    assert refused(hearthline("rota", "override", "evenings", *more, "--json"))


def test_a_shift_is_given_to_somebody_who_may_take_it(hearthline, team) -> None:
    add(hearthline)
    first, second, *_ = shown(hearthline)
    told = hearthline("rota", "swap", first["id"], "--to", "tom", "--json").objects[0]
    assert told["person_id"] == team["tom"]
    states = {row["id"]: row["status"] for row in shown(hearthline)}
    assert (states[first["id"]], states[told["shift"]]) == ("swapped", "planned")
    gone = hearthline("rota", "swap", first["id"], "--to", "lee", "--json")
    assert refused(gone) == "There is no such shift to give away."
    own = hearthline("rota", "swap", second["id"], "--to", "tom", "--json")
    assert refused(own) == "They cannot take this shift."


def test_others_are_asked_where_nobody_is_named(hearthline, team) -> None:
    add(hearthline)
    told = hearthline("rota", "swap", shown(hearthline)[0]["id"], "--json").objects[0]
    assert told["asked"] == 2


def test_gaps_are_told_and_none_where_there_is_none(hearthline, team) -> None:
    add(hearthline)
    assert hearthline("rota", "gaps").out.strip() == "Nobody is missing."
    hearthline("volunteers", "rest", "tom")
    rows = hearthline("rota", "gaps", "evenings", "--days", "7", "--json").objects
    assert [(row["asked"], row["there"]) for row in rows] == [(1, 0)] * 2
    assert rows[0]["local"].endswith(f"{day(2)} 18:00")


def test_each_has_their_share(hearthline, team) -> None:
    add(hearthline)
    rows = hearthline("rota", "show", "evenings", "--shares", "--days", "9", "--json").objects
    assert {row["person_id"] for row in rows} == set(team.values())
    assert rows[-1]["hours"] - rows[0]["hours"] <= 4


def test_on_and_off_duty_at_once(hearthline, team) -> None:
    add(hearthline)
    told = hearthline("rota", "on", "maya", "--for", "2 hours", "--json").objects[0]
    assert told["on_duty"] is True
    [kept] = hearthline("rota", "show", "--json").objects
    assert kept["on_duty"] == [team["maya"]]
    assert hearthline("rota", "off", "maya", "--json").objects[0]["was_on"] is True
    assert hearthline("rota", "off", "maya", "--json").objects[0]["was_on"] is False


def test_a_calendar_goes_out_without_names_and_with_ids_that_stay(
    hearthline, team, tmp_path
) -> None:
    add(hearthline)
    path = tmp_path / "evenings.ics"
    for _ in range(2):
        told = hearthline("rota", "export", "evenings", str(path), "--json").objects[0]
        held = path.read_bytes()
        assert told["shifts"] == held.count(b"UID:") >= 13
        assert b"maya" not in held
        assert b"DTSTART:" in held
    again = hearthline("rota", "export", "evenings", "--of", "tom", "--names").out
    assert again.count("evenings: tom") == again.count("BEGIN:VEVENT") in (4, 5)


def test_a_calendar_comes_back_as_the_same_shifts(hearthline, team, tmp_path) -> None:
    add(hearthline)
    path = tmp_path / "evenings.ics"
    hearthline("rota", "export", "evenings", str(path))
    hearthline("rota", "add", "from-a-calendar", "--from-calendar")
    tried = hearthline("rota", "import", "from-a-calendar", str(path), "--dry-run", "--json")
    count = tried.objects[0]["shifts"]
    assert hearthline("rota", "show", "from-a-calendar", "--json").objects == []
    for _ in range(2):
        told = hearthline("rota", "import", "from-a-calendar", str(path), "--json").objects[0]
        assert (told["shifts"], told["dropped"]) == (count, 0)
    keys = ("person_id", "starts_at", "ends_at")
    came = hearthline("rota", "show", "from-a-calendar", "--days", "30", "--json").objects
    there = shown(hearthline, "--days", "30")
    assert [[row[k] for k in keys] for row in came] == [[row[k] for k in keys] for row in there]
    hearthline("volunteers", "rest", "tom")
    gaps = hearthline("rota", "gaps", "from-a-calendar", "--json").objects
    assert gaps, "what the calendar wants and nobody does is a gap"


def test_a_calendar_with_a_mistake_changes_nothing(hearthline, team, tmp_path) -> None:
    hearthline("rota", "add", "desk", "--from-calendar")
    path = tmp_path / "wrong.ics"
    starts = (clock.now() + timedelta(days=2)).strftime("%Y%m%dT120000Z")
    ends = (clock.now() + timedelta(days=2)).strftime("%Y%m%dT160000Z")
    event = (
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{a}\r\nDTEND:{b}\r\nSUMMARY:{who}\r\nEND:VEVENT\r\n"
    )
    text = "".join(
        event.format(uid=who, a=starts, b=ends, who=f"Desk: {who}") for who in ("maya", "ghost")
    )
    path.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{text}END:VCALENDAR\r\n")
    ran = hearthline("rota", "import", "desk", str(path), "--json")
    assert refused(ran) == "It is not clear which volunteer is meant."
    assert "event ghost" in ran.error["place"]
    path.write_text(path.read_text().replace("UID:ghost", "RRULE:FREQ=DAILY;COUNT=9\r\nUID:ghost"))
    ran = hearthline("rota", "import", "desk", str(path), "--json")
    assert ran.err.count("It is not clear which volunteer is meant.") == 1, "a series is told once"
    assert hearthline("rota", "show", "desk", "--json").objects == []
    add(hearthline)
    ran = hearthline("rota", "import", "evenings", str(path), "--json")
    assert refused(ran) == "This rota makes its own shifts."


def test_a_rota_is_dropped_with_its_shifts(hearthline, team) -> None:
    add(hearthline)
    told = hearthline("rota", "drop", "evenings", "--json").objects[0]
    assert told["shifts_dropped"] >= 13
    assert refused(hearthline("rota", "show", "evenings", "--json")) == (
        "There is no rota of this name."
    )
