"""The carrier's books: which of its entries is the text or call that nobody knows to have left.

Promise: pure. The books do not tell one of several like ones from another, so entries are shared
out, the latest to the one that was begun last: each counts for one, whoever shares them out comes
to the same, and as many are sent or placed again as the carrier does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

SLACK: Final = timedelta(minutes=2)
"""By how much their clock and ours may differ."""


class Entry(Protocol):
    """One entry of the books; `created_at` is aware UTC, where they tell it."""

    @property
    def created_at(self) -> datetime | None: ...


class InDoubt(Protocol):
    """One of ours that may be in the books; `claimed_at`: when we began to hand it over."""

    @property
    def id(self) -> str: ...
    @property
    def claimed_at(self) -> datetime | None: ...


E = TypeVar("E", bound=Entry)


def entry_of(own: str, in_doubt: Sequence[InDoubt], entries: Sequence[E]) -> E | None:
    """The entry that counts as the one with this id; None where the carrier has none for it.

    `in_doubt`: all that these entries may be, `own` among them, the longest claimed first.
    `entries`: those that are known to be none of our others, the newest first.
    """
    free = list(entries)
    for doubt in reversed(in_doubt):
        entry = next((one for one in free if _may_be(one, doubt)), None)
        if doubt.id == own:
            return entry
        if entry is not None:
            free.remove(entry)
    return None


def _may_be(entry: Entry, doubt: InDoubt) -> bool:
    """Not where it was there before we began with this one."""
    if entry.created_at is None or doubt.claimed_at is None:
        return True
    return entry.created_at >= doubt.claimed_at - SLACK
