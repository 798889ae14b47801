"""A job for tests: notes in Redis that it ran, and by whom."""

from __future__ import annotations

import os
import time

import redis


def note(queue: str) -> None:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.delete(f"nudge:{queue}")
        client.rpush("ran", f"{queue}:{os.getpid()}")


def slowly(queue: str) -> None:
    time.sleep(1.0)
    note(queue)


def fail(queue: str) -> None:
    raise RuntimeError("a text that must not be kept: +15550100")
