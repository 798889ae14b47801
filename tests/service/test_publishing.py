"""Definitions into force: all or none, checked together, and never over what a person wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.shelf import DefinitionError, shipped
from service import publishing, seeding
from service.house import House
from service.storage import revisions, senders, settings_rows
from tests import houses

TALK = shipped()["flow", "talk"]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    with houses.house(houses.environment(database_url, tmp_path)) as opened:
        yield opened


def edition(house: House) -> str | None:
    with house.database.reading() as tx:
        return revisions.current_edition(tx)


def test_seeding_puts_everything_there_once(house):
    assert publishing.in_force(house) == shipped()
    before = edition(house)
    again = seeding.seed(house)
    assert (again.published, again.drafts) == ([], [])
    assert edition(house) == before
    with house.database.reading() as tx:
        assert [sender.number for sender in senders.all(tx)] == [houses.SERVICE_NUMBER]


def test_a_changed_flow_comes_into_force_with_a_new_edition(house):
    before = edition(house)
    text = TALK.replace("title: ", "title: Our ")
    done = publishing.publish(house, {("flow", "talk"): text}, "rosa")
    assert done.changed == [("flow", "talk")]
    assert done.edition == edition(house) != before
    assert publishing.in_force(house)["flow", "talk"] == text
    again = publishing.publish(house, {("flow", "talk"): text}, "rosa")
    assert (again.changed, again.edition) == ([], done.edition)


def test_what_a_check_calls_wrong_is_refused_and_nothing_of_it_comes_into_force(house):
    before = edition(house)
    wrong = {
        ("flow", "talk"): TALK.replace("title: ", "title: Our "),
        ("flow", "menu"): shipped()["flow", "menu"].replace("talk", "nowhere"),
    }
    with pytest.raises(DefinitionError) as refused:
        publishing.publish(house, wrong, "rosa")
    assert refused.value.problems[0].cure
    assert edition(house) == before


def test_a_release_offers_a_draft_where_a_person_has_published(house, monkeypatch):
    mine = TALK.replace("title: ", "title: Our ")
    publishing.publish(house, {("flow", "talk"): mine}, "rosa")
    theirs = {**shipped(), ("flow", "talk"): TALK.replace("title: ", "title: The new ")}
    monkeypatch.setattr(seeding, "shipped", lambda: theirs)
    assert seeding.seed(house).drafts == ["flow/talk"]
    assert publishing.in_force(house)["flow", "talk"] == mine
    offered = publishing.drafts(house)
    assert offered["flow", "talk"].text == theirs["flow", "talk"]
    publishing.publish(house, {("flow", "talk"): offered["flow", "talk"].text}, "rosa")
    assert publishing.drafts(house) == {}


def test_the_sample_organisation_is_put_there_once_and_never_over_settings(house):
    assert seeding.seed(house, sample=True).sample
    assert not seeding.seed(house, sample=True).sample
    with house.database.reading() as tx:
        rows = settings_rows.all(tx)
        assert rows["service"] == '"Lantern Street"'
        assert house.editions.in_force(tx, None).organisation.coordinators
