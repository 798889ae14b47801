"""Where a step stands: the session, the person, the flow, and what can be looked up in them.

Promise: looks, never moves. The day and the region are asked for only where a reply needs them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flows.compiling import Line, Ready
from flows.effects import Effect
from flows.program import About, Program
from flows.session import Session

MAX_DEPTH: Final = 5
"""Flows visited inside one another, below the one that runs."""

VISIT: Final = "visit"
KEYWORD: Final = "keyword"

# positions in a suspended flow, see session.Frame
FLOW, STATE, VALUES, HOW, STATUS, TOKEN, TRIES, REMINDERS, PARTS, OUTCOME, GIVEN = range(11)

_KINDS: Final = {"asking": "ask", "waiting": "ask", "performing": "do"}

Trace = list[tuple[str, str]]
"""Ways taken, ("flow/state", label), and states entered, ("flow/state", "")."""


class Standing:
    """One session beside its person. `find` looks a value up: the session's, then the person's."""

    __slots__ = (
        "about", "effects", "ended", "fields", "flow", "here", "now", "program", "room", "session",
        "steps", "trace", "voice",
    )  # fmt: skip

    def __init__(
        self, program: Program, session: Session, now: datetime | None, about: About,
        trace: Trace | None,
    ) -> None:  # fmt: skip
        self.program = program
        self.session = session
        self.now = now
        self.about = about
        self.trace = trace
        self.flow = program.ready.get(session.at) or program.flow(session.at)
        self.here: Ready | None = None  # the state that the session rested in, once looked up
        self.effects: list[Effect] = []
        self.ended = ""
        self.steps = 0
        self.fields, languages, discreet, channel, today, limit, _ = about
        self.voice = (languages, discreet, channel)
        self.room = limit - today

    # -- looking up --

    def find(self, name: str) -> Any:
        value = self.session.values.get(name)
        return self.fields.get(name) if value is None else value

    def filled(self, line: Line) -> str:
        """The text with the values of this moment."""
        return line.render(self.session.values, self.fields)

    @property
    def languages(self) -> tuple[str, ...]:
        return self.about.languages

    @property
    def today(self) -> date:
        """The day where the person is; dates alone ask for it."""
        if self.now is None:
            return date(2000, 1, 1)
        zone = self.fields.get("zone")
        try:
            return self.now.astimezone(ZoneInfo(zone)).date() if zone else self.now.date()  # type: ignore[arg-type]
        except (KeyError, ValueError, TypeError, OSError, OverflowError):
            return self.now.date()  # no such zone: the day in UTC

    @property
    def region(self) -> str | None:
        country = self.fields.get("country")
        return country.upper() if isinstance(country, str) and len(country) == 2 else None

    def standing(self) -> Ready | None:
        """The state that the session rests in."""
        return self.flow.states.get(self.session.state) if self.flow is not None else None

    def stands(self) -> bool:
        """Whether the edition still holds the state that the session rests in."""
        session = self.session
        kind = _KINDS.get(session.status)
        if kind is None:
            return self.flow is not None or session.status == "ended"
        if self.flow is None:
            return False
        state = self.here = self.flow.states.get(session.state)
        return state is not None and state.kind == kind

    def open_state(self) -> Ready | None:
        """The question that is open."""
        status = self.session.status
        return self.standing() if status == "asking" or status == "waiting" else None

    def unlimited(self) -> bool:
        """Whether a way to a person runs: no daily limit holds it."""
        session, unlimited = self.session, self.program.unlimited
        return (
            session.at in unlimited
            or session.flow in unlimited
            or any(frame[FLOW] in unlimited for frame in session.below)
        )

    def fold(self, name: str) -> int | None:
        """Which visit by keyword is left for good: of the same flow, or the lowest when deep."""
        below = self.session.below
        running = [*(frame[FLOW] for frame in below[1:]), self.session.at]
        for at, frame in enumerate(below):
            if frame[HOW] == KEYWORD and (running[at] == name or len(below) >= MAX_DEPTH):
                return at
        return None

    def returned(self) -> dict[str, Any]:
        """The declared answers that a visited flow gives back."""
        values = self.session.values
        names = self.flow.returns if self.flow is not None else ()
        kept = (name for name in names if name not in self.session.unkept)
        return {name: values[name] for name in kept if name in values}

    def way(self, state: Ready, label: str) -> None:
        """Note the way that is taken, where somebody asks for it."""
        if self.trace is not None:
            self.trace.append((state.place, label))
