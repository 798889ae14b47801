"""A lexicon made ready to be read with, and one text as it is read with it.

Promise: pure. A lexicon is made ready once, since one serves many texts. Says where signs stand,
and what is taken back or denied; what follows from it is weighed elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flows.definition import Lexicon, SignGroup
from flows.risk_phrases import GAP, LIGHT, items_of
from flows.risk_points import Scale
from flows.risk_signs import Sign, Signs, Span
from flows.risk_words import NUMBERS, Spelling, Words

HINT: Final = "hint"
DANGER: Final = ("alarm", "question", HINT)
RAISES, TAKES_BACK, SOFTENS, WISH = "raises", "takes back", "softens", "wish to stop"
FIRST_PERSON: Final = "i"
"""The list of the words by which people speak of themselves; where there is none, all do."""
_KEPT: Final = 8


class Index:
    """A lexicon's words, spellings and phrases."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        told = lexicon.spellings
        self.spelling = Spelling(told.also, told.fillers, told.keys, told.known)
        self._lists = {**lexicon.lists, **NUMBERS}
        light = lexicon.lists.get(LIGHT, ())
        self._signs = Signs(frozenset(one for word in light for one in self._formed(word)))
        for group in lexicon.signs:
            self._add(group)
        self._add(SignGroup("", WISH, "", lexicon.wish_to_stop))
        speaking = lexicon.lists.get(FIRST_PERSON, ())
        self.first_person = frozenset(one for word in speaking for one in self._formed(word))
        self.denies = self._single(lexicon.denials.words)
        self.turns = self._single(lexicon.denials.turned_by)
        carried = [tuple(self._formed(words)) for words in lexicon.denials.carried_by]
        self.carries = frozenset(words[0] for words in carried if len(words) == 1)
        self.carries_pair = frozenset(words for words in carried if len(words) > 1)
        self.words = self._signs.words | self.carries | self.denies | self.turns
        self.not_read = {
            tag: frozenset(word for one in words for word in self.spelling.bare(one))
            for tag, words in lexicon.not_read.items()
        }
        self.spelling.teach(self.words)
        self.scale = Scale(lexicon.points) if lexicon.points.words else None

    def _formed(self, words: str) -> list[str]:
        return self.spelling.form(self.spelling.bare(words)).words

    def _single(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(one for word in words for one in self._formed(word)[:1])

    def _add(self, group: SignGroup) -> None:
        of = group.kind or group.weighs
        for language, phrases in group.phrases.items():
            for phrase in phrases:
                named = f"{of}: {group.name or phrase}"
                sign = Sign(named, group.kind, group.weighs, phrase, language)
                for items in items_of(phrase, self._lists, self._formed):
                    self._signs.add(items, sign)

    def read(self, text: str) -> Reading:
        words = self.spelling.read(text)
        return Reading(self, words, self._signs.found(words))


class Reading:
    """One text: its words, and the signs that stand in it."""

    __slots__ = ("_index", "read", "spans")

    def __init__(self, index: Index, read: Words, spans: list[Span]) -> None:
        self._index = index
        self.read = read
        self.spans = spans

    @property
    def words(self) -> list[str]:
        return self.read.words

    @property
    def index(self) -> Index:
        return self._index

    def of(self, weighs: str) -> list[Span]:
        """The signs that weigh so; those of danger by the name `danger`."""
        wanted = DANGER if weighs == "danger" else (weighs,)
        return [span for span in self.spans if span.sign.weighs in wanted]

    def of_themselves(self) -> bool:
        """Whether whoever wrote it speaks of themselves."""
        first = self._index.first_person
        return not first or not first.isdisjoint(self.read.words)

    def asks_by_points(self) -> bool:
        """Whether its words weigh together what leads to the question."""
        scale = self._index.scale
        return scale is not None and scale.asks(self.words)

    def languages(self) -> set[str]:
        """The languages of the signs that stand in it."""
        return {span.sign.language for span in self.spans}

    def taken_back(self, span: Span) -> bool:
        """Whether it lies inside an idiom, a denial or words about others.

        A comma ends an idiom: "I can't go on, the train is late" is no "go on the train". One that
        leaves room for words (`...`) may go on after it: "bye all, thanks, see you on Monday".
        """
        return any(
            one.start <= span.start and span.stop <= one.stop and not self._parted(one)
            for one in self.spans
            if one.sign.weighs == TAKES_BACK
        )

    def _parted(self, span: Span) -> bool:
        commas = () if GAP in span.sign.phrase.split() else self.read.commas
        ends = (*self.read.stops, *commas)
        return bool(ends) and any(span.start < end < span.stop for end in ends)

    def denied(self, span: Span) -> bool:
        """Whether a denial before it reaches it: over words that carry one on, and no others.

        "I do not want to die" is denied; in "I can't stop thinking of dying" the "stop" is no
        word that carries on, and in "not okay, I want to die" the comma ends it.
        """
        words, index = self.read.words, self._index
        at, denials = span.start, 0
        while at > 0 and at not in self.read.stops and at not in self.read.commas:
            at -= 1
            word = words[at]
            if word in index.denies:
                denials += 1
            elif at > 0 and (words[at - 1], word) in index.carries_pair:
                at -= 1
            elif word not in index.carries:
                break
        return denials % 2 == 1

    def but_after(self, denied: list[Span]) -> bool:
        """Whether a "but" comes after a denial, and then something that weighs."""
        words = self.read.words
        first = min(span.stop for span in denied)
        turns = [at for at in range(first, len(words)) if words[at] in self._index.turns]
        return bool(turns) and any(
            span.start > turns[0] and (span.sign.weighs in DANGER or span.sign.weighs == RAISES)
            for span in self.spans
            if not self.taken_back(span) and not self.denied(span)
        )

    def near(self, weighs: str, beside: Span, within: int) -> Span | None:
        """A sign that weighs so, beside it and not further away than so many words.

        One that is denied ("not joking") is none.
        """
        for one in self.spans:
            if one.sign.weighs != weighs or self.denied(one):
                continue
            inside = beside.start <= one.start and one.stop <= beside.stop
            near = one.start - beside.stop <= within and beside.start - one.stop <= within
            if near and not inside:
                return one
        return None


_indexes: dict[int, Index] = {}


def index_of(lexicon: Lexicon) -> Index:
    """The lexicon made ready; the last few are kept, since one serves many texts."""
    known = _indexes.get(id(lexicon))
    if known is None or known.lexicon is not lexicon:
        if len(_indexes) >= _KEPT:
            _indexes.clear()
        known = _indexes[id(lexicon)] = Index(lexicon)
    return known
