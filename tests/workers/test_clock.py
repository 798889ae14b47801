"""Whom the clock wakes, and when it sends by its own hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from service.nudging import QueueName
from workers.clock import Hands
from workers.timekeeper import Look, Timekeeper


class Nudger:
    def __init__(self) -> None:
        self.there = True
        self.woken: list[QueueName] = []

    def now(self, queues: Collection[QueueName]) -> bool:
        self.woken += queues
        return self.there


class Watch:
    workers = True


def sent(nudger: Nudger, watch: Watch) -> list[str]:
    """What the clock sends itself, of what waits in both queues."""
    own: list[str] = []
    hands: Any = Hands(nudger, watch)  # type: ignore[arg-type]

    def drain(queue: QueueName) -> bool:
        own.append(queue)
        return False

    Timekeeper(lambda: Look(["urgent", "general"], False), drain, hands, 0.1).once()
    return own


def test_workers_that_are_there_are_woken_and_send() -> None:
    nudger = Nudger()
    assert sent(nudger, Watch()) == []
    assert nudger.woken == ["urgent", "general"]


def test_where_redis_is_away_or_no_worker_is_left_the_clock_sends_urgent_first() -> None:
    nudger, watch = Nudger(), Watch()
    nudger.there = False
    assert sent(nudger, watch) == ["urgent", "general"]
    nudger.there, watch.workers = True, False
    assert sent(nudger, watch) == ["urgent", "general"]
    assert nudger.woken.count("urgent") == 2, "whoever comes back is woken all the same"
