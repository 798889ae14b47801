"""Telling others: what a turn has to say to somebody else, as an event due now for them.

Promise: a turn changes only its own person. What coordinators are told is a timer in the same
transaction, taken in a turn of its own; it holds a phrase's name and ids, never a person's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service.editions import InForce
from service.slate import Slate
from service.storage import ids
from service.storage.messages import URGENT
from service.storage.timers import Timer


def timers_for_staff(
    force: InForce, phrase: str, now: datetime, lane: int = URGENT, **values: object
) -> list[Timer]:
    """The same for what no turn of a person brought about."""
    return [
        _timer(number_id, phrase, lane, values, now)
        for number_id in force.organisation.coordinators
    ]


def staff(slate: Slate, phrase: str, lane: int = URGENT, **values: object) -> None:
    """Tell every coordinator, in the organisation's words."""
    for number_id in slate.force.organisation.coordinators:
        number(slate, number_id, phrase, lane, **values)


def number(slate: Slate, number_id: str, phrase: str, lane: int = URGENT, **values: object) -> None:
    """Say a phrase to another number, soon, in a turn of its own."""
    slate.later(_timer(number_id, phrase, lane, values, slate.now))


def event(
    number_id: str, phrase: str, now: datetime, lane: int = URGENT, **values: object
) -> Timer:
    """The same as an event, for what no slate is at hand for."""
    return _timer(number_id, phrase, lane, values, now)


def _timer(
    number_id: str, phrase: str, lane: int, values: Mapping[str, object], now: datetime
) -> Timer:
    key = ids.new()
    payload = {"phrase": phrase, "lane": lane, "values": values}
    return Timer(key, f"tell:{key}", "tell", None, number_id, now, None, payload, lane)
