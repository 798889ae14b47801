"""Whether a text or a call may leave now: consent, hours, channel and cost, looked at again then.

Promise: pure. Quiet hours, budgets and an urgent case of whoever it is for hold bulk only; nothing
holds danger, a person or consent.
What may not leave is held until a moment, or cancelled with its reason; nothing is dropped
without one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from flows.recurrence import next_allowed, within_hours

URGENT, REPLY, BULK = 0, 1, 2
CHOSEN_FOR = timedelta(hours=1)  # an hour that the person chose may be outside of ours
PRESSING_FOR = timedelta(days=1)  # so long after it was opened at most, a case holds bulk
LOOK_AGAIN = timedelta(minutes=10)  # whether it still does
# leaves also for who stopped everything else: they asked for it, or somebody is in danger
_ASKED_FOR = ("consent", "case", "bridge asked")
FIRST_TRY_AGAIN = timedelta(minutes=10)
LAST_TRY_AGAIN = timedelta(hours=2)


def again_after(age: timedelta) -> timedelta | None:
    """When a text that a phone could not take (off, out of reach) is sent once more.

    `age`: since it was written. Each try waits as long as all before it took; after two hours
    it is given up.
    """
    return None if age > LAST_TRY_AGAIN else max(FIRST_TRY_AGAIN, age)


class Text(NamedTuple):
    """What is known of a text, or of a call, that is due.

    `chosen`: it is a check-in at the hour they chose. `is_question`: it is of no use once its
    conversation is over, as every call about one. `unusable`: this channel does not reach them.
    `case_presses`: a case of theirs is open that is urgent or imminent.
    """

    lane: int
    purpose: str
    created_at: datetime
    expires_at: datetime | None
    chosen: bool
    is_question: bool
    conversation_over: bool
    opted_out: bool
    unusable: bool
    number_kind: str
    country: str | None
    person_gone: bool
    case_presses: bool = False


class House(NamedTuple):
    """What holds for everybody at this moment."""

    now: datetime
    zone: str
    countries: frozenset[str]
    quiet_to: int
    quiet_from: int
    spent: bool
    next_day: datetime


class Hold(NamedTuple):
    reason: str
    until: datetime


class Cancel(NamedTuple):
    reason: str


Verdict = Hold | Cancel | None


def may_leave(text: Text, house: House) -> Verdict:
    """None where it may leave now."""
    never = _never(text, house)
    if never is not None:
        return Cancel(never)
    if text.lane != BULK:
        return None
    if text.case_presses:  # who waits for a person is not asked how the day is
        return Hold("case", house.now + LOOK_AGAIN)
    if house.spent:
        return Hold("budget", house.next_day)
    if text.chosen and house.now - text.created_at <= CHOSEN_FOR:
        return None
    if not within_hours(house.now, house.zone, house.quiet_to, house.quiet_from):
        until = next_allowed(house.now, house.zone, house.quiet_to, house.quiet_from)
        return Hold("quiet hours", until)
    return None


def _never(text: Text, house: House) -> str | None:
    if text.number_kind in ("anonymous", "premium"):
        return text.number_kind
    if text.country not in house.countries:
        return "country"
    if text.opted_out and text.purpose not in _ASKED_FOR:
        return "stopped"
    if text.unusable and text.lane != URGENT:
        return "unusable"
    # whoever left and writes is answered, and hears the goodbye; nothing unasked goes out
    if text.person_gone and text.purpose not in (*_ASKED_FOR, "answer"):
        return "left"
    if text.is_question and text.conversation_over:
        return "conversation over"
    if text.expires_at is not None and text.expires_at <= house.now:
        return "too late"
    return None
