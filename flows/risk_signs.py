"""The signs of a lexicon, found in the words of a text.

Promise: pure. A sign is looked for only where its rarest word stands, so most texts cost one
look-up a word. How a phrase is written, and what a sign weighs, is decided elsewhere.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from flows.risk_phrases import Item
from flows.risk_words import Words

_WIDEST: Final = 4  # words that a gap stands for at most
_WIDEST_LIGHT: Final = 5  # where they are light ones
_EVERYWHERE_WORDS: Final = """
a all am an and are as at be been but by can cant could do does for from get go going got had has
have he her here him his how i if in is it its just keep know let like made make me more my need
no not now of off on one or out over she so some that the their them then there they thing things
think this time to too up us want was way we were what when who will with would you your # al con
de del el ella en es esta este estoy la las le lo los mas mi mis muy para pero por que se si sin su
sus te todo tu un una va voy y ya yo puedo quiero hacer ser take about did never good much #few
"""
_OFTEN_WORDS: Final = """
any anymore back because before better bye call cant care come coming day days did doing done down
end enough even ever every everyone everything feel find give gone had happy help here home hope
hour hurt last leave left life live long look lot love many maybe mind money month months morning
next nice night nobody nothing ok only people phone place please pls put ready really reason right
said say see send should sleep someone something soon sorry start stay still stop sure talk tell
text than thank thanks these those through times tired today told tomorrow tonight until very wait
waiting wake watch week well went where while why wish without won work year years yes yet
"""
_WEIGHTS: Final = dict.fromkeys(_OFTEN_WORDS.split(), 6) | dict.fromkeys(
    _EVERYWHERE_WORDS.split(), 60
)
"""How often words stand in everyday texts, roughly; others, once."""


class Sign(NamedTuple):
    """One phrase: what it is called in reasons, of which kind it is, and what it weighs."""

    name: str
    kind: str
    weighs: str
    phrase: str
    language: str


class Span(NamedTuple):
    """Words from `start` up to `stop`, and the sign that they were found to be."""

    start: int
    stop: int
    sign: Sign


class _Pattern(NamedTuple):
    aside: int  # the place beside the anchor that tells most patterns off: 1, -1, or 0 for none
    wanted: frozenset[str]  # what stands there,
    or_light: bool  # or a light word
    before: tuple[Item, ...]  # from the anchor back
    after: tuple[Item, ...]
    sign: Sign


class Signs:
    """Signs ready to be looked for; `words` are all that they are made of."""

    def __init__(self, light: frozenset[str] = frozenset()) -> None:
        self.light = light
        self.words: set[str] = set()
        self._by_word: dict[str, list[_Pattern]] = {}

    def add(self, items: list[Item], sign: Sign) -> None:
        anchor = min(
            (place for place, item in enumerate(items) if item),
            key=lambda place: _commonness(items[place]),
            default=None,
        )
        if anchor is None:
            return
        before, after = tuple(reversed(items[:anchor])), tuple(items[anchor + 1 :])
        pattern = _Pattern(*_beside(before, after), before, after, sign)
        for word in items[anchor] or ():
            self._by_word.setdefault(word, []).append(pattern)
        for item in items:
            self.words.update(item or ())

    def found(self, read: Words) -> list[Span]:
        """Every sign in these words, in the order of their rarest words."""
        spans: list[Span] = []
        by_word, words, light = self._by_word, read.words, self.light
        last = len(words) - 1
        for at, word in enumerate(words):
            if word not in by_word:
                continue
            for aside, wanted, or_light, before, after, sign in by_word[word]:
                if aside:
                    if (at == last) if aside > 0 else (at == 0):
                        continue
                    other = words[at + aside]
                    if other not in wanted and not (or_light and other in light):
                        continue
                stop = _reach(read, at, after, 1, light) if after else at
                if stop is None:
                    continue
                start = _reach(read, at, before, -1, light) if before else at
                if start is not None:
                    spans.append(Span(start, stop + 1, sign))
        return spans


def _beside(before: tuple[Item, ...], after: tuple[Item, ...]) -> tuple[int, frozenset[str], bool]:
    """The neighbour to look at first: one word of few, otherwise one of few or a light word."""
    for light in (False, True):
        for aside, items in ((1, after), (-1, before)):
            if items and (items[0] == frozenset()) is light and items[0] is not None:
                wanted = items[1] if light else items[0]
                return aside, wanted or frozenset(), light
    return 0, frozenset(), False


def _commonness(item: Item) -> tuple[int, int]:
    words = item or frozenset()
    often = sum(_WEIGHTS.get(word, 1) for word in words)
    return (often, -max(map(len, words), default=0))


def _reach(
    read: Words, at: int, items: tuple[Item, ...], step: int, light: frozenset[str]
) -> int | None:
    """How far the items reach from `at`, forwards or backwards; None where one is missing."""
    words = read.words
    for place, item in enumerate(items):
        if not item:
            over = None if item is None else light
            return _over_gap(read, at, items[place + 1 :], step, over, light)
        at += step
        if not 0 <= at < len(words) or words[at] not in item:
            return None
    return at


def _over_gap(
    read: Words,
    at: int,
    items: tuple[Item, ...],
    step: int,
    over: frozenset[str] | None,
    light: frozenset[str],
) -> int | None:
    """As `_reach`, after a gap of any words, or of those in `over` alone."""
    first = items[0]
    assert first  # a phrase neither begins nor ends with a gap, and has no two together
    for width in range(1, (_WIDEST if over is None else _WIDEST_LIGHT) + 2):
        place = at + step * width
        if not 0 <= place < len(read.words) or _parted(read, at, place):
            return None
        word = read.words[place]
        if word in first:
            found = _reach(read, place, items[1:], step, light)
            if found is not None:
                return found
        if over is not None and word not in over:
            return None
    return None


def _parted(read: Words, one: int, other: int) -> bool:
    """Whether a sentence ends between two words."""
    low, high = min(one, other), max(one, other)
    return any(low < stop <= high for stop in read.stops)
