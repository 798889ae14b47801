"""A test message to a volunteer, on demand: whether they are reached, and who answered when.

Promise: it goes the way that an alert goes, in the same lane and through the same door, says that
it is a test, and opens no case, whatever is answered or not. It never comes between somebody and
what they are asked just now. What came of it is told from what is known: a key or a word proves a
person, a delivery proves nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from flows.ringing import REACHED
from service import by_hand, conversing, team, waiting
from service.by_hand import Actor, whom
from service.cures import Curable
from service.house import House
from service.slate import CASE, URGENT, Slate
from service.storage import (
    calls,
    contacts,
    conversations,
    ids,
    placings,
    standing,
    trials,
    volunteers,
)
from service.storage.contacts import Reach
from service.storage.placings import NewCall
from service.storage.timers import Timer
from service.storage.trials import Trial

FLOW: Final = "test-message"
_ANSWER_BY: Final = timedelta(minutes=30)


def ask(house: House, given: str, by: str, channel: str | None = None) -> dict[str, Any]:
    """Send a test to this volunteer: on the phone that they are asked on first, or on the first
    for this channel. Raises Curable."""
    with by_hand.turn_of(house, given, Actor(by, "sent a test")) as slate:
        way = _way(slate, given, channel)
        if FLOW not in slate.force.program.library.flows:
            cure = "Publish it: `hearthline flows drafts`."
            raise Curable(FLOW, "No such flow is in force.", cure)
        trial = _begin(slate, way, by)
    return _shown(trial, house.now())


def _way(slate: Slate, given: str, channel: str | None) -> Reach:
    """On which phone they are asked. Raises Curable."""
    assert slate.person is not None
    who = volunteers.load(slate.tx, slate.person.id)
    if who is None or who.status == "left":
        raise Curable(given, "This person is no volunteer.", "See `hearthline volunteers list`.")
    ways = team.ways(contacts.reach(slate.tx, [slate.person.id])[slate.person.id])
    found = [way for way in ways if channel in (None, way.channel)]
    if not found:
        kind = f" for a {channel}" if channel is not None else ""
        cure = "Verify one: `hearthline volunteers contact verify`, or see why: `volunteers show`."
        raise Curable(given, f"No verified phone of theirs can be reached{kind}.", cure)
    return found[0]


def _begin(slate: Slate, way: Reach, by: str) -> Trial:
    assert slate.person is not None
    if way.number_id != slate.number.id:
        slate.number = standing.by_numbers(slate.tx, [way.number_id])[way.number_id].number
    slate.lane, slate.purpose = URGENT, CASE
    conversation = conversing.prepare(slate, FLOW, None)
    trial = Trial(
        ids.new(), slate.person.id, way.contact_id, way.channel, conversation.id, by, slate.now
    )
    trials.add(slate.tx, trial)
    if way.channel == team.CALL:
        waiting.until_called(slate, conversation)
        slate.calls.append(NewCall(
            ids.new(), CASE, slate.person.id, slate.number.id, slate.sender.id, URGENT, slate.now,
            slate.now, conversation.id, None, slate.now + _ANSWER_BY,
        ))  # fmt: skip
    elif slate.front is None:  # otherwise it waits behind what they are asked just now
        slate.prompts_expire_at = slate.now + _ANSWER_BY
        conversing.start(slate, FLOW, before=conversation)
        slate.prompts_expire_at = None
    return trial


# --- what comes of it


def undelivered(slate: Slate, conversation_id: object) -> bool:
    """A text of a test did not arrive; whether it was one."""
    trial = trials.of_conversation(slate.tx, str(conversation_id or ""))
    if trial is None:
        return False
    trials.failed(slate.tx, trial.id, slate.now)
    _close(slate, trial)
    return True


def called(slate: Slate, event: Timer) -> bool:
    """A call of ours is over; whether it was a test. No text follows it."""
    call_id = event.subject_id or ""
    found = calls.load_many(slate.tx, [call_id]).get(call_id)
    conversation_id = found.conversation_id if found is not None else None
    trial = trials.of_conversation(slate.tx, conversation_id) if conversation_id else None
    if trial is None:
        return False
    over = trials.silent if event.token == REACHED else trials.failed
    over(slate.tx, trial.id, slate.now)
    _close(slate, trial)
    return True


def _close(slate: Slate, trial: Trial) -> None:
    """It asks no more: nothing of it is sent after them by another way."""
    placings.cancel_conversation(slate.tx, trial.conversation_id, "over", slate.now)
    held = slate.conversations.get(trial.conversation_id)
    if held is None:
        held = conversations.by_ids(slate.tx, [trial.conversation_id]).get(trial.conversation_id)
    if held is not None and held.status != "ended" and slate.person is not None:
        slate.conversations[held.id] = held
        conversing.close(slate, held, "over")


# --- looking


def listing(house: House, given: str | None = None, most: int = 50) -> list[dict[str, Any]]:
    """Tests and what came of them, the latest first; of one volunteer, or of all."""
    now = house.now()
    with house.database.reading() as tx:
        if given is None:
            found = trials.latest(tx, most)
        else:
            found = trials.of_person(tx, whom(tx, given), most)
    return [_shown(trial, now) for trial in found]


def _shown(trial: Trial, now: datetime) -> dict[str, Any]:
    return {
        "person_id": trial.person_id, "channel": trial.channel, "asked_at": trial.asked_at,
        "asked_by": trial.asked_by, "came_to": _came_to(trial, now),
        "answered_at": trial.answered_at, "contact": trial.contact_id,
    }  # fmt: skip


def _came_to(trial: Trial, now: datetime) -> str:
    if trial.answered_at is not None:
        return "answered"
    if trial.failed_at is not None:
        return "not reached"
    over = trial.silent_at is not None or now - trial.asked_at > _ANSWER_BY
    return "no answer" if over else "asked"
