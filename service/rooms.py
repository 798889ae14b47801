"""Rooms: a phone of a bridge in its own call: it waits on the line, goes into the room, comes out.

Promise: where it stands is in the database, by call and step, so any process may take the next one
and a repeated one is answered alike. Each phone asks again every few seconds while it waits; what
it hears then is `flows.bridging`'s rule. Nobody waits without a word, and nothing of anybody stands
in a room's name. What becomes of a phone outside of its call is `bridge_news`.
"""

from __future__ import annotations

from flows import bridging
from flows.bridging import (
    AWAY,
    GONE,
    HELPER,
    LINE,
    PERSON,
    TOGETHER,
    WAITING,
    Join,
    Leave,
    Stay,
)
from flows.calling import ROOM, TALK, WAIT
from service import bridge_news, bridges
from service.bridge_phones import PURPOSES
from service.carrier import voice
from service.carrier.webhooks import RETRIES
from service.desk import Desk
from service.slate import CASE, URGENT
from service.speaking import Line
from service.storage import bridges as stored
from service.storage import cases, people
from service.storage.bridges import Bridge, Leg

PHASES = (WAIT, ROOM)
_LONGEST = 3600  # seconds in a room, before everybody in it is asked anew
_MOST = 5  # phones in a room: two, a supervisor, a line, and one that comes back


# --- into it


def enter(line: Line) -> bool:
    """Somebody is proved in a call that was made for a bridge alone; whether it is one."""
    call = line.call
    if call.purpose not in PURPOSES or call.conversation_id is not None:
        return False
    found = stored.of_call(line.slate.tx, call.id)
    if found is None or found[1].status == GONE or found[0].status == stored.OVER:
        _say(line, "bridge-nobody")
        line.over = True
        return True
    bridge, me = found
    call.proved_at = call.proved_at or line.slate.now
    if me.role == HELPER:
        case = cases.load(line.slate.tx, bridge.case_id)
        if case is not None:
            bridges.ring_person(line.slate, bridge, case)
        _say(line, "bridge-ringing")
    else:
        _say(line, "bridge-coming")
    _wait(line, bridge, me)
    return True


def opens(line: Line) -> bool:
    """Whether whoever answered here is let in as they are: a number that was named to us for this,
    where nobody has to show who they are."""
    call = line.call
    if call.purpose not in PURPOSES or call.person_id is not None or call.direction != "out":
        return False
    found = stored.of_call(line.slate.tx, call.id)
    if found is None:
        return False
    case = cases.load(line.slate.tx, found[0].case_id)
    person = people.load(line.slate.tx, case.person_id) if case is not None else None
    line.slate.person = line.slate.front = None
    line.slate.tongue = person.language if person is not None else None
    return enter(line)


def line_answered(line: Line) -> bool:
    """A line that a helper had rung was answered; it goes in as it is, by a machine's menu too."""
    found = stored.of_call(line.slate.tx, line.call.id)
    if found is None or found[1].role != LINE:
        return False
    bridge, me = found
    line.manners = line.manners._replace(proved=True)
    if me.status == GONE or bridge.status == stored.OVER:
        line.over = True
    else:
        _wait(line, bridge, me)
    return True


def holds(line: Line) -> bool:
    """Whether the turn had this call wait for others, from now on."""
    leg_id, line.slate.bridge = line.slate.bridge, None
    me = stored.leg(line.slate.tx, leg_id) if leg_id is not None else None
    bridge = stored.load(line.slate.tx, me.bridge_id) if me is not None else None
    if me is None or bridge is None:
        return False
    if me.call_id != line.call.id:
        stored.on(line.slate.tx, me.id, line.call.id)
    line.call.asked_conversation_id = line.call.asked_token = None
    _wait(line, bridge, me)
    if line.pause is not None:
        first = "bridge-coming" if me.role == PERSON else "bridge-ringing"
        _say(line, first if me.joined_at is None else "bridge-stay")
    return True


def _wait(line: Line, bridge: Bridge, me: Leg) -> None:
    stored.move_leg(line.slate.tx, me.id, WAITING, line.slate.now)
    line.manners = line.manners._replace(phase=WAIT)
    _next(line, bridge, stored.leg(line.slate.tx, me.id) or me)


# --- while it is there


def take(line: Line) -> bool:
    """The next step of a phone of a bridge; whether its call goes on with its conversation."""
    slate = line.slate
    found = stored.of_call(slate.tx, line.call.id)
    if found is None:
        line.manners = line.manners._replace(phase=TALK)
        return True
    bridge, me = found
    if line.manners.phase == ROOM:
        return _came_out(line, bridge, me)
    return _next(line, bridge, me)


def _came_out(line: Line, bridge: Bridge, me: Leg) -> bool:
    """Out of the room: by their own key, or since it is over."""
    slate = line.slate
    held = stored.legs(slate.tx, bridge.id)
    if bridge_news.ends(me, held):
        stored.room_ended(slate.tx, bridge, me.round)
        stored.move(slate.tx, bridge.id, "apart", slate.now)
    stored.move_leg(slate.tx, me.id, WAITING if me.role == PERSON else AWAY, slate.now)
    bridge = stored.load(slate.tx, bridge.id) or bridge
    me = stored.leg(slate.tx, me.id) or me
    line.manners = line.manners._replace(phase=WAIT)
    if me.role == LINE:
        bridge_news.gone(slate, bridge, me, bridge_news.HUNG_UP)
        line.over = True
        return False
    if me.role != PERSON and me.token is not None:
        return _leave(
            line, bridge, me, bridge_news.came(bridge, me, [leg for leg in held if leg.id != me.id])
        )
    if me.role == PERSON and me.status == WAITING:
        _say(line, "bridge-stay")
    return _next(line, bridge, me)


def _next(line: Line, bridge: Bridge, me: Leg) -> bool:
    """Wait on, go into the room, or leave: as the rules say. As `take`."""
    slate = line.slate
    held = stored.legs(slate.tx, bridge.id)
    others = [leg for leg in held if leg.id != me.id]
    if me.status == GONE or bridge.status == stored.OVER:
        return _leave(line, bridge, me, bridge_news.came(bridge, me, others, me.came_to or ""))
    seen = [bridge_news.rule(leg, bridge) for leg in others]
    match bridging.next_for(bridge_news.rule(me, bridge), seen, slate.now):
        case Stay(again=again):
            if again:
                _say(line, "bridge-stay" if me.role == PERSON else "bridge-still")
            line.pause = bridging.POLL_S
        case Join(ends=ends):
            _join(line, bridge, me, ends)
        case Leave(came_to=came_to):
            return _leave(line, bridge, me, came_to)
    return False


def _join(line: Line, bridge: Bridge, me: Leg, ends: bool) -> None:
    slate = line.slate
    stored.move_leg(slate.tx, me.id, "joined", slate.now, round_=bridge.round)
    after = [bridge_news.rule(leg, bridge) for leg in stored.legs(slate.tx, bridge.id)]
    if bridging.in_room(after) > 1:
        first = bridge.together_at is None
        stored.move(slate.tx, bridge.id, "together", slate.now)
        case = cases.load(slate.tx, bridge.case_id)
        if case is not None and (first or me.role not in (PERSON, HELPER)):
            act = "together" if me.role in (PERSON, HELPER) else f"{me.role} joined"
            Desk.of(slate).note(case, act)
        if case is not None and case.deadline_at is not None:
            bridges.in_touch(slate, case)
    if me.role != LINE:
        _say(line, "bridge-connecting" if me.role == PERSON else "bridge-together")
    line.manners = line.manners._replace(phase=ROOM)
    base = slate.house.settings.public_url
    line.room = voice.Room(
        bridges.room_of(bridge, bridge.round), me.id,
        f"{base}/twilio/voice/conference{RETRIES}", ends, me.role != PERSON, _LONGEST, _MOST,
    )  # fmt: skip


# --- out of it


def _leave(line: Line, bridge: Bridge, me: Leg, came_to: str) -> bool:
    """Back to what they were asked in this call; or, where that was nothing, a kind goodbye."""
    slate = line.slate
    line.manners = line.manners._replace(phase=TALK)
    stored.move_leg(slate.tx, me.id, AWAY, slate.now)
    told = bridge_news.deliver(slate, me, came_to)
    if not told:
        if me.role != LINE:
            _say(line, "call-goodbye" if came_to == TOGETHER else "bridge-nobody")
        line.over = True
        bridge_news.gone(slate, bridge, stored.leg(slate.tx, me.id) or me, bridge_news.HUNG_UP)
    elif me.role == PERSON:
        bridge_news.gone(slate, bridge, stored.leg(slate.tx, me.id) or me, came_to)
    else:
        held = stored.legs(slate.tx, bridge.id)
        if bridging.all_over([bridge_news.rule(leg, bridge) for leg in held]):
            bridges.over(slate, bridge, came_to)
    return told


def _say(line: Line, phrase: str) -> None:
    line.slate.phrase(phrase, URGENT, CASE)
