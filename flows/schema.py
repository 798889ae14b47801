"""The JSON Schema of a flow file, for editors that complete and check while one types.

Promise: accepts whatever the reader accepts, and explains every key. It is the looser of the
two: what needs more than one place to be seen is left to the reader and the checks. Editors
read plain YAML, so where the reader sees text a number or a yes is let through, too.
"""

from __future__ import annotations

import re
from typing import Any

from flows.actions import ACTIONS, Action
from flows.reading.accepts import PHRASES
from flows.reading.states import MOST_AGAIN

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_SCALAR = {"type": ["string", "number", "boolean"]}
_WORD = {"$ref": "#/$defs/word"}
_STATE = {"$ref": "#/$defs/stateName"}
_TEXTS = {"$ref": "#/$defs/texts"}
_DURATION = {"$ref": "#/$defs/duration"}
_WORDS = {"$ref": "#/$defs/words"}
_THEN = {"$ref": "#/$defs/then"}
_WAIVE = {"$ref": "#/$defs/waive"}
_LANGUAGE = "^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$"
_UNIT = "(week|day|hour|minute|second)s?"
_PHRASES = "|".join(
    re.sub(r"(letters|digits)", r"\1?", re.sub(r"\b[ABN]\b", "[0-9]+", re.sub(r"\bD\b", ".+", p)))
    for p in PHRASES
)

_ASK = {
    "ask": ("The question, in each language. {name} stands for an answer or a field.", _TEXTS),
    "by call": ("What is spoken instead, or a recording and its words.", {"$ref": "#/$defs/call"}),
    "discreet": ("What is said on a phone that others see: nothing of health or group.", _TEXTS),
    "accept": ("What the question takes.", {"$ref": "#/$defs/accept"}),
    "accept several": ("Choices of which more than one may be taken.", {"$ref": "#/$defs/choices"}),
    "save as": ("The name of the answer in this conversation.", _WORD),
    "remember as": ("The declared field of the person that keeps the answer.", _WORD),
    "keep": ("`no` stores only that it was answered.", {"enum": ["yes", "no", True, False]}),
    "unclear": ("What happens with a reply that was not understood.", {"$ref": "#/$defs/unclear"}),
    "no reply": ("What happens when nobody answers.", {"$ref": "#/$defs/noReply"}),
    "more within": ("Texts sent in a row within this time are one answer.", _DURATION),
    "then": ("Several ways on: the first that fits counts.", _THEN),
    "go to": ("The one way on.", _STATE),
}
_TELL = {
    "tell": ("What is told, in each language.", _TEXTS),
    "by call": _ASK["by call"],
    "discreet": _ASK["discreet"],
    "then": _ASK["then"],
    "go to": _ASK["go to"],
    "end": ("The conversation ends so, after this is told.", _WORD),
}
_DO = {
    "do": ("What the service does.", {"$ref": "#/$defs/action"}),
    "with": ("What the action needs.", {"type": "object", "additionalProperties": _SCALAR}),
    "outcomes": (
        "A way on for each outcome; `otherwise` stands for the rest.",
        {"$ref": "#/$defs/outcomes"},
    ),
    "go to": ("The one way on, whatever comes of it.", _STATE),
    "no outcome": ("Where an outcome comes later: how long we wait.", {"$ref": "#/$defs/late"}),
}
_VISIT = {
    "visit flow": ("The flow that is visited. It comes back here.", _WORD),
    "then": ("The way on by how the visit ended, or by an answer that it returns.", _THEN),
    "go to": _ASK["go to"],
}
_END = {"end": ("The conversation ends so.", _WORD)}
_FLOW = {
    "flow": ("The name of the flow, as its file is called.", _WORD),
    "title": ("What coordinators call it.", _SCALAR),
    "purpose": ("Why, how long, and who sees it.", _SCALAR),
    "languages": ("The languages it speaks; the first counts where no other fits.", _WORDS),
    "ends after": ("It expires so long after it began.", _DURATION),
    "start": ("The state that it begins with.", _STATE),
    "start words": ("Words that start it, in each language.", {"$ref": "#/$defs/wordLists"}),
    "returns": ("Answers that a visitor gets back.", _WORDS),
    "keywords": ("Words heard only in this flow.", {"$ref": "#/$defs/keywords"}),
    "waive": ("Findings of the checks that are meant, each with its reason.", _WAIVE),
    "states": ("What happens, state by state.", {"$ref": "#/$defs/states"}),
}
_WAIVABLE = {"waive": _FLOW["waive"]}


def schema() -> dict[str, Any]:
    """The schema as plain values, ready to be written as JSON."""
    required = ["flow", "title", "purpose", "languages", "ends after", "start", "states"]
    return {
        "$schema": DRAFT,
        "title": "A flow of Hearthline",
        "description": "One conversation as states that ask, tell, do, visit or end.",
        **_group(_FLOW, required),
        "$defs": {**_small(), **_groups(), **_states()},
    }


def _group(keys: dict[str, tuple[str, Any]], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {
            name: {"description": description, **shape}
            for name, (description, shape) in keys.items()
        },
    }


def _small() -> dict[str, Any]:
    """Single values and lists."""
    part = rf"\d+ {_UNIT}"
    key = {"type": ["string", "integer"], "pattern": r"^\d{1,2}$", "minimum": 0, "maximum": 99}
    return {
        "word": {"type": ["string", "number", "boolean"], "maxLength": 60},
        "stateName": {"type": ["string", "number", "boolean"], "maxLength": 60},
        "duration": {
            "description": "Such as `20 hours`, `1 day` or `1 hour 30 minutes`.",
            "type": "string",
            "pattern": f"^{part}( {part})*$",
        },
        "key": {"description": "A key of the telephone.", **key},
        "callKey": {
            "description": "A key of the telephone, heard by call alone.",
            "type": ["string", "integer"],
            "pattern": r"^[0-9*]$",
            "minimum": 0,
            "maximum": 9,
        },
        "count": {
            "type": ["string", "integer"],
            "pattern": rf"^[0-{MOST_AGAIN}]$",
            "minimum": 0,
            "maximum": MOST_AGAIN,
        },
        "words": {"type": "array", "minItems": 1, "items": _SCALAR},
        "guard": {
            "description": "Such as `mood is 2 or less`, `topics includes work`, `mood is not "
            "answered`; joined by `and` and `or`. After a visit, how it ended.",
            **_SCALAR,
        },
    }


def _languages(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "patternProperties": {_LANGUAGE: value},
    }


def _groups() -> dict[str, Any]:
    """Groups of keys that stand inside states."""
    go_to = ("Where it goes then.", _STATE)
    after = ("How long we wait.", _DURATION)
    again = {"$ref": "#/$defs/count"}
    recording = {
        "recording": ("The file, ending in .mp3 or .wav.", _SCALAR),
        "text": ("The words that it speaks.", _SCALAR),
    }
    choice = {
        "choice": ("The name that is saved.", _WORD),
        "key": ("Its key by call, and its digit by text.", {"$ref": "#/$defs/key"}),
        "call key": ("Its key by call alone.", {"$ref": "#/$defs/callKey"}),
        "words": ("What people write for it, in each language.", {"$ref": "#/$defs/wordLists"}),
    }
    unclear = {
        "try again": ("How often it is asked again.", again),
        "say": ("What is said before it is asked again.", _TEXTS),
        "go to": go_to,
    }
    quiet = {
        "after": after,
        "send again": ("How often it is sent again, each time as long after.", again),
        "go to": go_to,
    }
    when = {"when": ("The condition.", {"$ref": "#/$defs/guard"}), "go to": go_to}
    rest = {"otherwise": ("Where nothing above fits.", {"type": ["null", "string"]})}
    waiver = {
        "code": ("The code of the finding.", _SCALAR),
        "reason": ("Why it is meant.", _SCALAR),
    }
    return {
        "texts": _languages(_SCALAR),
        "call": _languages({"anyOf": [_SCALAR, _group(recording, ["recording", "text"])]}),
        "wordLists": _languages(_WORDS),
        "choices": {
            "type": "array",
            "minItems": 2,
            "items": _group(choice, ["choice", "words"]),
        },
        "accept": {
            "anyOf": [
                {"type": "string", "pattern": f"^({_PHRASES})$"},
                {"$ref": "#/$defs/choices"},
            ]
        },
        "unclear": _group(unclear, ["go to"]),
        "noReply": _group(quiet, ["after", "go to"]),
        "late": _group({"after": after, "go to": go_to}, ["after", "go to"]),
        "outcomes": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": _group({"go to": go_to}, ["go to"]),
        },
        "then": {
            "type": "array",
            "minItems": 1,
            "items": {
                "anyOf": [
                    _group(when, ["when", "go to"]),
                    _group({**rest, "go to": go_to}, ["otherwise", "go to"]),
                ]
            },
        },
        "waive": {
            "type": "array",
            "minItems": 1,
            "items": _group(waiver, ["code", "reason"]),
        },
        "keywords": {"type": "object", "additionalProperties": _keyword(go_to)},
    }


def _keyword(go_to: tuple[str, Any]) -> dict[str, Any]:
    keys = {
        "key": ("Its key, by text and by call.", {"$ref": "#/$defs/key"}),
        "call key": ("Its key by call alone.", {"$ref": "#/$defs/callKey"}),
        "visit flow": ("The flow that it visits; then the question is asked once more.", _WORD),
        "do": ("`skip` leaves the question, `repeat` asks once more.", {"enum": _KEYWORD_DOES}),
        "go to": go_to,
        "when": ("It counts only then.", {"$ref": "#/$defs/guard"}),
    }
    return {**_group(keys, []), "patternProperties": {_LANGUAGE_OF_KEYWORD: _WORDS}}


_KEYWORD_DOES = ["skip", "repeat"]
_LANGUAGE_OF_KEYWORD = "^(?!(do|key)$)[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$"


def _states() -> dict[str, Any]:
    kinds = {
        "ask": _group(_ASK | _WAIVABLE, ["ask"]),
        "tell": _group(_TELL | _WAIVABLE, ["tell"]),
        "do": _group(_DO | _WAIVABLE, ["do"]) | {"allOf": [_of(a) for a in ACTIONS.values()]},
        "visit": _group(_VISIT | _WAIVABLE, ["visit flow"]),
        "end": _group(_END | _WAIVABLE, ["end"]),
    }
    kinds["ask"]["anyOf"] = [{"required": ["accept"]}, {"required": ["accept several"]}]
    return {
        **{f"{kind}State": shape for kind, shape in kinds.items()},
        "states": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"oneOf": [{"$ref": f"#/$defs/{k}State"} for k in kinds]},
        },
        "action": {
            "anyOf": [{"const": a.name, "description": a.meaning} for a in ACTIONS.values()]
        },
    }


def _of(action: Action) -> dict[str, Any]:
    """What stands beside `do: NAME`: its parameters and outcomes, no others."""
    params = {
        name: {
            "description": param.meaning,
            **({"anyOf": [{"enum": list(param.values)}, _VARIABLE]} if param.values else _SCALAR),
        }
        for name, param in action.params.items()
    }
    needed = [name for name, param in action.params.items() if param.required]
    given = {
        "type": "object",
        "properties": params,
        "additionalProperties": False,
        "required": needed,
    }
    outcomes = {"propertyNames": {"enum": [*action.all_outcomes, "otherwise"]}}
    return {
        "if": {"properties": {"do": {"const": action.name}}, "required": ["do"]},
        "then": {
            "properties": {"with": given, "outcomes": outcomes},
            **({"required": ["with"]} if needed else {}),
        },
    }


_VARIABLE = {"type": "string", "pattern": r"\{\w+\}"}
