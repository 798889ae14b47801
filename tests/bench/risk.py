"""Reading danger in one text, with the lexicon as it ships.

The texts are the project's own cases, of both sides; they are read over and over, each timed by
itself. The baseline is the plainest reading there is: whether any phrase of the lexicon, as it is
written, stands in the text. It knows no spelling, no denial and no idiom. They take turns.
"""

from __future__ import annotations

import csv
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from flows import risk
from tests.bench import Measured

CASES = Path(__file__).parents[1] / "flows" / "risk"
_MOST = 0.99


def run(full: bool) -> Measured:
    """Milliseconds a text, and how many times as long the plainest reading takes."""
    return measure(20 if full else 2)


def measure(rounds: int) -> Measured:
    """With all the texts read so many times."""
    texts = [
        row["text"]
        for path in sorted(CASES.glob("*.csv"))
        for row in csv.DictReader(path.open(encoding="utf-8"))
    ]
    phrases = [
        phrase
        for group in risk.shipped().signs
        for some in group.phrases.values()
        for phrase in some
    ]

    def plainly(text: str) -> object:
        small = text.lower()
        return [phrase for phrase in phrases if phrase in small]

    ours: list[float] = []
    plain: list[float] = []
    for text in texts:  # once, so that spellings met for the first time are known
        risk.read(text)
    for _ in range(rounds):
        ours += _timed(risk.read, texts)
        plain += _timed(plainly, texts[:: max(1, len(texts) // 100)])
    median = statistics.median(ours)
    return {
        "figures": {
            "median ms a text": median * 1_000,
            "p99 ms a text": sorted(ours)[int(len(ours) * _MOST)] * 1_000,
            "texts": float(len(texts)),
            "phrases": float(len(phrases)),
        },
        "ratios": {"plain": statistics.median(plain) / median},
    }


def _timed(read: Callable[[str], object], texts: list[str]) -> list[float]:
    """Seconds for each text."""
    found = []
    for text in texts:
        start = time.perf_counter()
        read(text)
        found.append(time.perf_counter() - start)
    return found
