"""Reading danger in free text: what the lexicon's signs weigh together.

Promise: pure. Every shipped language is read, whatever the person's own is. Signs that stand
alone bring a person; signs that ask lead to one gentle question, and means, dose, place or time
beside them make it an alarm. What is denied, an idiom, of the dead, of a film or a joke weighs
less or nothing, but only as far as it reaches: "my phone died and I want to die" is danger. A
language that nobody reads here is never taken for safe. Reasons are the lexicon's names, not the
text.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, NamedTuple

from flows.definition import Lexicon
from flows.risk_index import Reading, index_of
from flows.risk_languages import unread
from flows.risk_signs import Span

Outcome = Literal["alarm", "question", "none"]
KINDS: Final = ("self", "other", "overdose", "child")
LANGUAGE: Final = "language"
"""The reason where a text is in a language that is not read here."""

TOGETHER: Final = "self: words that weigh together"
"""The reason where no phrase tells of danger, and the points of all words do."""

_NEAR: Final = 14  # words within which a joke or a story reaches
_SURE: Final = ("overdose", "child")  # kinds that no joke makes less
_HINTS_ASK: Final = 2  # so many different hints lead to the question


class Danger(NamedTuple):
    """What was read; `reasons` are the lexicon's own names ("self: wish to die"), not the text."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of which kinds it is: self, other, overdose, child; none for a language unread."""
        told = dict.fromkeys(reason.partition(":")[0] for reason in self.reasons)
        return tuple(kind for kind in told if kind in KINDS)


NONE: Final = Danger("none")


@cache
def shipped() -> Lexicon:
    """The lexicon as this release ships it.

    Raises:
        LookupError: it is missing or cannot be read; a release never ships so.
    """
    from flows.reading import read_lexicon
    from flows.shelf import FOLDER

    file = FOLDER / "lexicon.yaml"
    lexicon = read_lexicon(file.read_bytes(), file.name).value
    if lexicon is None:
        raise LookupError(file.name)
    return lexicon


def read(text: str, language: str | None = None, lexicon: Lexicon | None = None) -> Danger:
    """What a text tells of danger: `alarm`, `question` or `none`, with the reasons.

    `language` is that of the text where it is known ("es", "es-tu"). The lexicon is the shipped
    one where none is given.
    """
    index = index_of(shipped() if lexicon is None else lexicon)
    return weigh(index.read(text), text, language)


def weigh(reading: Reading, text: str, language: str | None = None) -> Danger:
    """As `read`, for words and signs that were found already."""
    danger = _told(reading) if reading.spans else NONE
    if danger.outcome == "none" and not _taken_back(reading) and reading.asks_by_points():
        return Danger("question", (TOGETHER,))
    if danger.outcome == "none" and unread(text, language, reading):
        return Danger("question", (LANGUAGE,))
    return danger


def _taken_back(reading: Reading) -> bool:
    """Whether phrases say that there is none: points never speak against them."""
    return any(_lessened(reading, span) for span in reading.of("danger"))


def told_spans(reading: Reading) -> list[Span]:
    """The danger in these words that is neither taken back nor denied."""
    return [span for span in reading.of("danger") if not _lessened(reading, span)]


def _lessened(reading: Reading, span: Span) -> bool:
    return reading.taken_back(span) or reading.denied(span)


def _told(reading: Reading) -> Danger:
    danger = reading.of("danger")
    if not danger:
        return NONE
    stands = [span for span in danger if not reading.taken_back(span)]
    denied = [span for span in stands if reading.denied(span)]
    left = [span for span in stands if span not in denied] if denied else stands
    found = [_kind(reading, kind, left) for kind in KINDS] if left else []
    if denied and reading.but_after(denied):
        found.append(("question", _names(denied, ("denied, but",))))
    alarms = [reasons for outcome, reasons in found if outcome == "alarm"]
    asked = [reasons for outcome, reasons in found if outcome == "question"]
    if not alarms and not asked:
        return NONE
    reasons = dict.fromkeys(reason for some in (*alarms, *asked) for reason in some)
    return Danger("alarm" if alarms else "question", tuple(reasons))


def _kind(reading: Reading, kind: str, left: list[Span]) -> tuple[Outcome, tuple[str, ...]]:
    """What the signs of one kind come to."""
    spans = [span for span in left if span.sign.kind == kind]
    if not spans:
        return "none", ()
    alone = [span for span in spans if span.sign.weighs == "alarm"]
    ask = [span for span in spans if span.sign.weighs == "question"]
    raised = [span for span in reading.of("raises") if _raises(reading, span, alone + ask)]
    names = _names(alone + ask, ()) + tuple(dict.fromkeys(span.sign.name for span in raised))
    if not alone and not ask:
        enough = (
            _apart(spans) >= _HINTS_ASK
            and reading.of_themselves()
            and not reading.near("softens", spans[0], _NEAR)
        )
        return ("question", _names(spans, ())) if enough else ("none", ())
    outcome: Outcome = "alarm" if alone or raised else "question"
    soft = [reading.near("softens", span, _NEAR) for span in alone + ask]
    if kind not in _SURE and not (alone and raised) and all(soft):
        said = tuple(span.sign.name for span in soft[:1] if span is not None)
        return ("question", names + said) if alone else ("none", ())
    return outcome, names


def _apart(spans: list[Span]) -> int:
    """How many different ones there are; what overlaps is one."""
    count, end, seen = 0, -1, set[str]()
    for span in sorted(spans):
        if span.start >= end and span.sign.phrase not in seen:
            count += 1
            end = span.stop
            seen.add(span.sign.phrase)
    return count


def _raises(reading: Reading, span: Span, beside: list[Span]) -> bool:
    """Whether a sign raises: it is no part of the danger itself, nor of an idiom."""
    apart = not beside or any(span.start < one.start or one.stop < span.stop for one in beside)
    return apart and not reading.taken_back(span) and not reading.denied(span)


def _names(spans: list[Span], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(span.sign.name for span in spans)) + more
