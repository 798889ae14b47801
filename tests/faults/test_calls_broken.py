"""Calls while web is killed, the database is away and Valkey is gone: nothing is lost, no step is
done twice, nobody meets a dead line, and what was asked goes on."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import unescape

import requests

from service.carrier.signature import HEADER, Verifier
from tests.faults.callers import (
    ASKED,
    MENU,
    NOTED,
    check_in_all,
    check_taken_once,
    no_repeat_differs,
    troubles,
)
from tests.faults.fragile import FragileHouse, on_both, only_in_full, share
from tests.faults.peopled import Somebody


@on_both
def test_web_is_killed_between_two_steps(house: FragileHouse, scale: float) -> None:
    """All of web, and it is another one that takes the next step."""
    crowd = house.crowd(share(house, scale, 50))
    calls = [house.network.handset(one.number).dial() for one in crowd]
    for keys, heard in (("1", ASKED), ("4", NOTED)):
        house.kill("web")
        house.start("web")
        house.wait_ready()
        for call in calls:
            call.presses(keys).hears(heard)
    for call in calls:
        call.hangs_up()
    house.quiet()
    check_taken_once(house, crowd)
    assert troubles(house) == []


@on_both
def test_web_is_killed_between_webhook_and_answer(house: FragileHouse, scale: float) -> None:
    house.network.misbehave(answer_lost=0.1)
    crowd = house.crowd(share(house, scale, 200))
    done = threading.Event()

    def kill() -> None:
        while not done.wait(0.1):
            if house.ready() and (children := house.children("web")):
                with suppress(ProcessLookupError):
                    os.kill(random.choice(children), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        check_in_all(house, crowd)
    finally:
        done.set()
        killer.join()
    house.wait_ready()
    house.network.flush()
    house.quiet()
    check_taken_once(house, crowd)


@on_both
def test_every_step_comes_twice_at_once(house: FragileHouse, scale: float) -> None:
    house.network.misbehave(webhook_doubled=1.0, answer_lost=0.3)
    crowd = house.crowd(share(house, scale, 100))
    assert check_in_all(house, crowd) == [1] * len(crowd)
    house.quiet()
    check_taken_once(house, crowd)
    assert no_repeat_differs(house)
    assert troubles(house) == []


@on_both
def test_the_database_is_busy_for_a_while_in_the_middle_of_a_call(house: FragileHouse) -> None:
    """Who presses a key meanwhile hears the answer late, and nothing else."""
    (ana,) = house.crowd(1)
    call = house.network.handset(ana.number).dial()
    call.presses("1").hears(ASKED)
    with ThreadPoolExecutor(1) as pool:
        with house.database_locked():
            pressed = pool.submit(call.presses, "4")
            house.wait_seconds(2.0)
            assert not pressed.done()
        pressed.result().hears(NOTED)
    call.hears(MENU)
    call.hangs_up()
    house.quiet()
    check_taken_once(house, [ana])


@only_in_full
@on_both
def test_the_database_stays_busy_and_the_lines_are_told(house: FragileHouse) -> None:
    """Before the network gives the call up: its patience is fifteen seconds."""
    (ana,) = house.crowd(1)
    phone = house.network.handset(ana.number)
    call = phone.dial()
    call.presses("1").hears(ASKED)
    with house.database_locked():
        began = time.monotonic()
        call.presses("4").hears("9, 8, 8")
        assert time.monotonic() - began < 60
    assert troubles(house) == []
    again = phone.dial()
    again.hears(ASKED)
    again.presses("4").hears(NOTED)
    again.hangs_up()
    house.quiet()
    check_taken_once(house, [ana])


def test_the_database_goes_away_in_the_middle_of_a_call(postgres_house: FragileHouse) -> None:
    house = postgres_house
    (ana,) = house.crowd(1)
    phone = house.network.handset(ana.number)
    call = phone.dial()
    call.presses("1").hears(ASKED)
    with house.database_down():
        call.presses("4").hears("9, 8, 8")
        assert call.over, "nobody waits for ever"
        at_once = phone.dial()
        at_once.hears("9, 8, 8")
        assert "application error" not in " ".join(call.heard + at_once.heard)
    assert troubles(house) == []
    house.wait_ready()
    again = phone.dial()
    again.hears(ASKED)
    again.presses("4").hears(NOTED)
    again.hangs_up()
    house.quiet()
    check_taken_once(house, [ana])


def test_who_stays_on_the_line_is_asked_again_once_the_database_is_back(
    postgres_house: FragileHouse,
) -> None:
    """As the network asks, which waits five seconds before each new try."""
    house = postgres_house
    (ana,) = house.crowd(1)
    menu = as_the_network(house, ana, next_in(as_the_network(house, ana, "/twilio/voice")))
    asked = as_the_network(house, ana, next_in(menu), Digits="1")
    assert ASKED in asked
    with house.database_down():
        away = as_the_network(house, ana, next_in(asked), Digits="4")
        assert "9, 8, 8" in away
        for _ in range(2):
            away = as_the_network(house, ana, next_in(away))
            assert "<Pause" in away
    house.wait_ready()
    asked = as_the_network(house, ana, next_in(away))
    assert ASKED in asked
    assert NOTED in as_the_network(house, ana, next_in(asked), Digits="4")


def as_the_network(house: FragileHouse, one: Somebody, path: str, **more: str) -> str:
    """What the service answers to a webhook of this person's call."""
    form = {"CallSid": "CA" + "7" * 32, "From": one.number, "To": house.network.number, **more}
    signed = Verifier(house.network.token, house.url).sign(path, form)
    answer = requests.post(house.url + path, form, headers={HEADER: signed}, timeout=15)
    assert answer.status_code == 200
    return answer.text


def next_in(document: str) -> str:
    """The path where a document leads."""
    found = re.search(r'(?:action="|<Redirect[^>]*>)https?://[^/]+(/[^"<#]*)', document)
    assert found is not None, f"the call ended: {document}"
    return unescape(found[1])


def test_valkey_goes_away_in_the_middle_of_calls(house: FragileHouse) -> None:
    """Calls need none of it, and what follows them by text leaves all the same."""
    ana, ben = house.crowd(2)
    began = time.monotonic()
    calls = [house.network.handset(one.number).dial() for one in (ana, ben)]
    usual = time.monotonic() - began
    house.valkey.kill()
    took: list[float] = []
    for call in calls:
        began = time.monotonic()
        call.presses("1").hears(ASKED)
        took.append(time.monotonic() - began)
    calls[0].presses("4").hears(NOTED)
    calls[0].hangs_up()
    for _ in range(3):
        calls[1].silent()
    assert calls[1].over
    phone = house.network.handset(ben.number)
    phone.expect(ASKED, within=60)
    phone.send("4")
    phone.expect("noted", within=60)
    assert max(took) < 2.0 + usual, f"nobody waits for what is not there: {took}"
    house.quiet()
    check_taken_once(house, [ana, ben])
