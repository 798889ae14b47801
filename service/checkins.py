"""Check-ins: plans, their occurrences, and what becomes of one that nobody answers.

Promise: an occurrence exists once a plan and local slot. A check-in that never arrived is
unreachable, not missed; while the phone network is out nobody counts as silent. When a slot
comes is computed in `flows.recurrence`; that it was taken is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flows import recurrence
from flows.recurrence import RecurrenceError, Rule, Slot, next_slot, rrule_from
from flows.rrules import with_time
from service.carrier.outcomes import can_be_rung
from service.slate import Slate
from service.storage import ids, occurrences, plans
from service.storage.database import Tx
from service.storage.occurrence_moves import OccurrenceMove
from service.storage.standing import Conversation
from service.storage.timers import Timer

TOO_LATE = timedelta(hours=2)  # a check-in that could not go out within so long is not sent
NEXT_DAY = timedelta(hours=24)

# What silence brings, as chosen at joining; CARE.md, the row "join".
NOTHING, A_TEXT, A_CALL, SOMEONE = "nothing", "text", "call", "someone"


# --- plans


def rule_of(plan: plans.Plan, own_zone: str, paused_until: datetime | None) -> Rule:
    """The plan's times, in its own zone or that of the person."""
    pauses = [moment for moment in (plan.paused_until, paused_until) if moment is not None]
    return Rule(
        plan.rrule,
        datetime.fromisoformat(plan.starts_local),
        plan.zone or own_zone,
        paused_until=max(pauses) if pauses else None,
    )


def plan(slate: Slate, flow: str, days: str, at: str) -> Slot | None:
    """Plan this flow at these days and this time; an earlier plan of the same flow ends.

    Raises flows.recurrence.RecurrenceError where days or time are not understood.
    """
    assert slate.person is not None
    person, own_zone = slate.person, zone_of(slate)
    rrule = rrule_from(days, wall_clock(at))
    starts = slate.now.astimezone(zone(slate)).replace(tzinfo=None)
    # DESIGN: the wall time is kept; the start only gives the day from which the rule counts
    slot = next_slot(Rule(rrule, starts, own_zone, paused_until=person.paused_until), slate.now)
    new = plans.NewPlan(
        ids.new(), person.id, flow, rrule, starts.replace(microsecond=0).isoformat(), None,
        person.channel, person.main_number_id or slate.number.id, slate.now,
    )  # fmt: skip
    for old in plans.of_person(slate.tx, person.id):
        if old.flow == flow:
            end_plan(slate, old)
    plans.add(slate.tx, new, slot)
    if slot is not None:
        slate.later(slot_timer(new.id, person.id, slot))
    return slot


def end_plan(slate: Slate, plan: plans.Plan) -> None:
    plans.end(slate.tx, plan.id)
    slate.drop(f"slot:{plan.id}")


def end_plans(slate: Slate) -> None:
    assert slate.person is not None
    for old in plans.of_person(slate.tx, slate.person.id):
        end_plan(slate, old)


def slot_timer(plan_id: str, person_id: str, slot: Slot) -> Timer:
    local = slot.local.isoformat()
    return Timer(ids.new(), f"slot:{plan_id}", "slot", person_id, plan_id, slot.due, local)


def replan(slate: Slate) -> Slot | None:
    """Compute every plan's next slot anew, after a pause, a return, or a new time zone."""
    assert slate.person is not None
    first: Slot | None = None
    for own in plans.of_person(slate.tx, slate.person.id):
        rule = rule_of(own, zone_of(slate), slate.person.paused_until)
        slot = next_slot(rule, slate.now, plans.taken(own))
        plans.set_next(slate.tx, [(own.id, slot, own.skip_next)])
        if slot is None:
            slate.drop(f"slot:{own.id}")
            continue
        slate.later(slot_timer(own.id, slate.person.id, slot))
        first = min((found for found in (first, slot) if found), key=lambda found: found.due)
    return first


def skip_next(slate: Slate) -> Slot | None:
    """Leave out the next check-in, once; the one after it, or None where none is planned."""
    assert slate.person is not None
    nearest = min(
        (own for own in plans.of_person(slate.tx, slate.person.id) if own.next_due is not None),
        key=lambda own: own.next_due or slate.now,
        default=None,
    )
    if nearest is None or nearest.next_due is None or nearest.next_local is None:
        return None
    skipped = Slot(datetime.fromisoformat(nearest.next_local), nearest.next_due)
    plans.skip_next(slate.tx, nearest.id)
    rule = rule_of(nearest, zone_of(slate), slate.person.paused_until)
    return next_slot(rule, nearest.next_due, skipped.local) or skipped


def next_of(slate: Slate) -> Slot | None:
    """The next check-in of this person, as planned."""
    assert slate.person is not None
    slots = [
        Slot(datetime.fromisoformat(own.next_local), own.next_due)
        for own in plans.of_person(slate.tx, slate.person.id)
        if own.next_due is not None and own.next_local is not None
    ]
    return min(slots, key=lambda slot: slot.due, default=None)


def wall_clock(text: str) -> time:
    """A time of day as it is stored, "19:00". Raises RecurrenceError."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise RecurrenceError("That is no time of day.", "Write it like 9:00 or 18:30.") from None


def zone(slate: Slate) -> ZoneInfo:
    return recurrence.zone_of(zone_of(slate))


def zone_of(slate: Slate) -> str:
    person = slate.person
    return (person.zone if person else None) or slate.force.organisation.zone


# --- a slot has come


class Due(NamedTuple):
    """A slot's timer, its plan, the slate of its person, and when the plan comes next."""

    timer: Timer
    plan: plans.Plan
    slate: Slate
    next_due: datetime | None = None


def slots_due(
    tx: Tx, due: Sequence[Due], now: datetime
) -> list[tuple[Due, occurrences.NewOccurrence]]:
    """Move every plan to its next slot; those whose check-in begins now, with its occurrence."""
    current = [item for item in due if item.plan.next_local == item.timer.token]
    opened = [(item, _status(item, now)) for item in current]
    rows = [
        occurrences.NewOccurrence(
            ids.new(), item.plan.id, item.timer.token or "", item.plan.person_id,
            item.timer.due_at, status, ids.new() if status == "due" else None,
        )
        for item, status in opened
        if status is not None
    ]  # fmt: skip
    new = occurrences.add_many(tx, rows)
    by_plan = {row.plan_id: row for row in rows if row.id in new}
    following = {item.plan.id: _move_on(item, now) for item in current}
    plans.set_next(tx, [(id_, slot, False) for id_, slot in following.items()], taken=True)
    return [
        (item._replace(next_due=_due_of(following[item.plan.id])), by_plan[item.plan.id])
        for item, status in opened
        if status == "due" and item.plan.id in by_plan
    ]


def _status(item: Due, now: datetime) -> str | None:
    """How the occurrence of this slot begins; None where there is to be none."""
    slate, plan = item.slate, item.plan
    person, number = slate.person, slate.number
    if person is None or person.status != "active" or number.opted_out_at is not None:
        return None
    if person.paused_until is not None and person.paused_until > now:
        return None
    if plan.skip_next:
        return "skipped"
    if not can_be_rung(number.unusable_code):
        return "unreachable"
    if now - item.timer.due_at > TOO_LATE:
        return "suspended"
    return "due"


def _move_on(item: Due, now: datetime) -> Slot | None:
    plan, slate = item.plan, item.slate
    rule = rule_of(plan, zone_of(slate), slate.person.paused_until if slate.person else None)
    taken = datetime.fromisoformat(plan.next_local) if plan.next_local else None
    slot = next_slot(rule, max(now, item.timer.due_at), taken)
    if slot is not None:
        slate.later(slot_timer(plan.id, plan.person_id, slot))
    return slot


def _due_of(slot: Slot | None) -> datetime | None:
    return slot.due if slot is not None else None


# --- what becomes of an occurrence


def _move(
    slate: Slate, conversation: Conversation, status: str | None, answer: str | None = None
) -> None:
    if conversation.occurrence_id is not None:
        slate.occurrences.append(
            OccurrenceMove(conversation.occurrence_id, status, slate.now, answer)
        )


def answer_recorded(slate: Slate, conversation: Conversation, answered: bool) -> None:
    """A question was answered. A skip settles nothing yet: the next question may be answered."""
    if answered:
        _move(slate, conversation, "answered", "ok")


def reply_unclear(slate: Slate, conversation: Conversation) -> None:
    """A reply that nobody understood is no silence."""
    _move(slate, conversation, "answered", "unclear")


def alerted(slate: Slate, conversation: Conversation) -> None:
    """They are in danger, or a flow called for a person: no silence, and read as a worry."""
    _move(slate, conversation, "answered", "concern")


def under_duress(slate: Slate, conversation: Conversation) -> None:
    """They answered with their safe word."""
    _move(slate, conversation, "answered", "duress")


def answered_late(slate: Slate, conversation: Conversation) -> None:
    _move(slate, conversation, "answered late", "ok")


def prompted(slate: Slate, conversation: Conversation) -> None:
    """It was asked aloud, in a call, or its phone rang."""
    _move(slate, conversation, "prompted")


def reminded(slate: Slate, conversation: Conversation) -> None:
    _move(slate, conversation, "reminded")


def conversation_ended(slate: Slate, conversation: Conversation) -> None:
    """Settle the occurrence where no answer has done so: silence is missed, the rest skipped."""
    settled = ("unreachable", "suspended", "answered", "answered late", "missed", "skipped")
    if conversation.occurrence_id is None or any(
        made.id == conversation.occurrence_id and made.status in settled
        for made in slate.occurrences
    ):
        return  # it never came to them, or was answered: the end of the talk says nothing more
    if conversation.live is not None and conversation.live.closed:
        _move(slate, conversation, "missed")
        # Only what the carrier took can be missed. What never left was no silence of theirs.
        _move(slate, conversation, "suspended")
        follow_silence(slate, conversation)
    else:
        _move(slate, conversation, "skipped")


def follow_silence(slate: Slate, conversation: Conversation) -> None:
    """Have a look later at what silence should bring; answers in the meantime change it."""
    person = slate.person
    chosen = str(person.fields.get("on_silence", NOTHING)) if person is not None else NOTHING
    if person is None or chosen == NOTHING:
        return
    due = slate.now + (NEXT_DAY if chosen == A_TEXT else timedelta(0))
    key = f"silence:{conversation.occurrence_id}"
    slate.later(
        Timer(ids.new(), key, "silence", person.id, conversation.occurrence_id, due, chosen)
    )


def rung_in_vain(slate: Slate, conversation: Conversation, status: str) -> None:
    """Nobody could be asked by call: what becomes of it is known (`flows.ringing`)."""
    _move(slate, conversation, status)
    if status == "missed":
        follow_silence(slate, conversation)


def unreachable(slate: Slate, conversation: Conversation) -> None:
    """The check-in never arrived."""
    _move(slate, conversation, "unreachable")


def suspended(slate: Slate, conversation: Conversation) -> None:
    """The network was out: this check-in counts for nothing."""
    _move(slate, conversation, "suspended")


def move_hour(slate: Slate, at: str) -> None:
    """Move every plan of the person to this time of day; their days stay."""
    assert slate.person is not None
    moment = wall_clock(at)
    for own in plans.of_person(slate.tx, slate.person.id):
        rrule = with_time(own.rrule, moment)
        plans.change(slate.tx, own._replace(rrule=rrule))
    replan(slate)
