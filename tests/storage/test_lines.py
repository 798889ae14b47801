"""Lines: seeded unticked, ticked by who rang them, and never overwritten by a release then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.storage import lines
from service.storage.database import Database
from service.storage.lines import NewLine
from tests.storage.conftest import AT

YEAR = timedelta(days=365)


def line(id_: str = "us-988", country: str = "US", **more: object) -> NewLine:
    new = NewLine(id_, country, "988 Lifeline", ["self"], ["en", "es"], "988", "988")
    return new._replace(**more)


def test_a_seeded_line_is_unticked_until_somebody_rang_it(store: Database) -> None:
    with store.writing() as tx:
        lines.seed(tx, [line(), line("es-024", "ES", hours={"days": "daily"})], AT)
        assert lines.counts(tx, AT) == (2, 0)
        (found,) = lines.of_country(tx, "US")
        assert not found.ticked(AT)
        assert (found.needs, found.languages, found.origin) == (["self"], ["en", "es"], "release")
        assert lines.tick(tx, "us-988", "marta", AT, AT + YEAR)
        assert not lines.tick(tx, "no line", "marta", AT, None)
        rung = lines.load(tx, "us-988")
        assert rung is not None
        assert (rung.checked_by, rung.checked_at) == ("marta", AT)
        assert rung.ticked(AT)
        assert not rung.ticked(AT + YEAR), "it has to be rung again"
        assert lines.counts(tx, AT) == (2, 1)
        assert lines.counts(tx, AT + YEAR) == (2, 0)
        assert [one.id for one in lines.expiring(tx, AT + YEAR)] == ["us-988"]
        assert lines.expiring(tx, AT) == []
        assert lines.untick(tx, "us-988")
        assert lines.counts(tx, AT) == (2, 0)


def test_a_release_changes_only_what_nobody_touched(store: Database) -> None:
    with store.writing() as tx:
        lines.seed(tx, [line("a"), line("b"), line("c")], AT)
        lines.tick(tx, "a", "marta", AT, None)
        lines.put(tx, line("b", voice="0800"), AT)
        lines.seed(tx, [line(id_, name="New name") for id_ in "abcd"], AT + YEAR)
        found = {one.id: one for one in lines.listing(tx)}
        assert {id_: one.name for id_, one in found.items()} == {
            "a": "988 Lifeline", "b": "988 Lifeline", "c": "New name", "d": "New name",
        }  # fmt: skip
        assert found["b"].voice == "0800"
        assert found["a"].ticked(AT)


def test_a_changed_line_has_to_be_rung_again(store: Database) -> None:
    with store.writing() as tx:
        lines.put(tx, line(), AT)
        lines.tick(tx, "us-988", "marta", AT, None)
        lines.put(tx, line(voice="911"), AT)
        (found,) = lines.listing(tx)
        assert (found.voice, found.checked_at) == ("911", None)
        assert lines.drop(tx, "us-988")
        assert not lines.drop(tx, "us-988")


def test_lines_by_country_and_need(store: Database) -> None:
    with store.writing() as tx:
        lines.put(tx, line(), AT)
        lines.put(tx, line("us-child", needs=["child", "young"]), AT)
        lines.put(tx, line("es", "ES"), AT)
        assert [one.id for one in lines.of_country(tx, "US", "child")] == ["us-child"]
        assert len(lines.of_country(tx, "US")) == 2
        found = lines.of_countries(tx, ["US", "ES", "FR"])
        assert {country: len(ones) for country, ones in found.items()} == {
            "US": 2, "ES": 1, "FR": 0,
        }  # fmt: skip
        with pytest.raises(ValueError, match="no need"):
            lines.put(tx, line(needs=["everything"]), AT)
