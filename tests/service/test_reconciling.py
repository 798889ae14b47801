"""Asking the carrier: texts in doubt, texts that no webhook brought, texts it has to forget."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from service import outbox, reconciling
from service.dispatching import Dispatcher
from tests.phone import PhoneNetwork
from tests.service.house import ANA, BEN, Line

LANES = (0, 1)  # with the third one a drain would ask the carrier by itself
WITHIN = 20.0  # seconds


@pytest.fixture
def wired(wired: Line) -> Line:
    """Nobody has asked the carrier yet what came in."""
    wired.do("delete from setting where key = 'swept'")
    return wired


def sent(line: Line) -> None:
    """Send what is due, and wait for what becomes of it."""
    dispatcher = Dispatcher(line.house)
    dispatcher.drain(LANES)
    until = time.monotonic() + WITHIN
    while "sending" in states(line):
        assert time.monotonic() < until, "no outcome"
        time.sleep(0.02)
    dispatcher.close()


def states(line: Line) -> list[str]:
    return [
        row[0]
        for row in line.rows("select status from message where direction = 'out' order by id")
    ]


def look(line: Line, times: int = 1) -> None:
    """Look when it is due, so many times."""
    for _ in range(times):
        line.at += timedelta(seconds=line.house.settings.doubt_seconds * 4)
        reconciling.look(line.house)


def test_a_text_in_doubt_that_had_arrived_is_not_sent_again(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_after=1.0)
    wired.phone(ANA).send("JOIN")
    sent(wired)
    assert states(wired) == ["in doubt"]
    network.behave()
    look(wired)
    assert states(wired) == ["accepted"]
    assert wired.one("select count(*) from timer where kind = 'wait'") == 1, "its wait begins now"
    sent(wired)
    assert sum(network.accepted().values()) == 1


def test_a_text_in_doubt_that_never_arrived_is_sent_once_more_after_two_looks(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_before=1.0)
    wired.phone(ANA).send("JOIN")
    sent(wired)
    network.behave()
    assert states(wired) == ["in doubt"]
    look(wired)
    assert states(wired) == ["in doubt"], "once is not enough: a list may lag behind"
    look(wired)
    assert states(wired) == ["pending"]
    sent(wired)
    assert states(wired) == ["accepted"]
    assert sum(network.accepted().values()) == 1


def test_while_the_carrier_cannot_be_asked_nothing_is_decided(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_after=1.0)
    wired.phone(ANA).send("JOIN")
    sent(wired)
    network.misbehave(outage="refuse")
    look(wired, times=5)
    assert states(wired) == ["in doubt"]
    network.behave()
    look(wired, times=2)
    assert states(wired)[0] in ("accepted", "delivered")


def test_what_came_in_while_we_were_down_is_taken_once(wired: Line, network: PhoneNetwork) -> None:
    ana, ben = network.handset(ANA), network.handset(BEN)
    ana.send("JOIN")
    ben.send("hello")
    assert reconciling.sweep_received(wired.house) == 2
    assert reconciling.sweep_received(wired.house) == 0
    assert wired.phone(ANA).front is not None
    assert wired.one("select count(*) from message where direction = 'in'") == 2
    with wired.reading() as tx:
        assert not outbox.sweep_due(tx, wired.house, wired.at)


def test_a_sweep_that_failed_is_made_again(wired: Line, network: PhoneNetwork) -> None:
    network.handset(ANA).send("JOIN")
    network.misbehave(outage="refuse")
    reconciling.look(wired.house)
    network.behave()
    look(wired)
    assert wired.one("select count(*) from message where direction = 'in'") == 1


def test_the_carrier_forgets_what_was_erased(wired: Line, network: PhoneNetwork) -> None:
    ana = wired.phone(ANA)
    ana.send("JOIN")
    sent(wired)
    sids = [row[0] for row in wired.rows("select carrier_sid from message where direction = 'out'")]
    assert sids
    with wired.turn(ana) as slate:
        from service import erasing
        from service.storage import timers

        due = erasing.for_the_carrier(erasing.carry_out(slate), wired.at)
        timers.put(slate.tx, due, wired.at)
    assert reconciling.forget(wired.house) >= 1
    assert reconciling.forget(wired.house) == 0
    assert wired.one("select count(*) from timer where kind = 'forget'") == 0
