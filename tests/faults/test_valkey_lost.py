"""Valkey killed, emptied and away: the database is the truth, so nothing is lost."""

from __future__ import annotations

import time

from tests.faults.fragile import FragileHouse, share


def test_killed_and_emptied_in_the_middle_of_a_wave(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, 600)
    house.pace(count / 2)
    house.plan(house.crowd(count))
    for _ in range(3 if scale == 1 else 1):
        house.wait_seconds(0.4)
        house.valkey.empty()
    house.quiet()
    house.check(sent=count)


def test_away_for_good(house: FragileHouse, scale: float) -> None:
    """The clock sends by its own hand."""
    count = share(house, scale, 200)
    house.valkey.kill()
    house.plan(house.crowd(count))
    house.quiet()
    house.check(sent=count)


def test_replies_are_quick_again_once_it_is_back(house: FragileHouse) -> None:
    house.valkey.kill()
    house.wait_seconds(1.0)
    house.valkey.start()
    (ana,) = house.crowd(1)
    phone = house.network.handset(ana.number)
    house.wait_seconds(2.5)  # the workers try again every two seconds
    began = time.monotonic()
    phone.send("MENU")
    phone.expect("")
    assert time.monotonic() - began < 5
    house.quiet()
    assert not house.check(sent=1).lost
