"""What is kept of a person, and its erasure: asked for, undone within seven days, carried out.

Promise: after an erasure no word and no number of the person is left, here and at the carrier;
a keyed digest remembers a STOP. What was done when stays, by ids alone. Each step may be
repeated: a restore repeats the erasures that came after its backup.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from service import conversing, departing
from service.slate import Slate
from service.storage import (
    answers,
    bridges,
    cases,
    consents,
    contacts,
    conversations,
    erasures,
    forgetting,
    ids,
    links,
    marked_texts,
    messages,
    numbers,
    placings,
    plans,
    recordings,
    suppressions,
    timers,
)
from service.storage.timers import Timer

TIME_TO_THINK = timedelta(days=7)
ERASED = "erased"  # why a message was cancelled, and how a conversation ended
_AT_ONCE = 100  # messages and calls that the carrier is asked to forget in one go


class Kept(NamedTuple):
    """What MYDATA tells."""

    since: datetime
    messages: int
    answers: int
    plans: int


def kept(slate: Slate) -> Kept:
    assert slate.person is not None
    person_id = slate.person.id
    return Kept(
        slate.person.created_at,
        forgetting.count_messages(slate.tx, person_id),
        answers.count(slate.tx, person_id),
        len(plans.of_person(slate.tx, person_id)),
    )


def schedule(slate: Slate) -> datetime:
    """Erase all in seven days; asked twice, the first wish stands."""
    person = slate.person
    assert person is not None
    if person.erase_at is not None:
        return person.erase_at
    due = slate.now + TIME_TO_THINK
    erasure_id = erasures.ask(slate.tx, person.id, asked_at=slate.now, due_at=due)
    person.erase_at, person.status = due, "erasing"
    person.changed = True
    slate.later(Timer(ids.new(), f"erase:{person.id}", "erase", person.id, erasure_id, due))
    return due


def undo(slate: Slate) -> bool:
    """Take the wish back; False where there is none."""
    person = slate.person
    assert person is not None
    if person.erase_at is None:
        return False
    erasures.take_back(slate.tx, person.id)
    person.erase_at = None
    person.status = "active" if person.joined_at else "joining"
    person.changed = True
    slate.drop(f"erase:{person.id}")
    return True


def for_the_carrier(sids: Sequence[str], now: datetime) -> list[Timer]:
    """Timers that have the carrier forget these messages and calls, some at a time."""
    timers_ = []
    for at in range(0, len(sids), _AT_ONCE):
        key = ids.new()
        payload = {"sids": list(sids[at : at + _AT_ONCE])}
        timers_.append(
            Timer(key, f"forget:{key}", "forget", None, None, now, None, payload, timers.CARRIER)
        )
    return timers_


def carry_out(slate: Slate) -> list[str]:
    """Erase now; the carrier's sids of messages and calls that have to go there too.

    What it has of their recordings is taken from `recordings.to_clear`, whenever it is looked at.
    """
    person, tx, now = slate.person, slate.tx, slate.now
    assert person is not None
    conversing.close_all(slate, ERASED)
    departing.leave(tx, person.id, now)
    bridges.leave(tx, person.id, ERASED, now)
    blinds: list[str] = []
    phones = [link.number_id for link in links.of_person(tx, person.id)]
    sids = forgetting.sids_of(tx, person.id, phones)
    messages.cancel_person(tx, person.id, ERASED, now)
    placings.cancel_person(tx, person.id, ERASED, now)
    forgetting.cancel_nobodys(tx, phones, ERASED, now)
    forgetting.messages(tx, person.id, phones)
    forgetting.calls(tx, person.id, phones)
    recordings.forget(tx, person.id, phones)
    for number_id, number in numbers.load_many(tx, phones).items():
        blinds += forgetting.blinds_of(tx, number_id)
        links.drop(tx, person.id, number_id)
        left = links.holders(tx, number_id)
        if left and number.active_person_id == person.id:
            _hand_over(slate, number_id, left[0].person_id if len(left) == 1 else None)
        if not left:
            if number.opted_out_at is not None:
                suppressions.add(tx, number.number, now)
            messages.cancel_number(tx, number_id, ERASED, now)
            placings.cancel_number(tx, number_id, ERASED, now)
            contacts.drop_number(tx, number_id)
            forgetting.number(tx, number_id)
    answers.drop(tx, person.id)
    cases.forget(tx, person.id)
    marked_texts.drop_person(tx, person.id, phones)
    consents.forget(tx, person.id)
    plans.end_all(tx, person.id)
    conversations.forget(tx, person.id)
    timers.drop_person(tx, person.id)
    forgetting.person(tx, person.id)
    erasures.done(tx, person.id, now, blinds)
    slate.conversations.clear()
    slate.person = None
    slate.out.clear()
    return sids


def _hand_over(slate: Slate, number_id: str, person_id: str | None) -> None:
    """The phone is another's now, or of several, whom a word tells apart."""
    numbers.set_holder(slate.tx, number_id, person_id, None)
    if slate.number.id == number_id:
        slate.number.active_person_id, slate.number.active_until = person_id, None
