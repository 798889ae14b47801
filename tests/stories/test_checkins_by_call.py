"""Being checked in on by phone call: at the hour, once more, then by text."""

from __future__ import annotations

from typing import Any

from tests.stories.telling import Phone, Story


def by_call(house: Story, hour: str = "15:00") -> Phone:
    """Somebody who joined by text and asked for calls."""
    ana = house.member(hour=hour)
    ana.says("PREFS").hears("text or call")
    ana.says("CHANNEL").hears("How shall we reach you")
    ana.says("2").hears("Saved")
    ana.says("NO").hears()
    return ana


def rings(phone: Phone) -> Any:
    return phone.handset.rings()


def rings_within(house: Story, phone: Phone, minutes: int) -> Any:
    """Let time pass in steps shorter than a ring, until this phone rings."""
    for _ in range(minutes * 6):
        if any(call["awaits"] == "answer" for call in phone.handset.calls):
            break
        house.move_clock(seconds=10)
    return rings(phone)


def calls(phone: Phone) -> list[str]:
    """How each call to this phone ended, in order."""
    return [call["status"] for call in phone.handset.calls]


def test_it_rings_at_the_hour_and_is_answered_with_a_key(house: Story) -> None:
    ana = by_call(house)
    house.until(14, 59)
    assert calls(ana) == []
    house.until(15)
    call = rings(ana).answers()
    call.hears("good time", "press 1")
    call.presses("1")
    call.hears("How is today")
    call.presses("4")
    call.hears("4 is noted")
    call.hangs_up()
    assert house.occurrences() == ["answered"]
    house.move_clock(hours=2)
    ana.hears_nothing()
    assert len(calls(ana)) == 1


def test_nobody_takes_it_so_it_rings_once_more_and_then_comes_by_text(house: Story) -> None:
    ana = by_call(house)
    house.until(15)
    rings(ana).ignores()
    house.move_clock(minutes=9)
    assert calls(ana) == ["no-answer"]
    ana.hears_nothing()
    rings_within(house, ana, 3).busy()
    ana.hears("How is today")
    ana.says("5").hears("Good to hear")
    assert calls(ana) == ["no-answer", "busy"]
    assert house.occurrences() == ["answered"]


def test_a_voicemail_is_nobody_and_hears_nothing_that_was_not_allowed(house: Story) -> None:
    ana = by_call(house)
    house.until(15)
    call = rings(ana).voicemail("This is the phone of the Ruiz family.")
    assert call.heard == []
    house.move_clock(minutes=9)
    rings_within(house, ana, 3).answers().hears("good time")
    assert house.occurrences() == ["prompted"]


def test_who_is_busy_now_asks_for_later(house: Story) -> None:
    ana = by_call(house)
    house.until(15)
    call = rings(ana).answers()
    call.hears("for later, press 2")
    call.presses("2")
    assert call.over
    house.move_clock(minutes=9)
    second = rings_within(house, ana, 4).answers()
    second.presses("1")
    second.hears("How is today")
    second.presses("3")
    second.hangs_up()
    assert house.occurrences() == ["answered"]


def test_who_stops_between_two_calls_is_not_called_again(house: Story) -> None:
    ana = by_call(house)
    house.until(15)
    rings(ana).ignores()
    ana.says("STOP").hears("stopped texts", by="network")
    house.move_clock(hours=3)
    assert calls(ana) == ["no-answer"]


def test_a_text_that_cannot_arrive_is_followed_by_a_call(house: Story) -> None:
    ana = house.member(hour="15:00")
    house.network.misbehave(numbers={ana.number: 30006})
    house.until(15)
    call = rings(ana).answers()
    call.presses("1")
    call.hears("How is today")
    call.presses("4")
    call.hears("4 is noted")
    call.hangs_up()
    assert house.occurrences() == ["answered"]
    house.coordinator.hears("no more texts")
