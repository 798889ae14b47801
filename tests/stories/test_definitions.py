"""What a coordinator changes while people are in the middle of it, and what simply ends."""

from __future__ import annotations

from pathlib import Path

from service import adding, publishing
from tests.stories.telling import Story, join

DAILY = Path(__file__).parents[2] / "flows/library/daily-checkin.yaml"


def publish_daily(house: Story, old: str, new: str) -> None:
    text = DAILY.read_text("utf-8")
    assert old in text
    house.house.quiet()
    publishing.publish(
        house.house.inside, {("flow", "daily-checkin"): text.replace(old, new)}, "coordinator"
    )


def test_who_is_in_the_middle_of_a_flow_ends_with_the_words_it_began_with(house: Story) -> None:
    ana = house.member(hour="12:00")
    bea = house.member(hour="13:00")
    house.until(12)
    ana.hears("How is today")
    publish_daily(house, "Until next time.", "See you.")
    ana.says("5").hears("Good to hear", "Until next time.")
    house.until(13)
    bea.hears("How is today")
    bea.says("5").hears("Good to hear", "See you.")
    house.until(12)
    ana.hears("How is today")
    ana.says("5").hears("See you.")


def test_a_reminder_and_a_late_answer_keep_their_edition_too(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    publish_daily(house, "How is today, from", "How was the day, from")
    house.until(15, 1)
    ana.hears("How is today")
    house.until(20)
    ana.hears("No rush")
    ana.says("4").hears("still counts", "4 is noted")
    house.until(12)
    ana.hears("How was the day")
    ana.says("4").hears("4 is noted")


def test_a_flow_that_is_left_alone_ends_by_itself(house: Story) -> None:
    ana = house.member()
    ana.says("LEAVE").hears("Is that what you would like?")
    house.move_clock(hours=3, minutes=1)
    ana.hears("all stays as it is")
    ana.says("YES").hears()  # too late to be that answer
    ana.heard_all()


def test_an_invitation_is_one_text_and_no_more(house: Story) -> None:
    ana = house.phone()
    house.house.quiet()
    adding.add(house.house.inside, [ana.number], {"name": "Ana"}, "coordinator")
    ana.hears("this is Lantern Street", "Your number was given to us", "YES or NO", "STOP ends it")
    house.move_clock(days=10)
    ana.hears_nothing()


def test_who_is_invited_joins_from_there(house: Story) -> None:
    ana = house.phone()
    house.house.quiet()
    adding.add(house.house.inside, [ana.number], {"name": "Ana"}, "coordinator")
    ana.hears("YES or NO")
    ana.says("YES").hears("Our team reads", "Join?")
    for words in ("YES", "YES", "USA", "1", "YES", "NO", "1", "1", "12:00"):
        ana.says(words).hears()
    house.until(12)
    ana.hears("Hello Ana", "How is today")
    ana.says("4").hears("Thank you, Ana")


def test_who_is_invited_and_says_no_is_left_alone(house: Story) -> None:
    ana = house.phone()
    house.house.quiet()
    adding.add(house.house.inside, [ana.number], {"name": "Ana"}, "coordinator")
    ana.hears("YES or NO")
    ana.says("No").hears("we won't write again")
    house.move_clock(days=10)
    ana.hears_nothing()
    join(ana, hour="12:00")
    house.until(12)
    ana.hears("How is today")
    ana.says("4").hears("4 is noted")
