"""Points: what words weigh together, where no phrase of the lexicon says it yet.

Promise: pure. A word, two words side by side, and two with one between them count points up or
down, as the lexicon lists them; from so many on a text leads to the gentle question, never to an
alarm. The points are learnt from texts that people judged (`flows.risk_learning`) and may be
changed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from flows.definition import Points

START, END, BETWEEN = "^", "$", "_"
"""The first and the last of a text, and any one word, where they stand in what is listed."""
LONG: Final = 25
"""Words; what is longer gathers points of both kinds, so it needs more of them."""


def marks(words: Sequence[str]) -> Iterator[str]:
    """All that may be listed of these words, as it is written there, in no order."""
    before, last = "", START
    for word in words:
        yield word
        yield f"{last} {word}"
        if before:
            yield f"{before} {BETWEEN} {word}"
        before, last = (last if last is not START else ""), word
    yield f"{last} {END}"


class Scale:
    """Points made ready to be counted."""

    def __init__(self, points: Points) -> None:
        self.ask_from, self.ten_more = points.ask_from, points.ten_more
        self._alone: dict[str, int] = {}
        self._beside: dict[str, dict[str, int]] = {}
        self._apart: dict[str, dict[str, int]] = {}
        for mark, weight in points.words.items():
            match mark.split():
                case [word]:
                    self._alone[word] = weight
                case [first, word]:
                    self._beside.setdefault(first, {})[word] = weight
                case [first, _, word]:
                    self._apart.setdefault(first, {})[word] = weight

    def weigh(self, words: Sequence[str]) -> int:
        """The points of these words."""
        alone, beside, apart = self._alone, self._beside, self._apart
        total, before, last = 0, "", START
        for word in words:
            if word in alone:
                total += alone[word]
            if last in beside:
                total += beside[last].get(word, 0)
            if before in apart:
                total += apart[before].get(word, 0)
            before, last = last, word
        if last in beside:
            total += beside[last].get(END, 0)
        return total

    def asks(self, words: Sequence[str]) -> bool:
        """Whether they weigh enough for the question."""
        more = max(0, len(words) - LONG)
        return self.weigh(words) * 10 >= self.ask_from * 10 + more * self.ten_more
