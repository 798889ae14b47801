"""Points: what words weigh together, where no phrase of the lexicon says it yet.

Promise: pure. A word, two words side by side, and two with one between them count points up or
down, as the lexicon lists them; from so many on a text leads to the gentle question, never to an
alarm. The points are learnt from texts that people judged (`flows.risk_learning`) and may be
changed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

START, END, BETWEEN = "^", "$", "_"
"""The first and the last of a text, and any one word, where they stand in what is listed."""


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

    def __init__(self, points: Mapping[str, int]) -> None:
        self._alone: dict[str, int] = {}
        self._beside: dict[str, dict[str, int]] = {}
        self._apart: dict[str, dict[str, int]] = {}
        for mark, weight in points.items():
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
