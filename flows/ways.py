"""The ways on from a state as a coordinator names them: what walks must have taken.

Promise: the labels are those that machine.py's trace gives; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.definition import Place, State


def labels_of(state: State) -> Iterator[tuple[str, Place]]:
    """Each way on and where it is written, in the order of the file."""
    for branch in state.branches:
        label = "otherwise" if branch.guard is None else f"when {branch.guard.text}"
        yield label, branch.place
    for outcome in state.outcomes:
        yield f"outcome {outcome}", state.places.get(f"outcomes.{outcome}", state.place)
    if state.go_to is not None:
        label = "otherwise" if state.branches or state.outcomes else "go to"
        place = state.places.get("outcomes.otherwise") or state.places.get("go to", state.place)
        yield label, place
    if state.unclear is not None:
        yield "unclear", state.unclear.place
    if state.no_reply is not None:
        yield "no reply", state.no_reply.place
    if state.no_outcome is not None:
        yield "no outcome", state.no_outcome.place
    if state.end is not None:
        yield f"end: {state.end}", state.places.get("end", state.place)
