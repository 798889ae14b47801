"""Being checked in on: answers, skips, silence, and answers that come late."""

from __future__ import annotations

from tests.stories.telling import Story


def test_an_answer_is_thanked_for(house: Story) -> None:
    ana = house.member(hour="15:00")
    house.until(14, 59)
    ana.hears_nothing()
    house.until(15)
    ana.hears("Lantern Street", "How is today", "SKIP is always fine")
    ana.says("4").hears("Thank you", "4 is noted")
    house.until(14, 59)
    ana.hears_nothing()
    house.until(15)
    ana.hears("How is today")
    ana.says("it is a 5").hears("Good to hear")


def test_a_hard_day_reaches_the_coordinator_without_a_word_of_it(house: Story) -> None:
    ana = house.member(hour="15:00")
    house.until(15)
    ana.hears("How is today")
    ana.says("2").hears("Thank you for telling us", "sounds hard", "person to call you today?")
    told = house.coordinator.hears("Case", "an answer asks for a look", "routine")
    for private in (ana.number, ana.number[-4:], "2 today", "answered", "friend"):
        assert private not in told
    ana.says("no").hears("All right", "TALK", "988", "911")


def test_a_skip_is_fine(house: Story) -> None:
    ana = house.member(hour="15:00")
    house.until(15)
    ana.hears("How is today")
    ana.says("SKIP").hears("That's fine, no answer needed")
    house.until(14)
    ana.hears_nothing()


def test_silence_brings_one_reminder_and_then_quiet(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    house.move_clock(hours=2, minutes=59)
    ana.hears_nothing()
    house.move_clock(minutes=2)
    ana.hears("How is today")
    house.move_clock(hours=2, minutes=50)
    ana.hears_nothing()
    house.move_clock(minutes=20)
    ana.hears("No rush. An answer counts later, too")
    house.move_clock(hours=15)
    ana.hears_nothing()
    assert house.occurrences() == ["missed"]


def test_a_late_answer_next_morning_counts_like_any_other(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    house.until(20)
    ana.hears("How is today")
    ana.hears("No rush")
    house.until(9)
    ana.says("1").hears("still counts", "sounds hard", "person to call you")
    house.coordinator.hears("Case", "an answer asks for a look")
    ana.says("NO").hears("All right")
    assert house.occurrences() == ["answered late"]


def test_a_late_answer_does_not_answer_another_question(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(20)
    for _ in range(3):
        ana.hears()
    ana.says("LEAVE").hears("Is that what you would like? YES or NO")
    ana.says("4").hears("did not get that", "YES or NO")
    ana.says("NO").hears("all stays as it is")
    assert house.occurrences() == ["missed"]


def test_a_late_answer_is_no_answer_to_the_next_day(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(20)
    for _ in range(3):
        ana.hears()
    house.until(12)
    ana.hears("How is today")
    ana.says("3").hears("3 is noted")
    assert house.occurrences() == ["missed", "answered"]


def test_what_silence_brings_is_what_they_chose_a_text_next_day(house: Story) -> None:
    ana = house.member(hour="12:00", silence="2")
    house.until(20)
    for _ in range(3):
        ana.hears()
    house.until(11, 59)
    ana.hears_nothing()
    house.until(20)
    told = ana.heard_all()
    assert sum("asked for a text after a quiet day" in words for words in told) == 1


def test_what_silence_brings_is_what_they_chose_a_call(house: Story) -> None:
    ana = house.member(hour="12:00", silence="3")
    house.until(20)
    for _ in range(3):
        ana.hears()
    house.coordinator.hears("Case", "a check-in had no answer")
    for _ in range(2):
        house.coordinator.hears("still waits for someone")
    house.close_cases()


def test_an_answer_in_its_own_words(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    ana.says("so so I guess").hears("did not get that", "How is today")
    ana.says("hard to say in a number").hears("Shall a person read it? YES or NO")
    ana.says("YES").hears("A person will read it")
    house.coordinator.hears("Case")
    assert house.occurrences() == ["answered"]
    house.close_cases()


def test_a_check_in_waits_behind_what_is_open_until_its_next_slot(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(11, 30)
    ana.says("LEAVE").hears("Is that what you would like?")
    house.until(12, 30)
    ana.hears_nothing()  # one thing at a time
    ana.says("no").hears("all stays as it is", "How is today")
    ana.says("4").hears("4 is noted")
    assert house.occurrences() == ["answered"]
