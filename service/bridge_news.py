"""Bridge news: what becomes of a phone of a bridge outside of its own call, and who is told of it.

Promise: a phone that is to ring does so in a turn of its owner; one that is gone, however that
came, is gone once; the flow that waited for what came of it is told once, by text where they hung
up and texts reach them. Where all have gone the bridge is over. No call goes on here: that is
`rooms`.
"""

from __future__ import annotations

from flows import bridging, ringing
from flows.bridging import AWAY, GONE, HELPER, JOINED, PERSON, SUPERVISOR, WAITING
from flows.events import Performed
from service import bridge_phones, bridges, call_ends, conversing, reaching, waiting
from service.bridge_phones import Phone
from service.bridges import Open
from service.house import House
from service.slate import CASE, TEXT, URGENT, Slate
from service.storage import bridges as stored
from service.storage import calls, cases, conversations, standing, timers
from service.storage.bridges import Bridge, Leg
from service.storage.calls import Call
from service.storage.cases import Case
from service.storage.contacts import reach
from service.storage.standing import Conversation
from service.storage.timers import Timer

CALL_BACK, JOIN_CALL = "call-back", "call-needs-you"  # flows that begin when they take the call
HUNG_UP, OWN_PHONE = "hung up", "own phone"  # why a phone is gone, besides `flows.ringing`'s words


# --- a phone is to ring


def ring(slate: Slate, timer: Timer) -> None:
    """Have it ring, if that is still wanted and may be."""
    leg = stored.leg(slate.tx, timer.subject_id or "")
    bridge = stored.load(slate.tx, leg.bridge_id) if leg is not None else None
    case = cases.load(slate.tx, bridge.case_id) if bridge is not None else None
    if leg is None or bridge is None or case is None or slate.person is None:
        return
    if bridge.status == stored.OVER or leg.call_id is not None:
        return
    phone = _phone(slate, leg, case)
    if isinstance(phone, str):
        gone(slate, bridge, leg, phone)
        return
    talk = None if leg.role == PERSON else _to_begin(slate, leg, phone)
    call = bridges.new_call(slate, phone, talk.id if talk is not None else None)
    stored.rings(
        slate.tx, leg.id, call_id=call.id, number_id=phone.number_id, person_id=phone.person_id,
        conversation_id=talk.id if talk is not None else None,
    )  # fmt: skip


def _phone(slate: Slate, leg: Leg, case: Case) -> Phone | str:
    if leg.role == PERSON:
        return bridge_phones.of_person(slate.tx, case, slate.now)
    if leg.role == HELPER:
        return bridge_phones.of_helper(slate.tx, case, slate.now) or bridge_phones.NO_PHONE
    mine = leg.person_id or ""
    found = bridge_phones.best(reach(slate.tx, [mine]).get(mine, []))
    return found or bridge_phones.NO_PHONE


def _to_begin(slate: Slate, leg: Leg, phone: Phone) -> Conversation:
    """The flow that asks whether they take the call; it begins when they do."""
    if phone.number_id != slate.number.id:
        found = standing.by_numbers(slate.tx, [phone.number_id]).get(phone.number_id)
        slate.number = found.number if found is not None else slate.number
    flow = JOIN_CALL if leg.role == SUPERVISOR else CALL_BACK
    conversation = conversing.prepare(slate, flow, None)
    waiting.until_called(slate, conversation)
    return conversation


# --- a phone is gone


def call_over(slate: Slate, call: Call) -> None:
    """A call has ended: the phone of a bridge that it was is gone."""
    found = stored.of_call(slate.tx, call.id)
    if found is None or found[1].status == GONE:
        return
    later = timers.planned(slate.tx, call_ends.key(call.id, ringing.LATER))
    came_to = ringing.outcome(call.status, call.answered_by, call.proved_at is not None, later)
    gone(slate, *found, HUNG_UP if came_to == ringing.REACHED else came_to)


def hung_up(slate: Slate, call: Call) -> None:
    """The network tells so by what it asks next, before or after it tells that the call ended."""
    found = stored.of_call(slate.tx, call.id)
    if found is not None and found[1].status != GONE:
        slate.channel = TEXT
        gone(slate, *found, HUNG_UP)


def called(slate: Slate, timer: Timer) -> bool:
    """What a call of ours came to, for whoever it was for; whether it was a bridge's alone."""
    found = stored.of_call(slate.tx, timer.subject_id or "")
    if found is None:
        return False
    if found[1].status != GONE:
        gone(slate, *found, timer.token or ringing.FAILED)
    talk = _conversation(slate, found[1].conversation_id)
    if talk is not None and talk.status == "waiting" and talk.urgency == waiting.FOR_A_CALL:
        conversing.close(slate, talk, "not reached")
    call = calls.load(slate.tx, timer.subject_id or "")
    return call is not None and call.conversation_id is not None


def gone(slate: Slate, bridge: Bridge, leg: Leg, why: str) -> None:
    """This phone is out of it: its own flow is told, and what follows for the others is done."""
    held = stored.legs(slate.tx, bridge.id)
    if not stored.move_leg(slate.tx, leg.id, GONE, slate.now, why=why):
        return
    if leg.status == JOINED and ends(leg, held):
        stored.room_ended(slate.tx, bridge, leg.round)
    others = [one for one in held if one.id != leg.id]
    _tell(slate, bridge, leg, others, why)
    case = cases.load(slate.tx, bridge.case_id)
    after = stored.legs(slate.tx, bridge.id)
    if bridging.all_over([rule(one, bridge) for one in after]):
        if not _waits(after):
            bridges.over(slate, bridge, why)
        return
    if case is None or leg.role != SUPERVISOR or leg.joined_at is not None:
        return
    if not bridges.ring_supervisor(slate, Open(bridge, after), case):  # the next of them
        bridges.helper_wanted(slate, case)


def _waits(held: list[Leg]) -> bool:
    """Whether somebody on the line is still to be told what came of it, which ends it then.

    Who came out of the room is: their own call asks next, and hears it there.
    """
    return any(
        leg.status in (WAITING, JOINED) or (leg.status == AWAY and leg.token is not None)
        for leg in held
    )


def ends(leg: Leg, held: list[Leg]) -> bool:
    """Whether the room is over for all when this one leaves it."""
    if leg.role == PERSON:
        return True
    host = next((o for o in held if o.role == HELPER and o.status != GONE), None)
    return leg.role == HELPER or (leg.role == SUPERVISOR and host is None)


def _tell(slate: Slate, bridge: Bridge, leg: Leg, others: list[Leg], why: str) -> None:
    """The flow of somebody who hung up, or whose phone was not answered."""
    if leg.token is None or leg.conversation_id is None:
        return
    mine = slate.person is not None and slate.person.id == leg.person_id
    if not mine:
        return
    if leg.role != HELPER:
        talk = _conversation(slate, leg.conversation_id)
        if stored.told(slate.tx, leg.id) and talk is not None and talk.status != "ended":
            conversing.close(slate, talk, HUNG_UP)
        return
    if slate.channel == TEXT and not reaching.takes_texts(slate.number):
        return  # it is asked when they call
    by_text = leg.joined_at is None and leg.status == bridging.WANTED
    came_to = OWN_PHONE if by_text else came(bridge, leg, others, why)
    deliver(slate, leg, came_to)


def came(bridge: Bridge, leg: Leg, others: list[Leg], why: str = "") -> str:
    """What it came to for this one, in `flows.bridging`'s words."""
    return bridging.came_to(rule(leg, bridge), [rule(one, bridge) for one in others], why)


def deliver(slate: Slate, leg: Leg, came_to: str) -> bool:
    """Tell the flow of this phone what came of it; whether it still waited for that."""
    token = leg.token
    talk = _conversation(slate, leg.conversation_id)
    if token is None or not stored.told(slate.tx, leg.id):
        return False
    if talk is None or talk.status == "ended":
        return False
    if slate.front is not talk:
        conversing.step_aside(slate)
        talk.status = "front"
        conversing.bring_to_front(slate, talk)
    slate.lane, slate.purpose = URGENT, CASE
    if came_to == bridging.TOGETHER:
        outcome = Performed(bridges.TOGETHER)
    else:
        outcome = bridges.not_reached(slate, came_to)
    conversing.run(slate, talk, outcome._replace(token=token))
    return True


def _conversation(slate: Slate, conversation_id: str | None) -> Conversation | None:
    if conversation_id is None:
        return None
    held = slate.conversations.get(conversation_id)
    if held is None:
        held = conversations.by_ids(slate.tx, [conversation_id]).get(conversation_id)
        if held is not None:
            slate.conversations[held.id] = held
    return held


def rule(leg: Leg, bridge: Bridge) -> bridging.Leg:
    """As the rules take it."""
    here = leg.status == JOINED and leg.round == bridge.round
    return bridging.Leg(
        leg.role, leg.status, leg.since, leg.joined_at is not None, here, leg.came_to or ""
    )


# --- what the network tells of a room


def came_and_went(house: House, *, leg_id: str, room: str, event: str) -> None:
    """Somebody went into a room, or out of it. Best effort: their own call tells it as well.

    What is told late, of a room that they are in no more, is no news.
    """
    if event != "participant-leave":
        return
    now = house.now()
    with house.database.writing() as tx:
        leg = stored.leg(tx, leg_id)
        bridge = stored.load(tx, leg.bridge_id) if leg is not None else None
        if leg is None or bridge is None or leg.status != JOINED:
            return
        if room != bridges.room_of(bridge, leg.round):
            return
        held = stored.legs(tx, bridge.id)
        stored.move_leg(tx, leg.id, WAITING if leg.role == PERSON else AWAY, now)
        if ends(leg, held):
            stored.room_ended(tx, bridge, leg.round)
