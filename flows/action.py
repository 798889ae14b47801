"""What an action is: its parameters, its outcomes and the answers that it gives.

Promise: shapes alone; which actions there are stands in `flows.actions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

FAILED = "failed"
"""The outcome that every action has besides its own: something on our side did not work."""


class Param(NamedTuple):
    """One parameter. `values`, where not empty, are all that may be written without a variable."""

    required: bool
    meaning: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `outcomes` come at once (a walk takes the first), `later` ones as events.

    `gives`: answer name -> meaning; usable in the states after it like any saved answer.
    `one_of`: where not empty, exactly one of these parameters stands in `with`.
    """

    name: str
    meaning: str
    params: Mapping[str, Param] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    gives: Mapping[str, str] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()

    @property
    def all_outcomes(self) -> tuple[str, ...]:
        """Every outcome a flow may name, `failed` included."""
        return (*self.outcomes, *self.later, FAILED)
