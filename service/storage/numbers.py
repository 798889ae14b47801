"""Phone numbers: found by blind index, opened only here and where a text is handed to the carrier.

Promise: a number has one row, whatever key its index was made with; consent, opt-out and whether
it can be reached belong to it and not to a person. Numbers go in and come out plain, in E.164.
What a turn changes of its own number is written by `standing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.moments import Moment
from service.storage.statements import Bulk, Prepared, among, insert_into
from service.storage.tables import of

n = of(tables.Number)
PURPOSE = "number"  # of the blind index


class Number(NamedTuple):
    """A number as stored; `number` is plain."""

    id: str
    number: str
    country: str | None
    kind: str
    opted_out_at: datetime | None
    opted_out_how: str | None
    asked_to_join_at: datetime | None
    unusable_code: str | None
    unusable_at: datetime | None
    shared: bool
    costs: bool
    active_person_id: str | None
    last_heard_at: datetime | None
    created_at: datetime


_COLUMNS = [
    n.c.id, n.c.sealed_number, n.c.country, n.c.kind, n.c.opted_out_at, n.c.opted_out_how,
    n.c.asked_to_join_at, n.c.unusable_code, n.c.unusable_at, n.c.shared, n.c.costs,
    n.c.active_person_id, n.c.last_heard_at, n.c.created_at,
]  # fmt: skip
_NEW = (
    "id", "sealed_number", "blind", "key_id", "country", "kind", "shared", "costs",
    "active_person_id", "expecting_word", "replies_day", "replies_count", "created_at",
)  # fmt: skip
_FIND = Prepared(select(*_COLUMNS).where(among(n.c.blind, "blinds")))
_KNOWN = Prepared(select(n.c.blind, n.c.id).where(among(n.c.blind, "blinds")))
_LOAD = Prepared(select(*_COLUMNS).where(among(n.c.id, "ids")))
_LIST = Prepared(
    select(*_COLUMNS).where(n.c.id > bindparam("after")).order_by(n.c.id).limit(bindparam("most"))
)
_ADD = Prepared(
    insert_into(n)
    .values({name: bindparam(name) for name in _NEW})
    .on_conflict_do_nothing(index_elements=["blind"])
)
_ADD_MANY = Bulk(n, *_NEW)
_AT = n.c.id == bindparam("at")
_OUT = Prepared(
    update(n)
    .where(_AT, n.c.opted_out_at.is_(None))
    .values(opted_out_at=bindparam("now"), opted_out_how=bindparam("how"))
)
_IN = Prepared(
    update(n)
    .where(_AT, n.c.opted_out_at.is_not(None))
    .values(opted_out_at=None, opted_out_how=None)
)
_UNUSABLE = Prepared(
    update(n).where(_AT).values(unusable_code=bindparam("code"), unusable_at=bindparam("now"))
)
_HOLDER = Prepared(
    update(n)
    .where(_AT)
    .values(active_person_id=bindparam("person_id"), active_until=bindparam("until"))
)
_ENTRUST = Prepared(
    update(n)
    .where(_AT)
    .values(
        active_person_id=bindparam("person_id"),
        active_until=None,
        shared=bindparam("shared"),
        costs=bindparam("costs"),
        asked_to_join_at=func.coalesce(bindparam("asked", type_=Moment), n.c.asked_to_join_at),
    )
)
_OPTED_OUT = Prepared(
    select(n.c.id, n.c.opted_out_at, n.c.opted_out_how, n.c.country)
    .where(n.c.opted_out_at.is_not(None), n.c.id > bindparam("after"))
    .order_by(n.c.id)
    .limit(bindparam("most"))
)
_COUNT = Prepared(
    select(
        func.count(),
        func.count(n.c.opted_out_at),
        func.count(n.c.unusable_at),
    )
)


def find(tx: Tx, number: str) -> Number | None:
    """The row of a plain number, under whichever key it was indexed."""
    row = _FIND.one(tx, blinds=tx.sealer.blinds(number, PURPOSE))
    return None if row is None else _open(tx, row)


def find_ids(tx: Tx, numbers: Iterable[str]) -> dict[str, str]:
    """Of those plain numbers that are known, the ids."""
    by_blind = {blind: number for number in numbers for blind in tx.sealer.blinds(number, PURPOSE)}
    return {by_blind[blind]: id_ for blind, id_ in _KNOWN.all(tx, blinds=list(by_blind))}


def load(tx: Tx, number_id: str) -> Number | None:
    return load_many(tx, [number_id]).get(number_id)


def load_many(tx: Tx, number_ids: Sequence[str]) -> dict[str, Number]:
    return {row[0]: _open(tx, row) for row in _LOAD.all(tx, ids=number_ids)}


def listing(tx: Tx, after: str = "", most: int = 100) -> list[Number]:
    """Numbers in the order in which they came, those after a given id."""
    return [_open(tx, row) for row in _LIST.all(tx, after=after, most=most)]


def add(tx: Tx, number: str, *, country: str | None, kind: str, at: datetime) -> tuple[str, bool]:
    """The id of this number and whether it is new. Two at once agree on one row."""
    known = find(tx, number)
    if known is not None:
        return known.id, False
    row = _new_row(tx, number, country, kind, None, at)
    if _ADD.run(tx, **dict(zip(_NEW, row, strict=True))):
        return str(row[0]), True
    won = find(tx, number)
    assert won is not None, "a number that stood in the way is there"
    return won.id, False


def add_many(
    tx: Tx, numbers: Iterable[tuple[str, str | None, str]], at: datetime
) -> dict[str, str]:
    """(number, country, kind) of many numbers not known yet; their new ids, by plain number."""
    rows = [
        _new_row(tx, number, country, kind, None, at)
        for number, country, kind in {row[0]: row for row in numbers}.values()
    ]
    _ADD_MANY.insert(tx, rows)
    return {tx.sealer.open(row[1], _place(row[0])).decode(): row[0] for row in rows}


def opt_out(tx: Tx, number_id: str, how: str, at: datetime) -> bool:
    """No more texts to it; whether that is news."""
    return _OUT.run(tx, at=number_id, how=how, now=at) > 0


def opt_in(tx: Tx, number_id: str) -> bool:
    """Texts are welcome again; whether that is news."""
    return _IN.run(tx, at=number_id) > 0


def mark_unusable(tx: Tx, number_id: str, code: str, at: datetime) -> None:
    """The carrier says that nothing ever arrives there."""
    _UNUSABLE.run(tx, at=number_id, code=code, now=at)


def mark_usable(tx: Tx, number_id: str) -> None:
    _UNUSABLE.run(tx, at=number_id, code=None, now=None)


def set_holder(tx: Tx, number_id: str, person_id: str | None, until: datetime | None) -> None:
    """Who is taken to be texting from it; on a shared phone only until a moment."""
    _HOLDER.run(tx, at=number_id, person_id=person_id, until=until)


class Entrusted(NamedTuple):
    """Who holds a number from now on; None where several do and a word has to tell.

    `asked_at`: when its owner was asked to join, if that is now.
    """

    number_id: str
    person_id: str | None
    shared: bool
    costs: bool
    asked_at: datetime | None


def entrust(tx: Tx, rows: Sequence[Entrusted]) -> None:
    """Give many numbers to those who hold them."""
    _ENTRUST.many(
        tx,
        [
            {
                "at": row.number_id, "person_id": row.person_id, "shared": row.shared,
                "costs": row.costs, "asked": row.asked_at,
            }
            for row in rows
        ],
    )  # fmt: skip


def opted_out(
    tx: Tx, after: str = "", most: int = 100
) -> list[tuple[str, datetime, str | None, str | None]]:
    """(id, when, how, country) of numbers that are not texted, those after a given id."""
    return [(row[0], row[1], row[2], row[3]) for row in _OPTED_OUT.all(tx, after=after, most=most)]


def counts(tx: Tx) -> tuple[int, int, int]:
    """How many numbers there are, how many opted out, how many cannot be reached."""
    row = _COUNT.one(tx)
    assert row is not None
    return row[0], row[1], row[2]


def _new_row(
    tx: Tx, number: str, country: str | None, kind: str, holder: str | None, at: datetime
) -> tuple[Any, ...]:
    number_id = ids.new()
    sealed = tx.sealer.seal(number.encode(), _place(number_id))
    blind = tx.sealer.blind(number, PURPOSE)
    return (
        number_id, sealed, blind, tx.sealer.key_id, country, kind, False, False, holder, False,
        0, 0, at,
    )  # fmt: skip


def _open(tx: Tx, row: Sequence[Any]) -> Number:
    plain = tx.sealer.open(row[1], _place(row[0])).decode()
    return Number._make((row[0], plain, *row[2:]))


def _place(number_id: str) -> str:
    return f"number.sealed_number:{number_id}"
