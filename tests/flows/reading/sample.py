"""One flow with every part in it, and how tests read it."""

from __future__ import annotations

from flows import reading
from flows.definition import Flow, Place, Problem

FLOW = """\
flow: hello
title: Hello
purpose: A short hello.
languages: [en, es]
ends after: 20 hours
start: mood
start words:
  en: [HELLO]
returns: [mood]
keywords:
  later:
    en: [LATER]
    es: [LUEGO]
    key: 7
    go to: bye
waive:
  - code: cost/segments
    reason: A long text is meant here.
states:
  mood:
    ask:
      en: "How is today, {name}, 1 to 5?"
      es: "¿Como va hoy, {name}, de 1 a 5?"
    by call:
      en: "How is today? Press 1 to 5."
      es:
        recording: mood-es.mp3
        text: "¿Como va hoy?"
    discreet:
      en: "How was it, 1 to 5?"
    accept: a number from 1 to 5
    save as: mood
    keep: no
    more within: 30 seconds
    unclear:
      try again: 1
      go to: bye
      say:
        en: "Sorry?"
    no reply:
      after: 3 hours
      send again: 1
      go to: bye
    then:
      - when: mood is 2 or less
        go to: tell-us
      - otherwise:
        go to: topics
  topics:
    ask:
      en: "What about?"
    accept several:
      - choice: every day
        key: 1
        words:
          en: [DAY, DAYS]
      - choice: work
        words:
          en: [WORK]
    save as: topics
    remember as: topics
    waive:
      - code: voice/keys
        reason: By text only.
    go to: look
  tell-us:
    do: alert
    with:
      policy: on-call
      note: "answered {mood}"
    outcomes:
      opened:
        go to: look
      otherwise:
        go to: bye
    no outcome:
      after: 10 minutes
      go to: bye
  look:
    visit flow: other
    then:
      - when: arranged
        go to: bye
      - otherwise:
        go to: stop
  bye:
    tell:
      en: "Bye."
    end: done
  stop:
    end: left
"""

HEAD = FLOW[: FLOW.index("states:")] + "states:\n"


def read(text: str) -> Flow:
    value, problems = reading.read_flow(text)
    assert problems == []
    assert value is not None
    return value


def troubles(text: str | bytes) -> list[Problem]:
    value, problems = reading.read_flow(text)
    assert value is None
    return problems


def line_of(place: Place, text: str = FLOW) -> str:
    return text.split("\n")[place.line - 1].strip()
