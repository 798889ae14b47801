"""Our own service numbers: which there are, how fast each may send, and which are paused.

Promise: a number's pace holds across all processes, because each reserves its time here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from service.storage import ids, tables
from service.storage.database import Tx
from service.storage.statements import Prepared, insert_into
from service.storage.tables import of

s = of(tables.Sender)


class Sender(NamedTuple):
    """A service number. `pace_milli`: segments in a thousand seconds."""

    id: str
    number: str
    pace_milli: int
    busy_until: datetime | None = None
    paused_until: datetime | None = None
    paused_reason: str | None = None
    calling_until: datetime | None = None


CALL_APART = timedelta(seconds=1)  # the carrier places one call a second for a number
_COLUMNS = [s.c[name] for name in Sender._fields]
_ADD = Prepared(
    insert_into(s)
    .values(
        id=bindparam("id"),
        number=bindparam("number"),
        pace_milli=bindparam("pace"),
        created_at=bindparam("now"),
    )
    .on_conflict_do_nothing(index_elements=["number"])
)
_ALL = Prepared(select(*_COLUMNS).order_by(s.c.id), Sender._make)
_FIND = Prepared(select(*_COLUMNS).where(s.c.number == bindparam("number")), Sender._make)
_HOLD = Prepared(select(*_COLUMNS).where(s.c.id == bindparam("id")).with_for_update(), Sender._make)
_AT = s.c.id == bindparam("at")
_PACE = Prepared(update(s).where(_AT).values(pace_milli=bindparam("pace")))
_RENAME = Prepared(update(s).where(_AT).values(number=bindparam("number")))
_BUSY = Prepared(update(s).where(_AT).values(busy_until=bindparam("until")))
_CALLING = Prepared(update(s).where(_AT).values(calling_until=bindparam("until")))
_PAUSE = Prepared(
    update(s).where(_AT).values(paused_until=bindparam("until"), paused_reason=bindparam("reason"))
)


def ensure(tx: Tx, number: str, pace_milli: int, at: datetime) -> Sender:
    """The service number's row, made with this pace where there is none."""
    _ADD.run(tx, id=ids.new(), number=number, pace=pace_milli, now=at)
    found = find(tx, number)
    assert found is not None, "it was put there just now, or stood in the way"
    return found


def all(tx: Tx) -> list[Sender]:
    """Every service number, the first one first."""
    return _ALL.all(tx)


def find(tx: Tx, number: str) -> Sender | None:
    return _FIND.one(tx, number=number)


def rename(tx: Tx, sender_id: str, number: str) -> None:
    """The number is another one now; all that was said to come from it comes from the new one."""
    _RENAME.run(tx, at=sender_id, number=number)


def set_pace(tx: Tx, sender_id: str, pace_milli: int) -> None:
    _PACE.run(tx, at=sender_id, pace=pace_milli)


def reserve(
    tx: Tx, sender_id: str, segments: Sequence[int], now: datetime, ahead: timedelta
) -> int:
    """Take time for messages of so many segments each, none beginning later than `ahead` from
    now; for how many of them, from the first on, there is time."""
    sender = _HOLD.one(tx, id=sender_id)
    if sender is None or (sender.paused_until is not None and sender.paused_until > now):
        return 0
    start, granted = max(sender.busy_until or now, now), 0
    for count in segments:
        if start > now + ahead:
            break
        start += timedelta(milliseconds=count * 1_000_000 / sender.pace_milli)
        granted += 1
    if granted:
        _BUSY.send(tx, at=sender_id, until=start)
    return granted


def reserve_calls(
    tx: Tx, sender_id: str, most: int, now: datetime, ahead: timedelta = timedelta(0)
) -> int:
    """Take time for up to so many calls, none later than `ahead` from now; how many."""
    sender = _HOLD.one(tx, id=sender_id)
    if sender is None or (sender.paused_until is not None and sender.paused_until > now):
        return 0
    start, granted = max(sender.calling_until or now, now), 0
    while granted < most and start <= now + ahead:
        start += CALL_APART
        granted += 1
    if granted:
        _CALLING.send(tx, at=sender_id, until=start)
    return granted


def pause(tx: Tx, sender_id: str, until: datetime, reason: str) -> None:
    """Nothing leaves by this number until that moment: the carrier asked for it, or it is out."""
    _PAUSE.run(tx, at=sender_id, until=until, reason=reason)


def resume(tx: Tx, sender_id: str) -> None:
    _PAUSE.run(tx, at=sender_id, until=None, reason=None)
