"""Visits: flows that are there, endings and answers that they give, depth and circles.

Promise: looks only at which flow can visit which, by a state or by a flow's own keyword.
The organisation's keywords are everywhere and come back to the question, so they are no visit
of a flow here; how deep they may stack is the engine's budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.checks.findings import Findings
from flows.checks.graph import circles, endings
from flows.checks.structure import nearest
from flows.definition import Condition, Flow, Guard, Library, Place
from flows.standing import MAX_DEPTH


def check_visits(flow: Flow, library: Library, found: Findings) -> None:
    """Unknown flows and endings, visits deeper than five, circles of visits."""
    for state in flow.states.values():
        if state.kind == "visit" and state.visit not in library.flows and state.visit != flow.name:
            found.note(
                "structure/unknown-flow",
                state.places.get("visit flow", state.place),
                f"There is no flow `{state.visit}`.",
                nearest(state.visit or "", library.flows),
            )
        visited = library.flows.get(state.visit or "")
        for branch in state.branches:
            for condition in conditions(branch.guard):
                if condition.test == "ended":
                    _ending(condition.variable, visited, state.kind, branch.place, found)
    flows = {**library.flows, flow.name: flow}
    onward = {name: [target for target, _ in _visited(one)] for name, one in flows.items()}
    _circle(flow, onward, found)
    _depth(flow, onward, found)


def conditions(guard: Guard | Condition | None) -> Iterator[Condition]:
    """Every comparison of a guard."""
    if isinstance(guard, Condition):
        yield guard
    elif guard is not None:
        for part in guard.parts:
            yield from conditions(part)


def _visited(flow: Flow) -> Iterator[tuple[str, Place]]:
    for state in flow.states.values():
        if state.kind == "visit" and state.visit is not None:
            yield state.visit, state.places.get("visit flow", state.place)
    for keyword in flow.keywords:
        if keyword.does == "visit" and keyword.target is not None:
            yield keyword.target, keyword.place


def _ending(name: str, visited: Flow | None, kind: str, place: Place, found: Findings) -> None:
    if kind != "visit":
        found.note(
            "structure/unknown-ending",
            place,
            f"`{name}` alone asks how a visit ended, and nothing is visited here.",
            f"Write what you compare, such as `{name} is yes`.",
        )
    elif visited is not None and name not in endings(visited):
        found.note(
            "structure/unknown-ending",
            place,
            f"`{visited.name}` never ends with `{name}`.",
            nearest(name, endings(visited)),
        )


def _circle(flow: Flow, onward: Mapping[str, list[str]], found: Findings) -> None:
    group = next((group for group in circles(onward) if flow.name in group), None)
    if group is None:
        return
    others = [f"`{name}`" for name in group if name != flow.name]
    through = f" through {', '.join(others)}" if others else ""
    place = next(place for target, place in _visited(flow) if target in group)
    found.note(
        "structure/visit-circle",
        place,
        f"`{flow.name}` comes to visit itself{through}.",
        "Let the inner flow end instead; the visitor goes on after it.",
    )


def _depth(flow: Flow, onward: Mapping[str, list[str]], found: Findings) -> None:
    longest = _longest(flow.name, onward, (), {})
    if len(longest) > MAX_DEPTH + 1:
        first = next(place for target, place in _visited(flow) if target == longest[1])
        found.note(
            "structure/visit-depth",
            first,
            f"Visits lead too deep: {' - '.join(longest)}. At most {MAX_DEPTH} may stand "
            "inside one another.",
            "Let one of them end before the next begins.",
        )


def _longest(
    name: str,
    onward: Mapping[str, list[str]],
    above: tuple[str, ...],
    known: dict[str, tuple[str, ...]],
) -> tuple[str, ...]:
    """The longest line of visits from here; circles, which are told apart, are not followed."""
    if name in known:
        return known[name]
    if name in above or name not in onward or len(above) > MAX_DEPTH + 1:
        return ()
    below = (_longest(target, onward, (*above, name), known) for target in onward[name])
    longest = (name, *max(below, key=len, default=()))
    known[name] = longest
    return longest
