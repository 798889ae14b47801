"""Timers: everything that happens later, as rows.

Promise: one row a key, so setting a timer again moves it; claiming takes rows in the order of
their due moments, and no other process can claim them in the meantime. The cost of a look is
that of what is due, never that of how many people there are. Payloads are sealed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, func, select

from service.storage import tables
from service.storage.database import Tx
from service.storage.statements import Prepared, among, insert_into
from service.storage.tables import of

t = of(tables.Timer)


CARRIER = 3  # a lane of its own: what is done at the carrier, outside of any turn


class Timer(NamedTuple):
    """Something due. `token` makes a stale one do nothing; `payload` is in plain values."""

    id: str
    key: str
    kind: str
    person_id: str | None
    subject_id: str | None
    due_at: datetime
    token: str | None = None
    payload: Mapping[str, Any] | None = None
    lane: int = 2
    created_at: datetime | None = None  # when it was set, as loaded


_put = insert_into(t).values(
    {
        name: bindparam(name)
        for name in (
            "id", "key", "kind", "person_id", "subject_id", "due_at", "token",
            "sealed_payload", "created_at", "lane",
        )
    }
)  # fmt: skip
_PUT = Prepared(
    _put.on_conflict_do_update(
        index_elements=["key"],
        # The id too: what is sealed opens under its row's id, and a claimed row that was set
        # again is not taken away with the old id.
        set_={
            "id": _put.excluded.id,
            "kind": _put.excluded.kind,
            "person_id": _put.excluded.person_id,
            "subject_id": _put.excluded.subject_id,
            "due_at": _put.excluded.due_at,
            "token": _put.excluded.token,
            "sealed_payload": _put.excluded.sealed_payload,
            "lane": _put.excluded.lane,
            "created_at": _put.excluded.created_at,
        },
    )
)
_COLUMNS = [
    t.c.id, t.c.key, t.c.kind, t.c.person_id, t.c.subject_id, t.c.due_at, t.c.token,
    t.c.sealed_payload, t.c.lane, t.c.created_at,
]  # fmt: skip
_due = select(*_COLUMNS).where(t.c.lane == bindparam("lane"), t.c.due_at <= bindparam("now"))
_CLAIM = Prepared(
    _due.order_by(t.c.due_at).limit(bindparam("most")).with_for_update(skip_locked=True)
)
# Set first, taken first, where they are due at the same moment; a wave would be sorted each time.
_CLAIM_FIRST = Prepared(
    _due.order_by(t.c.due_at, t.c.id).limit(1).with_for_update(skip_locked=True)
)
_CLAIM_THESE = Prepared(
    select(*_COLUMNS)
    .where(among(t.c.id, "ids"), t.c.due_at <= bindparam("now"))
    .order_by(t.c.lane, t.c.due_at, t.c.id)
    .with_for_update(skip_locked=True)
)
_HOLD = Prepared(select(t.c.id).where(among(t.c.key, "keys")).order_by(t.c.key).with_for_update())
_PUT_OFF = Prepared(t.update().where(t.c.id == bindparam("at")).values(due_at=bindparam("until")))
_FIRST = {
    lane: select(func.min(t.c.due_at)).where(t.c.lane == lane).scalar_subquery()
    for lane in (0, 1, 2)
}
_NEXT = Prepared(select(*_FIRST.values()))  # three looks into one index, however many rows
_DROP = Prepared(t.delete().where(among(t.c.id, "ids")))
_DROP_KEYS = Prepared(t.delete().where(among(t.c.key, "keys")))
_DROP_PERSON = Prepared(t.delete().where(t.c.person_id == bindparam("person_id")))
_BY_KEY = Prepared(select(t.c.id).where(t.c.key == bindparam("key")))
_TOKEN = Prepared(select(t.c.token).where(t.c.key == bindparam("key")))
_OVERDUE = Prepared(
    select(func.count(), func.min(t.c.due_at)).where(t.c.due_at <= bindparam("before"))
)
_LATE = Prepared(
    select(func.count(), func.min(t.c.due_at)).where(
        t.c.lane.in_((0, 1, 2)), t.c.due_at <= bindparam("before")
    )
)


def put(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
    """Set these timers; one with the same key is moved."""
    seal = tx.sealer.seal
    _PUT.many(
        tx,
        [
            {
                "id": timer.id, "key": timer.key, "kind": timer.kind,
                "person_id": timer.person_id, "subject_id": timer.subject_id,
                "due_at": timer.due_at, "token": timer.token, "created_at": now,
                "lane": timer.lane,
                "sealed_payload": None if timer.payload is None else seal(
                    orjson.dumps(timer.payload), f"timer.sealed_payload:{timer.id}"
                ),
            }
            for timer in timers
        ],
    )  # fmt: skip


def claim(tx: Tx, now: datetime, most: int, lanes: Sequence[int] = (0, 1, 2)) -> list[Timer]:
    """Due timers in the order of their lanes, held by this transaction until it ends."""
    found: list[Timer] = []
    for lane in lanes:
        if len(found) < most:
            rows = _CLAIM.all(tx, now=now, lane=lane, most=most - len(found))
            found += [_timer(tx, row) for row in rows]
    return found


def claim_first(tx: Tx, now: datetime, lane: int) -> list[Timer]:
    """The one of this lane that was due first, held likewise; of several, the one set first."""
    return [_timer(tx, row) for row in _CLAIM_FIRST.all(tx, now=now, lane=lane)]


def claim_these(tx: Tx, ids: Sequence[str], now: datetime) -> list[Timer]:
    """These, where they are still due and nobody else takes them just now; held likewise."""
    return [_timer(tx, row) for row in _CLAIM_THESE.all(tx, ids=list(ids), now=now)]


def _timer(tx: Tx, row: Sequence[Any]) -> Timer:
    return Timer._make((*row[:7], _open(tx, row[0], row[7]), *row[8:]))


def hold(tx: Tx, keys: Sequence[str]) -> None:
    """Keep these from being taken until this transaction ends; waits for who takes them now.

    For whoever changes what they are about, before it does: a look that holds its timer may be
    waiting for that.
    """
    _HOLD.all(tx, keys=list(keys))


def put_off(tx: Tx, timer_id: str, until: datetime) -> None:
    _PUT_OFF.send(tx, at=timer_id, until=until)


def for_the_carrier(tx: Tx, now: datetime, most: int) -> list[Timer]:
    """What is to be done at the carrier. Done twice it does no harm, so nothing is locked."""
    return claim(tx, now, most, (CARRIER,))


def _open(tx: Tx, row_id: str, sealed: bytes | None) -> Mapping[str, Any] | None:
    if sealed is None:
        return None
    opened: Mapping[str, Any] = orjson.loads(
        tx.sealer.open(sealed, f"timer.sealed_payload:{row_id}")
    )
    return opened


def done(tx: Tx, ids: Sequence[str]) -> None:
    """Take away timers that were taken; one that was set again meanwhile has a new id and stays."""
    _DROP.send(tx, ids=list(ids))


def drop(tx: Tx, keys: Sequence[str]) -> None:
    _DROP_KEYS.send(tx, keys=list(keys))


def planned(tx: Tx, key: str) -> bool:
    """Whether a timer with this key is set."""
    return _BY_KEY.value(tx, key=key) is not None


def token(tx: Tx, key: str) -> str | None:
    """The token of the timer with this key; None where none is set, or it has none."""
    found: str | None = _TOKEN.value(tx, key=key)
    return found


def drop_person(tx: Tx, person_id: str) -> None:
    _DROP_PERSON.run(tx, person_id=person_id)


def any_due(tx: Tx, now: datetime) -> bool:
    firsts = _NEXT.one(tx) or ()
    return any(first is not None and first <= now for first in firsts)


def late(tx: Tx, before: datetime) -> tuple[int, datetime | None]:
    """The same of those that are taken in turns of people, by an index: it may be asked often."""
    row = _LATE.one(tx, before=before)
    return (row[0], row[1]) if row else (0, None)


def overdue(tx: Tx, before: datetime) -> tuple[int, datetime | None]:
    """How many timers were due before that moment, and the oldest of them."""
    row = _OVERDUE.one(tx, before=before)
    return (row[0], row[1]) if row else (0, None)
