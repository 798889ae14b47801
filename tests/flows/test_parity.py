"""By text and by call alike: every flow, every language, every way, and the page that tells it.

`python -m tests.flows.test_parity` writes docs/parity.md anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from flows import parity
from flows.parity import CHANNELS, Walked
from flows.ways import labels_of
from tests.flows.test_library import LANGUAGES, LIBRARY, SHIPPED, results

PAGE = Path(__file__).parents[2] / "docs" / "parity.md"


@cache
def rows() -> dict[tuple[str, str, str], Walked]:
    return {row[:3]: row for row in parity.table(LIBRARY, results())}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_walks_take_every_way(name: str, language: str, channel: str) -> None:
    """Each branch, outcome, unclear reply, silence and ending, in each language and channel."""
    row = rows()[name, language, channel]
    assert row.walks
    assert row.ways
    assert row.missing == ()


def test_nothing_else_stands_in_the_table() -> None:
    assert len(rows()) == len(SHIPPED) * len(LANGUAGES) * len(CHANNELS)


def test_what_is_not_there_is_a_way_that_exists() -> None:
    for (name, channel), absent in parity.NOT_THERE.items():
        assert channel in CHANNELS
        ways = {
            (state.name, label)
            for state in LIBRARY.flows[name].states.values()
            for label, _ in labels_of(state)
        }
        assert set(absent) <= ways


def test_a_way_that_no_call_takes_is_missing_in_the_table() -> None:
    quiet = [r for r in results() if not (r.walk.by_call and r.walk.title.startswith("a hard day"))]
    missing = {row.flow: row.missing for row in parity.table(LIBRARY, quiet) if row.missing}
    assert set(missing) == {"daily-checkin"}
    assert ("done", "end: concern") in missing["daily-checkin"]


def test_the_page_is_true() -> None:
    assert PAGE.read_text("utf-8") == parity.page(LIBRARY, results()), (
        "write it anew: python -m tests.flows.test_parity"
    )


if __name__ == "__main__":
    PAGE.write_text(parity.page(LIBRARY, results()), "utf-8")
