"""How well danger is read: rows of texts that people judged, counted by their labels.

Promise: pure. Which labels should be heard is a table here; a label that it does not name is
grey: an offer of support is fine there, and neither counts as missed nor as a false alarm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from flows.definition import Lexicon
from flows.risk import Danger, read
from flows.risk_index import index_of
from flows.risk_learning import Judged

TEXT, LABEL, EVIDENT, LANGUAGE, EXPECTED = "text", "label", "evident", "language", "expected"
NEEDED: Final = (TEXT, LABEL)
"""Columns of a table of judged texts; `expected` serves in place of `label`."""

HEARD: Final = (
    "selfharm_yes",
    "selfharm_ed_seek",
    "stb_yes",
    "heard",
    "alarm",
    "question",
    "danger",
)
NOT_HEARD: Final = (
    "benign", "emotion_benign_deathword", "stb_no_negated", "cssrs_uninformative", "stress:",
    "selfharm_no", "ham", "none", "everyday", "joke",
)  # fmt: skip
"""Beginnings of labels. Rows of clinical grades (`cssrs_`) count where danger is evident."""
_GRADED: Final = "cssrs_"
EVERYDAY: Final = ("ham", "everyday")
"""Beginnings of labels of everyday texts, by which it is decided how rarely one is asked about."""


class Read(NamedTuple):
    """One row as it was read. `should` is None where either is right."""

    row: int
    label: str
    text: str
    danger: Danger
    should: bool | None


class Share(NamedTuple):
    """What became of the rows of one label, in shares of 1."""

    label: str
    rows: int
    alarm: float
    question: float
    none: float


def lacking(columns: Sequence[str]) -> list[str]:
    """The columns that such a table needs, and this one does not have."""
    there = {*columns, LABEL} if EXPECTED in columns else {*columns}
    return [name for name in NEEDED if name not in there]


def should_be_heard(label: str, evident: str = "", expected: str = "") -> bool | None:
    """Whether rows of this label should lead to an alarm or the question; None where grey."""
    if expected:
        label = expected
    if label.startswith(_GRADED) and evident:
        return True if evident == "yes" else None
    if label.startswith(NOT_HEARD):
        return False
    return True if label in HEARD else None


def measure(rows: Iterable[Mapping[str, str]], lexicon: Lexicon | None = None) -> list[Read]:
    """Every row read. A row needs `text`, and `label` or `expected`; the rest may be missing."""
    return [
        Read(
            number,
            row.get(LABEL) or row.get(EXPECTED) or "",
            row[TEXT],
            read(row[TEXT], row.get(LANGUAGE) or None, lexicon),
            should_be_heard(row.get(LABEL) or "", row.get(EVIDENT) or "", row.get(EXPECTED) or ""),
        )
        for number, row in enumerate(rows, start=1)
    ]


def shares(found: Iterable[Read]) -> list[Share]:
    """By label, in their order of the alphabet."""
    by_label: dict[str, Counter[str]] = {}
    for one in found:
        by_label.setdefault(one.label, Counter())[one.danger.outcome] += 1
    return [share_of(label, by_label[label]) for label in sorted(by_label)]


def share_of(label: str, told: Mapping[str, int]) -> Share:
    rows = sum(told.values())
    alarm, question, none = (
        told.get(name, 0) / rows if rows else 0.0 for name in ("alarm", "question", "none")
    )
    return Share(label, rows, alarm, question, none)


def missed(found: Iterable[Read]) -> list[Read]:
    """What should have been heard and was not."""
    return [one for one in found if one.should is True and one.danger.outcome == "none"]


def false_alarms(found: Iterable[Read]) -> list[Read]:
    """What was heard and should not have been."""
    return [one for one in found if one.should is False and one.danger.outcome != "none"]


def judged(rows: Iterable[Mapping[str, str]], lexicon: Lexicon) -> list[Judged]:
    """The rows of which it is known whether they should be heard, to learn from."""
    spelling = index_of(lexicon).spelling
    found = []
    for row in rows:
        label = row.get(LABEL) or ""
        should = should_be_heard(label, row.get(EVIDENT) or "", row.get(EXPECTED) or "")
        if should is not None:
            words = tuple(spelling.read(row[TEXT]).words)
            found.append(Judged(words, should, label.startswith(EVERYDAY)))
    return found
