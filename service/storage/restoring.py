"""What a restored database has to do before it serves: hold what was on its way, erase again.

Promise: after `settle` no message or call can leave by itself: what would have left is `held`, and
whoever was erased after the backup is due to be erased again, in the same way as the first time.
What people asked for since the backup (a STOP, above all) is not in it: the sweep of what the
carrier received since then, from `taken_at` on, brings it back; then `reconcile` lets what is held
be looked for at the carrier, and only what it does not have leaves. What was due in the time that
was lost is said anew by its timers; `doubt_these` has that looked for as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, func, select, update

from service.storage import bridges, erasures, ids, settings_rows, tables, timers
from service.storage.database import Tx
from service.storage.ledger import Line
from service.storage.statements import Prepared, among
from service.storage.tables import of
from service.storage.timers import Timer

m = of(tables.Message)
k = of(tables.Call)
p = of(tables.Person)

HELD_FOR = "restore"

_ON_THEIR_WAY = {
    "message": ("pending", "sending", "in doubt"),
    "call": ("pending", "placing", "in doubt"),
}


def _hold(table: Table) -> Prepared[Any]:
    status = table.c.status.in_(_ON_THEIR_WAY[table.name])
    return Prepared(
        update(table)
        .where(table.c.direction == "out", status)
        .values(status="held", held_for=HELD_FOR, claimed_by=None)
    )


def _doubt(table: Table) -> Prepared[Any]:
    """Pending ones too may have left between the backup and the loss: each is looked for."""
    claimed = func.coalesce(table.c.claimed_at, bindparam("taken", type_=table.c.claimed_at.type))
    return Prepared(
        update(table)
        .where(table.c.status == "held", table.c.held_for == HELD_FOR)
        .values(
            status="in doubt", held_for=None, doubts=0, due_at=bindparam("now"), claimed_at=claimed
        )
    )


def _doubt_these(table: Table, name: str) -> Prepared[Any]:
    claimed = bindparam("taken", type_=table.c.claimed_at.type)
    return Prepared(
        update(table)
        .where(among(table.c[name], "ids"), table.c.direction == "out")
        .where(table.c.status == "pending")
        .values(status="in doubt", doubts=0, due_at=bindparam("now"), claimed_at=claimed)
    )


_HOLD, _HOLD_CALLS = _hold(m), _hold(k)
_DOUBT_TURNS, _DOUBT_THESE_CALLS = _doubt_these(m, "turn_id"), _doubt_these(k, "id")
_DOUBT, _DOUBT_CALLS = _doubt(m), _doubt(k)
_STILL_THERE = Prepared(
    select(p.c.id).where(among(p.c.id, "ids"), p.c.status != "erased").order_by(p.c.id)
)
_ERASING = Prepared(
    update(p).where(p.c.id == bindparam("at")).values(status="erasing", erase_at=bindparam("due"))
)


class Held(NamedTuple):
    """What waits: messages and calls that are held, and people who are due to be erased again."""

    messages: int
    people: list[str]
    calls: int = 0


def mark(tx: Tx, taken_at: datetime, at: datetime) -> None:
    """Say that this database comes from a backup: nothing may leave while that stands."""
    value = {"at": at.isoformat(), "taken_at": taken_at.isoformat()}
    settings_rows.put(tx, settings_rows.RESTORED_AT, value, at)
    settings_rows.touch(tx, at)


def settle(tx: Tx, at: datetime, erased: Sequence[Line]) -> Held:
    """Make a database that was just filled from a backup safe to serve from."""
    messages, calls = _HOLD.run(tx), _HOLD_CALLS.run(tx)
    bridges.end_all(tx, HELD_FOR, at)  # nobody of then is on the line
    again = [row[0] for row in _STILL_THERE.all(tx, ids=[line.person_id for line in erased])]
    for person_id in again:
        _ERASING.run(tx, at=person_id, due=at)
        erasure_id = erasures.ask(tx, person_id, asked_at=at, due_at=at)
        timer = Timer(ids.new(), f"erase:{person_id}", "erase", person_id, erasure_id, at)
        timers.put(tx, [timer], at)
    return Held(messages, again, calls)


class Waiting(NamedTuple):
    """A restore that nobody has reconciled: when it was, and the moment that was restored."""

    at: datetime
    taken_at: datetime


def waiting(tx: Tx) -> Waiting | None:
    """The restore that waits to be reconciled, or None."""
    value = settings_rows.get(tx, settings_rows.RESTORED_AT)
    if value is None:
        return None
    return Waiting(datetime.fromisoformat(value["at"]), datetime.fromisoformat(value["taken_at"]))


def reconcile(tx: Tx, now: datetime) -> int:
    """What the carrier received since `taken_at` was taken in: what was held becomes `in doubt`,
    so that each is looked for at the carrier and leaves only where it is not there; how many.

    So does what was said since the restore: an answer to a text that came after the backup may
    have been given once already, before the loss.
    """
    restore = waiting(tx)
    if restore is None:
        return 0
    _HOLD.run(tx)
    _HOLD_CALLS.run(tx)
    settings_rows.drop(tx, settings_rows.RESTORED_AT, now)
    lost = {"taken_at": restore.taken_at.isoformat(), "at": now.isoformat()}
    settings_rows.put(tx, settings_rows.RECONCILED, lost, now)
    settings_rows.touch(tx, now)
    moments = {"now": now, "taken": restore.taken_at}
    return _DOUBT.run(tx, **moments) + _DOUBT_CALLS.run(tx, **moments)


def lost_time(tx: Tx) -> Waiting | None:
    """The last restore that was reconciled: `at` is then, all since `taken_at` was lost."""
    value = settings_rows.get(tx, settings_rows.RECONCILED)
    if value is None:
        return None
    return Waiting(datetime.fromisoformat(value["at"]), datetime.fromisoformat(value["taken_at"]))


def doubt_these(
    tx: Tx, turn_ids: Sequence[str], call_ids: Sequence[str], lost: Waiting, now: datetime
) -> None:
    """What these turns say was due in the time that was lost, and may have been said then: it is
    looked for at the carrier, and leaves only where it is not there."""
    moments = {"now": now, "taken": lost.taken_at}
    _DOUBT_TURNS.run(tx, ids=list(turn_ids), **moments)
    if call_ids:
        _DOUBT_THESE_CALLS.run(tx, ids=list(call_ids), **moments)
