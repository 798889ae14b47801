from __future__ import annotations

import dataclasses

import pytest

from flows import reading
from flows.definition import Flow, State
from flows.differences import differences
from flows.shelf import library_of, shipped
from tests.flows.reading.sample import FLOW

FLOWS = library_of(shipped()).flows


def read(text: str) -> Flow:
    value, problems = reading.read_flow(text)
    assert problems == []
    assert value is not None
    return value


# what is written, instead of it, and how it is told
CHANGES = [
    ("flow: hello", "flow: hi", "The flow now is called `hi` (before: `hello`)."),
    ("title: Hello", "title: Hi", 'The flow now has the title "Hi"'),
    ("purpose: A short", "purpose: A long", "has the purpose"),
    ("[en, es]", "[es, en]", "The flow now speaks es, en (before: en, es)."),
    ("20 hours", "1 day", "The flow now ends after 1 day (before: 20 hours)."),
    ("start: mood", "start: topics", "The flow now starts at `topics` (before: `mood`)."),
    ("  en: [HELLO]", "  en: [HELLO, HI]", "now starts in en by the words HELLO / HI"),
    ("returns: [mood]", "returns: [topics]", "now returns topics"),
    ("returns: [mood]\n", "", "The flow no longer returns mood."),
    ("[LATER]", "[AFTER]", "The keyword `later` now listens in en to AFTER (before: LATER)."),
    ("    key: 7\n", "", "The keyword `later` no longer has the key 7."),
    ("    key: 7\n", "    key: 7\n    call key: 6\n", "now has by call the key 6."),
    ("    go to: bye\nwaive", "    do: skip\nwaive", "now does this: skips the question"),
    ("    go to: bye\nwaive", "    go to: stop\nwaive", "goes to `stop`"),
    ("    key: 7\n", "    key: 7\n    when: mood is 1\n", "now counts when mood is 1."),
    ("  later:", "  soon:", "The keyword `later` is gone."),
    ("  later:", "  soon:", "The keyword `soon` is new: it listens in en to LATER;"),
    ("is meant here", "is wanted", "now waives cost/segments because"),
    ("By text only", "No keys", "now waives voice/keys in `topics` because"),
    ("How is today, {name}", "How are you, {name}", "The question `mood` now asks in en"),
    ("Press 1 to 5.", "Press a key.", "now says by call in en"),
    ("mood-es.mp3", "other.mp3", 'now plays in es other.mp3, saying "¿Como va hoy?"'),
    ("How was it", "How did it go", "now says discreetly in en"),
    ("from 1 to 5", "from 1 to 4", "now takes a number from 1 to 4 (before: a number from 1 to 5)"),
    ("a number from 1 to 5", "free text", "now takes free text"),
    ("[DAY, DAYS]", "[DAY]", "now takes several of every day with key 1 (en: DAY)"),
    ("accept several", "accept", "now takes every day with key 1"),
    ("        key: 1\n", "", "now takes several of every day (en"),
    ("    save as: mood", "    save as: feeling", "now saves the answer as feeling (before: mood)"),
    ("remember as: topics", "remember as: pace", "now remembers the answer as pace"),
    ("    keep: no\n", "", "The question `mood` no longer keeps only that it was answered."),
    ("more within: 30", "more within: 40", "now takes more texts within 40 seconds"),
    (
        "try again: 1",
        "try again: 2",
        "after an unclear reply asks 2 times more and then goes to `bye`",
    ),
    ("try again: 1\n      go to: bye", "try again: 1\n      go to: stop", "then goes to `stop`"),
    ("Sorry?", "Pardon?", 'now after an unclear reply says in en "Pardon?"'),
    ("after: 3 hours", "after: 2 hours", "now waits for a reply 2 hours, asks once more"),
    ("send again: 1", "send again: 0", "waits for a reply 3 hours, does not ask again"),
    ("send again: 1\n      go to: bye", "send again: 1\n      go to: stop", "then goes to `stop`"),
    ("mood is 2 or less", "mood is 3 or less", "goes on to `tell-us` when mood is 3 or less, to"),
    ("go to: tell-us", "go to: stop", "goes on to `stop` when mood is 2 or less"),
    (
        "- otherwise:\n        go to: topics",
        "- otherwise:\n        go to: bye",
        "to `bye` otherwise",
    ),
    (
        "    go to: look\n  tell",
        "    go to: bye\n  tell",
        "`topics` now goes on to `bye` (before: `look`)",
    ),
    ("do: alert", "do: leave", "The step `tell-us` now does leave (before: alert)."),
    ("answered {mood}", "said {mood}", 'now hands over note as "said {mood}"'),
    ("      policy: on-call\n", "", 'no longer hands over policy as "on-call".'),
    (
        "      opened:\n        go to: look",
        "      opened:\n        go to: bye",
        "follows the outcome `opened` to `bye`",
    ),
    (
        "      otherwise:\n        go to: bye",
        "      otherwise:\n        go to: stop",
        "every other outcome to `stop`",
    ),
    (
        "after: 10 minutes",
        "after: 1 hour",
        "now waits for an outcome 1 hour and then goes to `bye`",
    ),
    ("visit flow: other", "visit flow: another", "The visit `look` now visits `another`"),
    ("arranged", "agreed", "to `bye` when agreed"),
    (
        'en: "Bye."',
        'en: "See you."',
        'The message `bye` now tells in en "See you." (before: "Bye.").',
    ),
    ("end: done", "end: finished", "The message `bye` now ends with finished (before: done)."),
    (
        "  stop:\n    end: left",
        '  stop:\n    tell:\n      en: "x"\n    end: left',
        "The ending `stop` now is a message",
    ),
    ("  stop:\n    end: left", "  halt:\n    end: left", "The ending `stop` is now called `halt`."),
    ("  stop:\n    end: left", "  halt:\n    end: gone", "The ending `stop` is gone."),
    (
        "  stop:\n    end: left",
        "  halt:\n    end: gone",
        "The ending `halt` is new: it ends with gone.",
    ),
]


@pytest.mark.parametrize(("written", "instead", "sentence"), CHANGES)
def test_a_change_is_told_in_words(written: str, instead: str, sentence: str) -> None:
    assert written in FLOW
    lines = differences(read(FLOW), read(FLOW.replace(written, instead, 1)))
    assert any(sentence in line for line in lines), lines
    assert all(line.endswith(".") for line in lines)


def test_layout_comments_and_the_order_of_states_are_no_change() -> None:
    head, states = FLOW.split("states:\n")
    first, rest = states[: states.index("  topics:")], states[states.index("  topics:") :]
    moved = "# a comment\n" + head + "states:\n\n" + rest + "\n" + first
    assert differences(read(FLOW), read(moved)) == []


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_does_not_differ_from_itself_and_does_from_others(name: str) -> None:
    flow = FLOWS[name]
    assert differences(flow, flow) == []
    assert all(differences(flow, other) for other in FLOWS.values() if other is not flow)


def test_no_part_of_a_definition_is_forgotten() -> None:
    """Every field of a flow and of a state stands in this list once it is told above."""
    told = {"name", "title", "purpose", "languages", "ends_after", "start", "states", "keywords"}
    told |= {"start_words", "returns", "waivers"}
    assert {f.name for f in dataclasses.fields(Flow)} == told | {"place", "places"}
    of_states = {"name", "kind", "prompt", "accept", "save_as", "remember_as", "keep", "unclear"}
    of_states |= {"no_reply", "more_within", "action", "with_", "outcomes", "no_outcome", "visit"}
    of_states |= {"go_to", "branches", "end"}
    assert {f.name for f in dataclasses.fields(State)} == of_states | {"place", "places"}
