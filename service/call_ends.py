"""The end of a call of ours as an event for its person; and calls that are not to be placed.

Promise: however a call comes to its end - placed in vain, refused, called off, hung up - its person
hears of it in a turn of their own, once. Nothing is decided here about what follows: `ringing`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import ringing
from service.slate import REPLY, Slate
from service.storage import call_lists, ids, placings
from service.storage.timers import Timer

KIND = "called"  # of the timer


def event(
    call_id: str, person_id: str, came_to: str, now: datetime, code: str | None = None,
    after: timedelta = timedelta(0),
) -> Timer:  # fmt: skip
    """What the call came to (`flows.ringing`), due for its person after so long."""
    payload = {"code": code} if code is not None else None
    return Timer(
        ids.new(), key(call_id, came_to), KIND, person_id, call_id, now + after, came_to, payload,
        REPLY,
    )  # fmt: skip


def key(call_id: str, came_to: str) -> str:
    return f"{KIND}:{call_id}:{came_to}"


def call_off(slate: Slate, reason: str) -> None:
    """None of the calls that wait to be placed for this person are wanted any more.

    Their check-ins hear of it; whoever ends those anyway need not call this.
    """
    assert slate.person is not None
    for call_id in call_lists.waiting_for(slate.tx, slate.person.id):
        slate.later(event(call_id, slate.person.id, ringing.DROPPED, slate.now))
    placings.cancel_person(slate.tx, slate.person.id, reason, slate.now)
