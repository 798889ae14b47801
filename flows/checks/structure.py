"""Does the flow hang together: names, ways, circles, silence, actions, visits.

Promise: notes what is wrong and changes nothing; total on any flow that reading.py hands out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from flows import durations
from flows.actions import FAILED, Action
from flows.checks.findings import Findings
from flows.checks.graph import Graph
from flows.definition import Flow, Keyword, Library, Place, State
from flows.reading.policies import PRIORITIES
from flows.templates import names as variables_in


def check_structure(
    flow: Flow, library: Library, actions: Mapping[str, Action], found: Findings
) -> None:
    """Names of states and actions, reachability, dead ends, circles, silence, ends after."""
    graph = Graph(flow)
    _names(flow, graph, found)
    _reachability(flow, graph, found)
    _circles(flow, graph, found)
    for state in flow.states.values():
        _silence(flow, state, actions, found)
        if state.kind == "do" and state.action is not None:
            _action(state, library, actions, found)
    for keyword in flow.keywords:
        check_target(keyword, library, found, flow)


def nearest(name: str, known: Iterable[str]) -> str:
    """The cure for an unknown name: the one that was probably meant, or all there are."""
    known = list(known)
    best = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=60)
    if best is not None:
        return f"Did you mean `{best[0]}`?"
    if not known:
        return "There is none yet: add it, or take this away."
    listed = ", ".join(f"`{one}`" for one in sorted(known)[:12])
    return f"There are: {listed}{' ...' if len(known) > 12 else ''}."


def _names(flow: Flow, graph: Graph, found: Findings) -> None:
    if flow.start not in flow.states:
        found.note(
            "structure/unknown-state",
            flow.places.get("start", flow.place),
            f"The flow starts at `{flow.start}`, and there is no such state.",
            nearest(flow.start, flow.states),
        )
    for way in graph.ways:
        if way.target not in flow.states:
            found.note(
                "structure/unknown-state",
                way.place,
                f"`{way.why}` leads to `{way.target}`, and there is no such state.",
                nearest(way.target, flow.states),
            )


def check_target(
    keyword: Keyword, library: Library, found: Findings, flow: Flow | None = None
) -> None:
    """Where a keyword leads. Without a flow it is one of the organisation's."""
    target = keyword.target or ""
    if keyword.does == "go-to" and flow is not None and target not in flow.states:
        found.note(
            "structure/unknown-state",
            keyword.place,
            f"The keyword `{keyword.name}` leads to `{target}`, and there is no such state.",
            nearest(target, flow.states),
        )
    if keyword.does == "visit" and target not in library.flows:
        found.note(
            "structure/unknown-flow",
            keyword.place,
            f"The keyword `{keyword.name}` visits `{target}`, and there is no such flow.",
            nearest(target, library.flows),
        )


def _reachability(flow: Flow, graph: Graph, found: Findings) -> None:
    if not graph.entries:
        return  # an unknown start is told already; everything would seem unreachable
    for name, state in flow.states.items():
        if name not in graph.reached:
            found.note(
                "structure/unreachable",
                state.place,
                f"No way leads to `{name}`.",
                "Lead a way to it with `go to:`, or delete it.",
            )
        elif name not in graph.ending and all(
            way.target in flow.states for way in graph.ways if way.source == name
        ):
            found.note(
                "structure/dead-end",
                state.place,
                f"From `{name}` no way leads to an end.",
                "Lead one of its ways to a state with `end:`.",
            )


def _circles(flow: Flow, graph: Graph, found: Findings) -> None:
    for group in graph.circles():
        around = " - ".join(f"`{name}`" for name in [*group, group[0]][:8])
        found.note(
            "structure/loop",
            flow.states[group[0]].place,
            f"The conversation can run in a circle without a reply: {around}.",
            "Let one way out of the circle, or ask a question in it. Silence is no reply.",
        )


def _silence(flow: Flow, state: State, actions: Mapping[str, Action], found: Findings) -> None:
    if state.kind == "ask" and state.no_reply is None:
        found.note(
            "structure/silence",
            state.place,
            "The question does not say what happens when nobody answers.",
            "Add `no reply:` with `after:` and `go to:`.",
        )
    action = actions.get(state.action or "")
    if action is not None and action.later and state.no_outcome is None:
        found.note(
            "structure/silence",
            state.place,
            f"`{action.name}` may come to nothing for a long time, and no way on is written.",
            "Add `no outcome:` with `after:` and `go to:`.",
        )
    if state.no_reply is not None:
        wait, asks = state.no_reply, state.no_reply.send_again + 1
        _too_soon(flow, wait.after * asks, asks, wait.place, found)
    if state.no_outcome is not None:
        _too_soon(flow, state.no_outcome.after, 1, state.no_outcome.place, found)


def _too_soon(flow: Flow, waits: int, asks: int, place: Place, found: Findings) -> None:
    if waits < flow.ends_after:
        return
    times = "" if asks == 1 else f", {asks} times in all,"
    found.note(
        "structure/ends-too-soon",
        place,
        f"The flow ends after {durations.words(flow.ends_after)}; this wait takes "
        f"{durations.words(waits)}{times} and would never be over.",
        "Make the wait shorter, or `ends after:` longer.",
    )


def _action(state: State, library: Library, actions: Mapping[str, Action], found: Findings) -> None:
    name = state.action or ""
    action = actions.get(name)
    if action is None:
        found.note(
            "structure/unknown-action",
            state.places.get("do", state.place),
            f"There is no action `{name[:60]}`.",
            nearest(name, actions),
        )
        return
    _params(state, action, library, found)
    for outcome in state.outcomes:
        if outcome not in action.all_outcomes:
            found.note(
                "structure/unknown-outcome",
                state.places.get(f"outcomes.{outcome}", state.place),
                f"`{action.name}` never comes to `{outcome}`.",
                nearest(outcome, action.all_outcomes),
            )
    missing = [one for one in action.all_outcomes if one not in state.outcomes]
    if state.go_to is None and missing:
        named = ", ".join(f"`{one}`" for one in missing)
        only_failed = missing == [FAILED]
        found.note(
            "structure/missing-outcome",
            state.places.get("outcomes", state.place),
            f"`{action.name}` may come to {named}, and no way on is written for it.",
            "Add `otherwise:` with a `go to:`"
            + ("; it takes what failed." if only_failed else ", or name each outcome."),
        )


def _params(state: State, action: Action, library: Library, found: Findings) -> None:
    for name, value in state.with_.items():
        place = state.places.get(f"with.{name}", state.place)
        param = action.params.get(name)
        if param is None:
            found.note(
                "structure/unknown-parameter",
                place,
                f"`{action.name}` takes no `{name[:60]}:`.",
                nearest(name, action.params),
            )
        elif not variables_in(value):
            _value(action, name, value, param.values, place, library, found)
    _taken(state, library, found)
    for name, param in action.params.items():
        if param.required and name not in state.with_:
            found.note(
                "structure/missing-parameter",
                state.places.get("with", state.place),
                f"`{action.name}` needs `{name}:` ({param.meaning}).",
                f"Add `{name}:` below `with:`.",
            )
    given = [name for name in action.one_of if name in state.with_]
    if action.one_of and len(given) != 1:
        either = " or ".join(f"`{name}:`" for name in action.one_of)
        found.note(
            "structure/missing-parameter",
            state.places.get("with", state.place),
            f"`{action.name}` takes exactly one of {either}.",
            f"Keep {either}, not both." if given else f"Add {either} below `with:`.",
        )


def _taken(state: State, library: Library, found: Findings) -> None:
    """Whether the policy that a case is handed to takes cases of its priority."""
    policy = library.policies.get(state.with_.get("policy", ""))
    priority = state.with_.get("priority")
    if policy is None or priority not in PRIORITIES or priority in policy.priorities:
        return
    found.note(
        "policy/not-taken",
        state.places.get("with", state.place),
        f"The policy `{policy.name}` takes no {priority} cases.",
        "Hand it to another one, or add the priority there.",
    )


def _value(
    action: Action,
    name: str,
    value: str,
    allowed: tuple[str, ...],
    place: Place,
    library: Library,
    found: Findings,
) -> None:
    known: Iterable[str] = allowed
    if name == "policy":
        known = library.policies
    elif name == "flow":
        known = library.flows
    elif not allowed:
        return
    if value not in known:
        code = "structure/unknown-flow" if name == "flow" else "structure/unknown-value"
        found.note(
            code, place, f"`{action.name}` knows no {name} `{value[:60]}`.", nearest(value, known)
        )
