"""What a policy is: who is told of a case, in which order, and how long each has.

Promise: plain, frozen values, a part of `flows.definition`. What they come to at a moment is
`flows.escalation`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from flows.definition import Place

TargetKind = Literal[
    "on duty", "rota", "role", "person", "buddy", "last helper", "coordinators", "supervisors",
    "line", "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a step tells. `name`: of the person, the rota or the role.

    "unknown" is a name that the language does not know: nobody is found under it.
    """

    kind: TargetKind
    name: str = ""


NOBODY = Target("unknown")


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """So many seconds after the case opened at the latest, these are told.

    `in_turn`: one after another, each with `each` seconds to answer; otherwise all at once.
    `trained`: only those trained in it. `only_for`: priorities; empty for all.
    `holds`: a routine case waits here while hours are quiet.
    """

    after: int
    tell: str
    place: Place
    target: Target = NOBODY
    in_turn: bool = False
    each: int | None = None
    trained: str | None = None
    only_for: tuple[str, ...] = ()
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """Who is told of a case and when. Priorities go from the least to the most pressing.

    `contact_within`: priority -> seconds from taking a case to reaching its person. `repeat`: so
    often the steps come again; then the case is exhausted, and tried again after `again_after`.
    """

    name: str
    title: str
    priorities: tuple[str, ...]
    steps: tuple[PolicyStep, ...]
    place: Place
    contact_within: Mapping[str, int] = field(default_factory=dict)
    repeat: int = 0
    again_after: int | None = None
