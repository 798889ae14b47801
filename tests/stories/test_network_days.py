"""Bad days of the phone network, and of the purse: who was not asked was not silent."""

from __future__ import annotations

from tests.stories.telling import Story

ASKED = "How is today"


def test_a_check_in_that_never_arrived_is_not_missed(house: Story) -> None:
    ana = house.member(hour="12:00", silence="3")
    house.network.misbehave(numbers={ana.number: 30005})
    house.until(13)
    ana.hears_nothing()
    house.coordinator.hears("takes no more texts", "another way")
    assert house.occurrences() == ["unreachable"]
    house.until(20)
    assert house.occurrences() == ["unreachable"]
    ana.hears_nothing()
    house.coordinator.hears_nothing()


def test_who_texts_us_can_be_reached_again(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.network.misbehave(numbers={ana.number: 30005})
    house.until(13)
    house.coordinator.hears("takes no more texts")
    house.network.behave()
    ana.says("MENU").hears("1 a person")
    ana.says("SKIP").hears("That's fine")
    house.until(12)
    ana.hears(ASKED)
    ana.says("4").hears("4 is noted")


def test_the_network_knows_that_they_opted_out_and_we_did_not(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.network.misbehave(numbers={ana.number: 21610})
    house.until(13)
    ana.hears_nothing()
    assert house.house.look("SELECT count(*) FROM number WHERE opted_out_how = 'carrier'") == [(1,)]
    assert house.occurrences() == ["unreachable"]
    house.network.behave()
    house.until(13)
    ana.hears_nothing()


def test_a_delivery_that_fails_for_a_moment_is_tried_again(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.errors_expected = True
    house.network.misbehave(too_many=1.0)
    house.until(12, 1)
    ana.hears_nothing()
    assert house.network.counts()["mischief"]["20429"]
    house.network.behave()
    house.move_clock(minutes=5)
    ana.hears(ASKED)
    house.network.misbehave(broken=1.0)
    ana.says("4").hears_nothing()
    assert house.network.counts()["mischief"]["20500"]
    house.network.behave()
    house.move_clock(minutes=5)
    ana.hears("4 is noted")


def test_an_outage_of_two_hours_looks_like_silence_to_nobody(house: Story) -> None:
    people = [house.member(hour="12:00", silence="3") for _ in range(3)]
    house.until(12)
    for person in people:
        person.hears(ASKED)
    house.move_clock(minutes=30)
    house.network.misbehave(outage="unreachable")
    bea = house.phone()
    bea.says("hello")  # our answer to this is what meets the outage first
    house.errors_expected = True
    for _ in range(12):
        house.house.leap(minutes=10)  # not from try to try: there are hundreds
    house.network.behave()
    for _ in range(6):
        house.house.leap(minutes=5)
    assert len(bea.heard_all()) == 1
    # three hours after the question, two of which nobody could answer in
    for person in people:
        person.hears_nothing()
    assert set(house.occurrences()) == {"prompted"}
    people[0].says("4").hears("4 is noted")
    house.move_clock(hours=2, minutes=10)
    for person in people[1:]:
        person.hears(ASKED)
        person.says("5").hears("Good to hear")
    assert set(house.occurrences()) == {"answered"}


def test_check_ins_due_in_an_outage_come_late_or_not_at_all(house: Story) -> None:
    people = [house.member(hour=hour, silence="3") for hour in ("12:00", "15:00")]
    house.until(11, 50)
    house.network.misbehave(outage="refuse")
    house.errors_expected = True
    for _ in range(14):
        house.house.leap(minutes=15)
    house.network.behave()
    house.until(16)
    people[0].hears_nothing()  # more than two hours late: not sent
    people[1].hears(ASKED)
    people[1].says("4").hears("4 is noted")
    house.until(23)
    people[0].hears_nothing()
    assert sorted(house.occurrences()) == ["answered", "suspended"]


def test_the_budget_warns_and_then_holds_check_ins_only(house: Story) -> None:
    house.set("daily_budget", "0.2")
    ana = house.member(hour="12:00")
    bea = house.member(hour="12:05")
    cleo = house.member(pace="4")
    told = house.coordinator.heard_all()
    assert ["%" in words for words in told] == [True, False], told
    house.until(12, 30)
    ana.hears_nothing()
    bea.hears_nothing()
    cleo.says("MENU").hears("1 a person")
    cleo.says("SKIP").hears("That's fine")
    cleo.says("TALK").hears("We are asking a person")
    house.coordinator.hears("asked for a person")
    house.close_cases()
    house.until(23)
    ana.hears_nothing()  # too late for today's
    house.until(12, 4)
    ana.hears(ASKED)
    ana.says("4").hears("4 is noted")
    house.until(12, 6)
    bea.hears(ASKED)
    bea.says("4").hears("4 is noted")


def test_what_came_in_while_we_were_down_is_answered(house: Story) -> None:
    ana = house.member()
    house.network.misbehave(webhook_lost=1.0)
    ana.says("MENU")
    ana.hears_nothing()
    house.network.behave()
    house.move_clock(hours=1, minutes=1)
    ana.hears("1 a person")
    ana.says("SKIP").hears("That's fine")
