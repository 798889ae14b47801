"""Numbers that are never texted again, of which nothing is kept but a blind index.

Promise: a suppression outlives the erasure of everything else, and the key that it was made with:
the index part of a retired key goes on recognising it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.numbers import PURPOSE
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

s = of(tables.Suppression)

_ADD = Prepared(
    insert_into(s)
    .values(blind=bindparam("blind"), key_id=bindparam("key_id"), at=bindparam("now"))
    .on_conflict_do_nothing()
)
_KNOWN = Prepared(select(s.c.blind).where(among(s.c.blind, "blinds")))
_DROP = Prepared(delete(s).where(among(s.c.blind, "blinds")))
_COUNT = Prepared(select(func.count()).select_from(s))


def add(tx: Tx, number: str, at: datetime) -> None:
    """Never text this number again."""
    _ADD.run(tx, blind=tx.sealer.blind(number, PURPOSE), key_id=tx.sealer.key_id, now=at)


def holds(tx: Tx, number: str) -> bool:
    """Whether a number is among them, under any key."""
    return bool(among_them(tx, [number]))


def among_them(tx: Tx, numbers: Iterable[str]) -> set[str]:
    """Those of these numbers that are never to be texted."""
    plain = {blind: number for number in numbers for blind in tx.sealer.blinds(number, PURPOSE)}
    return {plain[row[0]] for row in _KNOWN.all(tx, blinds=list(plain))}


def drop(tx: Tx, number: str) -> bool:
    """The owner of the number wrote and wants texts again; whether it was among them."""
    return _DROP.run(tx, blinds=tx.sealer.blinds(number, PURPOSE)) > 0


def count(tx: Tx) -> int:
    return int(_COUNT.value(tx))
