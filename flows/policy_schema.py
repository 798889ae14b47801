"""The JSON Schema of a policy file, for editors that complete and check while one types.

Promise: accepts whatever the reader accepts, and explains every key, as `flows.schema` does for
flows. What needs more than one line to be seen is left to the reader and the checks.
"""

from __future__ import annotations

from typing import Any

from flows.reading.policies import ALL_AT_ONCE, MOST_REPEATS, ONE_AFTER_ANOTHER, PRIORITIES
from flows.schema import DRAFT

_SCALAR = {"type": ["string", "number", "boolean"]}
_NAME = {"type": "string", "minLength": 1, "maxLength": 60}
_DURATION = {
    "type": "string",
    "pattern": r"^[0-9]{1,7} (week|day|hour|minute|second)s?"
    r"( [0-9]{1,7} (week|day|hour|minute|second)s?)*$",
}
_SOME = {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": [*PRIORITIES]}}
_TELL = {
    "anyOf": [
        {"const": "on duty", "description": "Whoever has a shift now."},
        {"type": "string", "pattern": r"^rota \S", "description": "Who has a shift of this rota."},
        {
            "type": "string",
            "pattern": r"^role \S",
            "description": "All of a role: volunteer, crisis, supervisor, coordinator.",
        },
        {"type": "string", "pattern": r"^person \S", "description": "One person of the team."},
        {"const": "buddy", "description": "Their buddy, where both agreed to it."},
        {"const": "last helper", "description": "Who was with them the last time."},
        {"enum": ["coordinators", "coordinator"], "description": "Every coordinator."},
        {"enum": ["supervisors", "supervisor"], "description": "Every supervisor."},
        {"const": "line", "description": "Nobody: the person gets the number of a line."},
        {"type": "string", "pattern": r"^[^\W\d_][\w-]*$"},
    ]
}
_STEP = {
    "after": ("So long after the opening at the latest.", _DURATION),
    "tell": ("Whom this step tells.", _TELL),
    "how": (
        "All at once, or one after another in fair order.",
        {"enum": [ALL_AT_ONCE, ONE_AFTER_ANOTHER]},
    ),
    "each": ("How long each has to answer before the next is asked.", _DURATION),
    "trained": ("Only those who are trained in this.", _NAME),
    "only for": ("The priorities that this step is for.", _SOME),
    "quiet hours": ("`hold`: a routine case waits here until the morning.", {"enum": ["hold"]}),
}
_POLICY = {
    "policy": ("The name of the policy, as its file is called.", _NAME),
    "title": ("What coordinators call it.", _SCALAR),
    "priorities": ("The priorities that it takes.", _SOME),
    "contact within": (
        "Who took a case reaches the person by then, or it opens again.",
        {
            "anyOf": [
                _DURATION,
                {
                    "type": "object",
                    "additionalProperties": False,
                    "minProperties": 1,
                    "properties": dict.fromkeys(PRIORITIES, _DURATION),
                },
            ]
        },
    ),
    "steps": ("Who is told, step by step.", {"type": "array", "minItems": 1, "items": {}}),
    "repeat": (
        "So often the steps come again before the case is exhausted.",
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MOST_REPEATS},
                {"type": "string", "pattern": "^[0-9]{1,6}$"},
            ]
        },
    ),
    "again after": ("An exhausted case is tried again after so long.", _DURATION),
}


def policy_schema() -> dict[str, Any]:
    """The schema as plain values, ready to be written as JSON."""
    policy = _group(_POLICY, ["policy", "title", "priorities", "steps"])
    policy["properties"]["steps"]["items"] = _group(_STEP, ["after", "tell"])
    return {
        "$schema": DRAFT,
        "title": "A policy of Hearthline",
        "description": "Who is told of a case, in which order, and what comes after.",
        **policy,
    }


def _group(keys: dict[str, tuple[str, Any]], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {
            name: {**shape, "description": meaning} for name, (meaning, shape) in keys.items()
        },
    }
