"""The outbox through one worker process, against a network that takes 80 ms an answer.

Check-ins of as many people lie in the outbox; a real worker is woken, and the clock stops when
the last of them is marked as accepted in the database. The same texts go through a bare
asynchronous client with 128 in flight, and, fewer of them, through RQ with a job for each. They
take turns; medians of five count. Every text has to arrive exactly once.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGTERM

from sqlalchemy import func, select

from service import clock, timers
from service.house import House
from service.storage import tables
from service.storage.statements import Prepared
from service.storage.tables import of
from tests import houses, servers
from tests.bench import Measured, _crowd, _rivals
from tests.bench._sink import Sink, sink

ROUNDS = 5
PACE = 100_000_000  # segments in a thousand seconds: the network is to be the limit
_PROJECT = Path(__file__).parents[2]

_m = of(tables.Message)
_OPEN = {
    status: Prepared(select(func.count()).where(_m.c.status == status))
    for status in ("pending", "sending")
}
_ACCEPTED = Prepared(select(func.count()).where(_m.c.status == "accepted"))


def run(full: bool) -> Measured:
    """Messages a second of each, and how many times ours theirs is."""
    return measure(*((4_000, 40) if full else (400, 8)), ROUNDS)


def measure(count: int, few: int, rounds: int) -> Measured:
    """With so many messages in each round; `few` of them go the naive way."""
    seconds: dict[str, list[float]] = {"ours": [], "bare": [], "naive": []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthline-out-")))
        valkey = stack.enter_context(servers.valkey())
        network = stack.enter_context(sink())
        given = houses.environment(
            f"sqlite:///{folder / 'out.db'}",
            folder,
            REDIS_URL=valkey.url,
            TWILIO_API_URL=network.url,
            HEARTHLINE_LOG_LEVEL="error",
        )
        house = stack.enter_context(houses.house(given))
        _crowd.unbounded(house, PACE)
        stack.enter_context(worker(given))
        _ours(house, network, 50, 0)  # the worker is warm
        for at in range(rounds):
            seconds["ours"].append(_ours(house, network, count, 1_000_000 + at * count) / count)
            numbers = [_crowd.number_of(place) for place in range(count)]
            seconds["bare"].append(_rivals.bare(network.url, numbers) / count)
            seconds["naive"].append(_rivals.naive(network.url, valkey.url, numbers[:few]) / few)
            network.taken()
    rates = {side: 1 / statistics.median(taken) for side, taken in seconds.items()}
    return {
        "figures": {f"{side}, messages a second": rate for side, rate in rates.items()},
        "ratios": {
            name: statistics.median(
                theirs / ours for ours, theirs in zip(seconds["ours"], seconds[who], strict=True)
            )
            for name, who in (("bare-async", "bare"), ("naive", "naive"))
        },
    }


def _ours(house: House, network: Sink, count: int, first: int) -> float:
    """Seconds from the nudge until all of the outbox is marked as accepted."""
    with house.database.reading() as tx:
        before = _ACCEPTED.value(tx)
    _crowd.gather(house, count, clock.now(), first=first)
    house.nudger.nudge = lambda lane: None  # type: ignore[method-assign]
    while timers.take_batch(house):
        pass
    del house.nudger.nudge
    assert left(house) == count, "all are in the outbox"
    began = time.perf_counter()
    house.nudger.nudge(2)
    servers.wait_for(lambda: left(house) == 0, "an empty outbox", 120)
    took = time.perf_counter() - began
    with house.database.reading() as tx:
        assert _ACCEPTED.value(tx) == before + count, "all are accepted"
    taken = [number for number, _ in network.taken()]
    wanted = [_crowd.number_of(place) for place in range(first, first + count)]
    assert sorted(taken) == wanted, "each text arrived, and once"
    return took


def left(house: House) -> int:
    """How many messages are not accepted yet."""
    with house.database.reading() as tx:
        return sum(int(count.value(tx)) for count in _OPEN.values())


@contextmanager
def worker(given: dict[str, str], *, general: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """The service's own worker command, for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.run", "--general", str(general)],
        cwd=_PROJECT,
        env={**os.environ, **given},
        preexec_fn=servers.dies_with_parent(SIGTERM),
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)
