"""The signs of a lexicon, found in the words of a text.

Promise: pure. A sign is looked for only where its rarest word stands, so most texts cost one
look-up a word. `a/b` is either word, `<name>` any word of that list and `...` up
to four words in between, within a sentence. What a sign weighs is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from flows.risk_words import Words

GAP: Final = "..."
_WIDEST: Final = 4  # words that `...` stands for at most
_COMMON_WORDS: Final = """
a all am an and any anymore are as at be been but by can cant could do does feel for from get go
going got had has have he her here him his how i if in is it its just keep know let life like made
make me more my need no not now of off on one or out over she so some that the their them then
there they thing things think this time to too up us want was way we were what when who will with
would you your # al con de del el ella en es esta este estoy la las le lo los mas mi mis muy para
pero por que se si sin su sus te todo tu un una va voy y ya yo puedo quiero hacer ser
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())

Item = frozenset[str] | None
"""One place of a phrase: any of these words; None is a gap."""


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


class Signs:
    """Signs ready to be looked for; `words` are all that they are made of."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self._by_word: dict[str, list[_Pattern]] = {}

    def add(self, items: list[Item], sign: Sign) -> None:
        while items and items[-1] is None:  # what followed was a filler
            items = items[:-1]
        while items and items[0] is None:
            items = items[1:]
        anchor = min(
            (place for place, item in enumerate(items) if item),
            key=lambda place: _commonness(items[place]),
            default=None,
        )
        if anchor is None:
            return
        pattern = _Pattern(tuple(reversed(items[:anchor])), tuple(items[anchor + 1 :]), sign)
        for word in items[anchor] or ():
            self._by_word.setdefault(word, []).append(pattern)
        for item in items:
            self.words.update(item or ())

    def found(self, read: Words) -> list[Span]:
        """Every sign in these words, in the order of their rarest words."""
        spans: list[Span] = []
        by_word, words = self._by_word, read.words
        for at, word in enumerate(words):
            if word in by_word:
                for before, after, sign in by_word[word]:
                    stop = _reach(read, at, after, 1) if after else at
                    if stop is None:
                        continue
                    start = _reach(read, at, before, -1) if before else at
                    if start is not None:
                        spans.append(Span(start, stop + 1, sign))
        return spans


def _commonness(item: Item) -> tuple[int, int, int]:
    words = item or frozenset()
    return (len(words & _COMMON), len(words), -max(map(len, words), default=0))


def _reach(read: Words, at: int, items: tuple[Item, ...], step: int) -> int | None:
    """How far the items reach from `at`, forwards or backwards; None where one is missing."""
    words = read.words
    for place, item in enumerate(items):
        if item is None:
            return _over_gap(read, at, items[place + 1 :], step)
        at += step
        if not 0 <= at < len(words) or words[at] not in item:
            return None
    return at


def _over_gap(read: Words, at: int, items: tuple[Item, ...], step: int) -> int | None:
    first = items[0]
    assert first is not None  # a phrase neither begins nor ends with a gap
    for width in range(1, _WIDEST + 2):
        place = at + step * width
        if not 0 <= place < len(read.words) or _parted(read, at, place):
            return None
        if read.words[place] in first:
            found = _reach(read, place, items[1:], step)
            if found is not None:
                return found
    return None


def _parted(read: Words, one: int, other: int) -> bool:
    """Whether a sentence ends between two words."""
    low, high = min(one, other), max(one, other)
    return any(low < stop <= high for stop in read.stops)


def items_of(
    phrase: str, lists: Mapping[str, Iterable[str]], formed: Callable[[str], list[str]]
) -> list[list[Item]]:
    """A phrase as its places; several where a word of a choice is spelt out as two.

    `formed` spells words as a text's are spelt.
    """
    shapes: list[list[Item]] = [[]]
    plain: list[str] = []
    for part in (*phrase.split(), ""):
        if part and part != GAP and "/" not in part and not part.startswith("<"):
            plain.append(part)
            continue
        shapes = [shape + _each(formed(" ".join(plain))) for shape in shapes]
        plain = []
        if part == GAP:
            shapes = [[*shape, None] for shape in shapes]
        elif part:
            choices = _choices(part, lists, formed)
            shapes = [shape + choice for shape in shapes for choice in choices]
    return shapes


def _each(words: list[str]) -> list[Item]:
    return [frozenset((word,)) for word in words]


def _choices(
    part: str, lists: Mapping[str, Iterable[str]], formed: Callable[[str], list[str]]
) -> list[list[Item]]:
    """One place where every choice is one word; besides, each that is spelt out as several."""
    single: set[str] = set()
    several: list[list[Item]] = []
    together: list[list[Item]] = []
    for one in part.split("/"):
        named = lists.get(one.strip("<>"), ()) if one.startswith("<") else (one,)
        for word in named:
            words = [word] if word.startswith("#") else formed(word)
            if len(words) == 1:
                single.update(words)
            elif words:  # a filler is no word to look for
                several.append(_each(words))
    if single:
        together.append([frozenset(single)])
    return together + several
