"""A crew for tests, as `workers.run` makes it: one for urgent alone, one general."""

from __future__ import annotations

import os
from functools import partial

import redis

from service import logs
from workers.crew import Crew
from workers.hand import serve


def farewell() -> None:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.rpush("farewell", os.getpid())


if __name__ == "__main__":
    logs.start(level="info")
    url = os.environ["REDIS_URL"]
    Crew(
        [
            ("urgent", partial(serve, ["urgent"], url, farewell)),
            ("general", partial(serve, ["urgent", "general"], url, farewell)),
        ]
    ).run()
