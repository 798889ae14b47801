"""Are variables there where they are used: known, saved on the way, on every way.

Promise: follows every way of the flow once. "Surely" means asked on every way; a person may
still skip, and then a text says `not answered`, never nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flows.actions import FAILED, Action
from flows.checks.findings import Findings
from flows.checks.graph import Graph, Way
from flows.checks.lengths import ORGANISATION, answers
from flows.checks.structure import nearest
from flows.checks.visits import conditions
from flows.definition import (
    Branch,
    Condition,
    Flow,
    Guard,
    Library,
    Message,
    Place,
    Recording,
    State,
)
from flows.templates import names as variables_in


class Held(NamedTuple):
    """Answers at one point of a conversation: saved on some way to it, and on every way."""

    some: frozenset[str]
    every: frozenset[str]

    def with_(self, names: frozenset[str], surely: bool) -> Held:
        return Held(self.some | names, self.every | names if surely else self.every)

    def without(self, names: frozenset[str]) -> Held:
        return Held(self.some - names, self.every - names)


NOTHING = Held(frozenset(), frozenset())


def check_variables(
    flow: Flow, library: Library, actions: Mapping[str, Action], found: Findings
) -> None:
    """Unknown names, answers used before they are saved, fields and answers that return."""
    own = answers(flow, library, actions)
    known = own | library.fields.keys() | ORGANISATION.keys()
    held = Flowing(flow, library, actions).held
    for state in flow.states.values():
        _names_taken(state, library, found)
        for name, place in uses(state):
            if name not in known:
                _unknown(name, place, known, flow, library, found)
            elif name in own and name not in library.fields and name not in ORGANISATION:
                _saved(state, name, place, held.get(state.name), found)
        for branch in state.branches:
            _guard(branch.guard, branch.place, known, flow, library, found)
    for keyword in flow.keywords:
        _guard(keyword.when, keyword.place, known, flow, library, found)
    for name in flow.returns:
        if name not in own and name not in remembered(flow):
            found.note(
                "structure/unknown-return",
                flow.places.get("returns", flow.place),
                f"The flow returns `{name}`, and none of its states saves that.",
                nearest(name, own),
            )


def remembered(flow: Flow) -> set[str]:
    """Fields of the person that the flow itself asks for."""
    fields = (state.remember_as for state in flow.states.values())
    return {name for name in fields if name is not None}


def uses(state: State) -> Iterator[tuple[str, Place]]:
    """Every variable in the state's texts and parameters."""
    if state.prompt is not None:
        yield from _in_message(state.prompt.text)
        if state.prompt.discreet is not None:
            yield from _in_message(state.prompt.discreet)
        place = state.places.get("by call", state.prompt.text.place)
        for spoken in (state.prompt.by_call or {}).values():
            told = spoken.text if isinstance(spoken, Recording) else spoken
            yield from ((name, place) for name in variables_in(told))
    if state.unclear is not None and state.unclear.say is not None:
        yield from _in_message(state.unclear.say)
    for param, value in state.with_.items():
        place = state.places.get(f"with.{param}", state.place)
        yield from ((name, place) for name in variables_in(value))


def _in_message(message: Message) -> Iterator[tuple[str, Place]]:
    for language, text in message.texts.items():
        place = message.places.get(language, message.place)
        yield from ((name, place) for name in variables_in(text))


def _names_taken(state: State, library: Library, found: Findings) -> None:
    name = state.save_as
    if name is not None and (name in library.fields or name in ORGANISATION):
        whose = "a field of the person" if name in library.fields else "told by the organisation"
        found.note(
            "structure/name-taken",
            state.places.get("save as", state.place),
            f"`{name}` is {whose} already.",
            f"Choose another name, or write `remember as: {name}`."
            if name in library.fields
            else "Choose another name.",
        )
    field = state.remember_as
    if field is not None and field not in library.fields:
        found.note(
            "structure/unknown-field",
            state.places.get("remember as", state.place),
            f"No field `{field}` is declared.",
            nearest(field, library.fields) + " Fields are declared in fields.yaml.",
        )


def _unknown(
    name: str, place: Place, known: set[str], flow: Flow, library: Library, found: Findings
) -> None:
    cure = nearest(name, known)
    for state in flow.states.values():
        visited = library.flows.get(state.visit or "")
        if visited is not None and any(name == one.save_as for one in visited.states.values()):
            cure = f"`{visited.name}` saves it: add it to `returns:` there."
    found.note(
        "structure/unknown-variable",
        place,
        f"Nothing is called `{name}`: no answer of this flow, no field, no value.",
        cure,
    )


def _guard(
    guard: Guard | None,
    place: Place,
    known: set[str],
    flow: Flow,
    library: Library,
    found: Findings,
) -> None:
    for condition in conditions(guard):
        if condition.test != "ended" and condition.variable not in known:
            _unknown(condition.variable, place, known, flow, library, found)


def _saved(state: State, name: str, place: Place, held: Held | None, found: Findings) -> None:
    if held is None:
        return  # no way leads here; that is told already
    if name not in held.some:
        found.note(
            "structure/never-saved",
            place,
            f"No way to `{state.name}` saves `{name}`: the text would always say `not answered`.",
            "Ask for it earlier, or take it out of the text.",
        )
    elif name not in held.every:
        found.note(
            "structure/unsaved",
            place,
            f"A way to `{state.name}` does not save `{name}`: the text would say `not answered`.",
            f"Part the ways with `when: {name} is not answered`, or take it out of the text.",
        )


class Flowing:
    """What is saved when each state is entered; states that no way leads to are left out."""

    def __init__(self, flow: Flow, library: Library, actions: Mapping[str, Action]) -> None:
        self.flow = flow
        self.library = library
        self.actions = actions
        self.graph = Graph(flow)
        self.held: dict[str, Held] = {}
        if flow.start not in flow.states:
            return
        ahead = [flow.start]
        self.held[flow.start] = NOTHING
        while ahead:
            name = ahead.pop()
            for target, after in self._after(flow.states[name], self.held[name]):
                before = self.held.get(target)
                both = after
                if before is not None:
                    both = Held(before.some | after.some, before.every & after.every)
                if both != before:
                    self.held[target] = both
                    ahead.append(target)

    def _after(self, state: State, held: Held) -> Iterator[tuple[str, Held]]:
        """Every state that may follow, and what is held then."""
        if state.kind == "ask":  # a keyword of the flow leaves the question as it stands
            yield from ((target, held) for target in self.graph.called)
        passed: list[Guard] = []
        for branch in state.branches:
            if branch.go_to in self.flow.states:
                yield branch.go_to, self._by_branch(state, branch, passed, held)
            if branch.guard is not None:
                passed.append(branch.guard)
        written = {branch.place for branch in state.branches}
        for way in self.graph.onward[state.name]:
            if way.place not in written:
                yield way.target, self._by_way(state, way, held)

    def _by_branch(self, state: State, branch: Branch, passed: list[Guard], held: Held) -> Held:
        after = self._gained(state, held, surely=branch.guard is not None or state.kind != "visit")
        for guard in passed:
            after = _known_from(_opposite(guard), after)
        if branch.guard is not None:
            after = _known_from(branch.guard, after)
        return after

    def _by_way(self, state: State, way: Way, held: Held) -> Held:
        if way.why in ("unclear", "no reply", "no outcome"):
            return held
        sure = way.why not in ("otherwise", FAILED)
        return self._gained(state, held, surely=sure)

    def _gained(self, state: State, held: Held, surely: bool) -> Held:
        names: set[str] = set()
        if state.kind == "ask":
            names = {name for name in (state.save_as, state.remember_as) if name is not None}
        elif state.kind == "do":
            action = self.actions.get(state.action or "")
            names = set(action.gives) if action is not None else set()
        elif state.kind == "visit":
            visited = self.library.flows.get(state.visit or "")
            names = set(visited.returns) if visited is not None else set()
        return held.with_(frozenset(names), surely) if names else held


def _known_from(guard: Guard | Condition | None, held: Held) -> Held:
    """What a condition that holds says about its answers; `or` says nothing for sure."""
    if isinstance(guard, Condition):
        name = frozenset({guard.variable})
        if guard.test == "missing":
            return held.without(name)
        return held if guard.test == "ended" else held.with_(name & held.some, surely=True)
    if guard is None or (guard.join == "or" and len(guard.parts) > 1):
        return held
    for part in guard.parts:
        held = _known_from(part, held)
    return held


def _opposite(guard: Guard) -> Condition | None:
    """What is known where this guard did not hold: only a lone (not) answered says it."""
    if len(guard.parts) != 1 or not isinstance(guard.parts[0], Condition):
        return None
    condition = guard.parts[0]
    if condition.test == "missing":
        return Condition(condition.variable, "present")
    if condition.test == "present":
        return Condition(condition.variable, "missing")
    return None
