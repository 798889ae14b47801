"""Whether each step of a policy has somebody to tell, in the hours to come.

Promise: pure. Steps that lean on who is on duty are looked at ahead: hours for which there are
shifts, and in which nobody of those who come is meant by the step, has its training and can be
reached, are told before they come. What no rota covers at all, and what nobody of the team could
ever do, is told apart: that is no matter of one shift. Who is a buddy, or helped somebody last, is
known with a case only, and a line is a number: such steps are not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from flows.policies import Policy, Target
from flows.recurrence import moment_of, zone_of
from flows.rota import Gap, Span, Wanted, gaps

STAFF: Final = ("supervisor", "coordinator")
"""Roles that are told off shift too."""
_ROLE_OF: Final = {"supervisors": "supervisor", "coordinators": "coordinator"}
_DAY: Final = timedelta(days=1)


class Need(NamedTuple):
    """What steps of a policy ask for: whom, and with which training. `steps`: counted from 1.

    rests: only routine cases come there, and wait while hours are quiet.
    """

    policy: str
    steps: tuple[int, ...]
    target: Target
    trained: str | None
    rests: bool

    @property
    def told(self) -> str:
        """Whom, as the policy has it: "on duty, crisis"."""
        whom = " ".join(part for part in (self.target.kind, self.target.name) if part)
        return f"{whom}, {self.trained}" if self.trained else whom

    @property
    def by_shift(self) -> bool:
        """Whether who is there changes with the shifts."""
        kind, name = self.target.kind, self.target.name
        return kind in ("on duty", "rota") or (kind == "role" and name not in STAFF)


class Member(NamedTuple):
    """One of the team, and their shifts: rota and time. `names`: what policies call them."""

    person: str
    roles: frozenset[str] = frozenset()
    trained: frozenset[str] = frozenset()
    shifts: tuple[tuple[str, Span], ...] = ()
    reachable: bool = True
    names: frozenset[str] = frozenset()


class Empty(NamedTuple):
    """Hours in which a need has nobody."""

    need: Need
    gap: Gap


def needs(policies: Iterable[Policy]) -> list[Need]:
    """What all steps ask for, what several ask for alike once."""
    found: dict[tuple[str, Target, str | None], tuple[list[int], bool]] = {}
    for policy in policies:
        for place, step in enumerate(policy.steps, start=1):
            if step.target.kind in ("buddy", "last helper", "line", "unknown"):
                continue
            rests = step.holds and (step.only_for or policy.priorities) == ("routine",)
            steps, all_rest = found.setdefault(
                (policy.name, step.target, step.trained), ([], rests)
            )
            steps.append(place)
            found[policy.name, step.target, step.trained] = steps, all_rest and rests
    return [
        Need(policy, tuple(steps), target, trained, rests)
        for (policy, target, trained), (steps, rests) in found.items()
    ]


def never(need: Need, team: Iterable[Member], rotas: Iterable[str]) -> bool:
    """Whether nobody of the team could be told in it, whatever the shifts: a standing trouble."""
    if need.target.kind == "rota" and need.target.name not in rotas:
        return True
    return not any(_could(need, one) for one in team)


def without_rota(
    need: Need,
    wants: Mapping[str, Sequence[Span]],
    since: datetime,
    until: datetime,
    quiet: Sequence[Span] = (),
) -> list[Gap]:
    """Hours that no shift is planned or wanted for, where this need has nobody therefore."""
    if not need.by_shift:
        return []
    covered = [("", span) for span in _hours(need, wants)]
    rest = [("", span) for span in quiet] if need.rests else []
    return gaps([Wanted(Span(since, until), 1, ())], [*covered, *rest], since, until)


def empty(
    need: Need, team: Iterable[Member], wants: Mapping[str, Sequence[Span]],
    bare: Mapping[str, Sequence[Span]], since: datetime, until: datetime,
    quiet: Sequence[Span] = (),
) -> list[Empty]:  # fmt: skip
    """Hours of shifts in which this need has nobody, the first first.

    wants: by rota, the hours for which shifts are planned or wanted. bare: those in which nobody
    comes at all; they are the rota's own gaps, and told as such.
    """
    if not need.by_shift:
        return []
    there = [(one.person, span) for one in team for span in _spans(need, one)]
    there += [("", span) for span in _hours(need, bare)]
    there += [("", span) for span in quiet] if need.rests else []
    found: list[Gap] = []
    for span in sorted(set(_hours(need, wants))):  # shift by shift: each is told by itself
        asked = [Wanted(span, 1, ())]
        found += gaps(asked, there, max(span.starts, since), min(span.ends, until))
    return [Empty(need, gap) for gap in found if not _within_another(gap, found)]


def quiet_spans(
    since: datetime, until: datetime, zone: str, quiet_from: int, quiet_to: int
) -> list[Span]:
    """The quiet hours that touch a time."""
    if quiet_from == quiet_to:
        return []
    local = since.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0) - _DAY
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while (begins := moment_of(day.replace(hour=quiet_from), zone)) < until:
        ends = day.replace(hour=quiet_to) + (_DAY if quiet_to < quiet_from else timedelta(0))
        found.append(Span(begins, moment_of(ends, zone)))
        day += _DAY
    return found


def _hours(need: Need, by_rota: Mapping[str, Sequence[Span]]) -> list[Span]:
    if need.target.kind == "rota":
        return list(by_rota.get(need.target.name, ()))
    return [span for spans in by_rota.values() for span in spans]


def _within_another(gap: Gap, found: Sequence[Gap]) -> bool:
    """Whether the same time stands in a longer one."""
    return any(
        other.starts <= gap.starts and gap.ends <= other.ends and other != gap for other in found
    )


def _spans(need: Need, one: Member) -> list[Span]:
    if not _could(need, one):
        return []
    rota = need.target.name if need.target.kind == "rota" else None
    return [span for name, span in one.shifts if rota in (None, name)]


def _could(need: Need, one: Member) -> bool:
    """Whether this step could mean them, were they on duty."""
    if not one.reachable or (need.trained and need.trained not in one.trained | one.roles):
        return False
    kind, name = need.target.kind, need.target.name
    if kind == "person":
        return name == one.person or name in one.names
    role = _ROLE_OF.get(kind, name if kind == "role" else None)
    return role is None or role in one.roles
