"""The heartbeat fails loudly: for each part that stands still, in a sentence without a person."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from service import heartbeat, outages
from service.carrier.records import CarrierTrouble
from service.heartbeat import Kept, Trouble
from service.storage import ids, settings_rows, timers
from tests.service.house import ANA, Line, Silent


class Hands(Silent):
    """A nudger whose workers and jobs are as the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.there: int | None = 1
        self.waits: timedelta | None = None

    def workers(self) -> int | None:
        return self.there

    def oldest_job(self) -> timedelta | None:
        return self.waits


@pytest.fixture
def hands(line: Line) -> Hands:
    line.house.nudger = hands = Hands()  # type: ignore[assignment]
    return hands


@pytest.fixture
def running(line: Line, hands: Hands) -> Line:
    """All has been heard of just now."""
    with line.writing() as tx:
        heartbeat.clock_beats(tx, line.at)
        settings_rows.put(tx, "swept", line.at.isoformat(), line.at)
    return line


def told(line: Line, **more: Any) -> list[str]:
    return [f"{one.part}: {one.told}" for one in heartbeat.beat(line.house, **more)]


def test_where_all_runs_there_is_nothing_to_tell(running: Line) -> None:
    assert told(running) == []


def test_a_clock_that_stands_is_told(running: Line) -> None:
    running.at += timedelta(seconds=90)
    assert told(running)[0] == "clock: It was last heard of 90 s ago."
    running.do("delete from setting where key = 'clock'")
    assert told(running)[0] == "clock: It was never heard of."


def test_timers_that_nobody_takes_are_told_with_their_age(running: Line) -> None:
    with running.writing() as tx:
        due = running.at - timedelta(seconds=70)
        waits = timers.Timer(ids.new(), "k", "wait", None, None, due)
        carrier = timers.Timer(ids.new(), "c", "forget", None, None, due, lane=timers.CARRIER)
        timers.put(tx, [waits, carrier], running.at)
    [one] = told(running)
    assert one == "clock: 1 timers are due and were not taken, the oldest for 70 s."


def test_a_queue_that_stands_is_told_but_a_wave_is_none(running: Line) -> None:
    ana = running.phone(ANA)
    ana.send("JOIN")
    running.do("update message set lane = 0 where direction = 'out'")
    running.at += timedelta(seconds=61)
    with running.writing() as tx:
        heartbeat.clock_beats(tx, running.at)
    [one] = told(running)
    assert one == "queue: Messages of the lane urgent wait, the oldest for 61 s."
    assert ANA not in one
    running.do("update message set lane = 2 where direction = 'out'")
    assert told(running) == []
    running.do("update message set lane = 1 where direction = 'out'")
    assert told(running) == [], "a reply may wait for its number's pace"


def test_workers_that_are_gone_are_told_and_a_redis_that_is_away_is_not(
    running: Line, hands: Hands
) -> None:
    hands.there = 0
    assert told(running) == ["worker: No worker has reported."]
    hands.there = None
    assert told(running) == []
    hands.there, hands.waits = 1, timedelta(seconds=75)
    assert told(running) == ["worker: A job waits for a worker since 75 s."]
    hands.waits = timedelta(seconds=2)
    running.do("delete from setting where key = 'swept'")
    assert told(running) == ["worker: Nobody has asked the phone network yet what came in."]


def test_a_phone_network_that_does_not_answer_is_told(running: Line) -> None:
    with running.writing() as tx:
        outages.began(tx, running.at - timedelta(seconds=80))
    assert told(running) == ["phone network: It has not answered for 80 s."]
    with running.writing() as tx:
        outages.ended(tx, running.at)
    heartbeat.answered(running.house, False)
    assert told(running) == [], "one question in vain is no outage"
    running.at += timedelta(seconds=50)
    heartbeat.answered(running.house, False)
    running.at += timedelta(seconds=20)
    assert "phone network: It has not answered for 70 s." in told(running)
    heartbeat.answered(running.house, True)
    assert not any("phone network" in one for one in told(running))


def test_asked_for_it_the_phone_network_is_rung(running: Line, monkeypatch) -> None:
    def away() -> str:
        raise CarrierTrouble("unreachable", None, "no route")

    monkeypatch.setattr(running.house.gateway, "ping", away)
    assert told(running) == []
    [one] = told(running, ask=True)
    assert one.startswith("phone network: It did not answer: ")
    monkeypatch.setattr(running.house.gateway, "ping", lambda: "suspended")
    assert told(running, ask=True) == ["phone network: The account there is not active."]


def test_after_a_restore_it_says_what_to_wait_for(running: Line) -> None:
    at = running.at.isoformat()
    with running.writing() as tx:
        value = {"at": at, "taken_at": at}
        settings_rows.put(tx, settings_rows.RESTORED_AT, value, running.at)
    [one] = told(running)
    assert "reconciled" in one


def test_a_database_that_is_away_is_the_reason(running: Line, monkeypatch) -> None:
    class Away:
        def reading(self) -> Iterator[None]:
            from service.storage.database import Unavailable

            raise Unavailable

    monkeypatch.setattr(running.house, "database", Away())
    assert told(running) == ["database: It does not answer."]


def test_however_often_it_is_asked_one_look_serves_for_a_while() -> None:
    looks: list[int] = []
    at = [0.0]

    def look() -> list[Trouble]:
        looks.append(1)
        return [Trouble("clock", str(len(looks)))]

    kept = Kept(look, seconds=5.0, clock=lambda: at[0])
    assert {tuple(kept()) for _ in range(50)} == {(Trouble("clock", "1"),)}
    at[0] = 5.0
    assert kept()[0].told == "2"
    assert len(looks) == 2


def test_a_look_that_takes_long_holds_up_one_thread_alone() -> None:
    begun, go_on = threading.Event(), threading.Event()
    at, looks = [0.0], [0]

    def look() -> list[Trouble]:
        looks[0] += 1
        if looks[0] == 2:
            begun.set()
            assert go_on.wait(10)
        return [Trouble("clock", str(looks[0]))]

    kept = Kept(look, seconds=5.0, clock=lambda: at[0])
    assert kept()[0].told == "1"
    at[0] = 6.0
    with ThreadPoolExecutor(1) as another:
        slow = another.submit(kept)
        assert begun.wait(10)
        assert kept()[0].told == "1", "meanwhile it is what was found before"
        go_on.set()
        assert slow.result(10)[0].told == "2"
    assert kept()[0].told == "2"


def test_a_job_that_nobody_takes_has_an_age(valkey: str) -> None:
    from service.nudging import JOB, Nudger, connect

    nudger = Nudger(valkey)
    assert nudger.oldest_job() is None
    Queue("urgent", connection=connect(valkey), serializer=JSONSerializer).enqueue(JOB, "urgent")
    waits = nudger.oldest_job()
    assert waits is not None
    assert timedelta(seconds=-5) < waits < timedelta(seconds=60)
    nudger.close()
    assert Nudger("redis://127.0.0.1:9/0").oldest_job() is None
