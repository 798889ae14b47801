"""Where one conversation stands: all that is kept of it between two events.

Promise: names of flows and states, answers and counters, nothing else; no clock and no
position in a file, so a session outlives a release. A session is never changed in place
once handed out: the machine copies, changes the copy, and hands that out.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

VERSION: Final = 1

# A suspended conversation below the one that runs now, as a plain list:
# flow, state, values, how it was left, status, token, tries, reminders, parts, outcome, answers.
# how: 'visit' (a visit state waits for the ending) or 'keyword' (the question returns).
# outcome: what an action below came to while the visit ran, None while it is still open;
# answers: what that outcome gave.
Frame = list[Any]


class Session:
    """One conversation. `status`: new, asking, waiting, performing or ended.

    asking: a question is open. waiting: more texts of one answer are gathered.
    performing: an action's outcome is awaited, now or later.
    """

    __slots__ = (
        "at", "below", "count", "flow", "late", "outcome", "parts", "reminders", "state",
        "status", "token", "tries", "unkept", "values", "visits",
    )  # fmt: skip

    flow: str  # the root flow
    at: str  # the flow that runs now: the root, or a visited one
    state: str  # its state
    status: str
    outcome: str | None  # how the root flow ended
    token: int  # what WaitOver and Performed have to carry
    count: int  # the last token given out
    tries: int  # unclear replies to the open question
    reminders: int  # how often the open question was sent again
    parts: list[str]  # texts gathered so far for one answer
    values: dict[str, Any]  # answers of the flow that runs now
    unkept: list[str]  # names among them that are forgotten at the next rest
    below: list[Frame]  # suspended flows, the root first
    visits: dict[str, int]  # "flow/state" -> entries since the person last replied
    late: list[Any] | None  # the question that closed unanswered: flow, state, values, below

    @property
    def answers(self) -> dict[str, Any]:
        """The answers of the root flow."""
        values: dict[str, Any] = self.below[0][2] if self.below else self.values
        return values

    @property
    def question(self) -> str | None:
        """The question now open, as "flow/state"."""
        if self.status == "asking" or self.status == "waiting":
            return f"{self.at}/{self.state}"
        return None

    @property
    def closed(self) -> bool:
        """Whether a question closed unanswered that a late answer may still take up."""
        return self.late is not None

    @property
    def closed_question(self) -> str | None:
        return f"{self.late[0]}/{self.late[1]}" if self.late is not None else None

    def to_json(self) -> bytes:
        """Stored as a list: eight parts where nothing unusual stands, otherwise all of them."""
        if (
            self.at == self.flow and self.token == self.count and self.late is None
            and not (self.below or self.tries or self.reminders or self.parts or self.unkept)
        ):  # fmt: skip
            return _dumps(
                (
                    VERSION, self.flow, self.state, self.status, self.token, self.values,
                    self.visits, self.outcome,
                )
            )  # fmt: skip
        return _dumps(
            (
                VERSION, self.flow, self.state, self.status, self.token, self.values, self.visits,
                self.outcome, self.at, self.count, self.tries, self.reminders, self.parts,
                self.unkept, self.below, self.late,
            )
        )  # fmt: skip

    @classmethod
    def from_json(cls, stored: bytes | str) -> Session:
        """The stored session; ValueError where it is none of ours."""
        fields = _loads(stored)
        length = len(fields) if type(fields) is list else 0
        if (length != _SHORT and length != _LONG) or fields[0] != VERSION:
            raise ValueError("not a stored session of a known version")
        session = _blank(cls)
        if length == _SHORT:
            (
                _, session.flow, session.state, session.status, session.token, session.values,
                session.visits, session.outcome,
            ) = fields  # fmt: skip
            session.at = session.flow
            session.count = session.token
            session.tries = session.reminders = 0
            session.late = None
            session.parts = session.unkept = session.below = _EMPTY
        else:
            (
                _, session.flow, session.state, session.status, session.token, session.values,
                session.visits, session.outcome, session.at, session.count, session.tries,
                session.reminders, session.parts, session.unkept, session.below, session.late,
            ) = fields  # fmt: skip
        return session

    def copy(self) -> Session:
        """A shallow copy; its parts are replaced, never changed."""
        twin = _blank(Session)
        twin.flow = self.flow
        twin.at = self.at
        twin.state = self.state
        twin.status = self.status
        twin.outcome = self.outcome
        twin.token = self.token
        twin.count = self.count
        twin.tries = self.tries
        twin.reminders = self.reminders
        twin.parts = self.parts
        twin.values = self.values
        twin.unkept = self.unkept
        twin.below = self.below
        twin.visits = self.visits
        twin.late = self.late
        return twin

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Session) and all(
            getattr(self, name) == getattr(other, name) for name in Session.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Session({self.at}/{self.state} {self.status})"


_blank = object.__new__
_dumps, _loads = orjson.dumps, orjson.loads
_SHORT: Final = 8
_LONG: Final = 16
_EMPTY: Final[list[Any]] = []  # shared: the parts of a session are replaced, never changed


def begin(flow: str) -> Session:
    """A conversation that has not started yet."""
    session = _blank(Session)
    session.flow = session.at = flow
    session.state = ""
    session.status = "new"
    session.outcome = None
    session.token = session.count = session.tries = session.reminders = 0
    session.parts = session.unkept = session.below = _EMPTY
    session.values = {}
    session.visits = {}
    session.late = None
    return session
