"""The carrier's books of calls: what it holds of calls in doubt, and of those whose end it did
not tell.

Promise: a call in doubt is placed again only after the carrier was asked more than once, with a
wait between, and had no call of ours to this number; and only while it is not too late for it: a
phone must not ring twice for one reason. A call of which no end was told is asked for by its sid.
What follows an end is not decided here.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.books import SLACK, entry_of
from service import calls as talks
from service import erasing, logs, outages, outbox
from service.carrier.records import CallRecord, CarrierTrouble
from service.house import House
from service.storage import call_doubts, calls, placings
from service.storage.call_doubts import Doubt
from service.storage.database import Tx

LOOKS = 2  # in vain, before it is placed again
UNTOLD = timedelta(minutes=3)  # ringing takes half a minute; after this we ask how it went
_AT_ONCE = 32
_GOES_ON = ("queued", "initiated", "ringing", "in-progress")

log = logs.get(__name__)


# --- calls in doubt


def look(house: House) -> None:
    """Look for those in doubt that are due, for about a slice of time. Raises CarrierTrouble."""
    until = time.monotonic() + house.settings.slice_seconds
    with house.database.reading() as tx:
        due = call_doubts.due(tx, house.now(), _AT_ONCE)
    for doubt in due:
        _look_for(house, doubt)
        if time.monotonic() > until:
            break


def _look_for(house: House, doubt: Doubt) -> None:
    if doubt.sealed_number is None:  # its person was erased while it was on its way
        with house.database.writing() as tx:
            placings.cancel(tx, [doubt.id], erasing.ERASED, house.now())
        return
    with house.database.reading() as tx:
        to, sender = placings.number(tx, doubt), outbox.number_of(tx, house, doubt.sender_id)
    held: list[CallRecord] | None
    trouble: CarrierTrouble | None = None
    try:
        held = house.gateway.list_calls(to, sender, (doubt.claimed_at or house.now()) - SLACK)
    except CarrierTrouble as unanswered:
        held, trouble = None, unanswered
    with house.database.writing() as tx:
        found = _conclude(house, tx, doubt, held)
    if found is not None and found.status not in _GOES_ON:
        _tell(house, doubt.id, found)
    if trouble is not None:
        raise trouble


def _conclude(
    house: House, tx: Tx, doubt: Doubt, held: Sequence[CallRecord] | None
) -> CallRecord | None:
    """Write what is known by now; the carrier's record of it, where it has one."""
    now = house.now()
    wait = timedelta(seconds=house.settings.doubt_seconds)
    rivals = call_doubts.rivals(tx, doubt.number_id)
    mine = next((row for row in rivals if row.id == doubt.id), None)
    if mine is None or (mine.tries, mine.status) != (doubt.tries, "in doubt"):
        return None  # settled while we asked
    if held is None or any(row.status == "placing" for row in rivals):
        # unanswered; or another call is on its way there just now, and the record may be of either
        _later(tx, doubt, doubt.doubts, now + wait)
        return None
    found = _found(tx, held, rivals, doubt)
    if found is not None:
        placings.placed(tx, [(doubt.id, found.sid)])
        outages.ended(tx, now)
        log.info("a call in doubt was placed", call_id=doubt.id)
    elif doubt.doubts + 1 < LOOKS:
        _later(tx, doubt, doubt.doubts + 1, now + wait * (doubt.doubts + 1))
    else:
        # `claim` looks at it again, and cancels what is too late by now
        placings.again(tx, [(doubt.id, doubt.tries, None, now)], was="in doubt")
        log.info("a call in doubt is placed again", call_id=doubt.id)
    return found


def _later(tx: Tx, doubt: Doubt, looks: int, due: datetime) -> None:
    placings.doubted(tx, [(doubt.id, doubt.tries, looks, due)], was="in doubt")


def _found(
    tx: Tx, held: Sequence[CallRecord], doubted: Sequence[Doubt], own: Doubt
) -> CallRecord | None:
    """The carrier's record of this call, if no other call of ours is known to be it.

    `doubted`: all calls to this number that are in doubt, the longest claimed first.
    """
    known = calls.known_sids(tx, [record.sid for record in held])
    free = [
        record for record in held
        if record.sid not in known and record.direction.startswith("outbound")
    ]  # fmt: skip
    return entry_of(own.id, doubted, free)


# --- calls whose end was not told


def sweep(house: House) -> int:
    """Ask how calls went of which nothing was heard for a while; how many had ended."""
    with house.database.reading() as tx:
        untold = call_doubts.unended(tx, house.now() - UNTOLD, _AT_ONCE)
    over = 0
    for call_id, sid in untold:
        record = house.gateway.fetch_call(sid)
        if record is None:
            record = CallRecord(sid, "", "", "", "failed", "", 0, None)  # they know of none
        if record.status not in _GOES_ON:
            _tell(house, call_id, record)
            over += 1
    if over:
        log.info("how calls ended that no callback told of", count=over)
    return over


def _tell(house: House, call_id: str, record: CallRecord) -> None:
    talks.call_status_came_in(
        house, sid=record.sid, call_id=call_id, status=record.status, seconds=record.seconds,
        answered_by=record.answered_by or None,
    )  # fmt: skip
