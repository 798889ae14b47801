"""What the doctor finds: one thing looked at, how it is, and what to do about it."""

from __future__ import annotations

from typing import Literal, NamedTuple

State = Literal["well", "look", "mend"]


class Finding(NamedTuple):
    """One thing looked at. "look": it works, and somebody should know; "mend": it does not."""

    part: str
    state: State
    told: str
    cure: str | None = None
