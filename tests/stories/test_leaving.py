"""Leaving, and coming back: STOP and its kin, free words, pauses, and being forgotten."""

from __future__ import annotations

from tests.stories.telling import Story, join


def test_stop_ends_an_open_question_and_a_planned_check_in_and_start_brings_them_back(
    house: Story,
) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    ana.says("STOP").hears("stopped texts", by="network")
    house.move_clock(days=3)
    ana.hears_nothing()
    ana.says("are you still there?").hears_nothing()
    ana.says("START").hears("texts from this number again", by="network")
    ana.hears("Welcome back, it's Lantern Street", "STOP ends them")
    house.until(12)
    ana.hears("How is today")
    ana.says("4").hears("4 is noted")


def test_the_network_may_have_welcomed_them_back_already(house: Story) -> None:
    house.network.misbehave(advanced_opt_out=True)
    ana = house.member(hour="12:00")
    ana.says("unsubscribe").hears("stopped texts", by="network")
    ana.says("unstop").hears("again", by="network")
    ana.hears_nothing()
    house.until(12)
    ana.hears("How is today")
    ana.says("SKIP").hears("That's fine")


def test_stop_with_an_open_case_keeps_the_case(house: Story) -> None:
    ana = house.member()
    ana.says("TALK").hears("We are asking a person")
    house.coordinator.hears("Case", "asked for a person")
    ana.says("STOP").hears("stopped texts", by="network")
    house.coordinator.hears("Case", "the person stopped texts", "stays open")
    house.move_clock(minutes=11)
    house.coordinator.hears("still waits")
    house.close_cases()
    ana.hears_nothing()


def test_please_stop_texting_me_is_honoured_and_confirmed_once(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("Please stop texting me.").hears(
        "Texts and calls from Lantern Street end now", "START"
    )
    ana.says("stop texting me please").hears_nothing()
    house.move_clock(days=2)
    ana.hears_nothing()
    ana.says("YES").hears("Welcome back")


def test_stop_with_a_full_stop_is_no_word_of_the_network_but_a_wish_all_the_same(
    house: Story,
) -> None:
    ana = house.member()
    ana.says("Stop.").hears("Texts and calls from Lantern Street end now")


def test_leave_asks_once_and_says_goodbye(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("LEAVE").hears("Is that what you would like? YES or NO")
    ana.says("YES").hears("Done", "START brings them back", "988")
    house.move_clock(days=2)
    ana.hears_nothing()


def test_a_pause_of_two_weeks_and_back(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("PAUSE 2 weeks").hears("Rest well", "January 25", "COMEBACK")
    house.move_clock(days=13)
    ana.hears_nothing()
    house.until(12, days=1)
    ana.hears("How is today")
    ana.says("5").hears("Good to hear")


def test_back_from_a_pause_before_its_end(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("PAUSE").hears("For how long?")
    ana.says("until 20 March").hears("Rest well", "March 20")
    house.move_clock(days=3)
    ana.hears_nothing()
    ana.says("COMEBACK").hears("Lantern Street")
    house.until(12)
    ana.hears("How is today")
    ana.says("5").hears("Good to hear")


def test_the_next_one_may_be_left_out_once(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("SKIP NEXT").hears("leaves out the next check-in", "Tuesday January 12, 12:00")
    house.until(12)
    ana.hears_nothing()
    house.until(12)
    ana.hears("How is today")
    ana.says("4").hears("4 is noted")
    assert house.occurrences() == ["skipped", "answered"]


def test_what_is_kept_is_told(house: Story) -> None:
    ana = house.member()
    ana.says("MYDATA").hears("since Monday January 11", "texts", "answers", "erase")
    ana.says("1").hears("stays as it is")


def test_delete_can_be_undone_for_seven_days(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("DELETE").hears("7 days", "YES or NO")
    ana.says("YES").hears("January 18", "KEEP")
    house.move_clock(days=6)
    ana.hears_nothing()
    ana.says("KEEP").hears("keeps it all", "nothing is erased")
    house.until(12)
    ana.hears("How is today")
    ana.says("4").hears("4 is noted")


def test_after_seven_days_the_number_is_unknown(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("DELETE").hears("YES or NO")
    ana.says("YES").hears("January 18")
    ana.says("are you there?").hears("missed that")  # replies go on while they may still undo it
    ana.says("NO").hears("fine")
    house.move_clock(days=7, minutes=1)
    ana.hears_nothing()
    ana.says("hello").hears("this is Lantern Street", "text JOIN")
    assert house.house.look("SELECT count(*) FROM person WHERE status <> 'erased'") == [(0,)]
    join(ana, hour="12:00")
    house.until(12)
    ana.hears("How is today")
    ana.says("4").hears("4 is noted")


def test_who_stopped_and_was_forgotten_is_still_not_texted(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("DELETE").hears("YES or NO")
    ana.says("YES").hears("January 18")
    ana.says("stop texting me").hears("end now")
    house.move_clock(days=8)
    ana.hears_nothing()
    assert house.house.look("SELECT count(*) FROM number") == [(1,)]  # the coordinator's
    ana.says("hello").hears_nothing()
    ana.says("START").hears("this is Lantern Street", "JOIN")


def test_a_wrong_number_is_let_go(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("WRONG NUMBER").hears("Sorry", "no more texts from us")
    house.move_clock(days=2)
    ana.hears_nothing()
    ana.says("hi").hears("this is Lantern Street")
