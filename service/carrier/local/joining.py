"""A call that is joined with others: what `Dial` does, and how it goes on afterwards.

Promise: by the carrier's rules. Star leaves where the document allows it, the time limit ends it,
and who is parted goes on at the action with what the carrier tells of it; a phone that was hung up
has its action asked all the same. Rooms and what rings are kept elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.carrier.local.bridging import Bridge
from service.carrier.local.inputs import Keys, Speech
from service.carrier.local.onward import Onward, Over
from service.carrier.local.rooms import LEFT, Seat
from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_verbs import Conference, Dial, Pause, Play, Redirect, Say

if TYPE_CHECKING:
    from service.carrier.local.line import Line

STAR = "*"
FROM_A_DIALLED_CALL, BAD_WAITING = 13201, 13238
MUSIC = "music"


async def joined(line: Line, verb: Dial) -> None:
    """Join the call; Onward where an action says how it goes on, otherwise the next verb does."""
    if line.call.direction == "outbound-dial":
        raise RefusedAnswer(
            FROM_A_DIALLED_CALL, "who was dialled cannot dial before they are joined"
        )
    told: dict[str, str] = {}
    try:
        if verb.room is not None:
            await _in_room(line, verb, verb.room, told)
        else:
            await _with_another(line, verb, told)
    except Over:
        if verb.action is not None and line.call.status == "completed":
            await line.calling.webhooks.last(line.call, verb.action, verb.method, told)
        raise
    if verb.action is not None:
        raise Onward(verb.action, verb.method, told)


async def stay(line: Line, seat: Seat, star_leaves: bool) -> None:
    """Be there: talk, and hear what the others say, until one has left or has to."""
    between = line.calling.between
    between.stir(line)
    try:
        while not seat.gone:
            given = await line.wait("together", **seat.shown())
            if isinstance(given, Speech):
                between.rooms.voice(seat, given.words)
            elif isinstance(given, Keys):
                if star_leaves and STAR in given.digits:
                    break
                between.rooms.keys(seat, given.digits)
    finally:
        between.rooms.leave(seat, LEFT)
        between.stir(line)


async def _in_room(line: Line, verb: Dial, room: Conference, told: dict[str, str]) -> None:
    """A conference: no call of its own was dialled, so nothing is told of one."""
    between = line.calling.between
    seat = between.rooms.enter(line, room, verb.star_leaves)
    told["DialCallStatus"] = "answered" if seat else "failed"
    if seat is None:
        return
    between.limit(seat, verb.longest)
    try:
        await _wait_for_the_start(line, seat, room)
    except BaseException:
        between.rooms.leave(seat, LEFT)
        raise
    await stay(line, seat, verb.star_leaves)


async def _wait_for_the_start(line: Line, seat: Seat, room: Conference) -> None:
    """What is heard until the conference starts; a mistake in it is no reason to leave."""
    if seat.room.status != "init" or room.wait_url == "":
        return
    if room.wait_url is None:
        line.call.note(MUSIC, "network")
        return
    webhooks = line.calling.webhooks
    try:
        for heard in await webhooks.document(line.call, room.wait_url, room.wait_method, {}):
            if isinstance(heard, (Say, Play, Pause)):
                await line.prompt(heard)
            elif not isinstance(heard, Redirect):  # it would only begin again
                name = type(heard).__name__
                raise RefusedAnswer(BAD_WAITING, f"<{name}> has no place in what is waited with")
    except RefusedAnswer as refused:
        webhooks.trouble(line.call, refused, room.wait_url)
    line.check()


async def _with_another(line: Line, verb: Dial, told: dict[str, str]) -> None:
    """The first of the phones that are rung whose person takes the call."""
    bridge = Bridge(line, verb, stay)
    try:
        await bridge.ring()
        if bridge.seat is not None:
            line.calling.between.limit(bridge.seat, verb.longest)
            await stay(line, bridge.seat, verb.star_leaves)
    finally:
        bridge.close()
        told |= bridge.told()
