"""Policies: who is told of a case, in which order, how long each has, and what comes after.

Promise: as for flows: a value only where nothing is wrong, otherwise every problem. A file that
could be read once is read for ever, since cases hold on to it; what should not be published any
more is for `flows/checks/policies`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from flows.policies import Policy, PolicyStep, Target, TargetKind
from flows.reading.flows import opened, required
from flows.reading.keys import Keys, Notes, table, text
from flows.reading.nodes import Node, Scalar, Table

PRIORITIES = ("routine", "urgent", "imminent")
ALL_AT_ONCE, ONE_AFTER_ANOTHER = "all at once", "one after another"
MOST_REPEATS = 20

TARGETS = (
    "on duty", "rota NAME", "role NAME", "person NAME", "buddy", "last helper", "coordinators",
    "supervisors", "line",
)  # fmt: skip
"""Everything that may stand after `tell:`."""
_FIXED: Mapping[str, TargetKind] = {
    "on duty": "on duty",
    "buddy": "buddy",
    "last helper": "last helper",
    "coordinators": "coordinators",
    "coordinator": "coordinators",
    "supervisors": "supervisors",
    "supervisor": "supervisors",
    "line": "line",
}
_NAMED = re.compile(r"(rota|role|person) (\S.{0,59})")
_BARE = re.compile(r"[^\W\d_][\w-]{0,59}")
_KEYS = ("policy", "title", "priorities", "steps")
_MORE = ("contact within", "repeat", "again after")
_STEP = ("after", "tell")
_STEP_MORE = ("how", "each", "trained", "only for", "quiet hours")


def read_policy_file(text: str | bytes, file: str) -> tuple[Policy | None, Notes]:
    """One policy file."""
    notes, document, parsed = opened(text, file, "policy")
    if document is None:
        return None, notes
    keys = Keys(notes, document, "A policy", required(parsed, _KEYS, document), (*_KEYS, *_MORE))
    name = keys.name("policy")
    title = keys.text("title")
    priorities = _priorities(keys, "priorities")
    steps: list[PolicyStep] = []
    for item in keys.rows("steps"):
        step = _step(notes, item, steps[-1].after if steps else 0)
        if step is not None:
            steps.append(step)
    contact = _contact_within(keys)
    repeat = keys.whole("repeat", MOST_REPEATS) or 0
    again_after = keys.duration("again after")
    if name is None or title is None or notes.problems:
        return None, notes
    return Policy(
        name, title, priorities, tuple(steps), keys.here, contact, repeat, again_after
    ), notes


def _step(notes: Notes, item: Node, before: int) -> PolicyStep | None:
    group = table(notes, item, "A step")
    if group is None:
        return None
    keys = Keys(notes, group, "A step", _STEP, _STEP_MORE)
    after = keys.duration("after", zero=True)
    told = keys.text("tell")
    target = None if told is None else _target(keys, told)
    how = keys.one_of("how", (ALL_AT_ONCE, ONE_AFTER_ANOTHER))
    each = keys.duration("each")
    trained = keys.name("trained")
    only_for = _priorities(keys, "only for")
    held = keys.one_of("quiet hours", ("hold",))
    if after is not None and after < before:
        notes.add(
            "order",
            keys.at("after"),
            "This step comes before the one above it.",
            "Write the steps in the order in which they happen, counted from the opening.",
        )
    if after is None or told is None or target is None:
        return None
    return PolicyStep(
        after, told, keys.here, target, how == ONE_AFTER_ANOTHER, each, trained, only_for,
        held is not None,
    )  # fmt: skip


def _target(keys: Keys, told: str) -> Target | None:
    """Whom `tell:` names. A bare name is read, and never found: the checks say so."""
    if told in _FIXED:
        return Target(_FIXED[told])
    named = _NAMED.fullmatch(told)
    if named is not None:
        return Target(cast(TargetKind, named[1]), named[2].strip())
    if told == told.lower() and _BARE.fullmatch(told):
        return Target("unknown", told)
    keys.notes.add(
        "target",
        keys.at("tell"),
        f"`{told[:60]}` is nobody that a policy can tell.",
        "Write one of: " + ", ".join(f"`{one}`" for one in TARGETS) + ".",
    )
    return None


def _contact_within(keys: Keys) -> dict[str, int]:
    """One length of time for every priority, or one for each."""
    node = keys.node("contact within")
    if isinstance(node, Scalar):
        length = keys.duration("contact within")
        return {} if length is None else dict.fromkeys(PRIORITIES, length)
    if not isinstance(node, Table):
        if node is not None:
            table(keys.notes, node, "`contact within:`")
        return {}
    inner = Keys(keys.notes, node, "`contact within:`", (), PRIORITIES)
    lengths = {name: inner.duration(name) for name in PRIORITIES if name in inner}
    return {name: length for name, length in lengths.items() if length is not None}


def _priorities(keys: Keys, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for item in keys.rows(name):
        value = text(keys.notes, item, f"`{name}:`")
        if value is None:
            continue
        if value not in PRIORITIES or value in found:
            keys.notes.add(
                "unknown-value",
                item,
                f"`{value[:60]}` is no priority that can stand here.",
                "Write each of these at most once: routine, urgent, imminent.",
            )
        found.append(value)
    return tuple(found)
