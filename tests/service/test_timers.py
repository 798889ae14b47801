"""Timers in bulk: statements that do not grow with a batch, stale tokens, the order of lanes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from flows.recurrence import Rule, next_slot
from service import enrolling, timers
from service.enrolling import Enrolled
from service.storage import ids
from service.storage import timers as stored
from service.storage.database import Tx
from service.storage.plans import NewPlan
from service.storage.timers import Timer
from tests.service.house import ANA, BEN, ROSA, Line

DAILY = "FREQ=DAILY;BYHOUR=10;BYMINUTE=0"


def crowd(line: Line, many: int, first: int = 0) -> None:
    """So many members, all checked in on at ten."""
    starts = line.at.replace(tzinfo=None)
    sender = line.one("select id from sender")
    people = []
    for n in range(first, first + many):
        person_id = ids.new()
        slot = next_slot(Rule(DAILY, starts, "America/New_York"), line.at)
        plan = NewPlan(
            ids.new(), person_id, "daily-checkin", DAILY, starts.isoformat(), None, "text", None,
            line.at,
        )  # fmt: skip
        people.append(
            Enrolled(
                person_id, None, f"+1555{n:07}", "US", "mobile", {"name": "Sam"}, "en",
                "America/New_York", "text", False, sender, False, False, None, False, line.at,
                "They said yes on paper.", (plan, slot),
            )
        )  # fmt: skip
    with line.writing() as tx:
        enrolling.enrol(tx, people, line.at)


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are run inside of the block; many rows in one go are one statement."""
    said: list[str] = []
    with monkeypatch.context() as patched:
        for name in ("execute", "execute_many", "copy_in"):
            plainly = getattr(Tx, name)

            def told(self: Tx, sql: str, *rest: object, plainly: object = plainly) -> object:
                said.append(sql)
                return plainly(self, sql, *rest)  # type: ignore[operator]

            patched.setattr(Tx, name, told)
        yield said


def test_a_batch_takes_as_many_statements_for_many_as_for_few(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for many in (20, 200):
        crowd(line, many, first=many)
        line.until(line.at + timedelta(hours=23))
        monkeypatch.setattr(timers, "BATCH", 500)
        line.at = line.at.replace(hour=14, minute=0) + timedelta(
            days=1 if line.at.hour >= 14 else 0
        )
        with counted(monkeypatch) as said:
            taken = timers.take_batch(line.house)
        assert taken >= many
        counts.append(len(said))
        line.settle()
        line.do("update plan set status = 'ended'")
        line.do("delete from timer")
    assert counts[1] <= counts[0] + 2, counts
    assert line.one("select count(*) from occurrence") >= 220


def test_a_wave_is_taken_whole(line: Line) -> None:
    crowd(line, 320)
    line.at += timedelta(hours=24)
    taken = []
    while count := timers.take_batch(line.house):
        taken.append(count)
    assert (sum(taken), max(taken)) == (320, timers.BATCH)
    assert line.one("select count(*) from occurrence where status = 'due'") == 320
    assert line.one("select count(*) from message where lane = 2 and status = 'pending'") == 320


def test_nothing_due_is_one_look(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(line, 5)
    with counted(monkeypatch) as said:
        assert timers.take_batch(line.house) == 0
    assert len(said) <= 1


def due_now(line: Line, *timers_: Timer) -> None:
    with line.writing() as tx:
        stored.put(tx, timers_, line.at)


def test_a_wait_whose_token_is_stale_does_nothing(line: Line) -> None:
    ana = line.member(ANA)
    ana.text("CHECKIN")
    front = ana.front
    assert front is not None
    ana.hears()
    for token in ("0", str(front.token - 1), str(front.token + 1)):
        key = f"wait:{front.id}"
        due_now(line, Timer(ids.new(), key, "wait", front.person_id, front.id, line.at, token))
        line.settle()
        assert ana.hears() == []
    assert ana.front is not None
    assert ana.front.token == front.token
    due_now(
        line,
        Timer(ids.new(), "wait:x", "wait", front.person_id, front.id, line.at, str(front.token)),
    )
    line.settle()
    assert any("How is today" in text for text in ana.hears()), "the right one asks again"


def test_a_slot_of_another_day_does_nothing(line: Line) -> None:
    ana = line.member(ANA)
    line.plan(ana, "daily-checkin", "every day", "10:00")
    plan_id = line.one("select id from plan")
    for token in ("2026-05-01T10:00:00", "", "nonsense"):
        timer = Timer(ids.new(), "slot:x", "slot", ana.person.id, plan_id, line.at, token)
        due_now(line, timer)
        line.settle()
    assert ana.occurrences == []


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("wait", "gone"), ("expire", "gone"), ("slot", "gone"), ("silence", "gone"),
        ("case", "gone"), ("erase", "gone"), ("start", "gone"), ("undelivered", "gone"),
        ("no such kind", "gone"), ("wait", None), ("slot", None), ("tell", "gone"),
    ],
)  # fmt: skip
def test_timers_about_nothing_are_taken_away_without_a_word(
    line: Line, kind: str, subject: str | None
) -> None:
    ana = line.member(ANA)
    person_id = None if kind == "tell" else ana.person.id
    payload = {"phrase": "budget-spent"} if kind == "tell" else None
    due_now(line, Timer(ids.new(), "odd", kind, person_id, subject, line.at, "1", payload))
    due_now(line, Timer(ids.new(), "odder", kind, "nobody", subject, line.at, "1", payload))
    line.settle()
    assert ana.hears() == []
    assert line.one("select count(*) from timer where key in ('odd', 'odder')") == 0


def test_what_is_urgent_is_taken_first(line: Line) -> None:
    crowd(line, 10)
    ana = line.member(BEN)
    line.at += timedelta(hours=24)
    ana.send("TALK")
    assert timers.take_batch(line.house, (0,)) >= 1
    assert line.one("select count(*) from occurrence") == 0
    assert line.one("select count(*) from message where lane = 0 and status = 'pending'") >= 1
    line.settle()
    assert line.phone(ROSA).hears()


def test_an_invitation_begins_a_flow_that_nobody_asked_for(line: Line) -> None:
    ana = line.member(ANA)
    payload = {"flow": "menu"}
    due_now(line, Timer(ids.new(), "start:x", "start", ana.person.id, None, line.at, None, payload))
    line.settle()
    assert ana.front is not None
    assert ana.front.flow == "menu"
    payload = {"flow": "preferences"}
    due_now(line, Timer(ids.new(), "start:y", "start", ana.person.id, None, line.at, None, payload))
    line.settle()
    assert ana.front.flow == "menu", "what is there is not pushed aside"


def test_overdue_tells_how_long(line: Line) -> None:
    crowd(line, 3)
    assert timers.overdue(line.house)[0] == 0
    line.at += timedelta(hours=25)
    count, oldest = timers.overdue(line.house)
    assert count == 3
    assert isinstance(oldest, datetime)
    assert timers.any_due(line.house)
