"""A rota as a coordinator writes it: what is meant, and what is wrong with it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from flows.rotation_words import RotaError, checked, hours_of, people_of, read_rota, turn_of
from flows.rotations import Override, Rota, from_json, renamed, to_json

EVENINGS = """
rota: evenings
role: volunteer
zone: America/New_York
rest: 10 hours
turns:
  - days: weekdays
    hours: 18:00 to 22:00
    people: [Maya, Tom, Lee]
    hand over: every 2 weeks on monday
    from: 2026-11-23
  - days: weekends
    hours: 6pm to 2am
    people: Maya, Tom
    from: 2026-11-28
    at once: 2
holidays:
  2026-12-25: nobody
  2026-12-31: Lee
"""


def read(text: str) -> Rota:
    rota = read_rota(text)
    assert isinstance(rota, Rota), rota
    return rota


def problem(text: str) -> tuple[str, str]:
    found = read_rota(text)
    assert not isinstance(found, Rota)
    assert all(one.cure.endswith(".") for one in found)
    return found[0].place, found[0].trouble


def test_a_rota_is_read_as_it_is_meant():
    rota = read(EVENINGS)
    first, second = rota.turns
    assert (rota.name, rota.role, rota.zone) == ("evenings", "volunteer", "America/New_York")
    assert rota.rest == timedelta(hours=10)
    assert (first.begins, first.ends, first.people) == (time(18), time(22), ("Maya", "Tom", "Lee"))
    assert (first.hands_over, first.weeks, first.since) == (0, 2, date(2026, 11, 23))
    assert (second.begins, second.ends, second.asked) == (time(18), time(2), 2)
    assert rota.holidays == {date(2026, 12, 25): (), date(2026, 12, 31): ("Lee",)}
    assert rota.people == ("Maya", "Tom", "Lee")


def test_what_is_stored_comes_back_the_same():
    rota = read(EVENINGS)._replace(
        overrides=(
            Override(datetime(2026, 12, 1, 18), datetime(2026, 12, 2, 2), ("Lee",), "Maya"),
        ),
        trained="crisis",
    )
    stored = to_json(rota)
    assert from_json(rota.name, rota.role, rota.zone, stored) == rota


def test_people_are_called_by_what_is_known_of_them():
    called = renamed(read(EVENINGS), {"Maya": "m", "Lee": "l"})
    assert called.turns[0].people == ("m", "Tom", "l")
    assert called.holidays[date(2026, 12, 31)] == ("l",)


@pytest.mark.parametrize(
    ("said", "begins", "ends"),
    [
        ("18:00 to 22:00", time(18), time(22)),
        ("9am - 5pm", time(9), time(17)),
        ("20:00–08:00", time(20), time(8)),
        ("9:00 a 17:00", time(9), time(17)),
        ("noon to midnight", time(12), time(0)),
    ],
)
def test_hours_in_words(said, begins, ends):
    assert hours_of(said) == (begins, ends)


@pytest.mark.parametrize(
    "said", ["", "always", "18:00", "18:00 to", "1 to 2 to 3", None, "25:00 to 3:00"]
)
def test_hours_that_are_none(said):
    with pytest.raises(RotaError, match="no hours"):
        hours_of(said)


def test_nobody_is_a_word_for_none():
    assert people_of("nobody") == people_of("") == ()
    assert people_of("Ana, Ben") == ("Ana", "Ben")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("weekdays", "on blursdays", "turn 1, days"),
        ("18:00 to 22:00", "in the evening", "turn 1, hours"),
        ("[Maya, Tom, Lee]", "[]", "turn 1, people"),
        ("every 2 weeks on monday", "monday and tuesday", "turn 1, hand over"),
        ("from: 2026-11-23", "from: soon", "turn 1, from"),
        ("at once: 2", "at once: 3", "turn 2, at once"),
        ("at once: 2", "at once: yes", "turn 2, at once"),
        ("at once: 2", "colour: red", "turn 2, colour"),
        ("at once: 2", "until: 2026-11-28", "turn 2, until"),
        ("zone: America/New_York", "zone: Mars/Base", "zone"),
        ("rest: 10 hours", "rest: long", "rest"),
        ("rota: evenings", "rota: ¿?", "rota"),
        ("2026-12-25: nobody", "christmas: nobody", "holiday christmas"),
        ("holidays:", "feasts:", "feasts"),
        ("weekends", "fridays", "turn 2"),  # its hours meet those of the first
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(old, new, place):
    assert problem(EVENINGS.replace(old, new, 1))[0] == place


def test_all_problems_come_at_once():
    text = EVENINGS.replace("weekdays", "blursdays").replace("10 hours", "long")
    found = read_rota(text)
    assert not isinstance(found, Rota)
    assert {one.place for one in found} == {"rest", "turn 1, days"}


@pytest.mark.parametrize(
    "text",
    ["", "- a\n- b", "rota: [", "rota: x", "rota: x\nturns: y", "rota: x\nturns: [3]",
     "a: &a [1]\nb: *a", "\x00", "x" * 300_000],
)  # fmt: skip
def test_no_file_raises(text):
    assert problem(text)


def test_a_night_that_meets_the_next_morning_is_refused():
    night = EVENINGS.replace("18:00 to 22:00", "20:00 to 19:00").replace("weekends", "saturday")
    assert problem(night)[0] == "turn 2"
    assert "Saturday" not in problem(night)[1]
    assert "turn 1" in problem(night)[1]


def test_turns_may_follow_one_another_and_meet_years_later():
    first = turn_of("every day", "9:00 to 12:00", ["Ana"], "2026-01-01", until="2028-01-01")
    second = turn_of("every day", "9:00 to 12:00", ["Ben"], "2028-01-01")
    assert checked(Rota("r", "UTC", (first, second))).turns == (first, second)
    with pytest.raises(RotaError, match="2028-01-01"):
        checked(Rota("r", "UTC", (first._replace(until=None), second)))


def test_a_rule_may_say_the_days():
    turn = turn_of("FREQ=MONTHLY;BYDAY=1MO", "9:00 to 9:00", ["Ana"], "2026-11-23")
    assert turn.rule_parts == "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0"
    for rule in ("FREQ=HOURLY", "FREQ=DAILY;BYHOUR=3", "FREQ=NEVER"):
        with pytest.raises(RotaError):
            turn_of(rule, "9:00 to 10:00", ["Ana"], "2026-11-23")
