"""The benches run and measure something: a few of everything, so that none of them rots."""

from __future__ import annotations

import pytest

from tests import servers
from tests.bench import Measured, __main__, dispatch, escalate, inbound, risk, voice, wave
from tests.conftest import missing


def small_dispatch() -> Measured:
    return dispatch.measure(30, 3, 1)


def small_inbound() -> Measured:
    return inbound.measure(24, 1)


def small_wave() -> Measured:
    return wave.measure(wave.Size(stored=500, due=60, replies=4), 1)


def small_voice() -> Measured:
    return voice.measure(voice.Size(people=12, at_once=6, calls_each=2), 1)


def small_escalate() -> Measured:
    return escalate.measure(escalate.Size(team=4, open=8, due=60, texts=4, failures=3), 1)


def small_risk() -> Measured:
    return risk.measure(1)


@pytest.mark.parametrize(
    ("bench", "ratios"),
    [
        (
            small_inbound,
            {"sqlite-orm", "postgres-orm", "status-sqlite-orm", "status-postgres-orm"},
        ),
        (small_dispatch, {"bare-async", "naive"}),
        (small_wave, {"bare-async"}),
        (small_escalate, {"idle"}),
        (small_risk, {"plain"}),
        (small_voice, {"text", "sqlite-text", "postgres-text"}),
    ],
)
def test_a_bench_measures(bench: object, ratios: set[str]) -> None:
    try:
        measured = bench()  # type: ignore[operator]
    except servers.Missing as what:
        missing(str(what))
    assert set(measured["ratios"]) == ratios
    assert all(value > 0 for value in measured["ratios"].values())
    assert all(value >= 0 for value in measured["figures"].values())
    assert __main__.table("small", measured).count("\n") > len(ratios)


def test_every_bench_is_found_by_its_name() -> None:
    assert __main__.names() == [
        "dispatch",
        "engine",
        "escalate",
        "inbound",
        "risk",
        "start",
        "voice",
        "wave",
    ]
