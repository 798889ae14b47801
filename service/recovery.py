"""After a restore: what people wrote since is taken in, who was erased is erased again, and only
then may anything leave.

Promise: in that order, and nothing is let go where the carrier did not answer: a STOP that came
after the backup is heard before the first text leaves. What was on its way is looked for at the
carrier, message by message, and leaves only where it is not there.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from service import logs, reconciling, timers
from service.cures import Curable
from service.house import House
from service.storage import erasures, restoring, trail

log = logs.get(__name__)


class Reconciled(NamedTuple):
    """The moment that was restored, what came in since, and what is looked for now."""

    restored_to: datetime
    received: int
    erased_again: int
    looked_for: int


def reconcile(house: House, by: str) -> Reconciled:
    """Take in what a backup could not know, then let go what it holds. Raises CarrierTrouble where
    the carrier does not answer, and Curable where nothing waits; nothing has left then."""
    with house.database.reading() as tx:
        waiting = restoring.waiting(tx)
        wishes = erasures.overdue(tx, house.now())
    if waiting is None:
        cure = "Held for another reason? See `hearthline messages held`."
        raise Curable("the database", "No restore waits to be reconciled.", cure)
    received = reconciling.sweep_received(house)
    while timers.take_batch(house):  # erasures that are due again among them
        pass
    now = house.now()
    with house.database.writing() as tx:
        looked_for = restoring.reconcile(tx, now)
        trail.record(tx, by, "reconciled", "restore", None, now, {"messages": looked_for})
    log.info("a restore is reconciled", count=looked_for)
    for lane in (0, 1, 2):
        house.nudger.nudge(lane)
    return Reconciled(waiting.taken_at, received, len(wishes), looked_for)
