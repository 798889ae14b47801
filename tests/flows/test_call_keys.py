"""Keys that are heard by call alone: 8 leaves, star repeats, and a question comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest

from flows.definition import Flow
from flows.effects import Ask, Wait
from flows.events import Event, Heard, Pressed, Spoke, Started
from flows.machine import About, Program, Session, Step, begin, step
from flows.reading import read_flow, read_keywords
from flows.shelf import library_of, shipped
from tests.flows.scripts import NOW

SHIPPED = Program(library_of(shipped()))
CALL = About({"service": "Hearthline"}, ("en",), channel="call")
FLOW = """
flow: main
title: Main
purpose: To try it.
languages: [en]
ends after: 1 day
start: asked
keywords:
  recipe:
    en: [RECIPE]
    call key: 7
    go to: done
states:
  asked:
    ask:
      en: "Which one?"
    accept: {accept}
    save as: one
    go to: done
  done:
    end: done
"""


def flow(accept: str) -> Flow:
    read = read_flow(FLOW.replace("{accept}", accept))
    assert read.value is not None, read.problems
    return read.value


def heard(accept: str, *events: Event) -> Step:
    library = SHIPPED.library
    program = Program(
        type(library)(
            {**library.flows, "main": flow(accept)},
            library.keywords, library.phrases, library.fields, languages=library.languages,
        )
    )  # fmt: skip
    session: Session = begin("main")
    for event in (Started(), *events):
        after = step(program, session, event, NOW, CALL)
        session = Session.from_json(after.session.to_json())
    return after


@pytest.mark.parametrize(
    ("accept", "keys", "how"),
    [
        ("a number from 1 to 5", "*", "keyword:again"),
        ("a number from 1 to 5", "**", "keyword:again"),
        ("a number from 1 to 5", "8", "keyword:leave"),
        ("a number from 1 to 5", "8#", "keyword:leave"),
        ("a number from 1 to 5", "88", "keyword:leave"),
        ("a number from 1 to 5", "9", "skip"),
        ("a number from 1 to 5", "0", "keyword:talk"),
        ("a number from 1 to 9", "8", "answer"),
        ("a number from 1 to 9", "88", "keyword:leave"),
        ("a number from 0 to 9", "0", "answer"),
        ("a number from 0 to 9", "00", "keyword:talk"),
        ("a number from 1 to 9", "99", "skip"),
        ("yes or no", "8", "keyword:leave"),
        ("yes or no", "7", "keyword:recipe"),
        ("yes or no", "77", "keyword:recipe"),
        ("free text", "8", "keyword:leave"),
        ("a phone number", "8", "keyword:leave"),
        ("a coming date", "9", "skip"),
        ("a time of day", "8", "answer"),
        ("a time of day", "88", "keyword:leave"),
    ],
)
def test_the_keys_that_hold_everywhere(accept: str, keys: str, how: str) -> None:
    assert heard(accept, Pressed(keys)).heard == how


def test_star_asks_once_more() -> None:
    after = heard("yes or no", Pressed("*"))
    (asked,) = (effect.text for effect in after.effects if isinstance(effect, Ask))
    assert asked == "Which one? For yes, press 1. For no, press 2."


@pytest.mark.parametrize("event", [Heard("8"), Heard("88"), Spoke("8"), Heard("*"), Heard("7")])
def test_written_or_spoken_they_are_no_keywords(event: Event) -> None:
    assert heard("yes or no", event).heard == "unclear"


def test_nothing_to_repeat_and_nobody_leaves_twice() -> None:
    left = heard("yes or no", Pressed("8"), Pressed("2"))
    assert left.session.at == "main"
    ended = heard("yes or no", Pressed("1"))
    assert step(SHIPPED, ended.session, Pressed("*"), NOW, CALL).heard == "nothing"


def test_outside_of_a_conversation_they_are_known_too() -> None:
    leave, again = SHIPPED.called_by("8", CALL), SHIPPED.called_by("*", CALL)
    assert leave is not None
    assert again is not None
    assert (leave.keyword.name, again.keyword.name) == ("leave", "again")
    assert SHIPPED.called_by("5", CALL) is None
    assert SHIPPED.heard_by("8", CALL) is None


@pytest.mark.parametrize("key", ["10", "#", "**", "a", "88"])
def test_a_call_key_is_one_key(key: str) -> None:
    text = dedent(
        f"""
        keywords: organisation
        languages: [en]
        words:
          again:
            en: [AGAIN]
            call key: "{key}"
            do: repeat
        """
    )
    (problem,) = read_keywords(text).problems
    assert (problem.code, problem.place.line) == ("reading/key", 7)
    assert "of a call" in problem.trouble


def test_words_on_the_line_are_the_whole_answer() -> None:
    """By text more may come within some minutes; on a call nobody is left waiting for it."""
    accept = "free text\n    more within: 2 minutes"
    after = heard(accept, Spoke("It rained all day.", 0.9))
    assert after.session.status == "ended"
    assert after.session.answers == {"one": "It rained all day."}
    assert not any(isinstance(effect, Wait) for effect in after.effects)
