"""Reading danger in free text: for now by the lexicon's plain words, each as a whole phrase.

Promise: pure. Every shipped language is read whatever the person's own is; case, accents and
punctuation make no difference. An idiom of the lexicon takes back only what lies inside it,
so "my phone died and I want to die" is still danger. When in doubt it is danger.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from flows.definition import Lexicon
from flows.plain import plain


class Danger(NamedTuple):
    """What was read; `reasons` are the lexicon's own words ("self: want to die"), not the text."""

    outcome: Literal["alarm", "question", "none"]
    reasons: tuple[str, ...] = ()


NONE: Final = Danger("none")


class Span(NamedTuple):
    """Words from `start` up to `stop`, and what they were found to be."""

    start: int
    stop: int
    name: str


class Phrases:
    """Phrases found in a text by whole words; one look-up a word, however many phrases."""

    __slots__ = ("_by_first",)

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, phrase in named:
            words = tuple(plain(phrase).split())
            if words:
                self._by_first.setdefault(words[0], []).append((words, name))

    def found(self, words: list[str]) -> list[Span]:
        spans = []
        for start, word in enumerate(words):
            for phrase, name in self._by_first.get(word, ()):
                stop = start + len(phrase)
                if tuple(words[start:stop]) == phrase:
                    spans.append(Span(start, stop, name))
        return spans


class Index:
    """A lexicon made ready to be looked through."""

    __slots__ = ("danger", "idioms", "lexicon", "stop")

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.danger = Phrases(
            (f"{kind}: {phrase}", phrase)
            for kind, languages in lexicon.danger.items()
            for phrases in languages.values()
            for phrase in phrases
        )
        self.idioms = Phrases(_plainly(lexicon.not_danger.values()))
        self.stop = Phrases(_plainly(lexicon.wish_to_stop.values()))


def _plainly(languages: Iterable[tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    return ((phrase, phrase) for phrases in languages for phrase in phrases)


_KEPT: Final = 8
_indexes: dict[int, Index] = {}


def index_of(lexicon: Lexicon) -> Index:
    """The lexicon made ready; the last few are kept, since one serves many texts."""
    known = _indexes.get(id(lexicon))
    if known is None or known.lexicon is not lexicon:
        if len(_indexes) >= _KEPT:
            _indexes.clear()
        known = _indexes[id(lexicon)] = Index(lexicon)
    return known


def danger_spans(words: list[str], index: Index) -> list[Span]:
    """Danger in these words, without what lies wholly inside an idiom or a denial."""
    spans = index.danger.found(words)
    if not spans:
        return spans
    idioms = index.idioms.found(words)
    return [span for span in spans if not any(_inside(span, idiom) for idiom in idioms)]


def _inside(span: Span, other: Span) -> bool:
    return other.start <= span.start and span.stop <= other.stop


def read(text: str, lexicon: Lexicon | None) -> Danger:
    """Whether a text tells of danger. Plain words are an alarm; nothing else is read yet."""
    if lexicon is None:
        return NONE
    return told(danger_spans(plain(text).split(), index_of(lexicon)))


def told(spans: Iterable[Span]) -> Danger:
    reasons = tuple(dict.fromkeys(span.name for span in spans))
    return Danger("alarm", reasons) if reasons else NONE
