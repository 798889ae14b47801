"""What the actions of volunteers' flows do with shifts, breaks, swaps and phones.

Promise: hours are told on the volunteer's own clock. What may be done and who is told is
`shift_changes`'s; a code for a new phone counts once, and only for a phone of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from flows.actions import FAILED
from flows.effects import Perform
from flows.events import Performed
from flows.wording import slot_said
from service import checkins, shift_changes
from service.slate import Slate
from service.storage import contacts, holding, shifts, trials
from service.storage.shifts import Shift
from service.storage.standing import Conversation

_MOST_TOLD = 2
_MOST_CODES = 5


def _see(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    assert slate.person is not None
    coming = shifts.of_person(slate.tx, slate.person.id, slate.now)
    said = [_slot(slate, s) for s in coming if s.status == shifts.PLANNED][:_MOST_TOLD]
    return Performed("planned", {"next_shifts": "; ".join(said)}) if said else Performed("no shift")


def _on(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    came = shift_changes.come_on(slate)
    if came.until is None:
        return Performed("not yet")
    return Performed("on", {"shift_until": _moment(slate, came.until)})


def _off(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    assert slate.person is not None
    shift_changes.go_off(slate)
    held = holding.held_by(slate.tx, [slate.person.id])[slate.person.id]
    if not held:
        return Performed("off")
    return Performed("holding", {"case_codes": ", ".join(c.code for c in held[:_MOST_CODES])})


def _break(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    minutes = wanted.params.get("minutes", "")
    if not minutes.isdecimal():
        return Performed(FAILED)
    until = shift_changes.take_break(slate, timedelta(minutes=int(minutes)))
    if until is None:
        return Performed("not yet")
    return Performed("resting", {"break_over": _moment(slate, until)})


def _see_swap(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    assert slate.person is not None
    if shift_changes.offered(slate.tx, slate.person.id, slate.now) is not None:
        return Performed("offered")
    mine = shift_changes.following(slate.tx, slate.person.id, slate.now)
    return Performed("planned", _shift(slate, mine)) if mine is not None else Performed("no shift")


def _offer(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    made = shift_changes.offer(slate)
    came = "no shift" if made.came == "none" else made.came
    return Performed(came, _shift(slate, made.shift) if made.shift is not None else {})


def _see_offer(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    assert slate.person is not None
    found = shift_changes.offered(slate.tx, slate.person.id, slate.now)
    return Performed("offered", _shift(slate, found[1])) if found is not None else Performed("gone")


def _answer(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    assert slate.person is not None
    found = shift_changes.offered(slate.tx, slate.person.id, slate.now)
    if found is None:
        return Performed("gone")
    swap, shift = found
    if wanted.params.get("answer") != "yes":
        shift_changes.decline(slate, swap.id)
        return Performed("declined", _shift(slate, shift))
    came = shift_changes.accept(slate, swap.id)
    return Performed("yours" if came == "taken" else "gone", _shift(slate, shift))


def _verify(slate: Slate, _: Conversation, wanted: Perform) -> Performed:
    """The code of any phone of theirs that waits for one."""
    assert slate.person is not None
    code = wanted.params.get("code", "")
    mine = contacts.of_people(slate.tx, [slate.person.id])[slate.person.id]
    waiting = [one for one in mine if one.code_expires_at is not None]
    # the phone that they write from first: a try there costs the others nothing
    waiting.sort(key=lambda one: one.number_id != slate.number.id)
    came = contacts.NONE
    for contact in waiting:
        came = contacts.give(slate.tx, contact.id, code, slate.now)
        if came == contacts.VERIFIED:
            break
    return Performed("not asked for" if came == contacts.NONE else came)


def _answer_test(slate: Slate, conversation: Conversation, wanted: Perform) -> Performed:
    """A test message reached them. Whatever else they say is about no case either."""
    trial = trials.of_conversation(slate.tx, conversation.id)
    if trial is None:
        return Performed("not asked")
    trials.answered(slate.tx, trial.id, slate.now)
    return Performed("noted")


def _slot(slate: Slate, shift: Shift) -> str:
    return _moment(slate, shift.starts_at)


def _shift(slate: Slate, shift: Shift) -> dict[str, object]:
    return {"swap_shift": _slot(slate, shift)}


def _moment(slate: Slate, at: datetime) -> str:
    return slot_said(at.astimezone(checkins.zone(slate)), slate.languages()[0])


ACTIONS: Mapping[str, Callable[[Slate, Conversation, Perform], Performed]] = {
    "see shifts": _see,
    "on shift": _on,
    "off shift": _off,
    "take break": _break,
    "see swap": _see_swap,
    "offer swap": _offer,
    "see offer": _see_offer,
    "answer swap": _answer,
    "verify contact": _verify,
    "answer test": _answer_test,
}
