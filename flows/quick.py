"""The commonest step made short: a plain answer to a plain question, and a plain beginning.

Promise: gives exactly what the long way in machine.py gives, or None, and then the long way is
taken; a property test holds both together. Everything unusual is left to the long way: words
around an answer, keywords, what is not kept, visits that end, limits that are reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.compiling import Line, Ready
from flows.effects import Ask, Effect, End, Record, Say
from flows.events import Heard, Started
from flows.program import About, Program
from flows.session import Session

Quick = tuple[Session, list[Effect], str]

_new = tuple.__new__
_blank = object.__new__


class _Values:
    """What a guard looks values up in."""

    __slots__ = ("ended", "fields", "values")

    def __init__(self, values: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        self.values = values
        self.fields = fields
        self.ended = ""

    def find(self, name: str) -> Any:
        value = self.values.get(name)
        return self.fields.get(name) if value is None else value


def answer(program: Program, session: Session, event: Heard, about: About) -> Quick | None:
    """One word that is exactly an answer to the open question, and one state after it."""
    text, media = event
    flow = program.ready.get(session.at)
    if flow is None or session.status != "asking" or media or session.unkept or session.parts:
        return None
    asked = flow.states.get(session.state)
    if asked is None or not asked.exact or not text.isalnum() or not text.isascii():
        return None
    bare = text.lower()
    value = asked.exact.get(bare)
    if value is None or bare in flow.calls:
        return None
    name: str = asked.save_as  # type: ignore[assignment]  # exact has entries only with a name
    values = {**session.values, name: value}
    record = _new(Record, (name, value, asked.place, True))
    for test, _, _, after in asked.ways:
        if test is None or test(_Values(values, about.values)):
            return None if after is None else _after(session, after, values, about, record)
    return None


def start(program: Program, session: Session, event: Started, about: About) -> Quick | None:
    """A conversation that begins with a question."""
    flow = program.ready.get(session.at)
    if flow is None or session.status != "new" or event.answers or event.said:
        return None
    first = flow.states.get(flow.start)
    if first is None or first.kind != "ask":
        return None
    return _after(session, first, session.values, about, None)


def _after(
    session: Session, state: Ready, values: dict[str, Any], about: About, record: Record | None
) -> Quick | None:
    """The state that follows, where it is a question or a last word."""
    fields, languages, discreet, channel, today, limit, _ = about
    asks = state.kind == "ask"
    if limit <= today or state.text is None or not (asks or state.tells_and_ends):
        return None
    if session.below and not asks:
        return None
    line: Line = state.text.line((languages, discreet, channel))
    text = line.render(values, fields)
    moved: Session = _blank(Session)
    moved.flow = session.flow
    moved.at = session.at
    moved.state = state.name
    moved.values = values
    moved.tries = moved.reminders = 0
    moved.parts = moved.unkept = []
    moved.below = session.below
    moved.late = None
    effects: list[Effect] = [] if record is None else [record]
    if asks:
        moved.status = "asking"
        moved.outcome = None
        moved.token = moved.count = session.count + 1
        moved.visits = {state.place: 1}
        effects.append(
            _new(Ask, (text, state.place, moved.token, state.wait, line.recording, line.language))
        )
    else:
        moved.status = "ended"
        moved.outcome = state.end
        moved.token = session.token
        moved.count = session.count
        moved.visits = {}
        effects.append(_new(Say, (text, state.place, line.recording, line.language)))
        effects.append(_new(End, (state.end, dict(values))))
    return moved, effects, "" if record is None else "answer"
