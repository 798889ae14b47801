"""A signed text through gunicorn, everything a turn does, durable before it is acknowledged.

People whose check-in stands open answer it, all at the same time, over sixteen connections to two
processes; then the carrier reports on the messages that asked them. The baseline is the same
server with the same settings, which checks the signature and commits three rows by a plain
SQLModel session, on the same database server. They take turns; medians of five count. Afterwards
every answer, reply and status is looked for in the database.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGTERM
from typing import NamedTuple
from urllib.request import urlopen

from sqlalchemy import func, select

from service import clock
from service.carrier.signature import Verifier
from service.house import House
from service.storage import tables
from service.storage.statements import Prepared
from service.storage.tables import of
from tests import houses, servers
from tests.bench import Measured, _crowd, _load

ROUNDS = 5
CONNECTIONS = 16
PROCESSES = 2
_PROJECT = Path(__file__).parents[2]
OURS, _PLAIN = "service:create_app()", "tests.bench._plain:create_app()"

_m, _a, _o = of(tables.Message), of(tables.Answer), of(tables.Occurrence)
_BY_STATUS = Prepared(
    select(_m.c.direction, _m.c.status, func.count()).group_by(_m.c.direction, _m.c.status)
)
_ANSWERS = Prepared(select(func.count()).where(_a.c.name == "mood"))
_ANSWERED = Prepared(select(func.count()).where(_o.c.status == "answered"))


class Web(NamedTuple):
    """A web server that runs."""

    port: int
    pid: int


def run(full: bool) -> Measured:
    """Rates and the slowest hundredth on both databases; ours to the plain session's."""
    return measure(2_000 if full else 200, ROUNDS)


def measure(count: int, rounds: int) -> Measured:
    """With so many people in each round."""
    measured: Measured = {"figures": {}, "ratios": {}}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthline-in-")))
        valkey = stack.enter_context(servers.valkey())
        postgres = stack.enter_context(servers.postgres(durable=True))
        for kind, url, plain in (
            ("sqlite", f"sqlite:///{folder / 'ours.db'}", f"sqlite:///{folder / 'plain.db'}"),
            ("postgres", postgres.database(), postgres.database()),
        ):
            given = houses.environment(
                url, folder, REDIS_URL=valkey.url, WEB_CONCURRENCY=str(PROCESSES)
            )
            _measure(kind, given, plain, count, rounds, measured)
    return measured


def _measure(
    kind: str, given: dict[str, str], plain: str, count: int, rounds: int, found: Measured
) -> None:
    verifier = Verifier(given["TWILIO_AUTH_TOKEN"], given["PUBLIC_URL"])
    with ExitStack() as stack:
        house = stack.enter_context(houses.house(given))
        _crowd.gather(house, count * rounds, clock.now())
        asked = _crowd.ask_all(house)
        assert len(asked) == count * rounds, "everybody was asked"
        ours = stack.enter_context(served(given, OURS))
        theirs = stack.enter_context(served({**given, "PLAIN_DATABASE_URL": plain}, _PLAIN))
        loads: dict[str, list[_load.Load]] = {"ours": [], "plain": [], "status": []}
        for at in range(rounds):
            group = asked[at * count : (at + 1) * count]
            texts = [text(verifier, one.number, f"SMa{one.sid[3:]}") for one in group]
            loads["plain"].append(_load.ask(theirs.port, texts, CONNECTIONS))
            loads["ours"].append(_load.ask(ours.port, texts, CONNECTIONS))
            reports = [
                _report(verifier, one, told) for told in ("sent", "delivered") for one in group
            ]
            loads["status"].append(_load.ask(ours.port, reports, CONNECTIONS))
        _look(house, count * rounds)
    rates = {who: statistics.median(load.rate for load in all) for who, all in loads.items()}
    slow = {who: statistics.median(one.at_most(0.99) for one in all) for who, all in loads.items()}
    found["figures"] |= {
        f"{kind}, texts a second": rates["ours"],
        f"{kind}, p99 of a text, ms": slow["ours"] * 1e3,
        f"{kind}, statuses a second": rates["status"],
        f"{kind}, p99 of a status, ms": slow["status"] * 1e3,
        f"{kind}, plain session, texts a second": rates["plain"],
        f"{kind}, plain session, p99, ms": slow["plain"] * 1e3,
    }
    for name, who in ((f"{kind}-orm", "ours"), (f"status-{kind}-orm", "status")):
        found["ratios"][name] = statistics.median(
            own.rate / base.rate for own, base in zip(loads[who], loads["plain"], strict=True)
        )


def text(verifier: Verifier, number: str, sid: str, words: str = "4") -> bytes:
    """The phone network's form for an answer to the open question."""
    form = {
        "ToCountry": "US", "ToState": "", "SmsMessageSid": sid, "NumMedia": "0",
        "ToCity": "", "FromZip": "", "SmsSid": sid, "FromState": "",
        "SmsStatus": "received", "FromCity": "", "Body": words, "FromCountry": "US",
        "To": houses.SERVICE_NUMBER, "ToZip": "", "NumSegments": "1",
        "MessageSid": sid, "AccountSid": "AC1", "From": number,
        "ApiVersion": "2010-04-01",
    }  # fmt: skip
    return _load.signed(verifier, "/twilio/sms", form)


def _report(verifier: Verifier, one: _crowd.Asked, status: str) -> bytes:
    form = {
        "SmsSid": one.sid, "SmsStatus": status, "MessageStatus": status, "To": one.number,
        "MessageSid": one.sid, "AccountSid": "AC1", "From": houses.SERVICE_NUMBER,
        "ApiVersion": "2010-04-01",
    }  # fmt: skip
    return _load.signed(verifier, f"/twilio/status?m={one.message_id}", form)


def _look(house: House, everybody: int) -> None:
    """Every turn really happened, whole: the text, its answer, the thanks, the question's end."""
    with house.database.reading() as tx:
        messages = {(row[0], row[1]): row[2] for row in _BY_STATUS.all(tx)}
        answers, answered = _ANSWERS.value(tx), _ANSWERED.value(tx)
    wanted = {("in", "received"): everybody, ("out", "delivered"): everybody}
    assert messages == {**wanted, ("out", "pending"): everybody}, messages
    assert answers == answered == everybody, (answers, answered)


@contextmanager
def served(given: dict[str, str], application: str) -> Iterator[Web]:
    """The application under gunicorn with the service's own configuration."""
    port = servers.free_port()
    config = _PROJECT / "service" / "web" / "server.py"
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), application]
    process = subprocess.Popen(
        command,
        cwd=_PROJECT,
        env={**os.environ, **given, "PORT": str(port), "HEARTHLINE_LOG_LEVEL": "error"},
        preexec_fn=servers.dies_with_parent(SIGTERM),
    )
    try:
        servers.wait_for(lambda: _listens(port), application)
        yield Web(port, process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _listens(port: int) -> bool:
    try:
        urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
    except OSError as error:
        return getattr(error, "code", 0) == 404  # the baseline has no such page
    return True
