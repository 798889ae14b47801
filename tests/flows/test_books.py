"""Which entry of the carrier's books counts as which text or call in doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as some

from flows.books import SLACK, entry_of

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Entry(NamedTuple):
    sid: str
    created_at: datetime | None


class Doubt(NamedTuple):
    id: str
    claimed_at: datetime | None


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def shared(doubts: list[Doubt], entries: list[Entry]) -> dict[str, str | None]:
    found = {doubt.id: entry_of(doubt.id, doubts, entries) for doubt in doubts}
    return {name: entry.sid if entry is not None else None for name, entry in found.items()}


def test_one_of_ours_is_the_one_that_they_have() -> None:
    assert shared([Doubt("a", at(0))], [Entry("1", at(0.1))]) == {"a": "1"}
    assert shared([Doubt("a", at(0))], []) == {"a": None}


def test_what_was_there_before_we_began_is_another() -> None:
    doubt = Doubt("a", at(10))
    assert shared([doubt], [Entry("1", at(10) - SLACK - timedelta(seconds=1))]) == {"a": None}
    assert shared([doubt], [Entry("1", at(10) - SLACK)]) == {"a": "1"}


def test_of_two_alike_the_last_begun_has_the_latest() -> None:
    doubts = [Doubt("a", at(0)), Doubt("b", at(10))]
    assert shared(doubts, [Entry("2", at(10)), Entry("1", at(0))]) == {"a": "1", "b": "2"}
    assert shared(doubts, [Entry("1", at(0))]) == {"a": "1", "b": None}


def test_where_no_moment_is_told_it_may_be_any() -> None:
    assert shared([Doubt("a", None)], [Entry("1", at(-60))]) == {"a": "1"}
    assert shared([Doubt("a", at(0))], [Entry("1", None)]) == {"a": "1"}


def test_one_that_is_not_in_doubt_has_no_entry() -> None:
    assert entry_of("z", [Doubt("a", at(0))], [Entry("1", at(0))]) is None


@given(some.lists(some.integers(0, 30), max_size=6), some.lists(some.integers(0, 30), max_size=6))
def test_no_entry_counts_for_two(began: list[int], created: list[int]) -> None:
    doubts = [Doubt(str(place), at(minute)) for place, minute in enumerate(sorted(began))]
    newest_first = enumerate(sorted(created, reverse=True))
    entries = [Entry(str(place), at(minute)) for place, minute in newest_first]
    taken = [sid for sid in shared(doubts, entries).values() if sid is not None]
    assert len(taken) == len(set(taken))
