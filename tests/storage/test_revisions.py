"""Definitions: append-only, pinned by editions, and a person's text is never run over."""

from __future__ import annotations

import pytest

from service.storage import revisions, settings_rows
from service.storage.database import Database, Tx
from service.storage.revisions import PERSON, content_hash
from tests.storage.conftest import AT

MENU, JOIN = ("flow", "menu"), ("flow", "join")


def texts(tx: Tx) -> dict[tuple[str, str], str]:
    edition = revisions.current_edition(tx)
    return revisions.edition_texts(tx, edition) if edition else {}


def test_nothing_is_in_force_at_first(store: Database) -> None:
    with store.reading() as tx:
        assert revisions.current_edition(tx) is None
        assert revisions.drafts(tx) == []
        with pytest.raises(KeyError):
            revisions.edition_texts(tx, "never")


def test_seeding_publishes_once(store: Database) -> None:
    with store.writing() as tx:
        seeded = revisions.seed(tx, {MENU: "a", JOIN: "b"}, AT)
        assert seeded == ([JOIN, MENU], [])
        before = settings_rows.stamp(tx)
        assert revisions.seed(tx, {MENU: "a", JOIN: "b"}, AT) == ([], [])
        assert texts(tx) == {MENU: "a", JOIN: "b"}
        assert settings_rows.stamp(tx) != before


def test_an_edition_stays_what_it_was(store: Database) -> None:
    with store.writing() as tx:
        revisions.seed(tx, {MENU: "a", JOIN: "b"}, AT)
        first = revisions.current_edition(tx)
        second = revisions.publish(tx, *MENU, "A", "ana", PERSON, AT)
        assert first is not None
        assert revisions.current_edition(tx) == second != first
        assert revisions.edition_texts(tx, first) == {MENU: "a", JOIN: "b"}
        assert revisions.edition_texts(tx, second) == {MENU: "A", JOIN: "b"}
        assert revisions.edition_members(tx, second)["flow/menu"] == content_hash(*MENU, "A")
        back = revisions.publish(tx, *MENU, "a", "ana", PERSON, AT)
        assert back == first  # the same content is the same edition


def test_a_release_changes_what_no_person_changed(store: Database) -> None:
    with store.writing() as tx:
        revisions.seed(tx, {MENU: "a", JOIN: "b"}, AT)
        assert revisions.seed(tx, {MENU: "a2", JOIN: "b"}, AT) == ([MENU], [])
        assert texts(tx)[MENU] == "a2"


def test_where_a_person_published_a_release_offers_a_draft_once(store: Database) -> None:
    with store.writing() as tx:
        revisions.seed(tx, {MENU: "a"}, AT)
        revisions.publish(tx, *MENU, "ours", "ana", PERSON, AT)
        assert revisions.seed(tx, {MENU: "a"}, AT) == ([], [])  # what the person changed
        assert revisions.seed(tx, {MENU: "a2"}, AT) == ([], [MENU])
        assert revisions.seed(tx, {MENU: "a2"}, AT) == ([], [])
        assert texts(tx) == {MENU: "ours"}
        (draft,) = revisions.drafts(tx)
        assert revisions.revision(tx, draft.revision) == ("flow", "menu", "a2")
        assert revisions.in_force(tx, *MENU) is not None
        revisions.publish(tx, *MENU, "a2", "ana", PERSON, AT)  # taken up
        assert revisions.drafts(tx) == []
        assert texts(tx) == {MENU: "a2"}
        assert [row.origin for row in revisions.history(tx, *MENU)] == [
            "person",
            "draft",
            "person",
            "release",
        ]


def test_line_endings_do_not_make_a_revision() -> None:
    assert content_hash("flow", "menu", "a\r\nb\n") == content_hash("flow", "menu", "a\nb\n")
    assert content_hash("flow", "menu", "a") != content_hash("flow", "join", "a")


def test_only_known_origins_publish(store: Database) -> None:
    with pytest.raises(ValueError, match="publishes nothing"), store.writing() as tx:
        revisions.publish(tx, *MENU, "a", "ana", "somebody", AT)
