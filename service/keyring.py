"""Keys, for those who run the service: which there are, what they still seal, and changing them.

Promise: a key itself is shown only when it is made, and where the part of a retired one has to be
kept; the environment is never changed from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.cures import Curable
from service.house import House
from service.settings import parse_keys
from service.storage import rotation, suppressions, trail
from service.storage.rotation import Progress
from service.storage.sealing import Key, new_key


def new(key_id: str) -> str:
    """A fresh key, as HEARTHLINE_KEYS has it. Raises Curable."""
    try:
        key = new_key(key_id)
        parse_keys(key)
    except ValueError:  # KeyTrouble is one
        cure = "Use 1 to 16 letters, digits, dashes or underlines, such as k2."
        raise Curable(key_id, "This is no key id.", cure) from None
    return key


def listing(house: House) -> list[dict[str, Any]]:
    """The keys by id, the current one first: whether each is whole, and how many rows it seals."""
    with house.database.reading() as tx:
        return [
            {
                "id": key.id, "current": key.id == house.sealer.key_id,
                "whole": key.master is not None,
                "seals": sum(rotation.still_sealed(tx, key.id).values()),
            }
            for key in house.sealer.keys
        ]  # fmt: skip


def rotate(house: House, by: str) -> Iterator[Progress]:
    """Seal everything under the current key, a slice at each step; may be stopped and repeated."""
    now = house.now()
    with house.database.writing() as tx:
        trail.record(tx, by, "began to rotate", "key", house.sealer.key_id, now)
    yield from rotation.rotate(house.database, now)
    now = house.now()
    with house.database.writing() as tx:
        trail.record(tx, by, "rotated", "key", house.sealer.key_id, now)


def retire(house: House, key_id: str, by: str) -> tuple[str, bool]:
    """What takes the place of a key that seals nothing any more, and whether even that may go.

    Raises Curable while the key is still needed.
    """
    key = _ours(house, key_id)
    if key.id == house.sealer.key_id:
        cure = "Put a new key first, restart every process, and rotate: docs/operating.md."
        raise Curable(key_id, "This is the current key.", cure)
    now = house.now()
    with house.database.writing() as tx:
        sealed = rotation.still_sealed(tx, key_id)
        if sealed:
            told = f"It still seals {sum(sealed.values())} rows."
            raise Curable(key_id, told, "Run `hearthline keys rotate` first.")
        trail.record(tx, by, "retired", "key", key_id, now)
        return key.retired(), suppressions.count(tx) == 0


def _ours(house: House, key_id: str) -> Key:
    for key in house.sealer.keys:
        if key.id == key_id:
            return key
    names = ", ".join(key.id for key in house.sealer.keys)
    raise Curable(key_id, "No key has this id.", f"There are: {names}.")
