"""A call that is joined with others: what `Dial` does, and how it goes on afterwards.

Promise: by the carrier's rules. Star leaves where the document allows it, the time limit ends it,
and who is parted goes on at the action with what the carrier tells of it; a phone that was hung up
has its action asked all the same. Prompts in the call wait until then. Rooms are kept elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.carrier.local.inputs import Keys, Parted, Speech
from service.carrier.local.onward import Onward, Over
from service.carrier.local.rooms import LEFT
from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_values import SCHEMA
from service.carrier.local.voice_verbs import Conference, Dial

if TYPE_CHECKING:
    from service.carrier.local.line import Line

STAR = "*"


async def joined(line: Line, verb: Dial) -> None:
    """Join the call; Onward where an action says how it goes on, otherwise the next verb does."""
    if verb.room is None:
        raise RefusedAnswer(SCHEMA, "this network joins calls in rooms alone")
    try:
        about = await _in_room(line, verb, verb.room)
    except Over:
        if verb.action is not None and line.call.status == "completed":
            about = {"DialCallStatus": "answered"}
            await line.calling.webhooks.last(line.call, verb.action, verb.method, about)
        raise
    if verb.action is not None:
        raise Onward(verb.action, verb.method, about)


async def _in_room(line: Line, verb: Dial, room: Conference) -> dict[str, str]:
    rooms = line.calling.between.rooms
    seat = rooms.enter(line, room, verb.star_leaves)
    if seat is None:
        return {"DialCallStatus": "failed"}
    line.calling.between.stir(line)
    line.calling.between.limit(seat, verb.longest)
    try:
        while not seat.gone:
            given = await line.wait("together", **seat.shown())
            if isinstance(given, Speech):
                rooms.voice(seat, given.words)
            elif isinstance(given, Keys) and verb.star_leaves and STAR in given.digits:
                break
            elif isinstance(given, Keys):
                rooms.keys(seat, given.digits)
            elif isinstance(given, Parted):
                break
    finally:
        rooms.leave(seat, LEFT)
        line.calling.between.stir(line)
    return {"DialCallStatus": "answered"}
