"""Check-in plans by hand: listed, added, ended, skipped once, paused.

Promise: the same rules as when the person asks by text (`checkins`), each change a turn of that
person and a line of the trail.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flows.recurrence import RecurrenceError, moment_of
from service import by_hand, checkins
from service.by_hand import Actor, whom
from service.cures import Curable
from service.house import House
from service.people import plan_shown
from service.slate import Slate
from service.storage import plans
from service.storage.plans import Plan


def listing(
    house: House, given: str | None = None, after: str = "", most: int = 100
) -> list[dict[str, Any]]:
    """Plans of one person, or everybody's in the order in which they came."""
    with house.database.reading() as tx:
        if given is not None:
            found = plans.of_person(tx, whom(tx, given), ended=True)
        else:
            found = plans.listing(tx, after, most)
    return [plan_shown(plan) for plan in found]


def add(house: House, given: str, days: str, at: str | None, flow: str, by: str) -> dict[str, Any]:
    """Plan this check-in; an earlier plan of the same flow ends. Raises Curable."""
    with by_hand.turn_of(house, given, Actor(by, "planned", {"flow": flow})) as slate:
        person = slate.person
        assert person is not None
        if person.status != "active":
            cure = "A plan comes when they have joined."
            raise Curable(given, f"This person is {person.status}.", cure)
        if flow not in slate.force.program.library.flows:
            raise Curable(flow, "No flow has this name.", "See `hearthline flows check`.")
        try:
            checkins.plan(slate, flow, days, at or slate.force.organisation.checkin_hour)
        except RecurrenceError as error:
            raise Curable(days, error.trouble, error.cure) from None
        return plan_shown(plans.of_person(slate.tx, person.id)[-1])


def end(house: House, plan_id: str, by: str) -> None:
    """Nothing comes of this plan any more. Raises Curable."""
    with _turn(house, plan_id, by, "ended a plan") as (slate, plan):
        checkins.end_plan(slate, plan)


def skip(house: House, plan_id: str, by: str) -> str | None:
    """Leave its next slot out, once; which one that is, by the person's clock."""
    with _turn(house, plan_id, by, "skipped a slot") as (slate, plan):
        plans.skip_next(slate.tx, plan.id)
        return plan.next_local


def pause(house: House, plan_id: str, until: datetime | None, by: str) -> datetime | None:
    """Nothing of this plan before that moment; None ends its pause. When it comes next."""
    act = "paused a plan" if until else "resumed a plan"
    with _turn(house, plan_id, by, act) as (slate, plan):
        if until is not None and until.tzinfo is None:
            until = moment_of(until, plan.zone or checkins.zone_of(slate))
        if until is not None and until <= slate.now:
            raise Curable(str(until), "This moment is over.", "Give one that is to come.")
        plans.pause(slate.tx, plan.id, until)
        checkins.replan(slate)
        changed = plans.load(slate.tx, plan.id)
        return changed.next_due if changed else None


@contextmanager
def _turn(house: House, plan_id: str, by: str, act: str) -> Iterator[tuple[Slate, Plan]]:
    with house.database.reading() as tx:
        known = plans.load(tx, plan_id)
    if known is None:
        raise Curable(plan_id, "No plan has this id.", "See `hearthline plans list`.")
    with by_hand.turn_of(house, known.person_id, Actor(by, act, {"plan": plan_id})) as slate:
        plan = plans.load(slate.tx, plan_id)
        assert plan is not None, "plans are ended, never taken away"
        if plan.status != "active":
            raise Curable(plan_id, "This plan has ended.", "Add a new one: `hearthline plans add`.")
        yield slate, plan
