"""Reconciling: asking the carrier what it holds, for texts in doubt and for texts we missed.

Promise: a text in doubt is sent again only after the carrier was asked more than once, with a
wait between, and had no text with this body to this number. A text that came in while we were
down is taken when the carrier lists it, by its sid, like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from service import logs, outbox, turns
from service.carrier.records import CarrierTrouble, Record
from service.house import House
from service.listening import Incoming
from service.storage import messages, settings_rows, settlements, timers
from service.storage.database import Tx
from service.storage.messages import Doubt

LOOKS = 2  # in vain, before it is sent again
_AT_ONCE = 64
_SLACK = timedelta(minutes=2)  # their clock and ours
_FIRST_SWEEP = timedelta(hours=24)

log = logs.get(__name__)


def look(house: House) -> None:
    """What is in doubt and due is looked for; then, now and then, what we may have missed."""
    with house.database.reading() as tx:
        now = house.now()
        doubts = messages.doubts(tx, now, _AT_ONCE)
        sweep = outbox.sweep_due(tx, house, now)
    try:
        for doubt in doubts:
            _reconcile(house, doubt)
        forget(house)
        if sweep:
            sweep_received(house)
    except CarrierTrouble as trouble:
        log.warning("the carrier cannot be asked now", kind=trouble.kind)


def _reconcile(house: House, doubt: Doubt) -> None:
    now = house.now()
    with house.database.reading() as tx:
        to, body = messages.line(tx, doubt)
        sender = outbox.number_of(tx, house, doubt.sender_id)
    since = (doubt.claimed_at or now) - _SLACK
    held = house.gateway.list_messages(to, sender, since)
    with house.database.writing() as tx:
        found = _found(tx, held, body)
        if found is not None:
            outbox.settled_as_accepted(tx, [(doubt.id, found.sid)], now)
            log.info("a text in doubt had arrived", message=doubt.id)
        elif doubt.doubts + 1 < LOOKS:
            wait = timedelta(seconds=house.settings.doubt_seconds * (doubt.doubts + 1))
            settlements.doubted(tx, [(doubt.id, doubt.doubts + 1, now + wait)])
        else:
            settlements.again(tx, [(doubt.id, None, now)])
            log.info("a text in doubt is sent again", message=doubt.id)


def _found(tx: Tx, held: Sequence[Record], body: str) -> Record | None:
    """The carrier's record of this text, if no other message of ours is known to be it."""
    same = [record for record in held if record.body == body]
    known = messages.known_sids(tx, [record.sid for record in same])
    return next((record for record in reversed(same) if record.sid not in known), None)


def forget(house: House) -> int:
    """Have the carrier delete what was erased here; how many messages."""
    with house.database.reading() as tx:
        due = timers.for_the_carrier(tx, house.now(), _AT_ONCE)
    gone = 0
    for timer in due:
        for sid in (timer.payload or {}).get("sids", ()):
            gone += house.gateway.delete(str(sid))
        with house.database.writing() as tx:
            timers.done(tx, [timer.id])
    return gone


def sweep_received(house: House) -> int:
    """Take what the carrier received and no turn has seen; how many there were."""
    now = house.now()
    with house.database.writing() as tx:
        swept = settings_rows.get(tx, outbox.SWEPT)
        settings_rows.put(tx, outbox.SWEPT, now.isoformat(), now)
    since = datetime.fromisoformat(swept) - 2 * _SLACK if swept else now - _FIRST_SWEEP
    try:
        records = house.gateway.list_received(since)
    except CarrierTrouble:
        with house.database.writing() as tx:  # what was not listed is asked for again
            settings_rows.put(tx, outbox.SWEPT, (swept or (now - _FIRST_SWEEP).isoformat()), now)
        raise
    taken = 0
    for record in records:
        taken += _take(house, record)
    if taken:
        log.info("texts that no webhook brought", count=taken)
    return taken


def _take(house: House, record: Record) -> bool:
    with house.database.reading() as tx:
        if messages.known_sids(tx, [record.sid]):
            return False
    media = ("",) * record.media
    return turns.take_text(house, Incoming(record.sid, record.from_, record.to, record.body, media))
