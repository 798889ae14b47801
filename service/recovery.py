"""After a restore: what people wrote since is taken in, who was erased is erased again, and only
then may anything leave.

Promise: in that order, and nothing is let go where the carrier did not answer: a STOP that came
after the backup is heard before the first text leaves. What was on its way, and what was said
since, is looked for at the carrier, message by message, and leaves only where it is not there.
Until then nothing is claimed (`outbox.claim`) and no timer is taken (`timers.any_due`).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from service import logs, outbox, people, reconciling
from service.cures import Curable
from service.house import House
from service.storage import erasures, restoring, settings_rows, trail
from service.storage.restoring import Waiting

log = logs.get(__name__)


class Reconciled(NamedTuple):
    """The moment that was restored, what came in since, who was erased again, and how many
    messages are looked for at the carrier now."""

    restored_to: datetime
    received: int
    erased_again: int
    looked_for: int


def reconcile(house: House, by: str) -> Reconciled:
    """Take in what a backup could not know, then let go what it holds. Raises CarrierTrouble where
    the carrier does not answer, and Curable where nothing waits; nothing has left then."""
    with house.database.reading() as tx:
        waiting = restoring.waiting(tx)
    if waiting is None:
        cure = "Held for another reason? See `hearthline messages held`."
        raise Curable("the database", "No restore waits to be reconciled.", cure)
    received = _received(house, waiting)
    erased = _erase_again(house, by)
    now = house.now()
    with house.database.writing() as tx:
        looked_for = restoring.reconcile(tx, now)
        trail.record(tx, by, "reconciled", "restore", None, now, {"messages": looked_for})
    log.info("a restore is reconciled", count=looked_for)
    for lane in (0, 1, 2):
        house.nudger.nudge(lane)
    return Reconciled(waiting.taken_at, received, erased, looked_for)


def _received(house: House, waiting: Waiting) -> int:
    """Take what the carrier received since the backup; how many texts."""
    with house.database.writing() as tx:
        if settings_rows.get(tx, outbox.SWEPT) is None:
            settings_rows.put(tx, outbox.SWEPT, waiting.taken_at.isoformat(), house.now())
    return reconciling.sweep_received(house)


def _erase_again(house: House, by: str) -> int:
    """Carry out what is due again; a wish that was taken back since was heard just now."""
    with house.database.reading() as tx:
        due = erasures.overdue(tx, house.now())
    for wish in due:
        people.erase_now(house, wish.person_id, by)
    return len(due)
