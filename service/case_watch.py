"""Cases that nothing would look at again: found when the clock starts, and looked at.

Promise: a case that waits for somebody has its next look, also where it was opened by a release
that gave up after its last step, or its timer was taken away by hand. Twice it does no harm.
"""

from __future__ import annotations

from service import desk, logs
from service.house import House
from service.storage import cases, timers

log = logs.get(__name__)


def catch_up(house: House) -> int:
    """Have the ladder of each such case looked at now; how many there were."""
    now = house.now()
    with house.database.reading() as tx:
        if not cases.unwatched(tx, most=1):
            return 0
    with house.database.writing() as tx:
        found = cases.unwatched(tx)
        timers.put(tx, [desk.timer(desk.LOOK, case, now) for case in found], now)
    log.warning("cases that nobody looked at are looked at", count=len(found))
    return len(found)
