"""Hours and days: quiet hours, nights when the clocks change, leap days, and moving house."""

from __future__ import annotations

from datetime import datetime

import pytest

from service import planning
from tests.stories.running import HOME
from tests.stories.telling import Story

ASKED = "How is today"


def local(house: Story, *parts: int) -> None:
    house.house.set_clock(datetime(*parts, tzinfo=HOME))


def asked_at(house: Story) -> list[str]:
    """The wall clock at home of each check-in so far, as the network had them."""
    house.house.quiet()
    rows = house.house.look("SELECT prompted_at FROM occurrence ORDER BY due_at")
    return [datetime.fromtimestamp(row[0] / 1_000_000, HOME).strftime("%d %H:%M") for row in rows]


def test_a_reminder_waits_for_the_morning(house: Story) -> None:
    ana = house.member(hour="19:30")
    house.until(19, 30)
    ana.hears(ASKED)
    house.until(7, 59)
    ana.hears_nothing()  # the reminder was due at half past ten
    house.until(8, 1)
    ana.hears(ASKED)
    ana.says("4").hears("4 is noted")


def test_a_reply_waits_for_no_hour(house: Story) -> None:
    ana = house.member(hour="19:30")
    house.until(23, 30)
    ana.hears(ASKED)
    ana.says("MENU").hears("1 a person")
    ana.says("SKIP").hears("That's fine", ASKED)
    ana.says("2").hears("sounds hard", "person to call")
    ana.says("no").hears("All right")
    house.coordinator.hears_nothing()
    house.until(8, 1)  # a look that can wait waits for the morning
    house.coordinator.hears("an answer asks for a look")
    house.close_cases()


def test_an_hour_that_they_chose_is_theirs_however_early(house: Story) -> None:
    ana = house.member(hour="5:30")
    house.until(5, 30)
    ana.hears(ASKED)
    ana.says("4").hears("4 is noted")


def test_the_night_in_which_an_hour_is_missing(house: Story) -> None:
    local(house, 2027, 3, 12, 10)  # on the 14th half past two does not exist
    ana = house.member(hour="2:30")
    for _ in range(3):
        house.until(5)
        ana.hears(ASKED)
        ana.says("4").hears("4 is noted")
    assert asked_at(house) == ["13 02:30", "14 03:00", "15 02:30"]


def test_the_night_in_which_an_hour_comes_twice(house: Story) -> None:
    local(house, 2027, 11, 5, 10)  # on the 7th half past one comes twice
    ana = house.member(hour="1:30")
    for _ in range(3):
        house.until(5)
        ana.hears(ASKED)
        ana.says("4").hears("4 is noted")
    assert asked_at(house) == ["06 01:30", "07 01:30", "08 01:30"]


def test_the_leap_day_is_a_day(house: Story) -> None:
    local(house, 2028, 2, 28, 10)
    ana = house.member(hour="9:00")
    for _ in range(2):
        house.until(9)
        ana.hears(ASKED)
        ana.says("4").hears("4 is noted")
    assert asked_at(house) == ["29 09:00", "01 09:00"]


def test_who_moves_is_asked_at_the_same_hour_there(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("SETTINGS").hears("5 more")
    ana.says("5").hears("5 more")
    ana.says("5").hears("2 your city")
    ana.says("2").hears("Which big city is near you?")
    ana.says("Los Angeles").hears("else?")
    ana.says("NO").hears()
    house.until(14, 59)
    ana.hears_nothing()
    house.until(15)  # noon in California
    ana.hears(ASKED)
    ana.says("4").hears("4 is noted")


@pytest.mark.parametrize(("language", "asked"), [("1", ASKED), ("2", "¿Como va hoy")])
def test_weekdays_only(house: Story, language: str, asked: str) -> None:
    local(house, 2027, 1, 15, 10)  # a Friday
    ana = house.member(hour="12:00", pace="2", language=language)
    house.until(12)
    ana.hears(asked)
    ana.says("4").hears()
    house.until(11, 59, days=2)
    ana.hears_nothing()
    house.until(12)
    ana.hears(asked)
    ana.says("4").hears()


def test_several_plans_take_turns(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.house.quiet()
    planning.add(house.house.inside, ana.number, "monday", "12:30", "weekly-checkin", "coordinator")
    house.until(12)
    ana.hears(ASKED)
    house.until(12, 40)
    ana.hears_nothing()  # the second waits behind the first
    ana.says("4").hears("4 is noted", "How was this week")
    ana.says("3").hears()
    ana.says("SKIP").hears()
    house.until(12)
    ana.hears(ASKED)
    ana.says("4").hears("4 is noted")
    house.until(12, 45)
    ana.hears_nothing()
    assert house.occurrences() == ["answered", "answered", "answered"]
