"""Backups that came to harm: nothing of them is restored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.storage import (
    backup,
)
from service.storage.backup import CannotRestore
from service.storage.database import Database
from service.storage.migrations import migrate
from service.storage.sealing import Sealer
from tests.storage.conftest import AT, KEY, NEXT_KEY
from tests.storage.test_copies import fill, sums


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def without_the_last_part(content: bytes) -> bytes:
    """Cut off exactly where a part ends."""
    at, starts = len(backup.FIRST_LINE), []
    while at < len(content):
        starts.append(at)
        at += 4 + int.from_bytes(content[at : at + 4], "big")
    return content[: starts[-1]]


def one_bit(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, "cut off"),
        (without_the_last_part, "cut off"),
        (one_bit, "does not open"),
        (lambda content: b"PK" + content, "no Hearthline backup"),
        (lambda content: b"", "no Hearthline backup"),
    ],
)
def test_a_damaged_backup_restores_nothing(
    sqlite_url: str,
    tmp_path: Path,
    damage: Callable[[bytes], bytes],
    said: str,
) -> None:
    migrate(sqlite_url)
    database = Database(sqlite_url, Sealer(KEY))
    fill(database)
    path = tmp_path / "backup"
    backup.back_up(database, Sealer(KEY), path, AT)
    path.write_bytes(damage(path.read_bytes()))
    other = f"sqlite:///{tmp_path / 'other.db'}"
    with pytest.raises(CannotRestore, match=said):
        backup.restore(path, Sealer(KEY), other, AT)
    with pytest.raises(CannotRestore, match=said):
        backup.look(path, Sealer(KEY))
    migrate(other)
    assert {total.rows for total in sums(Database(other)).values()} == {0}


def test_a_backup_needs_its_key_and_holds_none(sqlite_url: str, tmp_path: Path) -> None:
    migrate(sqlite_url)
    database = Database(sqlite_url, Sealer(KEY))
    fill(database)
    path = tmp_path / "backup"
    backup.back_up(database, Sealer(KEY), path, AT)
    with pytest.raises(CannotRestore, match="lacks the key"):
        backup.look(path, Sealer(NEXT_KEY))
    assert backup.look(path, Sealer(f"{NEXT_KEY},{KEY}")).rows["person"] == 3
    assert b"menu" not in path.read_bytes()


def test_parts_of_two_backups_do_not_mix(sqlite_url: str, tmp_path: Path) -> None:
    migrate(sqlite_url)
    database = Database(sqlite_url, Sealer(KEY))
    fill(database)
    contents = []
    for name in ("one", "two"):
        backup.back_up(database, Sealer(KEY), tmp_path / name, AT)
        contents.append((tmp_path / name).read_bytes())
    start = len(backup.FIRST_LINE)
    first = [start + 4 + int.from_bytes(c[start : start + 4], "big") for c in contents]
    (tmp_path / "mixed").write_bytes(contents[0][: first[0]] + contents[1][first[1] :])
    with pytest.raises(CannotRestore, match="does not open"):
        backup.look(tmp_path / "mixed", Sealer(KEY))
