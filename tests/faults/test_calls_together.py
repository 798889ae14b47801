"""Many calls of one person at once, and texts in the middle of them: one conversation, and each key
counts for the question that its caller was asked, or for none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.calls import Call
from tests.faults.callers import (
    ASKED,
    MENU,
    NOTED,
    no_repeat_differs,
    still_open,
    troubles,
)
from tests.faults.fragile import FragileHouse, on_both

CALLS = 10
OFFERED = "Would you like a person to call you today"


def calls_of_one(house: FragileHouse) -> list[Call]:
    (ana,) = house.crowd(1)
    phone = house.network.handset(ana.number)
    return [phone.dial() for _ in range(CALLS)]


def moods(house: FragileHouse) -> int:
    return int(house.query("SELECT count(*) FROM answer WHERE name = 'mood'")[0][0])


def check_whole(house: FragileHouse, calls: Sequence[Call]) -> None:
    """No mistake of ours, one conversation in front at most, and each call with all its steps."""
    for call in calls:
        if not call.over:
            call.hangs_up()
    house.quiet()
    house.wait_until(lambda: not still_open(house), "the end of every call")
    fronts = house.query(
        "SELECT count(*) FROM conversation WHERE status = 'front' GROUP BY person_id"
    )
    assert all(count == 1 for (count,) in fronts), fronts
    steps = house.query(
        "SELECT c.step, count(s.step) FROM call c JOIN call_step s ON s.call_id = c.id"
        " GROUP BY c.id"
    )
    assert all(last == taken for last, taken in steps), steps
    assert "a step of a call failed" not in house.log()
    assert troubles(house) == []
    assert no_repeat_differs(house)


def test_ten_calls_of_one_person_do_not_mix(house: FragileHouse) -> None:
    """Who answers what is no longer asked hears what is asked now."""
    calls = calls_of_one(house)
    for call in calls:
        call.hears(MENU)
    *others, second, last = calls
    last.presses("1").hears(ASKED)
    for call in (*others, second):
        call.presses("1").hears(ASKED)  # for the menu, which no longer stands
    assert moods(house) == 0
    second.presses("4").hears(NOTED)
    for call in (last, *others):
        call.presses("2").hears(MENU)
        assert OFFERED not in call.said
    assert moods(house) == 1
    check_whole(house, calls)


@on_both
def test_ten_calls_of_one_person_press_at_once(house: FragileHouse, scale: float) -> None:
    house.network.misbehave(webhook_doubled=0.5)
    calls = calls_of_one(house)
    chance = random.Random(7)
    noted = 0
    for _ in range(max(6, round(40 * scale))):
        keys = [chance.choice("4*" if ASKED in call.said else "1*") for call in calls]
        with ThreadPoolExecutor(CALLS) as pool:
            list(pool.map(Call.presses, calls, keys))
        for call in calls:
            noted += NOTED in call.said
            assert ASKED in call.said or MENU in call.said, call
    assert moods(house) == noted
    alone = calls[0]  # and whoever is the only one to go on gets through
    alone.presses("*")
    if ASKED not in alone.said:
        alone.presses("1").hears(ASKED)
    alone.presses("4").hears(NOTED)
    assert moods(house) == noted + 1
    check_whole(house, calls)


@on_both
def test_a_text_in_the_middle_of_a_call(house: FragileHouse) -> None:
    """What they texted counts, and the call goes on from there."""
    (ana,) = house.crowd(1)
    phone = house.network.handset(ana.number)
    call = phone.dial()
    call.presses("1").hears(ASKED)
    phone.send("2")
    phone.expect(OFFERED)
    call.presses("4").hears(OFFERED)  # the 4 was for the question before
    house.kill("web")
    house.start("web")
    house.wait_ready()
    call.presses("2").hears("All right")
    call.hangs_up()
    phone.send("yes")
    phone.expect("")
    answers = dict(house.query("SELECT name, count(*) FROM answer GROUP BY name"))
    assert (answers["mood"], answers["wants_call"]) == (1, 1)
    check_whole(house, [call])


def test_texts_and_calls_of_one_person_at_once(house: FragileHouse, scale: float) -> None:
    """Whatever comes first is taken, the other hears what stands then."""
    for _ in range(max(3, round(20 * scale))):
        (ana,) = house.crowd(1)
        phone = house.network.handset(ana.number)
        call = phone.dial()
        call.presses("1").hears(ASKED)
        with ThreadPoolExecutor(2) as pool:
            pressed = pool.submit(call.presses, "4")
            phone.send("5")
            pressed.result()
        by_call = NOTED in call.said
        house.quiet()
        mood = house.query(
            "SELECT count(*) FROM answer WHERE name = 'mood' AND person_id = :id", id=ana.id
        )
        assert mood[0][0] == 1
        assert by_call or MENU in call.said, call
        check_whole(house, [call])
