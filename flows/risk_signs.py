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
_LIGHT: Final[Item] = frozenset()
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
    before: tuple[Item, ...]  # from the anchor back
    after: tuple[Item, ...]
    sign: Sign


_Beside = dict[str, list[_Pattern]]


class _Anchored:
    """The patterns of one anchor, by a word that has to stand beside it: next to it, after light
    words, or not far away; before it or after it."""

    __slots__ = ("alone", "company", "far", "near", "next")

    def __init__(self) -> None:
        self.company: set[str] = set()  # all words that may stand beside it
        self.alone: list[_Pattern] = []
        self.next: tuple[_Beside, _Beside] = ({}, {})
        self.near: tuple[_Beside, _Beside] = ({}, {})
        self.far: tuple[_Beside, _Beside] = ({}, {})

    def add(self, pattern: _Pattern) -> None:
        sides = (pattern.after, pattern.before)
        for kept, gap in ((self.next, False), (self.near, _LIGHT), (self.far, None)):
            for side, items in enumerate(sides):
                if items and (items[0] == gap if gap is not False else bool(items[0])):
                    beside = items[0] if gap is False else items[1]
                    self.company.update(beside or ())
                    for word in beside or ():
                        kept[side].setdefault(word, []).append(pattern)
                    return
        self.alone.append(pattern)

    def beside(self, words: list[str], at: int, light: frozenset[str]) -> list[_Pattern]:
        """Those that may stand here."""
        found = self.alone
        for side, step, edge in ((0, 1, len(words)), (1, -1, -1)):
            place = at + step
            if place == edge:
                continue
            by_next, by_near, by_far = self.next[side], self.near[side], self.far[side]
            if by_next:
                here = by_next.get(words[place])
                if here is not None:
                    found = found + here
            if by_near:
                for other in range(place, _within(at, step, _WIDEST_LIGHT, edge), step):
                    word = words[other]
                    if word in by_near:
                        found = found + by_near[word]
                    if word not in light:
                        break
            if by_far:
                for other in range(place, _within(at, step, _WIDEST, edge), step):
                    if words[other] in by_far:
                        found = found + by_far[words[other]]
        return found


def _within(at: int, step: int, most: int, edge: int) -> int:
    """The place where looking ends: after a gap of `most` words and one more, or at the edge."""
    end = at + step * (most + 2)
    return min(end, edge) if step > 0 else max(end, edge)


class Signs:
    """Signs ready to be looked for; `words` are all that they are made of."""

    def __init__(self, light: frozenset[str] = frozenset()) -> None:
        self.light = light
        self.words: set[str] = set()
        self._by_word: dict[str, _Anchored] = {}

    def add(self, items: list[Item], sign: Sign) -> None:
        anchor = min(
            (place for place, item in enumerate(items) if item),
            key=lambda place: _commonness(items[place]),
            default=None,
        )
        if anchor is None:
            return
        pattern = _Pattern(tuple(reversed(items[:anchor])), tuple(items[anchor + 1 :]), sign)
        for word in items[anchor] or ():
            self._by_word.setdefault(word, _Anchored()).add(pattern)
        for item in items:
            self.words.update(item or ())

    def found(self, read: Words) -> list[Span]:
        """Every sign in these words, in the order of their rarest words."""
        spans: dict[Span, None] = {}
        by_word, words, light = self._by_word, read.words, self.light
        there = set(words)
        for at, word in enumerate(words):
            if word in by_word:
                anchored = by_word[word]
                lonely = anchored.company.isdisjoint(there)
                for pattern in anchored.alone if lonely else anchored.beside(words, at, light):
                    span = _whole(read, at, pattern, light)
                    if span is not None:
                        spans[span] = None
        return list(spans)

    def tried(self, read: Words) -> int:
        """How many patterns are looked at in these words; for measuring."""
        anchored = ((at, self._by_word.get(word)) for at, word in enumerate(read.words))
        return sum(len(one.beside(read.words, at, self.light)) for at, one in anchored if one)


def _whole(read: Words, at: int, pattern: _Pattern, light: frozenset[str]) -> Span | None:
    before, after, sign = pattern
    stop = _reach(read, at, after, 1, light) if after else at
    if stop is None:
        return None
    start = _reach(read, at, before, -1, light) if before else at
    return None if start is None else Span(start, stop + 1, sign)


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
