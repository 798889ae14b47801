"""How much memory web and worker hold: against their bare imports, and over many messages.

Real processes: gunicorn with one process, the crew of workers, and a network that only accepts.
Resident memory as the system counts it, pages that are shared with the parent included.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from signal import SIGKILL

import psutil
from sqlalchemy import func, select

from service import clock
from service.carrier.signature import Verifier
from service.house import House
from service.storage import senders, tables
from service.storage.statements import Prepared
from service.storage.tables import of
from tests import houses, servers
from tests.bench import _crowd, _load

_PROJECT = Path(__file__).parents[2]
_WEB = ["gunicorn", "--config", "service/web/server.py", "service:create_app()"]
_BARE = {
    "web": "import gunicorn.app.wsgiapp, gunicorn.workers.gthread, service.web.opening",
    "worker": "import workers.run, service.carrier.line",
}
_TEXTS_EACH = 20  # to a person; well below what one may get on a day
_FIRST = 2_000  # messages after which a process counts as warm
_PACE = 10_000_000  # thousandths of a segment a second: no number holds anybody up here
_MEGABYTE = 1024 * 1024
_m = of(tables.Message)
_COUNT = Prepared(
    select(func.count()).where(_m.c.direction == "out", _m.c.status.in_(["accepted", "sent"]))
)


def measure(count: int) -> dict[str, float]:
    """Figures in megabytes: at rest, bare, and the growth over `count` texts and their replies."""
    figures = {f"{name}_imports_mb": _bare(code) for name, code in _BARE.items()}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthline-held-")))
        valkey = stack.enter_context(servers.valkey())
        port, carrier = servers.free_port(), servers.free_port()
        given = houses.environment(
            f"sqlite:///{folder / 'hearthline.db'}",
            folder,
            REDIS_URL=valkey.url,
            PORT=str(port),
            TWILIO_API_URL=f"http://127.0.0.1:{carrier}",
            WEB_CONCURRENCY="1",
        )
        house = stack.enter_context(houses.house(given))
        people = max(1, (count + _FIRST) // _TEXTS_EACH)
        _crowd.gather(house, people, clock.now().replace(year=2100))
        with house.database.writing() as tx:
            for sender in senders.all(tx):
                senders.set_pace(tx, sender.id, _PACE)
        _start(stack, ["-m", "tests.bench._carrier", str(carrier)], given)
        web = _start(stack, ["-m", *_WEB], given)
        crew = _start(stack, ["-m", "workers.run"], given)
        _start(stack, ["-m", "workers.clock"], given)
        verifier = Verifier(given["TWILIO_AUTH_TOKEN"], given["PUBLIC_URL"])
        servers.wait_for(lambda: _listens(port), "web", 60)
        _say(house, verifier, port, people, 0, _FIRST)
        before = {"web": _child(web), "worker": _child(crew)}
        _say(house, verifier, port, people, _FIRST, _FIRST + count)
        after = {"web": _child(web), "worker": _child(crew)}
    for name, held in before.items():
        figures[f"{name}_mb"] = held
        figures[f"{name}_growth_mb"] = after[name] - held
    figures["messages"] = 2.0 * count
    return figures


def _say(house: House, verifier: Verifier, port: int, people: int, first: int, last: int) -> None:
    """Texts number `first` to `last`, of many people in turns; waits until all are answered."""
    for start in range(first, last, 5_000):
        texts = [_text(verifier, at, people) for at in range(start, min(start + 5_000, last))]
        _load.ask(port, texts, 16)
    servers.wait_for(lambda: _replies(house) >= last, "the replies", 300)


def _text(verifier: Verifier, at: int, people: int) -> bytes:
    form = {
        "MessageSid": f"SMa{at:031x}", "From": _crowd.number_of(1_000_000 + at % people),
        "To": houses.SERVICE_NUMBER, "Body": f"Hello number {at}", "NumMedia": "0",
        "AccountSid": "AC1",
    }  # fmt: skip
    return _load.signed(verifier, "/twilio/sms", form)


def _replies(house: House) -> int:
    with house.database.reading() as tx:
        return int(_COUNT.value(tx))


def _start(stack: ExitStack, command: list[str], given: dict[str, str]) -> psutil.Process:
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=_PROJECT,
        env={**os.environ, **given, "HEARTHLINE_LOG_LEVEL": "error"},
        preexec_fn=servers.dies_with_parent(SIGKILL),
    )
    stack.callback(process.wait, 60)
    stack.callback(process.terminate)
    return psutil.Process(process.pid)


def _child(process: psutil.Process) -> float:
    """What the largest of its children holds: the one that does the work."""
    return float(max(child.memory_info().rss for child in process.children())) / _MEGABYTE


def _bare(code: str) -> float:
    tell = "import psutil; print(psutil.Process().memory_info().rss)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {tell}"],
        cwd=_PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout) / _MEGABYTE


def _listens(port: int) -> bool:
    try:
        _load.ask(port, [b"GET /ready HTTP/1.1\r\nHost: line.example\r\n\r\n"], 1)
    except (OSError, AssertionError, RuntimeError, ValueError):
        return False
    return True
