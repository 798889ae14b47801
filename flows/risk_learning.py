"""Learning what words weigh together, from texts that people judged.

Promise: pure and repeatable: the same texts give the same points, in whatever order they come.
What is learnt are words and pairs of words with points, for the lexicon, where people read and
change them; no text is kept. The method is logistic regression with follow-the-regularised-leader
steps (McMahan and others, 2013), which leaves out what says little.
"""

from __future__ import annotations

import hashlib
import math
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from flows.definition import Points
from flows.risk_points import LONG, marks

SCALE: Final = 100
"""Points of one step of odds (a factor of e)."""
FOLDS: Final = 4
"""Parts of the texts; each is read with what the others taught, to see where to ask."""
_FEWEST: Final = 2  # texts in which a mark has to stand
_LEAST: Final = 0.15  # odds that are worth a place in the lexicon
_ALPHA, _BETA, _L1, _L2 = 0.1, 1.0, 0.5, 1.0
_ROUNDS: Final = 6
_STEEPEST: Final = 30.0
_BIAS: Final = ""
_KEY: Final = "points:"
_WIDE: Final = 100
_PLAIN: Final = re.compile(r"[a-z\u00df-\u024f][^\s:#,\[\]{}\"']*(?: [^\s:#,\[\]{}\"']+)*")


class Judged(NamedTuple):
    """One text: its words as the lexicon spells them, and whether it should be heard.

    `everyday`: it is one of those by which it is decided how rarely an everyday text is asked
    about.
    """

    words: tuple[str, ...]
    heard: bool
    everyday: bool = False


def learn(texts: Iterable[Judged], rarely: float) -> Points:
    """Points from these texts, so that at most this share of unseen everyday texts is asked about.

    `rarely` is a share of 1; with no everyday texts, odds of one to one ask.
    """
    rows = sorted(texts, key=_place)
    odds = _bound(rows, rarely)
    weights = _weights(rows)
    ask_from = max(1, math.floor((odds - weights.pop(_BIAS, 0.0)) * SCALE) + 1)
    ten_more = max(0, math.ceil(odds * SCALE * 10 / LONG))
    points = {mark: round(weight * SCALE) for mark, weight in weights.items()}
    words = {mark: points[mark] for mark in sorted(points) if points[mark]}
    return Points(words, ask_from, ten_more)


def written(lexicon: str, points: Points) -> str:
    """The text of a lexicon, with these points in place of its own, at its end."""
    lines = lexicon.splitlines()
    begins = next((at for at, line in enumerate(lines) if line.startswith(_KEY)), len(lines))
    after = (at for at in range(begins + 1, len(lines)) if lines[at][:1] not in (" ", "#", ""))
    ends = next(after, len(lines))
    kept = [*lines[:begins], *lines[ends:]]
    while kept and not kept[-1].strip():
        kept.pop()
    by_weight: dict[int, list[str]] = {}
    for mark, weight in points.words.items():
        by_weight.setdefault(weight, []).append(_quoted(mark))
    block = [
        _KEY, f"  ask from: {points.ask_from}", f"  for ten words more: {points.ten_more}",
        "  words:",
    ]  # fmt: skip
    for weight in sorted(by_weight, reverse=True):
        item = f"    {weight}: [{', '.join(sorted(by_weight[weight]))}]"
        block += textwrap.wrap(
            item, _WIDE, subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False
        )
    return "\n".join([*kept, "", *block, ""])


def _quoted(mark: str) -> str:
    """As YAML reads it as words: signs that mean something there stand in quotation marks."""
    return mark if _PLAIN.fullmatch(mark) else f'"{mark}"'


def unseen(texts: Iterable[Judged]) -> list[tuple[Judged, float]]:
    """Each text with the odds that it has where only texts of other parts were learnt from; of a
    long one, those of so many of its words as count."""
    rows = sorted(texts, key=_place)
    found: list[tuple[Judged, float]] = []
    for part in range(FOLDS):
        weights = _weights([row for at, row in enumerate(rows) if at % FOLDS != part])
        for row in rows[part::FOLDS]:
            odds = sum(weights.get(mark, 0.0) for mark in (_BIAS, *marks(row.words)))
            found.append((row, odds * min(1.0, LONG / max(1, len(row.words)))))
    return found


def _bound(rows: Sequence[Judged], rarely: float) -> float:
    """The odds from which on no more than this share of everyday texts is asked about."""
    everyday = sorted((odds for row, odds in unseen(rows) if row.everyday), reverse=True)
    return everyday[min(int(len(everyday) * rarely), len(everyday) - 1)] if everyday else 0.0


def _place(row: Judged) -> bytes:
    """An order that is the same for the same texts, and has nothing to do with what they say."""
    return hashlib.sha256(" ".join(row.words).encode()).digest()


def _weights(rows: Sequence[Judged]) -> dict[str, float]:
    """Weights in odds, by mark; what everything starts with by the empty one."""
    seen = [tuple(marks(row.words)) for row in rows]
    often = Counter(mark for some in seen for mark in set(some))
    kept = [[_BIAS, *(mark for mark in some if often[mark] >= _FEWEST)] for some in seen]
    pulls: dict[str, float] = {}
    steps: dict[str, float] = {}
    weight = _weight_of(pulls, steps)
    for _ in range(_ROUNDS):
        for row, some in zip(rows, kept, strict=True):
            own = {mark: weight(mark) for mark in some}
            odds = sum(own[mark] for mark in some)
            error = 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, odds)))) - row.heard
            for mark, now in own.items():
                before = steps.get(mark, 0.0)
                after = before + error * error
                pulls[mark] = (
                    pulls.get(mark, 0.0)
                    + error
                    - now * (math.sqrt(after) - math.sqrt(before)) / _ALPHA
                )
                steps[mark] = after
    found = {mark: weight(mark) for mark in pulls}
    return {mark: odds for mark, odds in found.items() if mark == _BIAS or abs(odds) >= _LEAST}


def _weight_of(pulls: dict[str, float], steps: dict[str, float]) -> Callable[[str], float]:
    def weight(mark: str) -> float:
        pull = pulls.get(mark, 0.0)
        if -_L1 <= pull <= _L1:
            return 0.0
        held = pull - math.copysign(_L1, pull)
        return -held / ((_BETA + math.sqrt(steps[mark])) / _ALPHA + _L2)

    return weight
