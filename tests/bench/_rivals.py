"""What the sending benches compare with: the same texts, sent without keeping anything.

The bare client is the fastest that is reasonable: one process, 128 in flight over connections
that stay open. The naive one is what is often built: an RQ job for each message, which sends by
the carrier's blocking client, in one SimpleWorker.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import lru_cache
from signal import SIGKILL
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests import houses, servers

IN_FLIGHT = 128
BODY = "Hello Ana, it's Hearthline. How is today, from 1 (very hard) to 5 (good)? SKIP is fine."
_ACCOUNT, _TOKEN = "AC1", "token"  # those of `houses`


def bare(url: str, numbers: Sequence[str]) -> float:
    """Seconds that a bare asynchronous client takes to send to all of these."""
    return asyncio.run(_bare(url, numbers))


async def _bare(url: str, numbers: Sequence[str]) -> float:
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    address = f"{url}/2010-04-01/Accounts/{_ACCOUNT}/Messages.json"
    account = b64encode(f"{_ACCOUNT}:{_TOKEN}".encode()).decode()
    headers = {
        "Authorization": f"Basic {account}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    waiting = iter(numbers)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        began = time.perf_counter()
        await asyncio.gather(*(_runner(session, address, waiting) for _ in range(IN_FLIGHT)))
        return time.perf_counter() - began


async def _runner(session: aiohttp.ClientSession, address: str, waiting: Iterator[str]) -> None:
    for number in waiting:
        form = [
            ("To", number), ("From", houses.SERVICE_NUMBER), ("Body", BODY),
            ("StatusCallback", f"https://line.example/twilio/status?m={number}"),
        ]  # fmt: skip
        async with session.post(address, data=urlencode(form).encode()) as answer:
            if answer.status != 201 or not (await answer.json())["sid"]:
                raise AssertionError("a text was not taken")


def naive(url: str, redis_url: str, numbers: Sequence[str]) -> float:
    """Seconds that a SimpleWorker takes, one job a message; it is started and warm before."""
    import redis
    from rq import Queue

    queue = Queue("naive", connection=redis.Redis.from_url(redis_url))
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.bench._rivals", redis_url],
        env={**os.environ, "NAIVE_URL": url},
        preexec_fn=servers.dies_with_parent(SIGKILL),
    )
    try:
        first = queue.enqueue(send, numbers[0])
        servers.wait_for(lambda: bool(first.get_status(refresh=True) == "finished"), "RQ")
        began = time.perf_counter()
        jobs = queue.enqueue_many([Queue.prepare_data(send, (number,)) for number in numbers])
        servers.wait_for(lambda: bool(jobs[-1].get_status(refresh=True) == "finished"), "RQ's jobs")
        return time.perf_counter() - began
    finally:
        worker.kill()
        worker.wait()


def send(number: str) -> str:
    """The job: one text by the carrier's client."""
    return str(_client().messages.create(to=number, from_=houses.SERVICE_NUMBER, body=BODY).sid)


@lru_cache(maxsize=1)
def _client() -> Any:
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    client = Client(_ACCOUNT, _TOKEN, http_client=TwilioHttpClient(pool_connections=True))
    client.api.base_url = os.environ["NAIVE_URL"]
    return client


def _work(redis_url: str) -> None:
    import redis
    from rq import Queue, SimpleWorker

    connection = redis.Redis.from_url(redis_url)
    SimpleWorker([Queue("naive", connection=connection)], connection=connection).work(
        logging_level="ERROR"
    )


if __name__ == "__main__":
    _work(sys.argv[1])
