"""Swaps: a shift offered to others, each of whom may say yes or no.

Promise: of those to whom a shift was offered the first yes wins and has the shift; the other
offers expire in the same transaction. Moves are read from `flows.states.SWAP`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from flows.states import SWAP, before
from service.storage import ids, shifts, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, insert_into
from service.storage.tables import of

w = of(tables.Swap)
s = of(tables.Shift)

OFFERED, ACCEPTED, DECLINED, EXPIRED = "offered", "accepted", "declined", "expired"


class Swap(NamedTuple):
    """An offer of a shift to one person."""

    id: str
    shift_id: str
    from_id: str
    to_id: str
    status: str
    at: datetime
    settled_at: datetime | None


_COLUMNS = [w.c[name] for name in Swap._fields]
_OFFER = Prepared(
    insert_into(w)
    .values({name: bindparam(name) for name in Swap._fields})
    .on_conflict_do_update(
        index_elements=["shift_id", "to_id"],
        set_={
            "status": bindparam("status"), "at": bindparam("at"), "settled_at": None,
            "from_id": bindparam("from_id"),
        },
        where=w.c.status.in_(before(SWAP, OFFERED)),
    )
)  # fmt: skip
_LOAD = Prepared(select(*_COLUMNS).where(w.c.id == bindparam("id")), Swap._make)
_OF_SHIFT = Prepared(
    select(*_COLUMNS).where(w.c.shift_id == bindparam("shift_id")).order_by(w.c.at, w.c.id),
    Swap._make,
)
_OFFERED_TO = Prepared(
    select(*_COLUMNS)
    .select_from(w.join(s, s.c.id == w.c.shift_id))
    .where(
        w.c.to_id == bindparam("person_id"), w.c.status == OFFERED, s.c.ends_at > bindparam("now")
    )
    .order_by(w.c.at.desc(), w.c.id.desc()),
    Swap._make,
)


def _moving(new: str) -> Prepared[tuple[Any, ...]]:
    return Prepared(
        w.update()
        .where(w.c.id == bindparam("of"), w.c.status.in_(before(SWAP, new)))
        .values(status=new, settled_at=bindparam("now"))
    )


_ACCEPT, _DECLINE = _moving(ACCEPTED), _moving(DECLINED)
_EXPIRED = {"status": EXPIRED, "settled_at": bindparam("now")}
_EXPIRE_SHIFT = Prepared(
    w.update()
    .where(w.c.shift_id == bindparam("of"), w.c.status == OFFERED)
    .values(_EXPIRED)
    .returning(*_COLUMNS),
    Swap._make,
)
_EXPIRE_TO = Prepared(
    w.update().where(w.c.to_id == bindparam("of"), w.c.status == OFFERED).values(_EXPIRED)
)
_EXPIRE_FROM = Prepared(
    w.update().where(w.c.from_id == bindparam("of"), w.c.status == OFFERED).values(_EXPIRED)
)


def offer(tx: Tx, shift_id: str, from_id: str, to_ids: Iterable[str], now: datetime) -> list[Swap]:
    """Offer a shift to these; all offers of it that stand then. Who said no may be asked again."""
    _OFFER.many(
        tx,
        [
            {
                "id": ids.new(), "shift_id": shift_id, "from_id": from_id, "to_id": to_id,
                "status": OFFERED, "at": now, "settled_at": None,
            }
            for to_id in to_ids
        ],
    )  # fmt: skip
    return [swap for swap in of_shift(tx, shift_id) if swap.status == OFFERED]


def load(tx: Tx, swap_id: str) -> Swap | None:
    return _LOAD.one(tx, id=swap_id)


def of_shift(tx: Tx, shift_id: str) -> list[Swap]:
    """All offers of a shift, the first first."""
    return _OF_SHIFT.all(tx, shift_id=shift_id)


def offered_to(tx: Tx, person_id: str, now: datetime) -> list[Swap]:
    """What a person was offered and did not answer, of shifts that are not over, the latest
    first."""
    return _OFFERED_TO.all(tx, person_id=person_id, now=now)


def accept(tx: Tx, swap_id: str, now: datetime) -> str | None:
    """They take the shift: the id of their own. None where another was first, the offer stands
    no more, or they are on duty then already."""
    swap = load(tx, swap_id)
    if swap is None or swap.status != OFFERED:
        return None
    taken = shifts.take_over(tx, swap.shift_id, swap.to_id, now)
    if taken is not None:
        _ACCEPT.run(tx, of=swap_id, now=now)
        expire(tx, swap.shift_id, now)
    return taken


def decline(tx: Tx, swap_id: str, now: datetime) -> bool:
    """No; whether the offer stood."""
    return _DECLINE.run(tx, of=swap_id, now=now) > 0


def expire(tx: Tx, shift_id: str, now: datetime) -> list[Swap]:
    """Nobody else need answer; the offers that stood."""
    return _EXPIRE_SHIFT.all(tx, of=shift_id, now=now)


def drop_person(tx: Tx, person_id: str, now: datetime) -> int:
    """They neither give nor take shifts any more; how many offers stood."""
    values = {"of": person_id, "now": now}
    return _EXPIRE_TO.run(tx, **values) + _EXPIRE_FROM.run(tx, **values)
