"""Backup into one encrypted file, and restore from it into an empty database of either kind.

Promise: a backup is one moment of the database, taken while the service runs. It opens only with
the keys it was made under, which are not in it, and not at all when a byte was changed, a part is
missing, or parts of two were mixed. After a restore nothing leaves before somebody looked: what
was on its way is held, and the setting `restored_at` says so. Erasures that were carried out
after the backup are due again at once.

The file: a first line, then parts, each with its length before it (four bytes, big-endian) and
sealed for its place. Part 0 tells what is in the others, the last one how many rows there were.
"""

from __future__ import annotations

import base64
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from service.storage import copying, ids
from service.storage.copying import Shape, Sum
from service.storage.database import Database, Tx
from service.storage.ledger import Line
from service.storage.migrations import current, migrate, newest
from service.storage.moments import from_micros, to_micros
from service.storage.restoring import Held, mark, settle
from service.storage.sealing import CannotOpen, Sealer

FIRST_LINE = b"HEARTHLINE BACKUP 1\n"
_LENGTH_BYTES = 4
_MOST_BYTES = 256 << 20  # of one part: a length beyond is damage, not data


class CannotRestore(Exception):
    """The file or the database does not allow it; the message names the cure."""


class Backed(NamedTuple):
    """What a backup holds."""

    taken_at: datetime
    revision: str
    rows: dict[str, int]


class Restored(NamedTuple):
    """What was restored, and what is held until it is looked at."""

    backup: Backed
    held: Held


def back_up(
    database: Database,
    sealer: Sealer,
    path: Path,
    at: datetime,
    told: Callable[[str, int], None] = lambda table, rows: None,
) -> Backed:
    """Write a backup; the file appears under its name only when it is whole."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    revision = current(database.url)
    if revision != newest():
        raise CannotRestore("the database is of another release: run `hearthline migrate` first")
    file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(file, "wb") as out:
            made = _write(out, database, sealer, revision, at, told)
            out.flush()
            os.fsync(out.fileno())
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
    return made


def restore(
    path: Path,
    sealer: Sealer,
    database_url: str,
    at: datetime,
    erased: Sequence[Line] = (),
    told: Callable[[str, int], None] = lambda table, rows: None,
) -> Restored:
    """Fill an empty database. `erased`: the lines of every ledger there is (see `ledger`)."""
    with path.open("rb") as file:
        parts = _parts(file, sealer)
        header = _header(parts)
        try:
            migrate(database_url, header["revision"])
        except Exception as error:
            known = current(database_url)
            raise CannotRestore(
                f"the backup is of a release ({header['revision']}) that this one does not know, "
                f"or the database is of another ({known}): use an empty database and a release "
                "as new as the backup"
            ) from error
        database = Database(database_url, sealer)
        try:
            taken_at = from_micros(header["taken_at"])
            with database.writing() as tx:
                rows = _load(tx, parts, header, told)
                mark(tx, taken_at, at)
                if header["revision"] == newest():
                    held = settle(tx, at, erased)
            if header["revision"] != newest():  # marked already, so nothing leaves in between
                migrate(database_url)
                with database.writing() as tx:
                    held = settle(tx, at, erased)
        finally:
            database.close()
    return Restored(Backed(taken_at, header["revision"], rows), held)


def look(path: Path, sealer: Sealer) -> Backed:
    """Read a backup through without restoring it: whether it is whole, and what it holds."""
    with path.open("rb") as file:
        parts = _parts(file, sealer)
        header = _header(parts)
        *_, last = parts
    counts = {name: rows for name, (rows, _) in last["end"].items()}
    return Backed(from_micros(header["taken_at"]), header["revision"], counts)


def _write(
    out: BinaryIO,
    database: Database,
    sealer: Sealer,
    revision: str,
    at: datetime,
    told: Callable[[str, int], None],
) -> Backed:
    backup_id = ids.new()
    shapes = copying.shapes()
    header = {
        "id": backup_id,
        "revision": revision,
        "taken_at": to_micros(at),
        "shapes": [[shape.table, shape.columns] for shape in shapes],
    }
    out.write(FIRST_LINE)
    _put(out, sealer, "backup:0", header)
    number, sums = 0, dict.fromkeys((shape.table for shape in shapes), Sum())
    with database.reading(snapshot=True) as tx:
        for shape in shapes:
            for rows in copying.read(tx, shape):
                number += 1
                sums[shape.table] = sums[shape.table].add(rows)
                part = {"table": shape.table, "rows": _to_text(shape, rows)}
                _put(out, sealer, f"backup:{backup_id}:{number}", part)
                told(shape.table, len(rows))
    end = {name: (total.rows, f"{total.digest:x}") for name, total in sums.items()}
    _put(out, sealer, f"backup:{backup_id}:{number + 1}", {"end": end})
    return Backed(at, revision, {name: total.rows for name, total in sums.items()})


def _put(out: BinaryIO, sealer: Sealer, place: str, part: Any) -> None:
    sealed = sealer.seal(zlib.compress(orjson.dumps(part), 1), place)
    out.write(len(sealed).to_bytes(_LENGTH_BYTES, "big"))
    out.write(sealed)


def _parts(file: BinaryIO, sealer: Sealer) -> Iterator[dict[str, Any]]:
    """All parts, opened; ends after the last one, and raises where it is not there."""
    if file.read(len(FIRST_LINE)) != FIRST_LINE:
        raise CannotRestore("this file is no Hearthline backup")
    place, number, part = "backup:0", 0, {}
    while "end" not in part:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
        sealed = file.read(min(length, _MOST_BYTES))
        if not length or len(sealed) < length:
            raise CannotRestore("the backup is cut off: take another one")
        try:
            part = orjson.loads(zlib.decompress(sealer.open(sealed, place)))
        except CannotOpen as error:
            raise CannotRestore(
                "the backup does not open: it is damaged, or HEARTHLINE_KEYS lacks the key it was "
                f"made with ({error})"
            ) from None
        if number == 0:
            backup_id = part["id"]
        number += 1
        place = f"backup:{backup_id}:{number}"
        yield part


def _header(parts: Iterator[dict[str, Any]]) -> dict[str, Any]:
    header = next(parts)
    header["shapes"] = [
        Shape(table, tuple((name, kind) for name, kind in columns))
        for table, columns in header["shapes"]
    ]
    return header


def _load(
    tx: Tx,
    parts: Iterator[dict[str, Any]],
    header: dict[str, Any],
    told: Callable[[str, int], None],
) -> dict[str, int]:
    shapes = {shape.table: shape for shape in header["shapes"]}
    filled = copying.occupied(tx, shapes)
    if filled:
        raise CannotRestore(f"the database is not empty ({', '.join(filled)}): use an empty one")
    for part in parts:
        if "end" in part:
            break
        shape = shapes[part["table"]]
        copying.write(tx, shape, _from_text(shape, part["rows"]))
        told(shape.table, len(part["rows"]))
    for name, (rows, digest) in part["end"].items():
        if copying.check_sum(tx, shapes[name]) != Sum(rows, int(digest, 16)):
            raise CannotRestore(f"the table {name} did not arrive as it was: nothing was kept")
    return {name: rows for name, (rows, _) in part["end"].items()}


def _to_text(shape: Shape, rows: list[list[Any]]) -> list[list[Any]]:
    for at in _bytes_of(shape):
        for row in rows:
            row[at] = None if row[at] is None else base64.b64encode(row[at]).decode()
    return rows


def _from_text(shape: Shape, rows: list[list[Any]]) -> list[list[Any]]:
    for at in _bytes_of(shape):
        for row in rows:
            row[at] = None if row[at] is None else base64.b64decode(row[at])
    return rows


def _bytes_of(shape: Shape) -> list[int]:
    return [at for at, (_, kind) in enumerate(shape.columns) if kind == "bytes"]
