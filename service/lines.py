"""Our own numbers: which there are, how fast each may send, and who does not want our texts.

Promise: whatever is changed changes the stamp too, so that every process knows it at once. The
numbers shown are ours; of people's numbers only ids are.
"""

from __future__ import annotations

from typing import Any

from service.by_hand import plain_number
from service.cures import Curable
from service.house import House
from service.storage import numbers, senders, settings_rows, suppressions, trail
from service.storage.database import Tx
from service.storage.senders import Sender

SENDER = "sender"  # as the trail names it
_MOST_PACE = 1000.0  # segments a second


def listing(house: House) -> list[dict[str, Any]]:
    """Our numbers, the first one first."""
    now = house.now()
    with house.database.reading() as tx:
        found = senders.all(tx)
    return [
        {
            "id": s.id, "number": s.number, "segments_per_second": s.pace_milli / 1000,
            "busy_until": s.busy_until if s.busy_until and s.busy_until > now else None,
            "paused_until": s.paused_until if s.paused_until and s.paused_until > now else None,
            "paused_reason": s.paused_reason,
        }
        for s in found
    ]  # fmt: skip


def add(house: House, given: str, pace: float, by: str) -> Sender:
    """Send from this number too. The account at the carrier has to have it. Raises Curable."""
    number, now = plain_number(given), house.now()
    with house.database.writing() as tx:
        if senders.find(tx, number) is not None:
            cure = "Change its pace: `hearthline numbers pace`."
            raise Curable(number, "This number is ours already.", cure)
        sender = senders.ensure(tx, number, _milli(pace), now)
        _changed(house, tx, by, "added", sender)
    return sender


def set_pace(house: House, given: str, pace: float, by: str) -> None:
    """How many segments a second may leave by this number. Raises Curable."""
    with house.database.writing() as tx:
        sender = _ours(tx, given)
        senders.set_pace(tx, sender.id, _milli(pace))
        _changed(house, tx, by, "set the pace", sender)


def change(house: House, old: str, new: str, by: str) -> None:
    """We have another number in place of an old one; who joined by the old one keeps it so.

    Raises Curable.
    """
    number = plain_number(new)
    with house.database.writing() as tx:
        sender = _ours(tx, old)
        if senders.find(tx, number) is not None:
            cure = "Give one that we do not send from yet."
            raise Curable(number, "This number is ours already.", cure)
        senders.rename(tx, sender.id, number)
        _changed(house, tx, by, "changed", sender)


def resume(house: House, given: str, by: str) -> None:
    """Let a number send again that the carrier had us pause. Raises Curable."""
    with house.database.writing() as tx:
        sender = _ours(tx, given)
        senders.resume(tx, sender.id)
        _changed(house, tx, by, "resumed", sender)
    for lane in (0, 1, 2):
        house.nudger.nudge(lane)


def opted_out(house: House, after: str = "", most: int = 100) -> list[dict[str, Any]]:
    """Ids of numbers that asked for no more texts, when and how."""
    with house.database.reading() as tx:
        return [
            {"number_id": id_, "at": at, "how": how, "country": country}
            for id_, at, how, country in numbers.opted_out(tx, after, most)
        ]


def counts(house: House) -> dict[str, int]:
    """How many numbers we know, and how many of them are not texted."""
    with house.database.reading() as tx:
        known, out, unusable = numbers.counts(tx)
        return {
            "known": known, "opted_out": out, "unusable": unusable,
            "remembered_after_erasure": suppressions.count(tx),
        }  # fmt: skip


def _ours(tx: Tx, given: str) -> Sender:
    found = senders.find(tx, plain_number(given))
    if found is None:
        raise Curable(given, "This number is not ours.", "See `hearthline numbers list`.")
    return found


def _milli(pace: float) -> int:
    if not 0 < pace <= _MOST_PACE:
        cure = f"A plain long code carries 1; give more than 0 and at most {_MOST_PACE:g}."
        raise Curable(f"{pace:g}", "No number sends at this pace.", cure)
    return max(1, round(pace * 1000))


def _changed(house: House, tx: Tx, by: str, act: str, sender: Sender) -> None:
    now = house.now()
    settings_rows.touch(tx, now)
    trail.record(tx, by, act, SENDER, sender.id, now)
