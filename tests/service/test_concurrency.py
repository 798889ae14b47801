"""Many at once: the same text twice, one person's texts together, two clocks, any load."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flows.session import Session
from service import outbox, settling, timers, turns
from service.carrier.outcomes import Accepted
from service.storage import ids
from service.storage.database import Unavailable
from tests.houses import SERVICE_NUMBER
from tests.service.house import ANA, Line

WITHIN = 60.0  # seconds in which everything has to come to its end, on a busy machine too


def at_once(*calls: Callable[[], object]) -> None:
    """Run these in threads that begin together; raise what any of them raised."""
    gate, troubles = threading.Barrier(len(calls)), list[BaseException]()

    def run(call: Callable[[], object]) -> None:
        gate.wait()
        try:
            call()
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=(call,), daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    until = time.monotonic() + WITHIN
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    if troubles:
        raise troubles[0]


def text(line: Line, number: str, body: str, sid: str) -> None:
    turns.text_came_in(line.house, sid=sid, from_=number, to=SERVICE_NUMBER, body=body)


def heard(line: Line) -> int:
    return int(line.one("select count(*) from message where direction = 'in'"))


def test_the_same_text_twice_at_once_is_one_turn(line: Line) -> None:
    for turn in range(5):
        number = f"+1555014300{turn}"
        at_once(*[lambda n=number, t=turn: text(line, n, "JOIN", f"SMone{t}") for _ in range(4)])
    line.settle()
    assert heard(line) == 5
    assert line.one("select count(*) from person") == 5
    assert line.one("select count(*) from conversation") == 5
    assert line.one("select count(*) from message where direction = 'out'") == 5


def test_two_first_texts_of_one_number_at_once_make_one_person(line: Line) -> None:
    for turn in range(5):
        number = f"+1555014300{turn}"
        sids = [ids.new() for _ in range(3)]
        at_once(*[lambda n=number, s=sid: text(line, n, "JOIN", s) for sid in sids])
    assert heard(line) == 15
    assert line.one("select count(*) from number") == 6  # the coordinator's too
    assert line.one("select count(*) from person") == 5
    assert line.one("select count(*) from conversation where status = 'front'") == 5


def test_ten_texts_of_one_person_at_once_are_each_taken_once(line: Line) -> None:
    ana = line.member(ANA)
    before = heard(line)
    words = ("CHECKIN", "4", "MENU", "SETTINGS", "SKIP", "MYDATA", "5", "TALK", "HELP", "hello")
    at_once(*[lambda w=word, n=n: text(line, ANA, w, f"SMten{n}") for n, word in enumerate(words)])
    assert heard(line) - before == 10
    line.settle()
    consistent(line)
    assert ana.hears()
    front = ana.front
    if front is not None:
        session = Session.from_json(front.session)
        assert front.token == session.token
        assert session.status != "ended"


def consistent(line: Line) -> None:
    """Nobody has two conversations in front, or looks at one that is not."""
    assert not line.rows(
        "select person_id from conversation where status = 'front'"
        " group by person_id having count(*) > 1"
    )
    assert not line.rows(
        "select p.id from person p join conversation c on c.id = p.front_id"
        " where c.status <> 'front'"
    )


def test_a_text_and_a_timer_of_one_person_at_once(line: Line) -> None:
    """The answer comes in the very moment in which silence is over."""
    ana = line.member(ANA)
    for _ in range(6):
        ana.text("CHECKIN")
        line.at += timedelta(hours=3)
        at_once(
            lambda: text(line, ANA, "4", ids.new()),
            lambda: timers.take_batch(line.house),
            lambda: timers.take_batch(line.house),
        )
        line.settle()
        consistent(line)
        assert ana.front is None, "the answer was heard, before the reminder or after it"
        ana.hears()


def test_two_clocks_take_every_timer_once(line: Line) -> None:
    phones = [f"+155501431{n:02}" for n in range(12)]
    for number in phones:
        line.plan(line.member(number), "daily-checkin", "every day", "10:00")
    line.at += timedelta(days=1, hours=1)
    at_once(*[lambda: timers.tick(line.house, seconds=20.0) for _ in range(3)])
    line.settle()
    assert line.one("select count(*) from occurrence") == len(phones)
    assert line.one("select count(*) from message where purpose = 'checkin'") == len(phones)
    assert line.one("select count(*) from timer where kind = 'slot'") == len(phones)


def test_two_workers_claim_every_text_once(line: Line) -> None:
    for n in range(30):
        line.phone(f"+155501432{n:02}").send("JOIN")
    claimed: list[str] = []

    def claim(worker: str) -> None:
        while rows := outbox.claim(line.house, 1, 4, worker):
            claimed.extend(row.id for row in rows)
            settling.settle(line.house, [(row, Accepted(f"SM{row.id}", "queued")) for row in rows])

    at_once(*[lambda w=str(n): claim(w) for n in range(3)])
    assert len(claimed) == len(set(claimed)) == 30


# --- processes


def _write(url: str, home: str, sids: Sequence[str], number: str) -> None:
    line = Line(url, Path(home))
    for sid in sids:
        text(line, number, "JOIN", sid)
    line.close()


def test_processes_beside_each_other_lose_nothing_and_double_nothing(
    line: Line, line_url: str
) -> None:
    spawn = multiprocessing.get_context("spawn")
    sids = [f"SMproc{n}" for n in range(20)]
    processes = [
        spawn.Process(target=_write, args=(line_url, str(line.home), sids, ANA)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(WITHIN)
        assert process.exitcode == 0
    assert heard(line) == 20
    assert line.one("select count(*) from person") == 1


# --- no deadlock


def test_random_load_never_locks_itself(line: Line, scale: float) -> None:
    """Texts, timers, claims, outcomes and callbacks of few people at once, for 30 seconds."""
    phones = [f"+155501433{n:02}" for n in range(6)]
    for number in phones:
        phone = line.member(number, on_silence="text")
        for hour in ("10:00", "11:00"):
            line.plan(phone, "daily-checkin" if hour == "10:00" else "weekly-checkin",
                      "every day", hour)  # fmt: skip
    until = time.monotonic() + max(3.0, 30.0 * scale)
    troubles: list[str] = []
    counts = {"texts": 0, "timers": 0, "sends": 0}

    def forever(do: Callable[[random.Random], Any], seed: int) -> Callable[[], None]:
        def run() -> None:
            chance = random.Random(seed)
            while time.monotonic() < until:
                try:
                    do(chance)
                except Unavailable as trouble:
                    troubles.append(f"{trouble} {trouble.__cause__}")

        return run

    def write(chance: random.Random) -> None:
        word = chance.choice(("CHECKIN", "4", "1", "SKIP", "MENU", "STOP", "START", "TALK", "HI",
                              "I want to die", "SETTINGS", "PAUSE 2 days", "COMEBACK"))  # fmt: skip
        text(line, chance.choice(phones), word, ids.new())
        counts["texts"] += 1

    def clock(chance: random.Random) -> None:
        line.at += timedelta(minutes=chance.choice((1, 20, 180)))
        counts["timers"] += timers.take_batch(line.house)
        outbox.tick(line.house)

    def send(chance: random.Random) -> None:
        for lane in (0, 1, 2):
            rows = outbox.claim(line.house, lane, 8, "w")
            chance.shuffle(rows)
            said = [(row, Accepted(f"SM{row.id}", "queued")) for row in rows]
            settling.settle(line.house, said)
            counts["sends"] += len(rows)
            for row in rows:
                status = chance.choice(("sent", "delivered", "undelivered"))
                outbox.status_came_in(
                    line.house, sid=f"SM{row.id}", message_id=row.id, status=status,
                    error_code=30003 if status == "undelivered" else None,
                )  # fmt: skip

    at_once(
        *[forever(write, seed) for seed in (1, 2, 3)],
        *[forever(clock, seed) for seed in (4, 5)],
        *[forever(send, seed) for seed in (6, 7)],
    )
    assert troubles == []
    assert min(counts.values()) > 0, counts
    consistent(line)
