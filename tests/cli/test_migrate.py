"""`hearthline migrate`, `seed` and `flows publish` on a database."""

from __future__ import annotations

import pytest

from flows.shelf import FOLDER, shipped
from tests import houses

TALK = (FOLDER / "talk.yaml").read_text("utf-8")


@pytest.fixture
def settings(monkeypatch, tmp_path):
    given = houses.environment(f"sqlite:///{tmp_path}/inside/hearthline.db", tmp_path)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_migrate_brings_database_and_definitions_and_may_be_repeated(hearthline, settings):
    [first] = hearthline("migrate", "--json").objects
    assert first["database_was"] is None
    assert len(first["published"]) == len(shipped())
    [second] = hearthline("migrate", "--json").objects
    assert second["database_was"] == second["database_is"] == first["database_is"]
    assert second["published"] == []
    assert "0 definitions" in hearthline("migrate").out


def test_seed_is_for_practice(hearthline, settings):
    hearthline("migrate")
    assert "put there" in hearthline("seed").out
    assert "there already" in hearthline("seed").out
    settings.setenv("HEARTHLINE_ENV", "production")
    ran = hearthline("seed", "--json")
    assert ran.code == 2
    assert ran.error["place"] == "HEARTHLINE_ENV"


def test_flows_are_published_and_wrong_ones_are_not(hearthline, settings, file):
    hearthline("migrate")
    good = file("talk.yaml", TALK.replace("title: ", "title: Our "))
    assert hearthline("flows", "publish", good, "--json").objects[0]["changed"] == ["flow/talk"]
    bad = file("talk.yaml", TALK.replace("start: bring", "start: nowhere"))
    ran = hearthline("flows", "publish", bad, "--json")
    assert ran.code == 2
    assert ran.error["place"].startswith("talk.yaml:")
    assert hearthline("flows", "publish").code == 2
    assert hearthline("flows", "publish", "--draft", "flow/talk").code == 2
    assert "offers" in hearthline("flows", "drafts").out


def test_a_database_that_is_away_is_told_with_its_cure(hearthline, settings):
    settings.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    ran = hearthline("migrate", "--json")
    assert ran.code == 2
    assert ran.error["place"] == "DATABASE_URL"


def test_the_doctor_ends_with_1_where_something_is_to_mend(hearthline, settings):
    hearthline("migrate")
    ran = hearthline("doctor")
    assert ran.code == 1
    assert "MEND  phone network" in ran.out
    found = hearthline("doctor", "--json").objects
    assert {"part", "state", "told", "cure"} == set(found[0])


def test_a_database_that_was_never_migrated_is_told_with_its_cure(hearthline, settings, sqlite_url):
    settings.setenv("DATABASE_URL", sqlite_url)
    ran = hearthline("people", "list", "--json")
    assert ran.code == 2
    assert ran.error["place"] == "DATABASE_URL"
    assert "migrate" in ran.error["cure"]


def test_a_fresh_postgresql_too(hearthline, settings, postgres_url):
    settings.setenv("DATABASE_URL", postgres_url)
    assert "migrate" in hearthline("cases", "list", "--json").error["cure"]
    assert hearthline("migrate").code == 0
    assert hearthline("cases", "list").code == 0
