"""Calling the service: the menu, keys and words, the other channel in between, ringing off."""

from __future__ import annotations

from service.storage import people
from tests.stories.telling import SPANISH, Story, join


def test_a_member_calls_and_is_checked_in_on(house: Story) -> None:
    ana = house.member()
    call = ana.handset.dial()
    call.hears("at any time", "press 0", "press 9", "star", "press 8", "pound")
    call.hears("For a check-in now, press 1")
    call.presses("1").hears("How is today")
    call.presses("4").hears("4 is noted")
    call.hears("For a check-in now, press 1")
    call.hangs_up()
    house.move_clock(hours=1)
    ana.hears_nothing()


def test_a_member_answers_in_words(house: Story) -> None:
    ana = house.member()
    call = ana.handset.dial()
    call.says("check-in now").hears("How is today")
    call.says("four", confidence=0.5).hears("I heard 4", "For yes, press 1")
    call.says("yes").hears("4 is noted")
    call.hangs_up()


def test_a_call_goes_on_where_a_text_stood_and_a_text_where_a_call_stood(house: Story) -> None:
    ana = house.member()
    ana.says("CHECKIN").hears("How is today")
    call = ana.handset.dial()
    call.hears("How is today")
    call.presses("2").hears("a person to call you")
    call.hangs_up()
    ana.hears_nothing()
    house.coordinator.hears("Case", "an answer asks for a look")
    ana.says("no").hears("person")
    house.close_cases()


def test_silence_is_asked_again_twice_and_then_goes_on_by_text(house: Story) -> None:
    ana = house.member()
    call = ana.handset.dial()
    call.presses("1").hears("How is today")
    call.silent().hears("still there")
    call.hears("How is today")
    call.silent().hears("I am still here")
    call.hears("How is today")
    call.silent().hears("by text")
    assert call.over
    ana.hears("How is today")
    ana.says("4").hears("4 is noted")


def test_ringing_and_hanging_up_asks_for_a_call(house: Story) -> None:
    ana = house.member()
    assert ana.handset.dial(stay=False).hangs_up().heard == []
    call = house.until_rings(ana, minutes=1).answers()
    call.hears("good time")
    call.presses("1").hears("For a check-in now, press 1")
    call.hangs_up()
    ana.hears_nothing()


def test_an_unknown_caller_joins_in_spanish_by_keys_alone(house: Story) -> None:
    ana = house.phone()
    call = ana.handset.dial()
    call.hears("To join, press 1")
    call.hears("Para español, marque 4")
    call.presses("4").hears("Para entrar, marque 1")
    call.presses("1")
    for _ in range(30):
        if call.over or "Para un saludo ya, marque 1" in call.said:
            break
        asks_for_a_language = "ngles" in call.said
        call.presses("2" if asks_for_a_language else "1" if "marque 1" in call.said else "9")
    assert "Para un saludo ya, marque 1" in call.said
    assert {event["language"] for event in call.events if event["kind"] == "say"} >= {"es-US"}
    call.hangs_up()
    ana.hears_nothing()


def test_an_unknown_caller_reaches_a_person_and_hears_the_lines(house: Story) -> None:
    caller = house.phone()
    call = caller.handset.dial()
    call.presses("2").hears("asking a person", "9, 8, 8", "9, 1, 1")
    house.coordinator.hears("Case", "asked for a person")
    call.presses("3").hears("9, 8, 8 answers now")
    call.hangs_up()
    house.close_cases()


def test_a_hidden_caller_is_told_that_nobody_can_call_back(house: Story) -> None:
    caller = house.phone()
    call = caller.handset.dial(hidden=True)
    call.hears("To type your own number, press 1")
    call.presses("2").hears("cannot call back", "9, 8, 8")
    house.coordinator.hears("Case", "asked for a person")
    call.hangs_up()
    house.close_cases()


def test_danger_in_a_call_opens_a_case_and_the_line_stays_open(house: Story) -> None:
    ana = house.member()
    call = ana.handset.dial()
    call.says("I can't do this any more, I want to kill myself", confidence=0.3)
    call.hears("Thank you for telling us", "9, 8, 8")
    call.hears("For a check-in now, press 1")
    assert not call.over
    house.coordinator.hears("Case", "words of danger", "urgent")
    call.hangs_up()
    house.close_cases()


def test_a_phone_with_a_pin_tells_nothing_before_it(house: Story) -> None:
    ana = house.phone()
    join(ana, language=SPANISH)
    inside = house.house.inside
    ((person_id,),) = house.house.look("SELECT id FROM person WHERE status = 'active'")
    with inside.database.writing() as tx:
        people.set_pin(tx, person_id, "4815")
    call = ana.handset.dial()
    assert call.heard == ["El PIN, por favor. Para una persona, marque 0."]
    for pin in ("1111", "2222", "3333"):
        call.presses(pin)
    call.hears("numero equivocado")
    assert call.over
    again = ana.handset.dial()
    again.presses("4815").hears("Para un saludo ya, marque 1")
    again.hangs_up()
