"""Walks told as calls: keys, words, silence and hanging up, as it goes on the phone."""

from __future__ import annotations

import pytest

from flows import walks
from flows.definition import Flow, Library, Walk
from flows.program import Program
from flows.reading import read_flow, read_walks
from flows.shelf import library_of, shipped
from flows.walks import WalkResult

SHIPPED = library_of(shipped())
FLOW = """
flow: main
title: Main
purpose: To try it.
languages: [en, es]
ends after: 2 days
start: mood
states:
  mood:
    ask:
      en: "Hello, it's {service}. How is today, 1 to 5?"
      es: "Hola, somos {service}. ¿Como va, 1 a 5?"
    discreet:
      en: "How was it, 1 to 5?"
      es: "¿Que tal, 1 a 5?"
    accept: a number from 1 to 5
    save as: mood
    unclear:
      try again: 1
      go to: story
    no reply:
      after: 3 hours
      go to: quiet
    go to: hour
  hour:
    ask:
      en: "At what hour?"
      es: "¿A que hora?"
    accept: a time of day
    save as: hour
    no reply:
      after: 3 hours
      go to: quiet
    go to: story
  story:
    ask:
      en: "A story?"
      es: "¿Un relato?"
    accept: a recording of up to 2 minutes
    save as: story
    no reply:
      after: 3 hours
      go to: quiet
    then:
      - when: story is not answered
        go to: quiet
      - otherwise:
        go to: thanks
  thanks:
    tell:
      en: "Thank you."
      es: "Gracias."
    end: told
  quiet:
    tell:
      en: "No rush."
      es: "Sin prisa."
    end: quiet
"""


def _library() -> Library:
    flow = read_flow(FLOW).value
    assert isinstance(flow, Flow)
    return Library(
        {**SHIPPED.flows, "main": flow},
        SHIPPED.keywords,
        SHIPPED.phrases,
        SHIPPED.fields,
        languages=SHIPPED.languages,
    )


LIBRARY = _library()
PROGRAM = Program(LIBRARY)


def walk(steps: str, head: str = "by call: yes", flow: str = "main") -> WalkResult:
    language = "" if "language:" in head else "language: en\n"
    lines = "\n".join(f"  - {line}" for line in steps.strip().split("\n"))
    text = f"walk: one\nflow: {flow}\n{language}{head}\nsteps:\n{lines}\n"
    read = read_walks(text.replace("  -   ", "    "))
    assert read.value is not None, read.problems
    (one,) = read.value
    assert isinstance(one, Walk)
    return walks.run(one, LIBRARY, PROGRAM)


@pytest.mark.parametrize(
    ("steps", "head"),
    [
        pytest.param(
            """they hear: "How is today, 1 to 5? Press a key from 1 to 5."
they press: 4
they hear: "At what hour? Say the hour"
they press: 1930
they hear: "A story?"
they hear: "To record, press 1."
they press: 1
they record: 20 seconds
they hear: "Thank you."
ends: told""",
            "by call: yes",
            id="keys alone suffice",
        ),
        pytest.param(
            """they hear: "¿Como va, 1 a 5? Marca una tecla de 1 a 5."
they say: "tres"
they hear: "¿A que hora? Di la hora"
they say: "a las siete de la tarde"
they hear: "Para grabar, marca 1"
they say: "si"
they record: 1 minute
ends: told""",
            "language: es-tu\nby call: yes",
            id="words alone suffice",
        ),
        pytest.param(
            """they hear: "How was it, 1 to 5? Press a key from 1 to 5."
they press: 9
they hear: "At what hour?"
they press: "99"
they press: 9
they hear: "No rush"
ends: quiet""",
            "by call: yes\ndiscreet: yes",
            id="nine skips, twice where the question takes it",
        ),
        pytest.param(
            """they say: "four"
  heard: barely
they hear: "I heard 4. For yes, press 1. For no, press 2."
they press: 1
they hear: "At what hour?"
they say: "nine in the morning"
  heard: barely
they hear: "I heard 09:00."
they say: "no"
they hear: "Sorry, I did not get that."
they hear: "At what hour?"
they say: "ten in the morning"
they hear: "A story?\"""",
            "by call: yes",
            id="what was barely heard is said back",
        ),
        pytest.param(
            """silence: once
they hear: "Are you still there?"
they hear: "How is today"
silence: once
they hear: "I am still here"
they press: 3
silence: once
they hear: "Are you still there?"
they hear: "At what hour?\"""",
            "by call: yes",
            id="silence is asked again gently, and forgotten when a key comes",
        ),
        pytest.param(
            """silence: once
silence: once
silence: once
they hear: "We go on by text. Goodbye for now."
they hear: "How is today, 1 to 5?"
they reply: "4"
they hear: "At what hour?"
silence: 3 hours
they hear: "No rush."
ends: quiet""",
            "by call: yes",
            id="the third silence ends the call, and a text goes on",
        ),
        pytest.param(
            """they press: 4
they hang up: yes
they reply: "7 pm"
they hear: "A story?"
they reply: "It rained."
they hear: "Thank you."
ends: told""",
            "by call: yes",
            id="after hanging up the question is open by text",
        ),
        pytest.param(
            """silence: 3 hours
they hear: "No rush."
ends: quiet""",
            "by call: yes",
            id="hours of silence outlast the call",
        ),
        pytest.param(
            """they press: "*"
they hear: "How is today"
they press: 8
visits: leave
they hear: "For yes, press 1."
they press: 2
they hear: "How is today"
they press: 0
visits: talk
we do: alert
  outcome: failed
they hear: "How is today\"""",
            "by call: yes",
            id="star repeats, eight leaves, zero brings a person",
        ),
    ],
)
def test_a_call_goes_as_on_the_phone(steps: str, head: str) -> None:
    result = walk(steps, head)
    assert [problem.trouble for problem in result.problems] == []


@pytest.mark.parametrize(
    ("steps", "head", "code"),
    [
        ('they reply: "4"', "by call: yes", "walk/on-the-phone"),
        ("they press: 4", "discreet: no", "walk/no-call"),
        ('they say: "four"', "discreet: no", "walk/no-call"),
        ("silence: once", "discreet: no", "walk/no-call"),
        ("they hang up: yes", "discreet: no", "walk/no-call"),
        ("they hang up: yes\nthey press: 4", "by call: yes", "walk/no-call"),
        ("they record: 20 seconds", "by call: yes", "walk/not-recording"),
        ("they press: 12", "by call: yes", "walk/too-many-keys"),
        ("they press: 9\nthey press: 99\nthey press: 9\nthey press: 9", "by call: yes",
         "walk/not-awaited"),
        ('they hear: "1 to 5?"\nthey press: 3\nthey hear: "I heard"', "by call: yes",
         "walk/not-heard"),
    ],
)  # fmt: skip
def test_what_no_call_does_is_told(steps: str, head: str, code: str) -> None:
    (problem,) = walk(steps, head).problems
    assert problem.code == code
    assert problem.trouble
    assert problem.cure


def test_the_menu_of_a_call_ends_with_it() -> None:
    for steps in ("they hang up: yes", "silence: once\nsilence: once\nsilence: once"):
        result = walk(f"{steps}\nends: call over", flow="home")
        assert [problem.trouble for problem in result.problems] == []
        assert "by text" not in result.transcript[-2].text


def test_a_transcript_tells_keys_words_and_silence() -> None:
    result = walk('they press: 4\nsilence: once\nthey say: "7 pm"\nthey hang up: yes')
    assert result.ok
    assert [line.text for line in result.transcript if line.who == "them"] == [
        "[4]", "(silence)", "7 pm", "(they hang up)",
    ]  # fmt: skip


def test_a_call_that_never_ends_is_ended_kindly() -> None:
    result = walk('they press: "*"\n' * 121 + 'they hear: "That was a long call"')
    assert [problem.trouble for problem in result.problems] == []
