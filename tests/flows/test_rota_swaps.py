"""Rotas: who may take a shift over, and when people are told of theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.rota import (
    Candidate,
    Duty,
    Span,
    may_take,
    remind_at,
    tell_at,
    why_not,
)
from tests.flows.test_rota import NEW_YORK, at

# --- swaps

SHIFT = Duty("s", "maya", at("2026-11-23T18:00"), at("2026-11-23T22:00"), "rotation")
NOW = at("2026-11-20T12:00")
REST = timedelta(hours=8)


def somebody(person: str, *shifts: tuple[str, str], **more) -> Candidate:
    spans = tuple(Span(at(f"2026-11-{a}"), at(f"2026-11-{b}")) for a, b in shifts)
    return Candidate(person, frozenset({"volunteer"}), shifts=spans, **more)


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (somebody("tom"), None),
        (somebody("maya"), "own"),
        (somebody("tom", away=True), "away"),
        (Candidate("tom", frozenset({"driver"})), "role"),
        (somebody("tom", ("23T21:00", "24T01:00")), "on duty then"),
        (somebody("tom", ("24T05:00", "24T09:00")), "rest"),
        (somebody("tom", ("23T06:00", "23T10:30")), "rest"),
        (somebody("tom", ("23T06:00", "23T10:00"), ("24T06:00", "24T09:00")), None),
    ],
)
def test_who_may_take_a_shift_over(who, why):
    assert why_not(SHIFT, "volunteer", who, REST, NOW) == why


def test_a_shift_that_is_over_is_nobodys_to_take():
    assert why_not(SHIFT, "volunteer", somebody("tom"), REST, SHIFT.ends) == "over"


def test_training_is_asked_for_where_the_rota_asks():
    tom = somebody("tom")
    assert why_not(SHIFT, "volunteer", tom, REST, NOW, "crisis") == "training"
    trained = tom._replace(trained=frozenset({"crisis"}))
    assert why_not(SHIFT, "volunteer", trained, REST, NOW, "crisis") is None


def test_those_with_the_least_on_their_plate_come_first():
    people = [
        somebody("tom", ("20T18:00", "20T22:00")), somebody("lee"), somebody("maya"),
        somebody("ana", ("21T18:00", "21T20:00")),
    ]  # fmt: skip
    assert may_take(SHIFT, "volunteer", people, REST, NOW) == ["lee", "ana", "tom"]


# --- when it is told


@pytest.mark.parametrize(
    ("shift", "told_at"),
    [
        ("2026-11-23T18:00", "2026-11-23T15:00"),
        ("2026-11-23T09:00", "2026-11-22T20:00"),
        ("2026-11-23T11:00", "2026-11-23T08:00"),
        ("2026-11-23T23:59", "2026-11-23T20:59"),
        ("2026-11-24T00:30", "2026-11-23T20:00"),
        ("2026-11-24T03:00", "2026-11-23T20:00"),
    ],
)
def test_nobody_is_woken_to_be_reminded(shift, told_at):
    assert remind_at(at(shift), NEW_YORK) == at(told_at)


@pytest.mark.parametrize(
    ("now", "gap", "told_at"),
    [
        ("2026-11-20T12:00", "2026-11-23T18:00", "2026-11-20T12:00"),
        ("2026-11-20T23:00", "2026-11-23T18:00", "2026-11-21T08:00"),
        ("2026-11-20T23:00", "2026-11-21T06:00", "2026-11-20T23:00"),
    ],
)
def test_a_gap_is_told_by_day_unless_it_comes_before(now, gap, told_at):
    assert tell_at(at(now), at(gap), NEW_YORK, 21, 8) == at(told_at)
