"""Texts that come in while web, or the database with it, is down: each is taken, and once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from tests.faults.fragile import FragileHouse, share
from tests.faults.peopled import Somebody

TEXTS = ("MENU", "GOOD MORNING", "MENU")


def text_in(house: FragileHouse, crowd: Sequence[Somebody], *, over: float = 0.0) -> list[str]:
    """Each of them sends these texts, spread over so many seconds; the network's sids."""
    pause = over / (len(crowd) * len(TEXTS))
    sids = []
    for text in TEXTS:
        for one in crowd:
            sids.append(house.network.handset(one.number).send(text))
            time.sleep(pause)
    return sids


def check_taken_once(house: FragileHouse, sids: Sequence[str]) -> None:
    """Each text made one turn, and what the turns said left once."""
    seen = [row[0] for row in house.query(
        "SELECT carrier_sid FROM message WHERE direction = 'in'"
    )]  # fmt: skip
    assert sorted(seen) == sorted(sids)
    rows = house.query("SELECT count(DISTINCT turn_id), count(*) FROM message"
                       " WHERE direction = 'out'")  # fmt: skip
    turns, texts = rows[0]
    assert turns == len(sids)
    house.check(sent=texts)


def test_killed_between_webhook_and_answer(house: FragileHouse, scale: float) -> None:
    kills, people = share(house, scale, 40), share(house, scale, 100)
    house.network.misbehave(answer_lost=0.1, webhook_doubled=0.2, webhooks_together=True)
    crowd = house.crowd(people)
    done = threading.Event()

    def kill() -> None:
        for _ in range(kills):
            if children := house.children("web"):
                with suppress(ProcessLookupError):
                    os.kill(random.choice(children), signal.SIGKILL)
            done.wait(0.15)

    killer = threading.Thread(target=kill)
    killer.start()
    sids = text_in(house, crowd, over=kills * 0.15)
    killer.join()
    house.wait_ready()
    house.quiet()
    house.swept()
    house.quiet()
    check_taken_once(house, sids)


def test_web_and_database_down_for_a_minute(house: FragileHouse, scale: float) -> None:
    """The carrier tries in vain and gives up; the sweep takes what it has."""
    crowd = house.crowd(share(house, scale, 100))
    house.kill("web")
    with house.database_down():
        sids = text_in(house, crowd)
        assert house.network.get("/control/idle", timeout=60, wait=30)["idle"]
        house.pass_time(60)
    house.start("web")
    house.wait_ready()
    for _ in range(3):  # and whoever sweeps may die in the middle of it
        house.wait_seconds(0.3)
        for child in house.children("worker"):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    house.swept()
    house.quiet()
    check_taken_once(house, sids)


def test_locked_for_seconds_while_all_goes_on(house: FragileHouse, scale: float) -> None:
    people = house.crowd(share(house, scale, 100))
    house.pace(200)
    house.plan(house.crowd(share(house, scale, 300)))
    sids: list[str] = []
    locked, times = (2.5, 2) if scale == 1 else (1.2, 1)
    texting = threading.Thread(target=lambda: sids.extend(text_in(house, people, over=locked)))
    texting.start()
    try:
        for _ in range(times):
            house.wait_seconds(0.3)
            with house.database_locked():
                house.wait_seconds(locked)
    finally:
        texting.join()
    house.quiet()
    house.swept()
    house.quiet()
    seen = house.query("SELECT count(*) FROM message WHERE direction = 'in'")[0][0]
    assert seen == len(sids)
    found = house.count()
    assert (found.lost, found.doubled) == ([], [])
