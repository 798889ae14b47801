"""Small libraries written as YAML, and a conversation that is led through them step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import dedent
from typing import Any

from flows.definition import Library
from flows.effects import Ask, Effect, End, Perform, Say
from flows.events import Event, Heard, Started
from flows.machine import About, Program, Session, begin, step
from flows.reading import read_fields, read_flow, read_keywords, read_phrases

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)

KEYWORDS = """
keywords: organisation
languages: [en, es]
words:
  talk:
    en: [TALK]
    es: [HABLAR]
    key: 0
    visit flow: talk
  skip:
    en: [SKIP]
    es: [SALTAR]
    key: 9
    do: skip
  again:
    en: [AGAIN]
    es: [OTRA VEZ]
    do: repeat
"""
PHRASES = """
phrases: organisation
languages: [en, es]
texts:
  unclear:
    say:
      en: "Sorry, I did not get that."
      es: "Perdon, no lo entendi."
  not-answered:
    say:
      en: "not answered"
      es: "sin respuesta"
  failed-kindly:
    say:
      en: "Sorry, our side."
      es: "Perdon, lo nuestro."
  budget-reached:
    say:
      en: "Enough for a day."
      es: "Basta por hoy."
"""
FIELDS = """
fields: person
declares:
  name:
    kind: text
    meaning: what they like to be called
    missing:
      en: friend
      es: amistad
"""
TALK = """
flow: talk
title: A person
purpose: Someone calls.
languages: [en, es]
ends after: 1 hour
start: bring
states:
  bring:
    do: alert
    with:
      policy: on-call
      priority: urgent
    go to: told
  told:
    tell:
      en: "We are asking a person."
      es: "Avisamos a una persona."
    end: done
"""


def flow_text(states: str, head: str = "") -> str:
    """A flow called `main` with these states; `head` adds lines above them."""
    return (
        "flow: main\ntitle: Main\npurpose: To try it.\nlanguages: [en, es]\nends after: 20 hours\n"
        f"{dedent(head)}\nstates:\n{_indented(states)}"
    )


def _indented(states: str) -> str:
    return "\n".join(f"  {line}" for line in dedent(states).strip().splitlines()) + "\n"


def read(reading: Any) -> Any:
    assert reading.value is not None, [p.trouble for p in reading.problems]
    return reading.value


def library(*flows: str) -> Library:
    words = read(read_keywords(KEYWORDS))
    read_flows = [read(read_flow(text)) for text in (*flows, TALK)]
    return Library(
        {flow.name: flow for flow in read_flows},
        words.keywords,
        read(read_phrases(PHRASES)),
        read(read_fields(FIELDS)),
        languages=words.languages,
    )


class Told:
    """A conversation under test: each event is stepped with the session as it was stored."""

    def __init__(
        self, *flows: str, values: Mapping[str, object] | None = None, **about: Any
    ) -> None:
        self.program = Program(library(*flows))
        self.about = About(values or {}, about.pop("languages", ("en",)), **about)
        self.session: Session = begin("main")
        self.effects: list[Effect] = []
        self.heard = ""

    def take(self, event: Event) -> Told:
        stored = self.session.to_json()
        after = step(self.program, self.session, event, NOW, self.about)
        assert self.session.to_json() == stored, "the session handed in was changed"
        self.effects, self.heard = after.effects, after.heard
        self.session = Session.from_json(after.session.to_json())
        assert self.session == after.session
        return self

    def start(self) -> Told:
        return self.take(Started())

    def hear(self, *texts: str) -> Told:
        for text in texts:
            self.take(Heard(text))
        return self

    @property
    def texts(self) -> list[str]:
        """What the last event said, in order."""
        return [effect.text for effect in self.effects if isinstance(effect, Say | Ask)]

    @property
    def done(self) -> list[str]:
        """The actions the last event handed out."""
        return [effect.action for effect in self.effects if isinstance(effect, Perform)]

    @property
    def end(self) -> End | None:
        return next((effect for effect in self.effects if isinstance(effect, End)), None)

    def of(self, kind: type) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]
