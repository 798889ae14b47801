"""Bridges: a helper and the person of their case in one call, with us between them.

Promise: nobody sees a number, and nothing that is said is kept: the timeline has who was rung, what
came of it, and how long they were together. What concerns another's phone is an event due now for
them, and what a flow waits for comes to it once. How a phone goes on in its call is `rooms`.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from flows import bridging, ringing
from flows.bridging import GONE, HELPER, LINE, PERSON, SUPERVISOR, WAITING, WANTED
from flows.events import Performed
from flows.lines import need_of
from service import bridge_phones, directory, taking, telling
from service.bridge_phones import NO_PHONE, Phone
from service.desk import DEADLINE, Desk, timer
from service.slate import CALL, CASE, URGENT, Slate
from service.storage import (
    bridges,
    case_alerts,
    cases,
    contacts,
    holding,
    ids,
    numbers,
    people,
    placings,
)
from service.storage.bridges import Bridge, Leg
from service.storage.case_alerts import NewAlert
from service.storage.cases import Case
from service.storage.standing import Conversation
from service.storage.timers import Timer

RING = "bridge-ring"  # kind of the timer: a phone of a bridge is to ring
OUT, BACK = "out", "back"
TOGETHER, NOT_REACHED, NO_LINE, THEY_LEFT = "together", "not reached", "no line", "gone"
ANEW = "begun anew"
_SECONDS_A_MINUTE = 60
_IN_TOUCH = timedelta(hours=2)
# What a helper hears of a phone that nobody came to.
_SAID = {
    ringing.BUSY: "bridge-busy",
    ringing.MACHINE: "bridge-machine",
    ringing.LATER: "bridge-later",
    ringing.FAILED: "bridge-not-through",
    ringing.LATE: "bridge-not-through",
    ringing.DROPPED: "bridge-not-through",
    "hung up": "bridge-hung-up",
    "own phone": "bridge-own-phone",
    bridge_phones.NOT_NOW: "bridge-not-now",
    bridge_phones.STOPPED: "bridge-stopped",
    NO_PHONE: "bridge-no-phone",
}
_NO_ANSWER = "bridge-no-answer"


class Open(NamedTuple):
    """A bridge that is not over, with all its phones."""

    bridge: Bridge
    legs: list[Leg]

    def leg(self, role: str) -> Leg | None:
        """The last phone of this role."""
        return next((leg for leg in reversed(self.legs) if leg.role == role), None)

    def waits(self) -> bool:
        """Whether the person is on the line."""
        person = self.leg(PERSON)
        return person is not None and person.status in (WAITING, bridging.JOINED)


def open_of(slate: Slate, case: Case) -> Open | None:
    bridge = bridges.open_of(slate.tx, case.id)
    return Open(bridge, bridges.legs(slate.tx, bridge.id)) if bridge is not None else None


def case_of(slate: Slate, conversation: Conversation) -> Case | None:
    """The case of the bridge that this conversation belongs to."""
    found = bridges.of_conversation(slate.tx, conversation.id)
    return cases.load(slate.tx, found[0].case_id) if found is not None else None


# --- somebody wants to be connected


def connect(slate: Slate, conversation: Conversation, case: Case, token: int) -> Performed | None:
    """Ring the person of a case; None: what comes of it comes to the conversation later.

    From a call, that call waits for them. From a text, the phone it came from is rung first.
    """
    assert slate.person is not None
    held = open_of(slate, case)
    if held is not None:
        if _goes_back(slate, conversation, held, token):
            return None
        over(slate, held.bridge, ANEW)
    phone, own = bridge_phones.of_person(slate.tx, case, slate.now), _own_phone(slate)
    if isinstance(phone, str) or own is None:
        why = phone if isinstance(phone, str) else NO_PHONE
        Desk.of(slate).note(case, f"not rung: {why}", slate.person.id)
        if why == NO_PHONE:  # somebody waits, and no phone of ours can bring them together
            telling.staff(slate, "case-not-connected-coordinator", URGENT, code=case.code)
        return not_reached(slate, why)
    bridge = _begin(slate, case, OUT)
    leg = _leg(slate, bridge, HELPER, slate.person.id, own.number_id)
    bridges.awaits(slate.tx, leg.id, conversation.id, token)
    Desk.of(slate).note(case, "ringing them", slate.person.id)
    if slate.channel == CALL:
        slate.bridge = leg.id
        ring_person(slate, bridge, case)
    else:
        call = new_call(slate, own)
        bridges.rings(
            slate.tx, leg.id, call_id=call.id, number_id=own.number_id, person_id=own.person_id
        )
        slate.phrase("bridge-your-phone", URGENT, CASE)
    return None


def _goes_back(slate: Slate, conversation: Conversation, held: Open, token: int) -> bool:
    """Whether they go back to somebody who still is on the line, in the call that they are in."""
    assert slate.person is not None
    mine = _own(slate, held)
    if slate.channel != CALL or mine is None or not held.waits():
        return False
    if mine.status == WANTED and mine.conversation_id != conversation.id:
        return False  # that is another call, which rings at this moment
    bridges.awaits(slate.tx, mine.id, conversation.id, token)
    slate.bridge = mine.id
    return True


def _own(slate: Slate, held: Open) -> Leg | None:
    """Their own phone in a bridge, where it is not gone."""
    me = slate.person.id if slate.person is not None else None
    return next(
        (
            leg
            for leg in reversed(held.legs)
            if leg.person_id == me and leg.status != GONE and leg.role != PERSON
        ),
        None,
    )


def _own_phone(slate: Slate) -> Phone | None:
    """The phone that they act from, where it can be rung; on the line it is in use already."""
    assert slate.person is not None
    if slate.channel == CALL:
        return Phone(slate.number.id, slate.person.id)
    reach = contacts.reach(slate.tx, [slate.person.id]).get(slate.person.id, [])
    return bridge_phones.best(reach, slate.number.id)


def call_back(slate: Slate, conversation: Conversation, case: Case, token: int) -> Performed | None:
    """The person rings who has their case; whoever that is takes the call or does not."""
    assert slate.person is not None
    held = open_of(slate, case)
    Desk.of(slate).note(case, "called back", "person")
    if held is not None:
        mine = held.leg(PERSON)
        helper = held.leg(HELPER)
        if mine is not None and mine.status == WANTED and helper and helper.status == WAITING:
            _meets(slate, conversation, mine, token)  # who rings them is on the line already
            return None
        over(slate, held.bridge, ANEW)
    if slate.channel != CALL or bridge_phones.of_helper(slate.tx, case, slate.now) is None:
        return Performed(NOT_REACHED)
    bridge = _begin(slate, case, BACK)
    leg = _leg(slate, bridge, PERSON, slate.person.id, slate.number.id)
    bridges.awaits(slate.tx, leg.id, conversation.id, token)
    slate.bridge = leg.id
    ring(slate, _leg(slate, bridge, HELPER, case.holder_id, None), case.holder_id)
    return None


def _meets(slate: Slate, conversation: Conversation, mine: Leg, token: int) -> None:
    if mine.call_id is not None:
        placings.cancel(slate.tx, [mine.call_id], "called back", slate.now)
    bridges.awaits(slate.tx, mine.id, conversation.id, token)
    slate.bridge = mine.id


def join(slate: Slate, conversation: Conversation, token: int) -> Performed | None:
    """Who was rung for it goes into the room of a bridge that goes on."""
    found = bridges.of_conversation(slate.tx, conversation.id)
    if found is None or slate.channel != CALL or found[1].status == GONE:
        return Performed(THEY_LEFT)
    bridge, mine = found
    if not Open(bridge, bridges.legs(slate.tx, bridge.id)).waits():
        return Performed(THEY_LEFT)
    bridges.awaits(slate.tx, mine.id, conversation.id, token)
    slate.bridge = mine.id
    return None


def with_supervisor(
    slate: Slate, conversation: Conversation, case: Case, token: int
) -> Performed | None:
    """Ring a supervisor, and go back to the person meanwhile; a failure where that cannot be."""
    held = open_of(slate, case)
    mine = _own(slate, held) if held is not None else None
    if held is None or mine is None or slate.channel != CALL or not held.waits():
        return Performed(NOT_REACHED)
    there = held.leg(SUPERVISOR)
    if (there is None or there.status == GONE) and not ring_supervisor(slate, held, case):
        return Performed(NOT_REACHED)
    bridges.awaits(slate.tx, mine.id, conversation.id, token)
    slate.bridge = mine.id
    return None


def with_line(slate: Slate, conversation: Conversation, case: Case, token: int) -> Performed | None:
    """Ring a line into the room, at the helper's word; a failure where its number is none that we
    can dial from here."""
    from service import turns  # which knows what a number is, and leads here

    held = open_of(slate, case)
    mine = _own(slate, held) if held is not None else None
    said, voice, country = _line_for(slate, case)
    number = turns.as_dialled(voice, country) if voice else None
    if held is None or mine is None or not held.waits() or slate.channel != CALL or number is None:
        return Performed(NO_LINE, {"line_said": said})
    place, kind = turns.described(number)
    number_id, _ = numbers.add(slate.tx, number, country=place, kind=kind, at=slate.now)
    leg = _leg(slate, held.bridge, LINE, None, None)
    call = new_call(slate, Phone(number_id, None))
    bridges.rings(slate.tx, leg.id, call_id=call.id, number_id=number_id, person_id=None)
    assert slate.person is not None
    Desk.of(slate).note(case, "line rung", slate.person.id)
    bridges.awaits(slate.tx, mine.id, conversation.id, token)
    slate.bridge = mine.id
    return None


def _line_for(slate: Slate, case: Case) -> tuple[str, str | None, str]:
    """The line for the person of a case: as it is said, as it is dialled, and where."""
    force, us = slate.force, slate.force.organisation
    person = people.load(slate.tx, case.person_id)
    fields = dict(person.fields) if person is not None else {}
    country = str(fields.get("country") or us.country)
    languages = (person.language,) if person is not None and person.language else us.languages
    wanted = directory.wanted_by(country, languages, fields, need_of(case.note), True)
    given = directory.given(force.directory, us, wanted, slate.now)
    entry = given.entry
    return given.line, entry.voice if entry is not None else given.line, country


def take_over(slate: Slate, conversation: Conversation) -> str:
    """A supervisor in the room has the case from now on, at their own word: as `taking.take`."""
    case = case_of(slate, conversation)
    if case is None or slate.person is None:
        return taking.PAST
    desk, me = Desk.of(slate), taking.Taker(slate.person.id, slate.number.id)
    asked = [a for a in case_alerts.of_case(slate.tx, case.id) if a.person_id == me.person_id]
    times = sum(a.step == taking.HANDED for a in asked)
    alert = NewAlert(
        ids.new(), case.id, slate.person.id, slate.number.id, CALL, taking.HANDED,
        case.round + times, slate.now,
    )  # fmt: skip
    case_alerts.tell(slate.tx, [alert])
    return taking.take(desk, case, me)


# --- phones are to ring


def _begin(slate: Slate, case: Case, kind: str) -> Bridge:
    bridge = Bridge(
        ids.new(), case.id, kind, "ringing", secrets.token_urlsafe(18), 0, slate.now, None, None
    )
    begun = bridges.begin(slate.tx, bridge)
    assert begun, "what stood in the way was ended just now"
    return bridge


def _leg(
    slate: Slate, bridge: Bridge, role: str, person_id: str | None, number_id: str | None
) -> Leg:
    leg = Leg(
        ids.new(), bridge.id, role, WANTED, person_id, number_id, None, None, None, 0, None,
        slate.now, None, None,
    )  # fmt: skip
    bridges.add(slate.tx, leg)
    return leg


def ring_person(slate: Slate, bridge: Bridge, case: Case) -> None:
    """Have the person's phone ring, in a turn of theirs."""
    ring(slate, _leg(slate, bridge, PERSON, case.person_id, None), case.person_id)


def ring_supervisor(slate: Slate, held: Open, case: Case) -> bool:
    """Have the next supervisor's phone ring; False where nobody is left who was not rung."""
    rung = {leg.person_id for leg in held.legs if leg.person_id is not None}
    able = bridge_phones.supervisors(
        slate.tx, slate.now, slate.day, rung | {case.person_id, case.holder_id or ""}
    )
    if not able:
        return False
    who = able[0].volunteer.person_id
    ring(slate, _leg(slate, held.bridge, SUPERVISOR, who, None), who)
    Desk.of(slate).note(case, "supervisor rung", who)
    return True


def ring(slate: Slate, leg: Leg, person_id: str | None) -> None:
    """As an event due now for whose phone it is."""
    slate.later(
        Timer(
            ids.new(), f"{RING}:{leg.id}", RING, person_id, leg.id, slate.now, leg.role,
            lane=URGENT,
        )
    )  # fmt: skip


def new_call(slate: Slate, phone: Phone, conversation_id: str | None = None) -> placings.NewCall:
    """A call of ours for a bridge; it is of no use after the other one's patience."""
    call = placings.NewCall(
        ids.new(), phone.purpose, phone.person_id, phone.number_id, slate.sender.id, URGENT,
        slate.now, slate.now, conversation_id, None, slate.now + bridging.RINGING,
    )  # fmt: skip
    slate.calls.append(call)
    return call


def room_of(bridge: Bridge, round_: int) -> str:
    """How the carrier calls the room of that round."""
    return f"{bridge.room}-{round_}"


# --- what came of it


def not_reached(slate: Slate, why: str) -> Performed:
    """With what a helper hears of it."""
    about = slate.about()._replace(discreet=slate.discreet)
    words = slate.force.program.phrase(_SAID.get(why, _NO_ANSWER), about)
    return Performed(NOT_REACHED, {"ring_came": words})


def over(slate: Slate, bridge: Bridge, why: str) -> None:
    """Nothing comes of it any more: calls that did not ring yet never do, and it is noted."""
    held = bridges.legs(slate.tx, bridge.id)
    unrung = [leg.call_id for leg in held if leg.status == WANTED and leg.call_id is not None]
    if unrung:
        placings.cancel(slate.tx, unrung, "bridge over", slate.now)
    if not bridges.end(slate.tx, bridge.id, why, slate.now):
        return
    case = cases.load(slate.tx, bridge.case_id)
    if case is None:
        return
    seconds = _together(held, slate.now)
    if seconds is not None:
        minutes = max(1, round(seconds / _SECONDS_A_MINUTE))
        Desk.of(slate).note(case, "call over", detail=f"{minutes} min")
    else:
        Desk.of(slate).note(case, f"not connected: {why}")


def _together(held: list[Leg], now: datetime) -> float | None:
    """Seconds from the first moment in which two were in the room; None where that never was."""
    joined = sorted(leg.joined_at for leg in held if leg.joined_at is not None)
    if len(joined) < 2:
        return None
    left = [leg.left_at or now for leg in held if leg.joined_at is not None]
    return max(0.0, (max(left) - joined[1]).total_seconds())


def in_touch(slate: Slate, case: Case) -> None:
    """While they talk, and until they could say what came of it, the case does not open again."""
    until = slate.now + _IN_TOUCH
    if holding.set_deadline(slate.tx, case.id, case.holder_id, until):
        Desk.of(slate).later(timer(DEADLINE, case, until))


def helper_wanted(slate: Slate, case: Case) -> None:
    """No supervisor came: the coordinators are told."""
    telling.staff(slate, "case-help-coordinator", URGENT, code=case.code)
