"""How an answer would read in words, before it counts: said back to who was heard badly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.definition import Flow, Library
from flows.events import Event, Heard, HungUp, Spoke, Started
from flows.machine import About, Program, begin, meaning, step
from flows.reading import read_flow
from flows.shelf import library_of, shipped
from tests.flows.scripts import NOW

SHIPPED = library_of(shipped())
EN = About({"service": "Hearthline", "country": "US"}, ("en",), channel="call")
ES = EN._replace(languages=("es-tu", "es", "en"))
FLOW = """
flow: main
title: Main
purpose: To try it.
languages: [en, es]
ends after: 1 day
start: asked
states:
  asked:
    ask:
      en: "Well?"
      es: "¿Que?"
    accept: {accept}
    save as: one
    go to: done
  done:
    end: done
"""
CHOICES = """
      - choice: walk
        key: 1
        words:
          en: [A WALK, WALK]
          es: [UN PASEO, PASEO]
      - choice: tea
        key: 2
        words:
          en: [TEA]
          es: [TE]
"""


def program(accept: str) -> Program:
    read = read_flow(FLOW.replace("{accept}", accept))
    assert isinstance(read.value, Flow), read.problems
    flows = {**SHIPPED.flows, "main": read.value}
    return Program(
        Library(flows, SHIPPED.keywords, SHIPPED.phrases, SHIPPED.fields, languages=("en", "es"))
    )


def means(accept: str, text: str, about: About = EN, *events: Event) -> str | None:
    ready = program(accept)
    session = begin("main")
    for event in (Started(), *events):
        session = step(ready, session, event, NOW, about).session
    before = session.to_json()
    words = meaning(ready, session, text, about, NOW)
    assert session.to_json() == before
    return words


@pytest.mark.parametrize(
    ("accept", "text", "english", "spanish"),
    [
        ("a number from 1 to 5", "a three", "3", "3"),
        ("a number from 1 to 5", "nine", None, None),
        ("yes or no", "yes please", "yes", "si"),
        ("yes or no", "nope", "no", "no"),
        ("yes or no", "perhaps", None, None),
        (CHOICES, "a walk", "A WALK", "UN PASEO"),
        (CHOICES, "te", "TEA", "TE"),
        ("a coming date", "5 May", "Tuesday May 5", "martes 5 de mayo"),
        ("a time of day", "half past 4 pm", "16:30", "16:30"),
        ("a duration", "two weeks", "2 weeks", "2 semanas"),
        ("a duration or a coming date", "3 days", "Saturday March 7", "sabado 7 de marzo"),
        ("a phone number", "212 555 0123", "+12125550123", "+12125550123"),
        ("a code of 4 digits", "1 2 3 4", "1234", "1234"),
        ("free text", "It rained", "It rained", "It rained"),
        ("free text of up to 3 letters", "too long", None, None),
        ("a recording", "It rained", None, None),
    ],
)
def test_an_answer_reads_in_the_words_of_the_question(
    accept: str, text: str, english: str | None, spanish: str | None
) -> None:
    assert means(accept, text) == english
    assert means(accept, text, ES) == spanish


@pytest.mark.parametrize("word", ["talk", "skip, please", "menu", "pause 2 weeks", "0"])
def test_a_keyword_is_no_answer(word: str) -> None:
    assert means("free text", word) is None


def test_a_key_that_the_question_takes_is_an_answer() -> None:
    assert means("a number from 0 to 9", "0") == "0"


def test_where_no_question_stands_nothing_is_one() -> None:
    ready = program("free text")
    assert meaning(ready, begin("main"), "hello", EN, NOW) is None
    assert meaning(ready, begin("gone"), "hello", EN, NOW) is None
    assert means("yes or no", "yes", EN, Heard("yes")) is None
    assert means("yes or no", "yes", EN, HungUp()) == "yes"


ASKED = [
    (flow.name, name)
    for flow in SHIPPED.flows.values()
    for name, state in flow.states.items()
    if state.kind == "ask"
]
READY = Program(SHIPPED)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ASKED),
    st.text(max_size=20)
    | st.sampled_from(["yes", "3", "tomorrow", "9 am", "talk", "ana", "2 weeks"]),
    st.sampled_from([EN, ES, EN._replace(discreet=True)]),
)
def test_where_words_mean_something_the_question_takes_them(
    asked: tuple[str, str], text: str, about: About
) -> None:
    session = step(READY, begin(asked[0]), Started(), NOW, about).session.copy()
    session.at = session.flow = asked[0]
    session.state, session.status, session.below = asked[1], "asking", []
    words = meaning(READY, session, text, about, NOW)
    heard = step(READY, session, Spoke(text, 0.5), NOW, about).heard
    assert words is None or (bool(words.strip()) and heard == "answer")
