"""The clock's loop: it wakes, it stands in, it never gives up."""

from __future__ import annotations

import threading
import time

import pytest

from service.nudging import Nudger
from tests import servers
from workers.timekeeper import Look, Timekeeper


class Desk:
    """What there is to send, counted."""

    def __init__(self, **waiting: int) -> None:
        self.waiting = waiting
        self.sent: list[str] = []
        self.looks = 0
        self.failing = 0
        self.more = False

    def look(self) -> Look:
        self.looks += 1
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the database is away")
        return Look([queue for queue, count in self.waiting.items() if count], self.more)

    def drain(self, queue: str) -> bool:
        self.waiting[queue] -= 1
        self.sent.append(queue)
        return self.waiting[queue] > 0


@pytest.fixture
def away():
    nudger = Nudger("redis://127.0.0.1:9/0")
    yield nudger
    nudger.close()


def test_what_is_due_wakes_the_workers(valkey):
    desk = Desk(urgent=1, general=2)
    nudger = Nudger(valkey)
    assert Timekeeper(desk.look, desk.drain, nudger, 0.25).once() == 0.25
    assert desk.sent == []
    import redis

    with redis.Redis.from_url(valkey) as client:
        assert client.llen("rq:queue:urgent") == client.llen("rq:queue:general") == 1


def test_while_redis_is_away_the_clock_sends_itself_urgent_first(away):
    desk = Desk(general=3, urgent=2)
    timekeeper = Timekeeper(desk.look, desk.drain, away, 0.25)
    timekeeper.once()
    assert desk.sent == ["urgent", "urgent", "general"]
    timekeeper.once()
    timekeeper.once()
    assert desk.sent == ["urgent", "urgent", "general", "general", "general"]


def test_nothing_due_asks_nobody(away):
    desk = Desk(urgent=0)
    assert Timekeeper(desk.look, desk.drain, away, 0.25).once() == 0.25


def test_a_look_that_fails_is_repeated_after_a_longer_pause(away):
    desk = Desk()
    desk.failing = 3
    timekeeper = Timekeeper(desk.look, desk.drain, away, 0.25)
    assert [timekeeper.once() for _ in range(4)] == [0.5, 1.0, 2.0, 0.25]


def test_where_more_is_due_the_next_look_follows_at_once(away):
    desk = Desk()
    desk.more = True
    assert Timekeeper(desk.look, desk.drain, away, 0.25).once() == 0


def test_it_runs_until_it_is_stopped(away):
    desk = Desk()
    timekeeper = Timekeeper(desk.look, desk.drain, away, 0.01)
    thread = threading.Thread(target=timekeeper.keep)
    thread.start()
    servers.wait_for(lambda: desk.looks > 5, "looks", 5)
    timekeeper.stop.set()
    thread.join(2)
    assert not thread.is_alive()
    seen = desk.looks
    time.sleep(0.05)
    assert desk.looks == seen
