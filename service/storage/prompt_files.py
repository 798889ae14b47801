"""Prompts that the organisation recorded itself, by name: played instead of spoken.

Promise: what was put is what is played, byte by byte. They are for anybody's ear, so nothing is
sealed. Whether a file may be played is decided before it comes here.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, insert_into
from service.storage.tables import of

f = of(tables.PromptFile)


class PromptFile(NamedTuple):
    """A recorded prompt. `sha256`: of the audio, in hexadecimal."""

    name: str
    media_type: str
    audio: bytes
    seconds: int
    sha256: str
    created_at: datetime


class Listed(NamedTuple):
    """A recorded prompt without its sound; `size` in bytes."""

    name: str
    media_type: str
    size: int
    seconds: int
    sha256: str
    created_at: datetime


_put = insert_into(f).values({name: bindparam(name) for name in PromptFile._fields})
_PUT = Prepared(
    _put.on_conflict_do_update(
        index_elements=["name"],
        set_={name: _put.excluded[name] for name in PromptFile._fields if name != "name"},
    )
)
_LOAD = Prepared(
    select(*(f.c[name] for name in PromptFile._fields)).where(f.c.name == bindparam("name")),
    PromptFile._make,
)
_ALL = Prepared(
    select(
        f.c.name, f.c.media_type, func.length(f.c.audio), f.c.seconds, f.c.sha256, f.c.created_at
    ).order_by(f.c.name),
    Listed._make,
)
_DROP = Prepared(delete(f).where(f.c.name == bindparam("name")))


def put(tx: Tx, file: PromptFile) -> None:
    """Keep it under its name, instead of what was there."""
    _PUT.run(tx, **file._asdict())


def load(tx: Tx, name: str) -> PromptFile | None:
    return _LOAD.one(tx, name=name)


def listing(tx: Tx) -> list[Listed]:
    """All of them by name, without their sound."""
    return _ALL.all(tx)


def drop(tx: Tx, name: str) -> bool:
    """Take it away; whether it was there."""
    return _DROP.run(tx, name=name) > 0
