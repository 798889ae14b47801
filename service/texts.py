"""Messages, for those who run the service: listed by id and state, opened one by one, let go.

Promise: a list never holds words; opening a message is a line of the trail. What is held is let
go only to be looked at again when it leaves: who opted out is not texted for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.by_hand import whom
from service.cures import Curable
from service.house import House
from service.storage import message_lists, messages, trail
from service.storage.message_lists import Listed

LANES = {number: name for name, number in messages.LANES.items()}
MESSAGE = "message"  # as the trail names it


def listing(
    house: House, given: str | None = None, status: str | None = None, most: int = 50
) -> list[dict[str, Any]]:
    """The latest messages, everybody's or one person's; with a status, those in it."""
    with house.database.reading() as tx:
        if given is None:
            found = message_lists.latest(tx, status, most)
        else:
            found = message_lists.of_person(tx, whom(tx, given), most)
            found = [row for row in found if status in (None, row.status)]
    return [_shown(row) for row in found]


def shown(house: House, message_id: str, by: str, *, words: bool) -> dict[str, Any]:
    """One message; with `words` what it says. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        found = message_lists.load(tx, message_id, words=words)
        if found is None:
            raise Curable(message_id, "No message has this id.", "See `hearthline messages list`.")
        if words:
            trail.record(tx, by, "read", MESSAGE, message_id, now)
    row, text = found
    return {**_shown(row), **({"text": text} if words else {})}


def _shown(row: Listed) -> dict[str, Any]:
    return {**row._asdict(), "lane": LANES[row.lane]}


def held(house: House) -> list[dict[str, Any]]:
    """What is held, by reason and lane."""
    with house.database.reading() as tx:
        return [{**row._asdict(), "lane": LANES[row.lane]} for row in message_lists.held(tx)]


def release(house: House, ids: Sequence[str], by: str, *, everything: bool = False) -> int:
    """Let held messages go now; what a restore holds stays. How many there were."""
    now = house.now()
    with house.database.writing() as tx:
        if everything:
            count = message_lists.let_all_go(tx, now)
        else:
            count = message_lists.let_go(tx, ids, now)
        trail.record(tx, by, "released", MESSAGE, None, now, {"count": count, "ids": list(ids)})
    for lane in LANES:
        house.nudger.nudge(lane)
    return count


def doubts(house: House, most: int = 50) -> list[dict[str, Any]]:
    """Messages of which nobody knows yet whether the carrier has them."""
    return listing(house, status="in doubt", most=most)
