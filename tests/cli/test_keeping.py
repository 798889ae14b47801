"""`hearthline backup`, `restore`, `keys`, `retention` and `to-postgres` at the keyboard."""

from __future__ import annotations

import base64
import re

import pytest

from tests.storage.conftest import KEY, NEXT_KEY

ANA = "+15550142001"


@pytest.fixture
def ana(hearthline, home) -> str:
    return hearthline("people", "add", ANA, "--name", "Ana", "--json").objects[0]["id"]


def test_a_backup_is_taken_checked_and_restored(hearthline, home, ana, tmp_path):
    file = str(tmp_path / "one.backup")
    [made] = hearthline("backup", file, "--json").objects
    assert made["rows"]["person"] == 1
    assert "already" in hearthline("backup", file).err
    assert hearthline("backup", file, "--check").code == 0
    assert ANA.encode() not in (tmp_path / "one.backup").read_bytes()

    assert "not empty" in hearthline("restore", file).err
    home.set(DATABASE_URL=f"sqlite:///{tmp_path}/again.db")
    assert hearthline("migrate").code == 0  # a host does so by itself
    ran = hearthline("restore", file)
    assert ran.code == 0, ran.err
    assert "--reconcile" in ran.out
    [shown] = hearthline("people", "show", ana, "--words", "--json").objects
    assert shown["fields"]["name"] == "Ana"
    found = hearthline("doctor", "--json").objects
    assert any("restore --reconcile" in (row["cure"] or "") for row in found)
    ran = hearthline("restore", "--reconcile", "--json")  # no carrier here
    assert ran.code == 2
    assert ran.error["place"] == "the phone network"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["restore"], "not clear"),
        (["restore", "nowhere.backup"], "no such file"),
        (["backup", "/nowhere/at/all"], "cannot be written"),
        (["backup", "nowhere.backup", "--check"], "no such file"),
        (["restore", "--reconcile"], "No restore"),
        (["to-postgres", "mysql://host/x"], "no address"),
        (["keys", "new", "two words"], "no key id"),
        (["keys", "retire", "one"], "the current key"),
        (["keys", "retire", "nine"], "No key has this id"),
    ],
)
def test_slips_are_told_with_their_cure(hearthline, home, arguments, said):
    ran = hearthline(*arguments, "--json")
    assert ran.code == 2
    assert said in ran.error["trouble"]
    assert ran.error["cure"].endswith(".")


def test_a_backup_opens_with_its_key_alone(hearthline, home, ana, tmp_path):
    file = str(tmp_path / "one.backup")
    hearthline("backup", file)
    home.set(HEARTHLINE_KEYS=NEXT_KEY)
    ran = hearthline("backup", file, "--check", "--json")
    assert ran.code == 2
    assert "HEARTHLINE_KEYS" in ran.error["trouble"] + ran.error["cure"]


def test_keys_are_made_rotated_and_retired(hearthline, home, ana):
    made = hearthline("keys", "new", "k2").out.strip()
    key_id, _, secret = made.partition(":")
    assert (key_id, len(base64.b64decode(secret))) == ("k2", 32)
    home.set(HEARTHLINE_KEYS=f"{made},{KEY}")
    listed = hearthline("keys", "list", "--json").objects
    assert [(key["id"], key["seals"] > 0) for key in listed] == [("k2", False), ("one", True)]
    assert "rotate" in hearthline("keys", "retire", "one").err
    assert hearthline("keys", "rotate", "--json").objects[0]["rows"]["person"] == 1
    [part] = hearthline("keys", "retire", "one", "--json").objects
    assert re.fullmatch(r"one:index:[A-Za-z0-9+/=]+", part["in_its_place"])
    home.set(HEARTHLINE_KEYS=f"{made},{part['in_its_place']}")
    [found] = hearthline("people", "find", ANA, "--json").objects
    assert found["id"] == ana


def test_retention_is_run_by_hand(hearthline, home):
    assert hearthline("retention", "run", "--json").objects == [
        {"messages": 0, "answers": 0, "recordings": 0, "cases": 0, "consents": 0}
    ]


def test_to_postgres_brings_everything(hearthline, home, ana, postgres_url):
    [moved] = hearthline("to-postgres", postgres_url, "--json").objects
    assert moved["rows"]["person"] == 1
    home.set(DATABASE_URL=postgres_url)
    [shown] = hearthline("people", "show", ANA, "--words", "--json").objects
    assert shown["id"] == ana
    assert "not empty" in hearthline("to-postgres", postgres_url).err


def test_the_ledger_is_copied_and_restores_the_erasures(hearthline, home, ana, tmp_path):
    file, copy = str(tmp_path / "one.backup"), str(tmp_path / "apart" / "copy.ledger")
    hearthline("backup", file)
    hearthline("people", "erase", ana, "--now", "--yes")
    assert hearthline("ledger", copy, "--json").objects[0]["added"] == 1
    assert hearthline("ledger", copy, "--json").objects[0]["added"] == 0
    assert ANA.encode() not in (tmp_path / "apart" / "copy.ledger").read_bytes()
    assert "cannot be written" in hearthline("ledger", "/proc/none/copy").err
    (tmp_path / "erasures.ledger").unlink()  # the machine is lost, and its folder
    home.set(DATABASE_URL=f"sqlite:///{tmp_path}/again.db")
    [done] = hearthline("restore", file, "--ledger", copy, "--json").objects
    assert done["people_to_erase_again"] == 1


def test_what_somebody_chose_is_never_written_over(hearthline, home, ana, tmp_path):
    file = str(tmp_path / "one.backup")
    hearthline("backup", file)
    home.set(DATABASE_URL=f"sqlite:///{tmp_path}/again.db")
    hearthline("migrate")
    hearthline("settings", "set", "service", "Harbour")
    assert "not empty" in hearthline("restore", file).err
    assert "Harbour" in hearthline("settings", "show", "service").out
