"""Outages of the phone network: since when, until when, and what they take from somebody's time.

Promise: an outage must not look like silence from everybody. While the network is out, and for
as long afterwards as it was, waits that it touched go on; each is given back its own time, so
nobody is asked in a flood. Noticed by the dispatcher, kept beside the settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from service.carrier.outcomes import NOT_BEGUN, InDoubt, Outcome, Retry
from service.storage import settings_rows
from service.storage.database import Tx
from service.storage.timers import Timer

KEY = "outages"
_REMEMBERED = timedelta(days=3)
_BLINK = timedelta(seconds=10)  # one connection that was lost is no outage yet
_LOOK_AGAIN = timedelta(minutes=5)  # while it lasts, and nobody knows for how long


class Outage(NamedTuple):
    """`until` is None while it lasts."""

    since: datetime
    until: datetime | None


def recent(tx: Tx, now: datetime) -> tuple[Outage, ...]:
    rows = settings_rows.get(tx, KEY) or []
    outages = (
        Outage(datetime.fromisoformat(since), datetime.fromisoformat(until) if until else None)
        for since, until in rows
    )
    return tuple(o for o in outages if o.until is None or o.until > now - _REMEMBERED)


def began(tx: Tx, now: datetime) -> None:
    """Nothing gets through any more. Said again while it lasts, it changes nothing."""
    known = recent(tx, now)
    if not any(outage.until is None for outage in known):
        _keep(tx, (*known, Outage(now, None)), now)


def ended(tx: Tx, now: datetime) -> None:
    """Something got through. What was over in a blink is not kept."""
    known = recent(tx, now)
    if any(outage.until is None for outage in known):
        over = [outage._replace(until=outage.until or now) for outage in known]
        _keep(tx, [o for o in over if o.until and o.until - o.since >= _BLINK], now)


def notice(tx: Tx, said: Sequence[Outcome], now: datetime) -> None:
    """Nothing but lost connections means an outage. What is accepted ends it."""
    if said and all(isinstance(one, InDoubt | Retry) and _lost(one) for one in said):
        began(tx, now)


def _lost(said: InDoubt | Retry) -> bool:
    return isinstance(said, InDoubt) or (isinstance(said.reason, str) and said.reason != NOT_BEGUN)


def lost(
    outages: Sequence[Outage], timer: Timer, asked_at: datetime | None, now: datetime
) -> timedelta:
    """How much of this wait the network was out, beyond what was given back already."""
    granted = (timer.payload or {}).get("granted")
    start = datetime.fromisoformat(granted) if granted else asked_at
    if start is None:
        return timedelta(0)
    total = timedelta(0)
    for outage in outages:
        overlap = min(outage.until or now, now) - max(outage.since, start)
        total += max(overlap, timedelta(0))
        if outage.until is None:
            return max(total, _LOOK_AGAIN)
    return total


def _keep(tx: Tx, outages: Sequence[Outage], now: datetime) -> None:
    rows = [
        (outage.since.isoformat(), outage.until.isoformat() if outage.until else None)
        for outage in outages
    ]
    settings_rows.put(tx, KEY, rows, now)
