"""Steps of policies that will have nobody, known before the shift and not during a case.

Promise: read from what is planned, by the rules of `flows.coverage`. Coordinators hear of a shift
in which a step has nobody three days and one day before; what no shift could mend is a line of the
doctor's, for it does not change from day to day. Nothing here names anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from flows import coverage as rules
from flows import rota as hours
from flows.coverage import Empty, Member, Need
from flows.recurrence import zone_of
from flows.rota import Gap, Span
from flows.rotations import Rota
from service import rota, team
from service.findings import Finding
from service.storage import contacts, people, settings_rows, shifts, volunteers
from service.storage.database import Tx

if TYPE_CHECKING:
    from service.editions import InForce
    from service.house import House


class Ahead(NamedTuple):
    """The team and its shifts in a time to come. wants, bare: as in `flows.coverage.empty`."""

    team: tuple[Member, ...]
    wants: Mapping[str, Sequence[Span]]
    bare: Mapping[str, Sequence[Span]]
    quiet: tuple[Span, ...]
    rotas: tuple[str, ...]


def empty(tx: Tx, force: InForce, kept: Sequence[Rota], now: datetime) -> list[Empty]:
    """What will have nobody in shifts to come, by policy and step. Nothing where no rota is."""
    needs = [need for need in _needs(force) if need.by_shift]
    if not needs or not kept:
        return []
    until = now + rota.AHEAD
    ahead = _ahead(tx, force, kept, now, until)
    found = [
        one
        for need in needs
        if not rules.never(need, ahead.team, ahead.rotas)
        for one in rules.empty(need, ahead.team, ahead.wants, ahead.bare, now, until, ahead.quiet)
    ]
    return sorted(found, key=lambda one: (one.gap.starts, one.need.policy, one.need.steps))


def of_the_policies(house: House, force: InForce) -> Iterator[Finding]:
    """The doctor's look: steps that nobody could be told in, and hours that no rota has."""
    now = house.now()
    until = now + rota.AHEAD
    with house.database.reading() as tx:
        kept = rota.every(tx)
        ahead = _ahead(tx, force, kept, now, until)
    if not kept and not any(one.shifts for one in ahead.team):
        return  # without shifts every case goes to the coordinators, and they know
    told_of: list[tuple[str, list[Gap]]] = []
    for need in _needs(force):
        where = f"Policy {need.policy}, step {_steps(need)} ({need.told})"
        if rules.never(need, ahead.team, ahead.rotas):
            cure = "Add, train or verify somebody, or change the policy: the step is passed over."
            yield Finding("policies", "look", f"{where}: nobody could be told in it.", cure)
            continue
        bare = rules.without_rota(need, ahead.wants, now, until, ahead.quiet)
        if bare and (need.policy, bare) not in told_of:
            told_of.append((need.policy, bare))  # the same hours of its other steps go without it
            told = f"{where}: no rota has {_said(bare, force)}."
            cure = "Add a rota for these hours, or know that the step is passed over then."
            yield Finding("policies", "look", told, cure)


def _said(bare: Sequence[Gap], force: InForce) -> str:
    zone = zone_of(force.organisation.zone)
    begins, ends = (moment.astimezone(zone) for moment in bare[0][:2])
    more = f", and {len(bare) - 1} more times" if len(bare) > 1 else ""
    return f"{begins:%a %Y-%m-%d %H:%M} to {ends:%a %Y-%m-%d %H:%M}{more}"


def _steps(need: Need) -> str:
    return " and ".join(str(place) for place in need.steps)


def _needs(force: InForce) -> list[Need]:
    return rules.needs(policy for _, policy in force.policies.values())


def _ahead(tx: Tx, force: InForce, kept: Sequence[Rota], now: datetime, until: datetime) -> Ahead:
    planned = shifts.planned(tx, now, until)
    wants: dict[str, list[Span]] = {one.name: [] for one in kept}
    bare: dict[str, list[Span]] = {}
    for one in kept:
        wants[one.name] += [want.span for want in hours.wanted(one, now, until)]
        missing = rota.gaps(tx, one, now, until)
        bare[one.name] = [Span(gap.starts, gap.ends) for gap in missing if not gap.there]
    theirs: dict[str, list[tuple[str, Span]]] = {}
    for shift in planned:
        span = Span(shift.starts_at, shift.ends_at)
        wants.setdefault(shift.rota, []).append(span)
        theirs.setdefault(shift.person_id, []).append((shift.rota, span))
    us = force.organisation
    quiet = rules.quiet_spans(now, until, us.zone, us.quiet_from, us.quiet_to)
    return Ahead(_team(tx, force, theirs), wants, bare, tuple(quiet), tuple(wants))


def _team(
    tx: Tx, force: InForce, theirs: Mapping[str, Sequence[tuple[str, Span]]]
) -> tuple[Member, ...]:
    """Those who take cases, with the shifts that they come to."""
    there = [who for who in volunteers.listing(tx) if who.status == "active"]
    reach = contacts.reach(tx, [who.person_id for who in there]) if there else {}
    called: dict[str, set[str]] = {}
    for need in _needs(force):
        if need.target.kind == "person":
            for id_ in people.find_by_name(tx, need.target.name):
                called.setdefault(id_, set()).add(need.target.name)
    found = [
        Member(
            who.person_id, frozenset(who.roles), frozenset(who.trained),
            tuple(
                (name, span)
                for name, span in theirs.get(who.person_id, ())
                if rota.comes(who, span.starts)
            ),
            bool(team.ways(reach.get(who.person_id, ()))),
            frozenset(called.get(who.person_id, ())),
        )
        for who in there
    ]  # fmt: skip
    bare = force.organisation.coordinators
    return (*found, *(Member(id_, frozenset({team.COORDINATOR})) for id_ in bare))


# --- as coordinators look at them


def shown(house: House) -> list[dict[str, Any]]:
    """Hours of shifts to come in which steps of policies have nobody, the first first."""
    with house.database.reading() as tx:
        kept = rota.every(tx)
        force = house.editions.in_force(tx, settings_rows.stamp(tx))
        found = empty(tx, force, kept, house.now())
    zone = zone_of(force.organisation.zone)
    return [
        {
            "policy": need.policy, "steps": list(need.steps), "whom": need.told, **gap._asdict(),
            "local": f"{gap.starts.astimezone(zone):%a %Y-%m-%d %H:%M}",
            "local_ends": f"{gap.ends.astimezone(zone):%a %Y-%m-%d %H:%M}",
        }
        for need, gap in found
    ]  # fmt: skip
