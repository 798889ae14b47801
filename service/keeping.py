"""Keeping data: backups, restores, the move to another database, and what is kept only so long.

Promise: what cannot be done is raised with its cure and has changed nothing. Keys are never in a
backup; a restore holds everything back until it is reconciled (`recovery`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from service.cures import Curable
from service.house import House
from service.settings import Settings
from service.storage import backup, erasures, ledger, moving, trail
from service.storage.backup import Backed, CannotRestore, Restored
from service.storage.moving import CannotMove
from service.storage.sealing import Sealer

Told = Callable[[str, int], None]  # a table, and how many more of its rows are done


def back_up(house: House, path: Path, by: str, told: Told) -> Backed:
    """Write a backup of this moment while the service runs. Raises Curable."""
    if path.exists():
        cure = "Give another name: a backup is never written over."
        raise Curable(str(path), "There is such a file already.", cure)
    now = house.now()
    try:
        made = backup.back_up(house.database, house.sealer, path, now, told)
    except CannotRestore as error:
        raise _curable(str(path), error) from None
    except OSError as error:
        cure = "See that the folder is there, and that there is room."
        raise Curable(str(path), f"It cannot be written: {error.strerror}.", cure) from None
    with house.database.writing() as tx:
        trail.record(tx, by, "backed up", "database", None, now, {"rows": sum(made.rows.values())})
    return made


def look(settings: Settings, path: Path) -> Backed:
    """Read a backup through: whether it is whole and opens with our keys. Raises Curable."""
    _there(path)
    try:
        return backup.look(path, Sealer(settings.keys.get_secret_value()))
    except CannotRestore as error:
        raise _curable(str(path), error) from None


def restore(
    settings: Settings, path: Path, ledgers: Sequence[Path], now: datetime, told: Told
) -> Restored:
    """Fill the empty database of these settings. `ledgers`: of erasures, beside our own."""
    _there(path)
    for each in ledgers:
        _there(each)
    erased = ledger.read([settings.home / ledger.NAME, *ledgers])
    sealer = Sealer(settings.keys.get_secret_value())
    try:
        return backup.restore(path, sealer, settings.database_url, now, erased, told)
    except CannotRestore as error:
        raise _curable(str(path), error) from None


def write_ledger(house: House, path: Path) -> int:
    """Bring a ledger of erasures up to date from the database, for a host that keeps no folder;
    how many lines were added. Raises Curable."""
    with house.database.reading() as tx:
        lines = erasures.carried_out(tx)
    try:
        known = {(line.person_id, line.at) for line in ledger.read([path])}
        fresh = [line for line in lines if (line.person_id, line.at) not in known]
        for line in fresh:
            ledger.append(path, line)
    except OSError as error:
        cure = "See that it is a file of your own, and that there is room."
        raise Curable(str(path), f"It cannot be written: {error.strerror}.", cure) from None
    return len(fresh)


def move(settings: Settings, url: str, told: Told) -> dict[str, int]:
    """Copy everything into an empty database; the number of rows by table. Raises Curable."""
    try:
        return moving.move(settings.database_url, url, told)
    except CannotMove as error:
        raise _curable("the databases", error) from None


def _there(path: Path) -> None:
    if not path.is_file():
        raise Curable(str(path), "There is no such file.", "See its name.")


def _curable(place: str, error: Exception) -> Curable:
    """Their messages are "trouble: cure", in small letters."""
    trouble, _, cure = str(error).rpartition(": ")
    if not trouble:
        trouble, cure = cure, "try again, or see docs/operating.md"
    return Curable(place, _sentence(trouble), _sentence(cure))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "."
