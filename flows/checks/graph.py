"""A flow as a graph: which state can follow which, by what, and whether a person replied first.

Promise: pure and total on any Flow, also one that names states which are not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import rustworkx

from flows.actions import FAILED
from flows.definition import Flow, Place, State


class Way(NamedTuple):
    """One way on. `replied`: the person said something to get here. `why`: in words."""

    source: str
    target: str
    place: Place
    why: str
    replied: bool


def ways_of(state: State) -> Iterator[Way]:
    """Every way on that the state itself writes, keywords apart."""

    def way(target: str, place: Place, why: str, replied: bool) -> Way:
        return Way(state.name, target, place, why, replied)

    asked = state.kind == "ask"
    for branch in state.branches:
        why = "otherwise" if branch.guard is None else f"when {branch.guard.text}"
        yield way(branch.go_to, branch.place, why, asked)
    if state.go_to is not None:
        key = "otherwise" if state.outcomes else "go to"
        place = state.places.get("outcomes.otherwise") or state.places.get(key, state.place)
        yield way(state.go_to, place, key, asked)
    for outcome, target in state.outcomes.items():
        place = state.places.get(f"outcomes.{outcome}", state.place)
        yield way(target, place, outcome, False)
    if state.unclear is not None:
        yield way(state.unclear.go_to, state.unclear.place, "unclear", True)
    if state.no_reply is not None:
        yield way(state.no_reply.go_to, state.no_reply.place, "no reply", False)
    if state.no_outcome is not None:
        yield way(state.no_outcome.go_to, state.no_outcome.place, "no outcome", False)


class Graph:
    """The ways between states that are there."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        known = flow.states
        self.ways = [way for state in known.values() for way in ways_of(state)]
        self.onward: dict[str, list[Way]] = {name: [] for name in known}
        self.back: dict[str, list[Way]] = {name: [] for name in known}
        for way in self.ways:
            if way.target in known:
                self.onward[way.source].append(way)
                self.back[way.target].append(way)
        self.entries = [flow.start] if flow.start in known else []
        called = (keyword.target for keyword in flow.keywords if keyword.does == "go-to")
        self.called = [target for target in called if target is not None and target in known]
        self.entries += self.called
        self.reached = reach(self.entries, self._targets())
        self.ends = [name for name, state in known.items() if state.end is not None]
        self.ending = reach(self.ends, self._sources())

    def _targets(self) -> dict[str, list[str]]:
        return {name: [way.target for way in ways] for name, ways in self.onward.items()}

    def _sources(self) -> dict[str, list[str]]:
        return {name: [way.source for way in ways] for name, ways in self.back.items()}

    def circles(self) -> list[list[str]]:
        """Groups of states that can follow each other for ever without a reply."""
        silent = {
            name: [way.target for way in ways if not way.replied]
            for name, ways in self.onward.items()
        }
        return circles(silent)


def reach(starts: Iterable[str], onward: Mapping[str, Iterable[str]]) -> set[str]:
    """Everything that can be come to from `starts`, themselves included."""
    found = set(starts)
    ahead = list(found)
    while ahead:
        for target in onward.get(ahead.pop(), ()):
            if target not in found:
                found.add(target)
                ahead.append(target)
    return found


def circles(onward: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The groups of names that lead back to themselves, in the order of `onward`."""
    order = {name: number for number, name in enumerate(onward)}
    graph: rustworkx.PyDiGraph[str, None] = rustworkx.PyDiGraph()
    graph.add_nodes_from(list(onward))
    links = [
        (order[name], order[target])
        for name, targets in onward.items()
        for target in targets
        if target in order
    ]
    graph.add_edges_from_no_data(links)
    itself = {source for source, target in links if source == target}
    groups = [
        sorted(group)
        for group in rustworkx.strongly_connected_components(graph)
        if len(group) > 1 or group[0] in itself
    ]
    names = list(onward)
    return [[names[number] for number in group] for group in sorted(groups)]


def endings(flow: Flow) -> tuple[str, ...]:
    """How the flow can end, as a visitor sees it: its own outcomes, and `failed`."""
    told = (state.end for state in flow.states.values() if state.end is not None)
    return tuple(dict.fromkeys((*told, FAILED)))
