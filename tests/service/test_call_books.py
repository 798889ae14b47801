"""Asking the carrier: calls in doubt, and calls whose end it did not tell; over real HTTP."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from service import call_books, outbox, reconciling
from service.carrier.sending import OutgoingCall
from service.dispatching import Dispatcher
from service.storage import placings
from tests.houses import SERVICE_NUMBER
from tests.phone import PhoneNetwork
from tests.service.house import ANA, BEN, Line
from tests.service.test_placing import put, state

LANES = (0, 1)  # with the third one a drain would ask the carrier by itself
WITHIN = 20.0  # seconds


def placed(line: Line) -> None:
    """Place what is due, and wait for what becomes of it."""
    dispatcher = Dispatcher(line.house)
    dispatcher.drain(LANES)
    until = time.monotonic() + WITHIN
    while "placing" in statuses(line):
        assert time.monotonic() < until, "no outcome"
        time.sleep(0.02)
    dispatcher.close()


def statuses(line: Line) -> list[str]:
    return [row[0] for row in line.rows("select status from call order by id")]


def look(line: Line, times: int = 1) -> None:
    """Look when it is due, so many times."""
    for _ in range(times):
        line.at += timedelta(seconds=line.house.settings.doubt_seconds * 4)
        reconciling.look(line.house)


def at_the_carrier(network: PhoneNetwork, number: str = ANA) -> int:
    return len(network.handset(number).calls)


def test_a_call_is_placed_with_our_id_in_what_the_carrier_asks(
    wired: Line, network: PhoneNetwork
) -> None:
    call_id = put(wired, ANA)
    wired.phone(BEN).send("JOIN")
    placed(wired)
    assert statuses(wired) == ["placed"]
    [held] = network.handset(ANA).calls
    assert state(wired, call_id)["carrier_sid"] == held["sid"]
    assert wired.one("select status from message where direction = 'out'") != "pending", (
        "texts leave beside the calls"
    )


def test_a_call_in_doubt_that_was_placed_is_not_placed_again(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_after=1.0)
    call_id = put(wired, ANA)
    placed(wired)
    assert statuses(wired) == ["in doubt"]
    network.behave()
    look(wired)
    assert statuses(wired) == ["placed"]
    assert state(wired, call_id)["carrier_sid"].startswith("CA")
    placed(wired)
    look(wired, times=3)
    assert at_the_carrier(network) == 1


def test_a_call_in_doubt_that_was_never_placed_is_placed_once_more_after_two_looks(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_before=1.0)
    put(wired, ANA)
    placed(wired)
    network.behave()
    look(wired)
    assert statuses(wired) == ["in doubt"], "once is not enough: a list may lag behind"
    look(wired)
    assert statuses(wired) == ["pending"]
    placed(wired)
    assert statuses(wired) == ["placed"]
    assert at_the_carrier(network) == 1


def test_a_call_in_doubt_that_would_come_too_late_is_not_placed_again(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_before=1.0)
    call_id = put(wired, ANA, expires_at=wired.at + timedelta(seconds=30))
    placed(wired)
    network.behave()
    wired.at += timedelta(minutes=1)
    look(wired, times=2)
    placed(wired)
    assert (state(wired, call_id)["status"], state(wired, call_id)["held_for"]) == (
        "cancelled", "too late",
    )  # fmt: skip
    assert at_the_carrier(network) == 0


def test_a_worker_that_died_just_after_placing_lost_and_doubled_nothing(
    wired: Line, network: PhoneNetwork
) -> None:
    """The carrier has it; the process that asked for it is gone, and told nobody."""
    call_id = put(wired, ANA)
    with wired.writing() as tx:
        placings.claim(tx, [call_id], "gone", wired.at)
    url, status_url = wired.house.call_urls(call_id)
    wired.house.gateway.send(OutgoingCall("x", ANA, SERVICE_NUMBER, url, status_url))
    wired.at += timedelta(seconds=wired.house.settings.lease_seconds + 1)
    outbox.tick(wired.house)
    assert statuses(wired) == ["in doubt"]
    look(wired)
    assert statuses(wired) == ["placed"]
    assert at_the_carrier(network) == 1


def test_a_worker_that_died_just_before_placing_lost_nothing(
    wired: Line, network: PhoneNetwork
) -> None:
    call_id = put(wired, ANA)
    with wired.writing() as tx:
        placings.claim(tx, [call_id], "gone", wired.at)
    wired.at += timedelta(seconds=wired.house.settings.lease_seconds + 1)
    outbox.tick(wired.house)
    look(wired, times=2)
    placed(wired)
    assert statuses(wired) == ["placed"]
    assert at_the_carrier(network) == 1


def test_two_in_doubt_to_one_number_share_what_the_carrier_has(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_after=1.0)
    first = put(wired, ANA)
    placed(wired)
    network.behave()
    second = put(wired, ANA)  # after a restore, all that was to leave is in doubt
    wired.do(
        "update call set status = 'in doubt', claimed_at = :at, tries = 1 where id = :id",
        at=int(wired.at.timestamp() * 1_000_000), id=second,
    )  # fmt: skip
    assert statuses(wired) == ["in doubt", "in doubt"]
    look(wired, times=3)
    told = sorted([state(wired, first)["status"], state(wired, second)["status"]])
    assert told == ["pending", "placed"], "one record counts for one call"


def test_a_phone_that_may_be_ringing_is_not_rung_for_another_reason(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_after=1.0)
    put(wired, ANA)
    placed(wired)
    network.behave()
    wired.at += timedelta(seconds=5)
    put(wired, ANA)
    placed(wired)
    assert statuses(wired) == ["in doubt", "pending"]
    assert at_the_carrier(network) == 1


def test_while_the_carrier_cannot_be_asked_nothing_is_decided(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_after=1.0)
    put(wired, ANA)
    placed(wired)
    network.misbehave(outage="refuse")
    look(wired, times=5)
    assert statuses(wired) == ["in doubt"]
    network.behave()
    look(wired)
    assert statuses(wired) == ["placed"]


@pytest.mark.parametrize(
    ("fate", "told"), [("busy", "busy"), ("no-answer", "no answer"), ("failed", "failed")]
)
def test_the_end_of_a_call_that_no_callback_told_of_is_asked_for(
    wired: Line, network: PhoneNetwork, fate: str, told: str
) -> None:
    network.misbehave(call_outcomes={ANA: fate}, callback_lost=1.0)
    put(wired, ANA)
    placed(wired)
    network.idle()
    assert call_books.sweep(wired.house) == 0, "its callbacks may still come"
    wired.at += timedelta(minutes=5)
    assert call_books.sweep(wired.house) == 1
    assert statuses(wired) == [told]
    assert call_books.sweep(wired.house) == 0


def test_a_call_that_goes_on_is_left_alone(wired: Line, network: PhoneNetwork) -> None:
    put(wired, ANA)
    placed(wired)
    network.handset(ANA).rings()
    wired.at += timedelta(minutes=5)
    assert call_books.sweep(wired.house) == 0
    assert statuses(wired) == ["placed"]


def test_a_call_that_the_carrier_knows_nothing_of_has_failed(
    wired: Line, network: PhoneNetwork
) -> None:
    put(wired, ANA)
    placed(wired)
    network.forget()
    wired.at += timedelta(minutes=5)
    assert call_books.sweep(wired.house) == 1
    assert statuses(wired) == ["failed"]


def test_found_in_the_books_when_it_is_over_it_ends_there_and_then(
    wired: Line, network: PhoneNetwork
) -> None:
    network.misbehave(drop_after=1.0, call_outcomes={ANA: "busy"}, callback_lost=1.0)
    put(wired, ANA)
    placed(wired)
    network.behave()
    network.idle()
    look(wired)
    assert statuses(wired) == ["busy"]
