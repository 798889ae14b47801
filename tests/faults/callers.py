"""Callers for fault tests: what people do on the phone, whatever happens to it.

Promise: a caller answers what was asked last and nothing else. Whose call breaks off calls again,
and does not begin anew what they have done: one whole check-in each, or the test fails.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from service.call_books import UNTOLD
from tests.calls import Call
from tests.faults.fragile import FragileHouse
from tests.faults.peopled import Somebody

MENU, ASKED, NOTED = "For a check-in now, press 1", "How is today", "Your 4 is noted"
MOST_CALLS = 20  # of one caller; each may be broken off
AT_ONCE = 8


def answer(call: Call, *, pressed: bool = False) -> bool:
    """Answer what is asked until the check-in is done; whether the 4 was ever pressed.

    `pressed`: it was, in a call before this one, so that another check-in is not asked for.
    """
    while not call.over and NOTED not in call.said:
        if call.awaits is None:
            time.sleep(0.05)  # the service has not answered yet
        elif ASKED in call.said:
            pressed = True
            call.presses("4")
        elif MENU in call.said and pressed:
            break  # it was taken, though nobody heard it
        elif MENU in call.said:
            call.presses("1")
        else:
            raise AssertionError(f"nothing to answer: {call}")
    return pressed


def check_in(house: FragileHouse, one: Somebody) -> int:
    """Call, and again until the check-in is done; how many calls it took."""
    phone, pressed = house.network.handset(one.number), False
    for count in range(1, MOST_CALLS):
        call = phone.dial()
        pressed = answer(call, pressed=pressed)
        if not call.over:
            call.hangs_up()
            return count
    raise AssertionError(f"{MOST_CALLS} calls, and no check-in: {phone.calls[-1]}")


def check_in_all(house: FragileHouse, crowd: Sequence[Somebody]) -> list[int]:
    """All of them, some at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda one: check_in(house, one), crowd))


def check_taken_once(house: FragileHouse, crowd: Sequence[Somebody]) -> None:
    """Each of them answered once, nothing failed, and every call has its end."""
    answered = house.query(
        "SELECT person_id, count(*) FROM answer WHERE name = 'mood' GROUP BY person_id"
    )
    assert sorted(answered) == sorted((one.id, 1) for one in crowd), house.log()[-3000:]
    assert house.query('SELECT count(*) FROM "case"')[0][0] == 0
    if still_open(house):  # how it ended was told while nobody listened: the carrier is asked
        house.pass_time(UNTOLD.total_seconds() + 60)
        house.wait_until(lambda: not still_open(house), "the end of every call")


def still_open(house: FragileHouse) -> int:
    """How many calls have no end yet."""
    return int(house.query("SELECT count(*) FROM call WHERE ended_at IS NULL")[0][0])


def no_repeat_differs(house: FragileHouse) -> bool:
    """Whether every webhook of a call that came again was answered as before."""
    return "repeats answered differently" not in house.network.counts()["webhooks"]


def troubles(house: FragileHouse) -> list[dict[str, Any]]:
    """Webhooks of this test's calls that were answered wrongly or not at all."""
    sids = {row[0] for row in house.query("SELECT carrier_sid FROM call")}
    return [trouble for trouble in house.network.troubles() if trouble["sid"] in sids]
