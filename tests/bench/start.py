"""How quickly a command starts against bare python, and what web and worker hold in memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import Measured, _held

_RUNS = 5
_STARTS = 40
_TEXTS = 50_000  # and as many replies: 100,000 messages


def run(full: bool) -> Measured:
    """Medians of five rounds; bare python and `hearthline --version` start in turns."""
    starts = _STARTS if full else _STARTS // 10
    bare = [sys.executable, "-c", "pass"]
    version = [str(Path(sys.executable).with_name("hearthline")), "--version"]
    rounds = [_round(bare, version, starts) for _ in range(_RUNS)]
    python, hearthline = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(ours / theirs for theirs, ours in rounds)
    figures = {"python_ms": python * 1e3, "version_ms": hearthline * 1e3}
    figures |= _held.measure(_TEXTS if full else _TEXTS // 10)
    return {"figures": figures, "ratios": {"python": ratio}}


def _round(one: Sequence[str], other: Sequence[str], starts: int) -> tuple[float, float]:
    """The median start of each, in seconds; in turns, so that both meet the same machine."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(starts):
        for command, took in ((one, times[0]), (other, times[1])):
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            took.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])
