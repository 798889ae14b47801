"""A small organisation and a good flow, and flows made careless by changing a line of it."""

from __future__ import annotations

from collections.abc import Mapping

from flows.actions import ACTIONS, Action, Param
from flows.checks import check_flow
from flows.definition import Flow, Library, Problem
from flows.reading import read_flow
from flows.shelf import library_of

KEYWORDS = """\
keywords: organisation
languages: [en, es]
words:
  talk:
    en: [TALK, PERSON]
    es: [HABLAR, PERSONA]
    key: 0
    visit flow: talk
  skip:
    en: [SKIP]
    es: [SALTAR]
    key: 9
    do: skip
"""

PHRASES = """\
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
"""

FIELDS = """\
fields: person
declares:
  name:
    kind: text
    missing:
      en: friend
      es: amistad
    meaning: the name that we use
  pace:
    kind: choice
    choices: [daily, weekly]
    missing:
      en: not chosen
      es: sin elegir
    meaning: how often
"""

LEXICON = """\
lexicon: organisation
languages: [en, es]
danger:
  self:
    en: [hurt myself]
    es: [hacerme daño]
not danger:
  en: [never hurt myself]
wish to stop:
  en: [stop texting me]
"""

POLICY = """\
policy: on-call
title: Whoever is on call
priorities: [routine, urgent, imminent]
steps:
  - after: 0 minutes
    tell: coordinators
"""

TALK = """\
flow: talk
title: Talk
purpose: Brings a person.
languages: [en, es]
ends after: 1 day
start: when
returns: [hour]
start words:
  en: [SOMEONE]
  es: [ALGUIEN]
states:
  when:
    ask:
      en: "Shall a person call in the morning or the evening?"
      es: "¿Le llamamos por la mañana o por la tarde?"
    accept:
      - choice: morning
        key: 1
        words:
          en: [morning]
          es: [mañana]
      - choice: evening
        key: 2
        words:
          en: [evening]
          es: [tarde]
    save as: hour
    no reply:
      after: 2 hours
      go to: nothing
    go to: done
  done:
    end: arranged
  nothing:
    end: nothing
"""

# every construct once, and no finding
GOOD = """\
flow: good
title: A good flow
purpose: Shows that nothing is found where nothing is wrong.
languages: [en, es]
ends after: 20 hours
start: mood
start words:
  en: [HELLO THERE]
  es: [HOLA A TODOS]
keywords:
  later:
    en: [LATER]
    es: [LUEGO]
    key: 7
    go to: quiet

states:

  mood:
    ask:
      en: "Hello {name}, it's {service}. How is today, from 1 to 5?"
      es: "Hola {name}, somos {service}. ¿Como va hoy, de 1 a 5?"
      es-tu: "Hola {name}, somos {service}. ¿Como te va hoy, de 1 a 5?"
    by call:
      en: "How is today? Press 1 to 5."
      es: "¿Como va hoy? Marque de 1 a 5."
      es-tu: "¿Como te va hoy? Marca de 1 a 5."
    discreet:
      en: "Hi {name}, 1 to 5?"
      es: "Hola {name}, ¿de 1 a 5?"
    accept: a number from 1 to 5
    save as: mood
    unclear:
      try again: 1
      go to: quiet
      say:
        en: "One to five, please."
        es: "De uno a cinco, por favor."
    no reply:
      after: 3 hours
      send again: 1
      go to: quiet
    then:
      - when: mood is not answered
        go to: quiet
      - when: mood is 2 or less
        go to: alert
      - when: mood is between 3 and 4
        go to: visit
      - otherwise:
        go to: topics

  alert:
    do: alert
    with:
      policy: on-call
      priority: routine
      note: "answered {mood} today"
    outcomes:
      opened:
        go to: told
      already open:
        go to: told
      otherwise:
        go to: told

  told:
    tell:
      en: "A {mood}: thank you for telling us."
      es: "Un {mood}: gracias por decirlo."
    go to: quiet

  visit:
    visit flow: talk
    then:
      - when: arranged
        go to: hour
      - otherwise:
        go to: quiet

  hour:
    tell:
      en: "A person calls: {hour}."
      es: "Le llaman: {hour}."
    end: done

  topics:
    ask:
      en: "Which of these: work, home, sleep?"
      es: "¿Cual de estos: trabajo, casa, sueño?"
    accept several:
      - choice: work
        key: 1
        words:
          en: [work]
          es: [trabajo]
      - choice: home
        key: 2
        words:
          en: [home]
          es: [casa]
      - choice: sleep
        key: 3
        words:
          en: [sleep]
          es: [sueño]
    save as: topics
    unclear:
      try again: 1
      go to: quiet
    no reply:
      after: 3 hours
      go to: quiet
    then:
      - when: topics includes work
        go to: quiet
      - otherwise:
        go to: quiet

  quiet:
    tell:
      en: "That's fine. TALK brings a person."
      es: "De acuerdo. HABLAR trae a una persona."
    end: done
"""

# one action more than ship: its outcome comes later
CALLS: Mapping[str, Action] = {
    **ACTIONS,
    "connect": Action(
        "connect", "Rings both.", {"hours": Param(False, "when")}, (), ("talked", "nobody")
    ),
}


def house(**texts: str) -> Library:
    """The organisation; `flows` by name and kinds by kind may be changed."""
    shelf = {
        ("keywords", "organisation"): KEYWORDS,
        ("phrases", "organisation"): PHRASES,
        ("fields", "person"): FIELDS,
        ("lexicon", "organisation"): LEXICON,
        ("policy", "on-call"): POLICY,
        ("flow", "talk"): TALK,
    }
    for name, text in texts.items():
        kind = next((key for key in shelf if key[0] == name), ("flow", name.replace("_", "-")))
        shelf[kind] = text
    return library_of(shelf)


def flow_of(text: str) -> Flow:
    reading = read_flow(text, "flow.yaml")
    assert reading.value is not None, [problem.trouble for problem in reading.problems]
    return reading.value


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each first piece replaced; every piece must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def found(text: str, library: Library | None = None) -> list[Problem]:
    return check_flow(flow_of(text), library or house(), CALLS)


def codes(text: str, library: Library | None = None) -> set[str]:
    return {problem.code for problem in found(text, library)}
