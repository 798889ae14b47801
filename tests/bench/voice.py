"""A turn by call against a turn by text, and the slowest hundredth of fifty calls at once.

People whose check-in stands open answer it: a hard day, then no to the offer of a call. Some write
"2" and "no". The others call, are greeted and asked, and press 2 and 2. All are signed webhooks to
two processes of the web server, over sixteen connections. A turn is a webhook that brings an
answer; its time is the server's: the seconds of a round by the answers in it. What only a call has,
ringing, greeting and its end, is told apart. Both take turns; medians of five count, and `text` is
the worse of the two databases.

Then fifty are in a call at once, each on a connection of its own: as people are, who listen for a
second before they press (which is little), and with nobody who listens, so that fifty webhooks wait
all the time. How long each waits for its words is measured; the end of a call has nobody who waits.
Afterwards every answer and every step is looked for in the database.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from html import unescape
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from service import clock
from service.carrier.signature import Verifier
from service.house import House
from service.storage import tables
from service.storage.statements import Prepared
from service.storage.tables import of
from tests import houses, servers
from tests.bench import Measured, _crowd, _load
from tests.bench.inbound import CONNECTIONS, OURS, PROCESSES, ROUNDS, served, text

AT_ONCE = 50
CALLS_EACH = 4  # one after the other, where nobody listens
LISTENING = 1.0  # seconds
_BEGINNING = 0.2  # seconds in which all calls begin, where nobody listens
WORDS, KEYS = ("2", "no"), ("2", "2")
_NEXT = re.compile(rb'(?:action="|<Redirect[^>]*>)https?://[^/]+(/[^"<#]*)')

_a, _k, _s, _o = (of(t) for t in (tables.Answer, tables.Call, tables.CallStep, tables.Occurrence))
_ANSWERS = Prepared(select(_a.c.name, func.count()).group_by(_a.c.name))
_ANSWERED = Prepared(select(func.count()).where(_o.c.status == "answered"))
_CALLS = Prepared(select(_k.c.status, func.count()).group_by(_k.c.status))
_STEPS = Prepared(select(func.count()).select_from(_s))


class Size(NamedTuple):
    """How many people on either side of a round; how many calls at once, and how often each."""

    people: int
    at_once: int
    calls_each: int

    @property
    def a_round(self) -> int:
        return 2 * self.people + self.at_once * (self.calls_each + 1)


class Round(NamedTuple):
    """Seconds: of a turn on either side, of what only calls have, and of each wait, sorted."""

    by_text: float
    by_call: float
    besides: dict[str, float]
    listening: list[float]
    nobody: list[float]
    rate: float  # webhooks a second, where nobody listens


def run(full: bool) -> Measured:
    """Times of turns on both databases, and how the calls' stand to the texts'."""
    return measure(Size(1_000 if full else 100, AT_ONCE, CALLS_EACH), ROUNDS)


def measure(size: Size, rounds: int) -> Measured:
    """With so many rounds of that size."""
    measured: Measured = {"figures": {}, "ratios": {"text": 0.0}}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthline-call-")))
        valkey = stack.enter_context(servers.valkey())
        postgres = stack.enter_context(servers.postgres(durable=True))
        for kind, url in (
            ("sqlite", f"sqlite:///{folder / 'ours.db'}"),
            ("postgres", postgres.database()),
        ):
            given = houses.environment(
                url, folder, REDIS_URL=valkey.url, WEB_CONCURRENCY=str(PROCESSES)
            )
            _measure(kind, given, size, rounds, measured)
    return measured


def _measure(kind: str, given: dict[str, str], size: Size, rounds: int, found: Measured) -> None:
    verifier = Verifier(given["TWILIO_AUTH_TOKEN"], given["PUBLIC_URL"])
    with ExitStack() as stack:
        house = stack.enter_context(houses.house(given))
        _crowd.gather(house, size.a_round * rounds, clock.now())
        asked = _crowd.ask_all(house)
        assert len(asked) == size.a_round * rounds, "everybody was asked"
        web = _Web(stack.enter_context(served(given, OURS)).port, verifier)
        people = iter(asked)
        taken = [web.round(people, size) for _ in range(rounds)]
        _look(house, size.people * rounds, (size.a_round - size.people) * rounds)
    ratio = statistics.median(one.by_call / one.by_text for one in taken)
    found["ratios"] |= {"text": max(ratio, found["ratios"]["text"]), f"{kind}-text": ratio}
    found["figures"] |= {f"{kind}, {name}": value for name, value in _told(taken, size)}


def _told(taken: Sequence[Round], size: Size) -> Iterator[tuple[str, float]]:
    def middle(values: Iterator[float]) -> float:
        return statistics.median(values)

    yield "a turn by text, ms", middle(one.by_text for one in taken) * 1e3
    yield "a turn by call, ms", middle(one.by_call for one in taken) * 1e3
    for name in taken[0].besides:
        yield f"{name}, ms", middle(one.besides[name] for one in taken) * 1e3
    for share in (50, 99):
        waits = middle(_at_most(one.listening, share) for one in taken)
        yield f"{size.at_once} calls at once, p{share}, ms", waits * 1e3
    for share in (50, 99):
        waits = middle(_at_most(one.nobody, share) for one in taken)
        yield f"{size.at_once}, nobody listens, p{share}, ms", waits * 1e3
    yield f"{size.at_once}, nobody listens, webhooks a second", middle(one.rate for one in taken)


def _at_most(waits: Sequence[float], percent: int) -> float:
    return waits[min(len(waits) - 1, len(waits) * percent // 100)]


class _Web:
    """The web server, as the phone network asks it."""

    def __init__(self, port: int, verifier: Verifier) -> None:
        self._port = port
        self._verifier = verifier

    def round(self, people: Iterator[_crowd.Asked], size: Size) -> Round:
        """One round, all with people of whom nobody has answered yet."""
        by_text = self._texts(list(islice(people, size.people)))
        by_call, besides = self._calls(list(islice(people, size.people)))
        crowd = list(islice(people, size.at_once))
        listening, _ = asyncio.run(self._at_once(crowd, size.at_once, LISTENING))
        crowd = list(islice(people, size.at_once * size.calls_each))
        nobody, rate = asyncio.run(self._at_once(crowd, size.at_once, 0.0))
        return Round(by_text, by_call, besides, listening, nobody, rate)

    # --- turns against turns

    def _texts(self, group: Sequence[_crowd.Asked]) -> float:
        """Seconds of a turn."""
        seconds = 0.0
        for at, words in enumerate(WORDS):
            texts = [
                text(self._verifier, one.number, f"SM{'ab'[at]}{one.sid[3:]}", words)
                for one in group
            ]
            seconds += _load.ask(self._port, texts, CONNECTIONS).seconds
        return seconds / (len(WORDS) * len(group))

    def _calls(self, group: Sequence[_crowd.Asked]) -> tuple[float, dict[str, float]]:
        """Seconds of a turn, and of what a call has besides."""
        paths, seconds = ["/twilio/voice"] * len(group), []
        for more in ({}, {}, *({"Digits": key} for key in KEYS)):
            load = self._ask(group, paths, more)
            paths = [_next(answer) for answer in load.answers]
            seconds.append(load.seconds / len(group))
        ends = self._ask(group, ["/twilio/voice/status"] * len(group), _OVER)
        besides = (seconds[0], seconds[1], ends.seconds / len(group))
        return sum(seconds[2:]) / len(KEYS), dict(
            zip(("ringing", "greeting", "the end of a call"), besides, strict=True)
        )

    def _ask(
        self, group: Sequence[_crowd.Asked], paths: Sequence[str], more: dict[str, str]
    ) -> _load.Load:
        asked = [self._webhook(one, path, more) for one, path in zip(group, paths, strict=True)]
        return _load.ask(self._port, asked, CONNECTIONS)

    # --- many at once

    async def _at_once(
        self, crowd: Sequence[_crowd.Asked], at_once: int, listens: float
    ) -> tuple[list[float], float]:
        """How long each webhook took, sorted, and how many there were a second.

        Calls begin one after the other, each on a connection of its own.
        """
        waiting, took = iter(crowd), list[float]()
        began = time.perf_counter()
        await asyncio.gather(
            *(
                self._hold(waiting, took, listens, (listens or _BEGINNING) * place / at_once)
                for place in range(at_once)
            )
        )
        return sorted(took), len(took) / (time.perf_counter() - began)

    async def _hold(
        self, waiting: Iterator[_crowd.Asked], took: list[float], listens: float, later: float
    ) -> None:
        """One whole call after the other."""
        await asyncio.sleep(later)
        line = await _load.connect(self._port)
        for one in waiting:
            path = "/twilio/voice"
            for more in ({}, {}, *({"Digits": key} for key in KEYS)):
                asked = self._webhook(one, path, more)
                began = time.perf_counter()
                answer = await line.ask(asked)
                took.append(time.perf_counter() - began)
                path = _next(answer)
                if listens:
                    await asyncio.sleep(listens)
            await line.ask(self._webhook(one, "/twilio/voice/status", _OVER))
        line.transport.close()

    def _webhook(self, one: _crowd.Asked, path: str, more: dict[str, str]) -> bytes:
        """What the network says of a call, as it says it."""
        places = ("City", "Country", "State", "Zip")
        form = {
            "AccountSid": "AC1", "ApiVersion": "2010-04-01", "CallSid": f"CA{one.sid[2:]}",
            "CallStatus": "in-progress", "Direction": "inbound", "From": one.number,
            "Caller": one.number, "To": houses.SERVICE_NUMBER, "Called": houses.SERVICE_NUMBER,
        }  # fmt: skip
        for who in ("From", "Caller", "To", "Called"):
            form |= {f"{who}{place}": "US" if place == "Country" else "" for place in places}
        return _load.signed(self._verifier, path, form | more)


_OVER = {"CallStatus": "completed", "CallDuration": "61", "Duration": "2"}


def _next(document: bytes) -> str:
    """The path where a document goes on."""
    found = _NEXT.search(document)
    assert found is not None, f"the call ended: {document!r}"
    return unescape(found[1].decode())


def _look(house: House, texts: int, calls: int) -> None:
    """Every turn really happened, whole: both answers of everybody, four steps of each call."""
    with house.database.reading() as tx:
        answers, answered = dict(_ANSWERS.all(tx)), _ANSWERED.value(tx)
        over, steps = dict(_CALLS.all(tx)), _STEPS.value(tx)
    everybody = texts + calls
    assert answers == {"mood": everybody, "wants_call": everybody}, answers
    assert answered == everybody, answered
    assert over == {"completed": calls}, over
    assert steps == calls * (2 + len(KEYS)), steps
