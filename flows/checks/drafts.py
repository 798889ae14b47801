"""Every problem of a flow's text at once: of reading it, and of what could be read.

Promise: one slip hides no other. What hangs on a part that could not be read is not judged, so
that nothing is told which would go away by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.actions import ACTIONS, Action
from flows.checks import check_flow
from flows.definition import Library, Problem
from flows.reading import read_draft

_OF_THE_WHOLE = frozenset((
    "structure/unreachable",
    "structure/dead-end",
    "structure/loop",
    "structure/never-saved",
    "structure/unsaved",
    "structure/unknown-variable",
    "structure/unknown-return",
    "structure/unknown-ending",
    "structure/guard-value",
    "structure/guard-never",
    "structure/visit-depth",
    "structure/visit-circle",
    "waiver/unused",
))  # fmt: skip
"""Findings that a part which could not be read may well answer."""


def check_text(
    text: str | bytes,
    file: str,
    library: Library,
    actions: Mapping[str, Action] = ACTIONS,
) -> list[Problem]:
    """Problems of reading and findings of the checks, in the order of lines."""
    draft, problems = read_draft(text, file)
    if draft is None or draft.flow is None:
        return problems
    found = check_flow(draft.flow, library, actions)
    if problems:
        found = [p for p in found if _certain(p, draft.unsure, draft.languages_known)]
    both = [*problems, *found]
    return sorted(both, key=lambda p: (p.place.line, p.place.column, p.code))


def _certain(problem: Problem, unsure: frozenset[str], languages_known: bool) -> bool:
    if problem.code == "structure/unknown-state":
        return True  # what could not be read still stands there by its name
    if problem.place.state in unsure or problem.code in _OF_THE_WHOLE:
        return False
    return languages_known or not problem.code.startswith("languages/")
