"""The team: everybody who may be asked to take a case, as they stand at this moment.

Promise: a handful of statements, however many volunteers there are. Who is away, has enough, or
cannot be reached is told as it is; who is asked is decided by `flows.escalation`. Coordinators who
are only a number stand beside those who are volunteers, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flows.fairness import Helper
from flows.policies import Policy
from flows.recurrence import zone_of
from service.carrier.outcomes import can_be_rung
from service.editions import InForce
from service.storage import case_alerts, people, volunteers
from service.storage.contacts import Reach
from service.storage.database import Tx
from service.storage.volunteers import Ready

TEXT, CALL = "text", "call"
COORDINATOR, SUPERVISOR = "coordinator", "supervisor"
_NO_TEXTS = ("landline", "anonymous", "premium")
_NO_PHONE = ("anonymous", "premium")
_MOST_NAMED = 20
_KEPT = "team"


class Team(NamedTuple):
    """Helpers as the ladder takes them, and by id what is known of those who are volunteers.

    A helper who is not in `ready` is a coordinator's bare number: the id is the number's. `asked`:
    of how many cases each is asked just now.
    """

    helpers: tuple[Helper, ...]
    ready: dict[str, Ready]
    asked: dict[str, int]

    def counts(self, helper: str, more: int) -> None:
        """They are asked of so many more cases, or fewer, by this transaction."""
        self.asked[helper] = self.asked.get(helper, 0) + more


class _Usual(NamedTuple):
    """Who is there whatever the policy, loaded once a transaction: many cases are looked at in
    one, and of a thousand that wait each would count all others anew."""

    now: datetime
    ready: dict[str, Ready]
    asked: dict[str, int]


def who_is_there(
    tx: Tx, force: InForce, now: datetime, policy: Policy, also: Iterable[str] = ()
) -> Team:
    """Everybody whom this policy may mean now. `also`: more people, the last helper for one."""
    usual = _usual(tx, force, now)
    named = _named(tx, policy)
    more = {*also, *(person_id for ids in named.values() for person_id in ids)}
    more -= usual.ready.keys()
    ready, asked = usual.ready, usual.asked
    if more:
        found = volunteers.by_ids(tx, sorted(more), now, today(force, now))
        ready = ready | {one.volunteer.person_id: one for one in found}
        asked |= case_alerts.asked(tx, sorted(more))
    names = {person_id: name for name, ids in named.items() for person_id in ids}
    cap = force.organisation.cases_a_day
    helpers = [
        _helper(one, asked.get(id_, 0), names.get(id_, ""), now, cap) for id_, one in ready.items()
    ]
    return Team((*helpers, *_numbers(force, ready.values())), ready, asked)


def _usual(tx: Tx, force: InForce, now: datetime) -> _Usual:
    kept: _Usual | None = tx.kept.get(_KEPT)
    if kept is None or kept.now != now:
        day = today(force, now)
        found = list(volunteers.on_duty(tx, now, day))
        for role in (COORDINATOR, SUPERVISOR):
            found += volunteers.with_role(tx, role, now, day)
        ready = {one.volunteer.person_id: one for one in found}
        asked = case_alerts.asked(tx, sorted(ready)) if ready else {}
        kept = tx.kept[_KEPT] = _Usual(now, ready, asked)
    return kept


def today(force: InForce, now: datetime) -> int:
    """The day of the organisation as yyyymmdd: a volunteer's cases are counted by it."""
    local = now.astimezone(zone_of(force.organisation.zone))
    return local.year * 10000 + local.month * 100 + local.day


def ways(reach: Sequence[Reach], failed: Iterable[str] = ()) -> list[Reach]:
    """How somebody can be reached now, in their own order; what failed before comes last."""
    lost = set(failed)
    usable = [way for way in reach if _usable(way)]
    return sorted(usable, key=lambda way: way.number_id in lost)


def texted(tx: Tx, role: str, now: datetime, day: int, never: Iterable[str] = ()) -> list[str]:
    """The numbers on which those who have this role are texted, one each."""
    there = volunteers.with_role(tx, role, now, day)
    texts = [
        next((way.number_id for way in ways(one.reach) if way.channel == TEXT), None)
        for one in there
        if one.volunteer.person_id not in never
    ]
    return [number_id for number_id in texts if number_id is not None]


def _usable(way: Reach) -> bool:
    if way.opted_out:
        return False
    if way.channel == CALL:
        return way.number_kind not in _NO_PHONE and can_be_rung(way.unusable_code)
    return way.unusable_code is None and way.number_kind not in _NO_TEXTS


def _helper(one: Ready, asked: int, name: str, now: datetime, cap: int) -> Helper:
    who = one.volunteer
    rests = (who.break_until, who.off_until, one.paused_until)
    away = (
        who.status != "active"
        or one.person_status in ("left", "erased")
        or any(until is not None and until > now for until in rests)
    )
    return Helper(
        who.person_id, frozenset(who.roles), frozenset(one.rotas),
        frozenset(who.languages or (one.language,)), frozenset(who.trained), one.taken,
        cap if who.daily_cap is None else who.daily_cap, one.holding, asked, who.last_case_at,
        who.hard_case_at, away, bool(ways(one.reach)), name,
    )  # fmt: skip


def _numbers(force: InForce, ready: Iterable[Ready]) -> list[Helper]:
    """Coordinators who are only a number; not one that a coordinator of the team is reached on."""
    theirs = {
        way.number_id for one in ready if COORDINATOR in one.volunteer.roles for way in one.reach
    }
    return [
        Helper(number_id, frozenset({COORDINATOR}))
        for number_id in force.organisation.coordinators
        if number_id not in theirs
    ]


def _named(tx: Tx, policy: Policy) -> dict[str, list[str]]:
    """The people of the team whom a policy names: name -> their ids."""
    names = {step.target.name for step in policy.steps if step.target.kind == "person"}
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        ids = [*people.find_by_name(tx, name, _MOST_NAMED), name]
        found[name] = sorted(volunteers.load_many(tx, ids))
    return found
