from __future__ import annotations

import re

import pytest

from flows.actions import ACTIONS, FAILED, PREFERENCES, Action

# What was released once stays: name, parameters, outcomes, answers given. Only ever add to it.
RELEASED: dict[str, tuple[set[str], set[str], set[str]]] = {
    "alert": ({"policy", "priority", "note"}, {"opened", "already open"}, set()),
    "record consent": ({"wording"}, {"recorded"}, set()),
    "decline joining": (set(), {"declined"}, set()),
    "join": (set(), {"joined"}, set()),
    "plan check-ins": (
        {"flow", "days", "time"},
        {"planned", "not understood"},
        {"next_checkin"},
    ),
    "stop check-ins": (set(), {"stopped"}, set()),
    "skip next check-in": (set(), {"skipped", "nothing planned"}, {"next_checkin"}),
    "set preference": ({"field", "value"}, {"saved", "not understood"}, set()),
    "pause": ({"until", "for"}, {"paused", "not understood"}, {"paused_until"}),
    "resume": (set(), {"resumed"}, {"next_checkin"}),
    "leave": (set(), {"left"}, set()),
    "my data": (
        set(),
        {"told"},
        {"kept_since", "kept_messages", "kept_answers", "kept_plans"},
    ),
    "erase": (set(), {"scheduled"}, {"erase_at"}),
    "keep": (set(), {"kept", "nothing to undo"}, set()),
    "tell lines": (set(), {"told"}, {"line", "emergency"}),
    "set word": ({"word"}, {"set"}, set()),
    "see pin": (set(), {"not set", "set", "by call only"}, set()),
    "note pin": ({"pin"}, {"noted", "taken"}, {"pin_noted"}),
    "set pin": ({"pin", "noted"}, {"set", "not the same"}, set()),
    "clear pin": (set(), {"cleared"}, set()),
    "next message": (
        {"place"},
        {"message", "no more", "by call only"},
        {"message_said", "message_day", "message_place"},
    ),
    "see safe word": (set(), {"not set", "set", "by call only"}, set()),
    "set safe word": ({"phrase"}, {"set", "not usable"}, set()),
    "allow by safe word": ({"may", "number", "hours", "name"}, {"kept"}, set()),
    "clear safe word": (set(), {"cleared"}, set()),
    "see wishes": (set(), {"not told", "kept", "by call only"}, set()),
    "clear wishes": (set(), {"cleared"}, set()),
    "wrong number": (set(), {"unlinked"}, set()),
    "discreet on": (set(), {"set"}, set()),
    "discreet off": (set(), {"set"}, set()),
}


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_action_loses_nothing(name: str) -> None:
    params, outcomes, gives = RELEASED[name]
    action = ACTIONS[name]
    assert params <= set(action.params)
    assert outcomes <= set(action.outcomes + action.later)
    assert gives <= set(action.gives)
    added = set(action.params) - params
    assert not any(action.params[param].required for param in added), "a new one is optional"


@pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
def test_an_action_explains_itself(action: Action) -> None:
    assert re.fullmatch(r"[a-z][a-z-]*( [a-z-]+)*", action.name)
    assert action.meaning.endswith(".")
    assert all(param.meaning for param in action.params.values())
    assert all(action.gives.values())
    assert all(re.fullmatch(r"[a-z_]+", name) for name in action.gives)
    assert FAILED not in action.outcomes + action.later
    assert action.all_outcomes == (*action.outcomes, *action.later, FAILED)
    assert len(set(action.all_outcomes)) == len(action.all_outcomes)
    assert set(action.one_of) <= set(action.params)


def test_no_action_is_the_beginning_of_another() -> None:
    """A walk writes `we do: ACTION target`; the longest name that fits is meant."""
    for name in ACTIONS:
        others = [other for other in ACTIONS if other.startswith(f"{name} ")]
        assert others == []


def test_preferences_are_few_and_plain() -> None:
    assert len(set(PREFERENCES)) == len(PREFERENCES)
