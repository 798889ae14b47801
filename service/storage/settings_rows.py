"""What the organisation chose, by name, as JSON; and the stamp that tells that something changed.

Promise: whoever changes a setting or a definition changes the stamp in the same transaction, so a
process that keeps compiled flows or settings needs to compare only one short text.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, select, update

from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, insert_into
from service.storage.tables import of

s = of(tables.Setting)

STAMP = "stamp"
RECONCILED = "reconciled"  # the moment that was restored, and the moment up to which it was lost
RESTORED_AT = "restored_at"  # set by a restore, until what was in flight is reconciled
# kept here, but nobody's choice
OWN = (
    "stamp",
    "restored_at",
    "rotation",
    "outages",
    "swept",
    "sweeping",
    "told",
    "recorded",
    "budget-told",
    "retained",
    "clock",
    "unanswered",
    "alarmed",
)

_GET = Prepared(select(s.c.value).where(s.c.key == bindparam("key")))
_ALL = Prepared(select(s.c.key, s.c.value).order_by(s.c.key))
_put = insert_into(s).values(
    key=bindparam("key"), value=bindparam("value"), updated_at=bindparam("at")
)
_PUT = Prepared(
    _put.on_conflict_do_update(
        index_elements=["key"],
        set_={"value": _put.excluded.value, "updated_at": _put.excluded.updated_at},
    )
)
_DROP = Prepared(delete(s).where(s.c.key == bindparam("key")))
_FIRST = Prepared(_put.on_conflict_do_nothing())
_TURN = Prepared(
    update(s)
    .where(s.c.key == bindparam("at_key"), s.c.value == bindparam("was"))
    .values(value=bindparam("becomes"), updated_at=bindparam("at"))
)
_LEAVE = Prepared(delete(s).where(s.c.key == bindparam("key"), s.c.value == bindparam("was")))


def get(tx: Tx, key: str, default: Any = None) -> Any:
    value = _GET.value(tx, key=key)
    return default if value is None else orjson.loads(value)


def all(tx: Tx) -> dict[str, str]:
    """Every row as it stands, the stamp among them: name -> JSON text."""
    return dict(_ALL.all(tx))


def put(tx: Tx, key: str, value: Any, at: datetime) -> None:
    """Set it to a plain value, and change the stamp."""
    put_json(tx, key, orjson.dumps(value).decode(), at)


def put_json(tx: Tx, key: str, text: str, at: datetime) -> None:
    """Set it to a value that is JSON already, and change the stamp."""
    _PUT.run(tx, key=key, value=text, at=at)
    if key not in OWN:
        touch(tx, at)


def drop(tx: Tx, key: str, at: datetime) -> bool:
    """Go back to the default; whether there was something to drop."""
    dropped = _DROP.run(tx, key=key) > 0
    if dropped and key not in OWN:
        touch(tx, at)
    return dropped


def change(tx: Tx, key: str, was: Any, value: Any, at: datetime) -> bool:
    """Set what stood at `was` (None: nowhere) to a value, or to nothing; whether this call won.

    For rows of our own alone: the stamp stays.
    """
    before = orjson.dumps(was).decode()
    if value is None:
        return _LEAVE.run(tx, key=key, was=before) > 0
    after = orjson.dumps(value).decode()
    if was is None:
        return _FIRST.run(tx, key=key, value=after, at=at) > 0
    return _TURN.run(tx, at_key=key, was=before, becomes=after, at=at) > 0


def stamp(tx: Tx) -> str | None:
    """A text that differs after every change of a setting or a definition."""
    value: str | None = _GET.value(tx, key=STAMP)
    return value


def touch(tx: Tx, at: datetime) -> None:
    """Change the stamp."""
    _PUT.run(tx, key=STAMP, value=orjson.dumps(ids.new()).decode(), at=at)
