"""Workers killed with -9 while they send: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from tests.faults.fragile import PACE, FragileHouse, on_both, share

KILLS, MESSAGES = 200, 2000


def kill_one_that_sends(house: FragileHouse) -> bool:
    """Kill a worker process that holds messages just now; False where all has left."""
    seen: list[int] = []

    def sending() -> bool:
        holders = house.query("SELECT DISTINCT claimed_by FROM message WHERE status = 'sending'")
        alive = set(house.children("worker"))
        seen[:] = [pid for (by,) in holders if (pid := int(by.split("-")[0])) in alive]
        return bool(seen) or house.under_way() == (0, 0)

    house.wait_until(sending, "a worker that sends")
    if not seen:
        return False
    with suppress(ProcessLookupError):
        os.kill(seen[0], signal.SIGKILL)
    return True


@on_both
def test_killed_while_sending(house: FragileHouse, scale: float) -> None:
    count = share(house, scale, MESSAGES)
    kills = count * KILLS // MESSAGES
    house.network.misbehave(latency_ms=30, latency_jitter_ms=60)
    house.pace(count / max(4.0, kills * 0.6))  # so that there is something to send all the while
    house.plan(house.crowd(count))
    killed = 0
    while killed < kills and kill_one_that_sends(house):
        killed += 1
    house.network.behave()
    house.pace(PACE / 1000)
    house.quiet()
    house.check(sent=count)
    assert killed == kills


def test_asleep_beyond_the_lease(house: FragileHouse, scale: float) -> None:
    """A worker that was stopped and goes on finds that what it held is not its own any more."""
    count = share(house, scale, 400)
    house.start("worker 2")
    house.network.misbehave(latency_ms=100, latency_jitter_ms=200, callback_lost=0.5)
    house.pace(count / 4)
    house.plan(house.crowd(count))
    asleep: list[int] = []
    try:
        for _ in range(3 if scale == 1 else 1):
            house.wait_until(lambda: house.sending() > 0, "a worker that sends")
            asleep = house.children("worker")
            signal_all(asleep, signal.SIGSTOP)
            house.wait_seconds(2.6)  # a lease lasts two
            signal_all(asleep, signal.SIGCONT)
    finally:
        signal_all(asleep, signal.SIGCONT)
    house.network.behave()
    house.quiet()
    house.check(sent=count)


def signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
