"""Danger, a wish to stop, and both at once."""

from __future__ import annotations

from tests.stories.telling import SPANISH, Story

ANSWER = ("Thank you for telling us", "asking a person to call you", "988 answers now", "911")


def test_danger_is_answered_at_once_and_a_person_is_told(house: Story) -> None:
    ana = house.member()
    ana.says("i cant go on, i want to die").hears(*ANSWER)
    told = house.coordinator.hears("Case", "words of danger", "urgent")
    for private in (ana.number, ana.number[-4:], "die", "go on"):
        assert private not in told
    house.close_cases()
    house.move_clock(hours=2)
    house.coordinator.hears_nothing()


def test_until_somebody_takes_the_case_they_are_asked_again_and_the_person_is_told(
    house: Story,
) -> None:
    ana = house.member()
    ana.says("I took all my pills").hears(*ANSWER)
    house.coordinator.hears("words of danger")
    house.move_clock(minutes=4)
    house.coordinator.hears_nothing()
    ana.hears_nothing()
    for minutes in (5, 10, 15, 20, 25):
        house.move_clock(minutes=2 if minutes == 5 else 5)
        ana.hears("Still trying. 988 answers now.")
        if minutes in (10, 20):
            house.coordinator.hears("still waits for someone", "urgent")
    house.move_clock(minutes=4)
    house.coordinator.hears("nobody took it", "urgent")
    ana.hears("nobody here can call now. 988 can. We try again at")
    ana.says("I really want to die").hears(*ANSWER)
    house.coordinator.hears("still waits for someone")  # everybody is asked anew, at once
    house.close_cases()


def test_i_want_it_all_to_stop_is_danger_and_stops_no_texts(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("I want it all to stop").hears(*ANSWER)
    house.coordinator.hears("words of danger")
    house.close_cases()
    house.until(12)
    ana.hears("How is today")
    ana.says("5").hears("Good to hear")


def test_danger_and_a_wish_to_stop_both_take_effect(house: Story) -> None:
    ana = house.member(hour="12:00")
    ana.says("stop texting me, I want to kill myself").hears(
        "Texts from us end now", "A person will read", "988", "911"
    )
    house.coordinator.hears("words of danger")
    house.close_cases()
    house.move_clock(days=2)
    ana.hears_nothing()


def test_danger_interrupts_and_the_question_is_still_answerable(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    ana.says("I am going to kill myself tonight").hears(*ANSWER)
    house.coordinator.hears("words of danger")
    house.close_cases()
    ana.says("1").hears("sounds hard", "person to call you")
    house.coordinator.hears("an answer asks for a look")
    ana.says("no").hears("All right")


def test_danger_in_the_middle_of_joining(house: Story) -> None:
    ana = house.phone()
    ana.says("UNIRME").hears("¿Quiere saber mas?")
    ana.says("me quiero matar").hears("Gracias por decirlo", "988", "911")
    house.coordinator.hears("words of danger")
    house.close_cases()
    ana.says("SI").hears("¿Entra?")
    ana.says("NO").hears("no escribimos mas")


def test_what_only_sounds_like_it(house: Story) -> None:
    ana = house.member(hour="12:00")
    house.until(12)
    ana.hears("How is today")
    ana.says("this traffic is killing me, my phone died").hears("did not get that")
    ana.says("3").hears("3 is noted")


def test_danger_at_night_and_after_the_days_budget(house: Story) -> None:
    house.set("daily_budget", "0.01")
    ana = house.member(language=SPANISH, hour="12:00")
    house.heard_by_coordinator("are spent")
    house.until(16)
    ana.hears_nothing()  # the check-in is held
    ana.says("quiero quitarme la vida").hears("Gracias por decirlo", "988")
    house.coordinator.hears("words of danger")
    house.close_cases()
    house.set("daily_budget", "25")
    house.until(2)
    ana.says("de verdad quiero morir").hears("Gracias por decirlo", "988")
    house.coordinator.hears("words of danger")
    house.close_cases()


def test_a_neutral_phone_is_answered_neutrally(house: Story) -> None:
    ana = house.member(alone="NO")
    ana.stays_neutral()
    ana.says("I want to die").hears("Got it. Call when you can.")
    house.coordinator.hears("words of danger")
    house.close_cases()
