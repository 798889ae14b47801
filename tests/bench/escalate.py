"""From a text of danger to the first volunteer's alert at the carrier, while a wave goes out.

All processes are real: web, clock and workers over SQLite, and a network that takes 80 ms an
answer. A team is on duty. People write that they are in danger, first with nothing else to do,
then while ten thousand check-ins leave; how long it takes until the carrier has accepted the alert
of the first who is asked is measured from the moment in which their text was sent. They take
turns. Meanwhile a thousand cases stand open: each has its next step due within the same seconds,
and of some the carrier tells that the alert did not arrive. How late the step is acted on, and how
long after such a callback the next one's alert is accepted, is read in the database, which has the
moments of both.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from service import cases, clock, desk, recording, taking
from service.carrier.signature import Verifier
from service.house import House
from service.slate import Slate
from service.storage import cases as stored
from service.storage import contacts, settings_rows, shifts, standing, volunteers
from service.storage import timers as stored_timers
from service.storage.shifts import NewShift
from tests import houses, servers
from tests.bench import Measured, _crowd, _load
from tests.bench._sink import sink
from tests.bench.dispatch import left
from tests.bench.inbound import OURS, served, text
from tests.bench.wave import PACE, _Running

ROUNDS = 3
DANGER = "I want to kill myself tonight with pills"
_LEAD, _PLANNED = 2.0, 1_250  # a wave is planned in so many seconds, and so many a second
_APART = 0.05  # seconds between two texts, and between two callbacks
_STEPS_APART = 0.02  # seconds between two steps that are due
_LINES = 8  # connections
_WARM = 24  # texts, so that every process has done all of it once
_TEAM, _OPEN, _DANGER, _WAVE = 6_000_000, 7_000_000, 8_000_000, 1_000_000  # first numbers
_PATIENCE = 121.0  # seconds: so long, and one, the policy waits for each who is asked
_UNREACHABLE = "30003"

# When the carrier had the alert of each case whose person wrote these texts.
_FIRST = """
    SELECT i.carrier_sid, min(o.accepted_at) FROM message i
    JOIN "case" c ON c.person_id = i.person_id JOIN case_alert a ON a.case_id = c.id
    JOIN message o ON o.id = a.message_id
    WHERE i.direction = 'in' AND i.created_at >= ? GROUP BY i.carrier_sid"""
# Of each case the alerts in their order: our id of the text, the carrier's, and when it had it.
_ALERTS = """
    SELECT c.id, o.id, o.carrier_sid, o.accepted_at FROM "case" c
    JOIN case_alert a ON a.case_id = c.id LEFT JOIN message o ON o.id = a.message_id
    WHERE c.status = 'notifying' ORDER BY a.at, a.id"""


class Size(NamedTuple):
    """How large it all is."""

    team: int
    open: int  # cases that stand open
    due: int  # check-ins of a wave
    texts: int  # of danger in each part of a round
    failures: int  # callbacks that an alert did not arrive


def run(full: bool) -> Measured:
    """Seconds to the first alert with and without a wave, of a due step, and after a failure."""
    size = Size(40, 1_000, 10_000, 60, 60) if full else Size(12, 100, 1_000, 20, 10)
    return measure(size, ROUNDS)


def measure(size: Size, rounds: int) -> Measured:
    """With so many rounds of that size."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthline-help-")))
        valkey = stack.enter_context(servers.valkey())
        network = stack.enter_context(sink())
        moved = folder / "clock"
        clock.write_offset(moved, 0.0)
        clock.follow(moved)
        stack.callback(clock.follow, None)
        given = houses.environment(
            f"sqlite:///{folder / 'help.db'}", folder, REDIS_URL=valkey.url,
            TWILIO_API_URL=network.url, HEARTHLINE_LOG_LEVEL="error",
            HEARTHLINE_CLOCK_FILE=str(moved),
        )  # fmt: skip
        house = stack.enter_context(houses.house(given))
        _crowd.unbounded(house, PACE)
        with house.database.writing() as tx:
            settings_rows.put(tx, "quiet_hours", "00:00-00:00", house.now())
        _team(house, size.team)
        for first, count in ((_OPEN, size.open), (_DANGER, 2 * size.texts * rounds + _WARM)):
            _crowd.gather(house, count, clock.now().replace(year=2100), first=first)
        web = stack.enter_context(served(given, OURS))
        for module in ("workers.clock", "workers.run"):
            stack.enter_context(_Running(given, module))
        line = _Line(house, web.port, Verifier(given["TWILIO_AUTH_TOKEN"], given["PUBLIC_URL"]))
        after = _DANGER + 2 * size.texts * rounds
        line.help(range(after, after + _WARM))
        line.settle()
        idle: list[list[float]] = []
        busy: list[list[float]] = []
        for at in range(rounds):
            first = _DANGER + 2 * at * size.texts
            idle.append(line.help(range(first, first + size.texts)))
            with _wave(house, size.due, _WAVE + at * size.due):
                busy.append(line.help(range(first + size.texts, first + 2 * size.texts)))
            network.taken()
        line.settle()
        steps, after = line.steps(size, moved), line.failures(size.failures)
    return _told(idle, busy, steps, after)


def _told(
    idle: Sequence[list[float]], busy: Sequence[list[float]], steps: list[float],
    after: list[float],
) -> Measured:  # fmt: skip
    figures: dict[str, float] = {}
    for name, took in (
        ("danger to the first alert, idle", [one for part in idle for one in part]),
        ("danger to the first alert, in a wave", [one for part in busy for one in part]),
        ("a due step to its alert", steps),
        ("a failure to the next one's alert", after),
    ):
        figures[f"{name}, median, s"] = statistics.median(took)
        figures[f"{name}, p99, s"] = _at_most(took, 0.99)
    ratio = statistics.median(
        statistics.median(one) / statistics.median(other)
        for one, other in zip(idle, busy, strict=True)
    )
    return {"figures": figures, "ratios": {"idle": ratio}}


def _at_most(took: Sequence[float], share: float) -> float:
    ordered = sorted(took)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Line:
    """The running service, seen from the phone network's side and in its database."""

    def __init__(self, house: House, port: int, verifier: Verifier) -> None:
        self._house, self._port, self._verifier = house, port, verifier

    def help(self, places: Sequence[int]) -> list[float]:
        """Each of these writes that they are in danger; seconds until the first alert is taken."""
        began = clock.now()
        texts = {f"SMd{place:031d}": _crowd.number_of(place) for place in places}
        sent = asyncio.run(
            self._send([(sid, text(self._verifier, to, sid, DANGER)) for sid, to in texts.items()])
        )
        found: dict[str, float] = {}

        def all_asked() -> bool:
            found.update(
                (sid, at / 1e6)
                for sid, at in self._rows(_FIRST, round(began.timestamp() * 1e6))
                if at is not None
            )
            return found.keys() >= sent.keys()

        servers.wait_for(all_asked, "the first alerts", 120)
        return [found[sid] - at for sid, at in sent.items()]

    async def _send(self, requests: Sequence[tuple[str, bytes]]) -> dict[str, float]:
        """Send these one after the other, over some lines; when each was sent."""
        sent: dict[str, float] = {}
        began = time.monotonic()

        async def go(first: int) -> None:
            line = await _load.connect(self._port)
            for at in range(first, len(requests), _LINES):
                await asyncio.sleep(max(0.0, began + at * _APART - time.monotonic()))
                sent[requests[at][0]] = clock.now().timestamp()
                await line.ask(requests[at][1])
            line.transport.close()

        await asyncio.gather(*(go(first) for first in range(min(_LINES, len(requests)))))
        return sent

    def settle(self) -> None:
        """Nobody waits any more of those who wrote."""
        house = self._house
        while True:
            with house.database.writing() as tx:
                force = house.editions.in_force(tx, settings_rows.stamp(tx))
                found = stored.listing(tx, most=50)
                for case in found:
                    stored.move(tx, case.id, "accepted", house.now())
                    there = desk.Desk(tx, force, house.now())
                    taking.close(there, case._replace(status="accepted"), "resolved", "a bench")
            if not found:
                break
        self._rest()

    def steps(self, size: Size, moved: Path) -> list[float]:
        """All cases open at once, each with its next step due, one shortly after the other: seconds
        from that moment until the carrier has the alert of the next one."""
        house = self._house
        for place in range(_OPEN, _OPEN + size.open):
            self._open(_crowd.number_of(place))
        self._rest()
        asked = self._alerts()
        assert len(asked) == size.open, "all cases stand open"
        clock.write_offset(moved, clock.read_offset(moved) + _PATIENCE)
        first = clock.now() + timedelta(seconds=1)
        due = {
            case_id: first + timedelta(seconds=_STEPS_APART * at)
            for at, case_id in enumerate(asked)
        }
        with house.database.writing() as tx:
            found = stored.load_many(tx, list(due))
            looks = [desk.timer(desk.LOOK, case, due[id_]) for id_, case in found.items()]
            stored_timers.put(tx, looks, house.now())
        servers.wait_for(lambda: self._asked_again(asked), "the next step of all", 300)
        after = self._alerts()
        return [after[id_][len(asked[id_])][2] - due[id_].timestamp() for id_ in due]

    def failures(self, count: int) -> list[float]:
        """Of so many the carrier tells that the alert did not arrive: seconds until it has the
        alert of the one who is asked next."""
        asked = self._alerts()
        chosen = list(asked)[-count:]
        form = {"AccountSid": "AC1", "MessageStatus": "undelivered", "ErrorCode": _UNREACHABLE}
        sent = asyncio.run(
            self._send(
                [
                    (id_, _load.signed(self._verifier, f"/twilio/status?m={message_id}",
                                       form | {"MessageSid": sid}))
                    for id_ in chosen
                    for message_id, sid, _ in asked[id_][-1:]
                ]
            )
        )  # fmt: skip
        chosen_asked = {id_: asked[id_] for id_ in chosen}
        servers.wait_for(lambda: self._asked_again(chosen_asked), "the next ones", 120)
        after = self._alerts()
        return [after[id_][len(asked[id_])][2] - at for id_, at in sent.items()]

    def _asked_again(self, asked: dict[str, list[tuple[str, str, float]]]) -> bool:
        after = self._alerts()
        return all(len(after.get(id_, ())) > len(own) for id_, own in asked.items())

    def _alerts(self) -> dict[str, list[tuple[str, str, float]]]:
        """Of each open case the alerts that the carrier has."""
        found: dict[str, list[tuple[str, str, float]]] = {}
        for case_id, message_id, sid, at in self._rows(_ALERTS):
            if at is not None:
                found.setdefault(case_id, []).append((message_id, sid, at / 1e6))
        return found

    def _open(self, number: str) -> None:
        house = self._house
        with house.database.writing() as tx:
            found = standing.by_number(tx, number)
            assert found is not None
            force = house.editions.in_force(tx, found.stamp or settings_rows.stamp(tx))
            slate = Slate(house, tx, house.now(), found, force, force.sender(None))
            cases.open_case(slate, cases.ALERT, "urgent")
            recording.record(tx, [slate])

    def _rest(self) -> None:
        def at_rest() -> bool:
            with self._house.database.reading() as tx:
                busy = stored_timers.any_due(tx, self._house.now())
            return not busy and left(self._house) == 0

        servers.wait_for(at_rest, "rest", 300)

    def _rows(self, sql: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with self._house.database.reading() as tx:
            return list(tx.execute(sql, values).fetchall())


@contextmanager
def _wave(house: House, count: int, first: int) -> Iterator[None]:
    """A wave of check-ins that leaves from the moment in which this begins."""
    due = clock.now().replace(microsecond=0) + timedelta(seconds=_LEAD + count / _PLANNED)
    _crowd.gather(house, count, due, first=first)
    assert clock.now() < due, "it was planned before it was due"
    time.sleep((due - clock.now()).total_seconds())
    yield
    servers.wait_for(lambda: _over(house, due) and left(house) == 0, "the end of the wave", 300)


def _over(house: House, due: datetime) -> bool:
    """Whether nothing of the wave is still to be begun."""
    with house.database.reading() as tx:
        row = tx.execute(
            "SELECT count(*) FROM timer WHERE lane = 2 AND due_at <= ?",
            (round(due.timestamp() * 1e6),),
        ).fetchone()
    return not row[0]


def _team(house: House, count: int) -> None:
    """So many volunteers on duty, each with a phone for texts."""
    now = house.now()
    _crowd.gather(house, count, now.replace(year=2100), first=_TEAM)
    start, end, slot = now - timedelta(minutes=1), now + timedelta(days=1), now.isoformat()[:19]
    with house.database.writing() as tx:
        for place in range(_TEAM, _TEAM + count):
            found = standing.by_number(tx, _crowd.number_of(place))
            assert found is not None
            assert found.person is not None
            person_id = found.person.id
            volunteers.put(tx, person_id, now, daily_cap=30_000)
            volunteers.vet(tx, person_id, "rosa", now)
            volunteers.move(tx, person_id, "active")
            contacts.add(tx, person_id, found.number.id, "text", now, verified=True)
            shifts.plan(
                tx, [NewShift("days", "volunteer", person_id, slot, start, end, "hand")], now
            )
