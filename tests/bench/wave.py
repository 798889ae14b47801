"""A wave: everybody is due in the same second, among a multitude who are not.

All processes are real: web, clock and worker over SQLite, and a network that takes 80 ms an
answer. The service number is paced at 2,000 segments a second. While the wave leaves, status
callbacks come in at 300 a second, and people answer an older question: how long their reply
takes to reach the network is measured from the moment in which their text was sent. The same
texts go through a bare asynchronous client, alone on the machine. They take turns; medians of
five count. Before that, one process looks for what is due, with nothing due and with a hundred,
among the multitude and among ten thousand.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from signal import SIGTERM
from typing import NamedTuple

import psutil
from sqlalchemy import bindparam, func, select

from service import clock, timers
from service.carrier.signature import Verifier
from service.house import House
from service.storage import tables
from service.storage import timers as stored_timers
from service.storage.moments import Moment
from service.storage.statements import Prepared
from service.storage.tables import of
from tests import houses, servers
from tests.bench import Measured, _crowd, _load, _multitude, _rivals
from tests.bench._sink import Sink, sink
from tests.bench.dispatch import left
from tests.bench.inbound import OURS, served, text

ROUNDS = 5
PACE = 2_000_000  # segments in a thousand seconds
CALLBACKS = 300  # a second
_SCANS = 40
_LEAD = 8.0  # seconds in which the wave is planned before it is due
_FEW = 10_000
_PROJECT = Path(__file__).parents[2]

_m = of(tables.Message)
_WHEN = Prepared(
    select(
        func.count(),
        func.max(_m.c.created_at).label("prepared"),
        func.max(_m.c.claimed_at).label("claimed"),
        func.max(_m.c.accepted_at).label("accepted"),
    ).where(_m.c.created_at >= bindparam("due", type_=Moment), _m.c.lane == 2)
)


class Size(NamedTuple):
    """How large it all is."""

    stored: int
    due: int
    replies: int


class Wave(NamedTuple):
    """What one wave took, in seconds from the moment in which all were due."""

    prepared: float
    claimed: float
    accepted: float
    replies: list[float]
    spent: dict[str, float]


def run(full: bool) -> Measured:
    """How long a wave takes against the bare client, where its time goes, and what waits."""
    return measure(Size(1_000_000, 10_000, 100) if full else Size(100_000, 1_000, 20), ROUNDS)


def measure(size: Size, rounds: int) -> Measured:
    """With so many waves of that size."""
    figures: dict[str, float] = {}
    waves: list[Wave] = []
    bare: list[float] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthline-wave-")))
        valkey = stack.enter_context(servers.valkey())
        network = stack.enter_context(sink())
        given = houses.environment(
            f"sqlite:///{folder / 'many.db'}",
            folder,
            REDIS_URL=valkey.url,
            TWILIO_API_URL=network.url,
            HEARTHLINE_LOG_LEVEL="error",
        )
        house = stack.enter_context(houses.house(given))
        few = stack.enter_context(
            houses.house({**given, "DATABASE_URL": f"sqlite:///{folder / 'few.db'}"})
        )
        for one, count in ((house, size.stored), (few, min(_FEW, size.stored))):
            _multitude.store(one.database, count, _crowd.unbounded(one, PACE), clock.now())
        figures |= _scans(house, few)
        web = stack.enter_context(served(given, OURS))
        own = {"web": web.pid, "network": network.pid} | {
            name: stack.enter_context(_Running(given, module)).pid
            for name, module in (("clock", "workers.clock"), ("worker", "workers.run"))
        }
        verifier = Verifier(given["TWILIO_AUTH_TOKEN"], given["PUBLIC_URL"])
        service = _Service(house, network, web.port, verifier, own)
        for at in range(rounds):
            waves.append(service.wave(size, at))
            numbers = [_crowd.number_of(place) for place in range(size.due)]
            bare.append(_rivals.bare(network.url, numbers))
    return _told(figures, waves, bare)


def _told(figures: dict[str, float], waves: Sequence[Wave], bare: Sequence[float]) -> Measured:
    def middle(of: Callable[[Wave], float]) -> float:
        return statistics.median(of(wave) for wave in waves)

    replies = sorted(taken for wave in waves for taken in wave.replies)
    figures |= {
        "due to last prepared, s": middle(lambda wave: wave.prepared),
        "due to last handed to the network, s": middle(lambda wave: wave.claimed),
        "due to last accepted, s": middle(lambda wave: wave.accepted),
        "bare client, the same texts, s": statistics.median(bare),
        "a reply meanwhile, median, s": statistics.median(replies),
        "a reply meanwhile, p99, s": replies[min(len(replies) - 1, int(len(replies) * 0.99))],
    }
    for name in waves[0].spent:
        used = statistics.median(wave.spent[name] for wave in waves)
        figures[f"{name}, seconds of a processor"] = used
    ratio = statistics.median(wave.accepted / b for wave, b in zip(waves, bare, strict=True))
    return {"figures": figures, "ratios": {"bare-async": ratio}}


# --- looking for what is due


class _Undo(Exception):
    """Nothing that was claimed is to stay claimed."""


def _scans(many: House, few: House) -> dict[str, float]:
    nothing = statistics.median(_timed(lambda: _looked(many)) for _ in range(_SCANS * 5))
    for house in (many, few):
        _crowd.gather(house, 100, clock.now() - timedelta(seconds=1), first=0)
    pairs = [(_timed(lambda: _found(many)), _timed(lambda: _found(few))) for _ in range(_SCANS)]
    among_many, among_few = (statistics.median(times) for times in zip(*pairs, strict=True))
    for house in (many, few):  # out of the way: they are nobody's wave
        with house.database.writing() as tx:
            stored_timers.done(
                tx, [timer.id for timer in stored_timers.claim(tx, clock.now(), 200)]
            )
    return {
        "a look with nothing due, ms": nothing * 1e3,
        "a look with 100 due, among all, ms": among_many * 1e3,
        "a look with 100 due, among 10,000, ms": among_few * 1e3,
        "a look with 100 due, all to 10,000, times": among_many / among_few,
    }


def _looked(house: House) -> None:
    assert timers.take_batch(house) == 0


def _found(house: House) -> None:
    with house.database.reading() as tx:
        assert len(stored_timers.claim(tx, clock.now(), 100)) == 100


def _timed(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


# --- one wave


class _Service:
    """The running service, seen from the phone network's side."""

    def __init__(
        self, house: House, network: Sink, port: int, verifier: Verifier, own: dict[str, int]
    ) -> None:
        self._house = house
        self._network = network
        self._port = port
        self._verifier = verifier
        self._own = own
        self._reported = 0

    def wave(self, size: Size, at: int) -> Wave:
        """One wave of other people than before."""
        first = 1_000_000 + at * (size.due + size.replies)
        callbacks, asked = self._callbacks(), self._ask(first, size.replies)
        self._network.taken()
        due = clock.now().replace(microsecond=0) + timedelta(seconds=_LEAD)
        _crowd.gather(self._house, size.due, due, first=first + size.replies)
        assert clock.now() < due, "it was planned before it was due"
        time.sleep((due - clock.now()).total_seconds())
        before = _spent(self._own)
        with _Meanwhile(self._port, callbacks, asked) as meanwhile:
            servers.wait_for(lambda: self._accepted(due) == size.due, "the end of the wave", 300)
            spent = {name: used - before[name] for name, used in _spent(self._own).items()}
        servers.wait_for(lambda: left(self._house) == 0, "the last replies", 60)
        with self._house.database.reading() as tx:
            row = _WHEN.one(tx, due=due)
        assert row is not None
        taken = dict(self._network.taken())
        arrived = size.due + len(meanwhile.sent)
        assert len(taken) == arrived, f"{len(taken)} texts arrived, of {arrived}"
        replies = [taken[number] - sent for number, sent in meanwhile.sent]
        prepared, claimed, accepted = ((moment - due).total_seconds() for moment in row[1:])
        return Wave(prepared, claimed, accepted, replies, spent)

    def _ask(self, first: int, count: int) -> list[tuple[str, bytes]]:
        """People with an open question, and what each of them will answer."""
        _crowd.gather(self._house, count, clock.now(), first=first)
        numbers = [_crowd.number_of(place) for place in range(first, first + count)]
        taken: set[str] = set()

        def all_asked() -> bool:
            taken.update(number for number, _ in self._network.taken())
            return taken >= set(numbers) and left(self._house) == 0

        servers.wait_for(all_asked, "the questions before the wave")
        return [(number, text(self._verifier, number, f"SMw{first}{number}")) for number in numbers]

    def _callbacks(self) -> list[bytes]:
        """Reports on yesterday's texts; for longer than any wave takes."""
        reports = []
        for _ in range(CALLBACKS * 60):
            self._reported += 1
            sid, message_id = _multitude.sid(self._reported)
            form = {"MessageSid": sid, "MessageStatus": "delivered", "AccountSid": "AC1"}
            reports.append(_load.signed(self._verifier, f"/twilio/status?m={message_id}", form))
        return reports

    def _accepted(self, due: datetime) -> int:
        with self._house.database.reading() as tx:
            row = _WHEN.one(tx, due=due)
        return row[0] if row is not None and left(self._house) == 0 else -1


class _Meanwhile:
    """What goes on beside the wave, on a thread of its own: callbacks and texts of people."""

    def __init__(
        self, port: int, callbacks: Sequence[bytes], texts: Sequence[tuple[str, bytes]]
    ) -> None:
        self._port = port
        self._callbacks = callbacks
        self._texts = texts
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._go_on()))
        self.sent: list[tuple[str, float]] = []
        self.error: BaseException | None = None

    def __enter__(self) -> _Meanwhile:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self.error is not None:
            raise self.error

    async def _go_on(self) -> None:
        try:
            await asyncio.gather(*(self._report(place) for place in range(4)), self._answer())
        except BaseException as error:
            self.error = error

    async def _report(self, place: int) -> None:
        line = await _load.connect(self._port)
        began = time.monotonic()
        for at, request in enumerate(self._callbacks[place::4]):
            if self._stop.is_set():
                break
            await asyncio.sleep(max(0.0, began + at * 4 / CALLBACKS - time.monotonic()))
            await line.ask(request)
        line.transport.close()

    async def _answer(self) -> None:
        line = await _load.connect(self._port)
        for number, request in self._texts:
            if self._stop.is_set():
                break
            self.sent.append((number, time.monotonic()))
            await line.ask(request)
            await asyncio.sleep(0.05)
        line.transport.close()


# --- processes


class _Running:
    """One of the service's commands, for as long as the block lasts."""

    def __init__(self, given: dict[str, str], module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=_PROJECT,
            env={**os.environ, **given},
            preexec_fn=servers.dies_with_parent(SIGTERM),
        )
        self.pid = self._process.pid

    def __enter__(self) -> _Running:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(60)


def _spent(own: dict[str, int]) -> dict[str, float]:
    """Seconds of a processor that each command and its children used so far."""
    spent = {}
    for name, pid in own.items():
        process = psutil.Process(pid)
        times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
        spent[name] = sum(one.user + one.system for one in times)
    return spent
