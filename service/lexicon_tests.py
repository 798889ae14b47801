"""Texts that people judged, as tests of a lexicon: what it reads wrongly, what it would unlearn.

Promise: what is told names tests by id, never by their words; words are given only where they are
asked for, and then it stands in the trail. A lexicon that reads wrongly what the one before it read
rightly is not published. How texts come here is `marking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from flows.definition import Lexicon, Place, Problem
from flows.risk import Danger, read
from flows.risk_measure import EXPECTED, LABEL, LANGUAGE, TEXT
from service.house import House
from service.marking import MISSED
from service.storage import marked_texts, trail
from service.storage.marked_texts import MarkedText

FIELDS = (TEXT, LABEL, LANGUAGE, EXPECTED, "id", "case_id", "at")
NOUN = "lexicon"  # as the trail names it
_MOST_TOLD = 5
_SEE = "See `hearthline risk test`; where a test is wrong, unmark it: `hearthline cases mark`."


class Tried(NamedTuple):
    """One test with what a lexicon reads in it."""

    row: MarkedText
    danger: Danger

    @property
    def right(self) -> bool:
        """What was missed has to be heard, and a false alarm not."""
        return (self.danger.outcome != "none") is (self.row.mark == MISSED)


def rows(house: House) -> list[MarkedText]:
    """All tests, the first first."""
    with house.database.reading() as tx:
        return marked_texts.listing(tx)


def tried(tests: Sequence[MarkedText], lexicon: Lexicon | None = None) -> list[Tried]:
    """Each test read with this lexicon, or the shipped one."""
    return [Tried(row, read(row.text, None, lexicon)) for row in tests]


def told(one: Tried, *, words: bool = False) -> dict[str, Any]:
    """One test as it is listed."""
    row, danger = one
    return {
        "id": row.id, "mark": row.mark, "outcome": danger.outcome, "right": one.right,
        "reasons": list(danger.reasons), "case_id": row.case_id, "at": row.at,
        **({"text": row.text} if words else {}),
    }  # fmt: skip


def as_rows(tests: Sequence[MarkedText]) -> list[dict[str, str]]:
    """As rows of a file for `hearthline risk evaluate`, by the names of FIELDS."""
    return [
        {
            TEXT: row.text, LABEL: row.mark, LANGUAGE: row.language or "",
            EXPECTED: "heard" if row.mark == MISSED else "none", "id": row.id,
            "case_id": row.case_id or "", "at": row.at.date().isoformat(),
        }
        for row in tests
    ]  # fmt: skip


def looked_at(house: House, by: str, count: int) -> None:
    """Somebody reads their words: a line of the trail."""
    now = house.now()
    with house.database.writing() as tx:
        trail.record(tx, by, "read tests", NOUN, None, now, {"count": count})


def problems(house: House, before: Lexicon | None, after: Lexicon) -> list[Problem]:
    """What is to be said of a lexicon that shall be published in place of another.

    An error where it reads wrongly what the other one read rightly; a warning where both do.
    """
    tests = rows(house)
    wrong = [one.row for one in tried(tests, after) if not one.right]
    if not wrong:
        return []
    was = {one.row.id for one in tried(wrong, before) if not one.right}
    unlearnt = [row for row in wrong if row.id not in was]
    still = [row for row in wrong if row.id in was]
    return [*_problems("error", unlearnt), *_problems("warning", still)]


def _problems(level: Literal["error", "warning"], wrong: Sequence[MarkedText]) -> Iterator[Problem]:
    missed = [row.id for row in wrong if row.mark == MISSED]
    alarms = [row.id for row in wrong if row.mark != MISSED]
    for ids, said in ((missed, "not heard"), (alarms, "heard as danger")):
        if ids:
            more = "still" if level == "warning" else "by this one, and were read rightly before"
            trouble = (
                f"Of the texts that people marked, {len(ids)} are {said} {more}: {_some(ids)}."
            )
            yield Problem("risk/marked", Place("lexicon.yaml", 1, 1), trouble, _SEE, level)


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_TOLD} more" if len(ids) > _MOST_TOLD else ""
    return ", ".join(ids[:_MOST_TOLD]) + more
