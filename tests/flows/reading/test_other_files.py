"""Keywords, phrases, fields, the lexicon, policies and walks."""

from __future__ import annotations

import pytest

from flows import reading
from flows.definition import Keyword, Recording, Target, WalkStep

KEYWORDS = """\
keywords: organisation
languages: [en, es]
words:
  talk:
    en: [TALK, PERSON]
    es: [HABLAR]
    key: 0
    visit flow: talk
  skip:
    en: [SKIP]
    key: 9
    do: skip
"""
PHRASES = """\
phrases: organisation
languages: [en]
texts:
  unclear:
    say:
      en: "Sorry, {name}?"
    by call:
      en:
        recording: sorry.wav
        text: "Sorry?"
    discreet:
      en: "Sorry?"
"""
FIELDS = """\
fields: person
declares:
  name:
    kind: text
    missing:
      en: friend
    meaning: What we call them.
  pace:
    kind: choice
    choices: [every day, weekly]
    missing:
      en: not set
    private: no
    meaning: How often.
"""
LEXICON = """\
lexicon: organisation
languages: [en, es]
danger:
  self:
    en: [want to die]
    es: [quiero morir]
  child:
    en: [hurts my child]
not danger:
  en: [died laughing]
wish to stop:
  en: [stop texting me]
"""
POLICY = """\
policy: on-call
title: On call
priorities: [routine, urgent, imminent]
steps:
  - after: 0 minutes
    tell: coordinators
  - after: 10 minutes
    tell: supervisors
"""
LADDER = """\
policy: nights
title: At night
priorities: [routine, urgent]
contact within:
  urgent: 15 minutes
steps:
  - after: 0 minutes
    tell: rota nights
    how: one after another
    each: 2 minutes
    trained: crisis
    only for: [urgent]
  - after: 4 minutes
    tell: person Rosa Diaz
    how: all at once
    quiet hours: hold
  - after: 10 minutes
    tell: line
repeat: 2
again after: 30 minutes
"""
WALKS = """\
walk: a hard day
flow: hello
language: es-tu
discreet: yes
by call: yes
person:
  name: Ana
steps:
  - they hear: "How is today"
  - they reply: "2"
  - they press: "2#"
  - they say: "two"
    heard: barely
  - they record: 20 seconds
  - silence: once
  - they hang up: yes
  - we do: alert on-call
    outcome: opened
    gives:
      line: "555"
  - we do: sing a song
  - visits: other
  - silence: 3 hours
  - we remember: "name Ana Maria"
  - ends: no reply
---
walk: another
flow: hello
language: en
steps:
  - ends: done
"""
FILES = {
    "keywords": KEYWORDS,
    "phrases": PHRASES,
    "fields": FIELDS,
    "lexicon": LEXICON,
    "policy": POLICY,
    "walks": WALKS,
}


def test_keywords() -> None:
    value, problems = reading.read_keywords(KEYWORDS)
    assert problems == []
    assert value is not None
    assert value.languages == ("en", "es")
    talk, skip = value.keywords
    assert isinstance(talk, Keyword)
    assert (talk.words["en"], talk.key, talk.does, talk.target) == (
        ("TALK", "PERSON"),
        "0",
        "visit",
        "talk",
    )
    assert (skip.does, skip.target, skip.key) == ("skip", None, "9")


def test_phrases() -> None:
    value, problems = reading.read_phrases(PHRASES)
    assert problems == []
    assert value is not None
    prompt = value["unclear"].prompt
    assert prompt.text.texts == {"en": "Sorry, {name}?"}
    assert prompt.discreet is not None
    assert prompt.by_call is not None
    assert isinstance(prompt.by_call["en"], Recording)


def test_fields() -> None:
    value, problems = reading.read_fields(FIELDS)
    assert problems == []
    assert value is not None
    assert (value["name"].kind, value["name"].missing, value["name"].private) == (
        "text",
        {"en": "friend"},
        True,
    )
    assert (value["pace"].choices, value["pace"].private) == (("every day", "weekly"), False)


def test_lexicon() -> None:
    value, problems = reading.read_lexicon(LEXICON)
    assert problems == []
    assert value is not None
    assert [(group.weighs, group.kind, group.phrases) for group in value.signs] == [
        ("alarm", "self", {"en": ("want to die",), "es": ("quiero morir",)}),
        ("alarm", "child", {"en": ("hurts my child",)}),
        ("takes back", "", {"en": ("died laughing",)}),
    ]
    assert value.wish_to_stop == {"en": ("stop texting me",)}


def test_policy() -> None:
    value, problems = reading.read_policy(POLICY)
    assert problems == []
    assert value is not None
    assert value.priorities == ("routine", "urgent", "imminent")
    assert [(step.after, step.tell) for step in value.steps] == [
        (0, "coordinators"),
        (600, "supervisors"),
    ]
    assert (value.contact_within, value.repeat, value.again_after) == ({}, 0, None)
    assert all(not (s.in_turn or s.holds or s.only_for or s.each) for s in value.steps)


def test_a_policy_with_everything() -> None:
    value, problems = reading.read_policy(LADDER)
    assert problems == []
    assert value is not None
    assert (value.contact_within, value.repeat, value.again_after) == ({"urgent": 900}, 2, 1800)
    rota, rosa, line = value.steps
    assert rota.target == Target("rota", "nights")
    assert (rota.in_turn, rota.each, rota.trained) == (True, 120, "crisis")
    assert (rota.only_for, rota.holds) == (("urgent",), False)
    assert rosa.target == Target("person", "Rosa Diaz")
    assert (rosa.in_turn, rosa.each, rosa.holds) == (False, None, True)
    assert line.target == Target("line")


def test_one_length_of_time_holds_for_every_priority() -> None:
    text = LADDER.replace("contact within:\n  urgent: 15 minutes", "contact within: 5 minutes")
    value, problems = reading.read_policy(text)
    assert problems == []
    assert value is not None
    assert value.contact_within == {"routine": 300, "urgent": 300, "imminent": 300}


def test_a_policy_that_named_nobody_we_know_is_still_read() -> None:
    """Cases hold on to old files; the checks keep such a name from being published again."""
    value, problems = reading.read_policy(POLICY.replace("supervisors", "night-team"))
    assert problems == []
    assert value is not None
    assert value.steps[1].target == Target("unknown", "night-team")


def test_walks() -> None:
    value, problems = reading.read_walks(WALKS)
    assert problems == []
    assert value is not None
    first, second = value
    assert (first.title, first.flow, first.language) == ("a hard day", "hello", "es-tu")
    assert (first.discreet, first.by_call, first.person) == (True, True, {"name": "Ana"})
    assert [(s.does, s.text, s.target) for s in first.steps] == [
        ("they hear", "How is today", None),
        ("they reply", "2", None),
        ("they press", "2#", None),
        ("they say", "two", None),
        ("they record", "20 seconds", None),
        ("silence", "once", None),
        ("they hang up", "yes", None),
        ("we do", "alert", "on-call"),
        ("we do", "sing a song", None),
        ("visits", "other", None),
        ("silence", "3 hours", None),
        ("we remember", "name", "Ana Maria"),
        ("ends", "no reply", None),
    ]
    said, recorded, once = first.steps[3:6]
    assert (said.barely, recorded.seconds, once.seconds) == (True, 20, None)
    alert = first.steps[7]
    assert isinstance(alert, WalkStep)
    assert (alert.outcome, alert.gives) == ("opened", {"line": "555"})
    assert first.steps[10].seconds == 10_800
    assert second.title == "another"
    assert second.place.line == WALKS[: WALKS.index("walk: another")].count("\n") + 1


@pytest.mark.parametrize(
    ("kind", "written", "instead", "code"),
    [
        ("keywords", "keywords: organisation", "keywords: mine", "unknown-value"),
        ("keywords", "    visit flow: talk", "    go to: talk", "unknown-key"),
        ("keywords", "    do: skip", "    do: jump", "unknown-value"),
        ("keywords", "    do: skip\n", "", "no-way-on"),
        ("keywords", "    en: [SKIP]\n", "", "missing-key"),
        ("keywords", "    en: [SKIP]", "    en: SKIP", "shape"),
        ("keywords", "    en: [SKIP]", "    english: [SKIP]", "unknown-key"),
        ("keywords", "key: 9", "key: 123", "key"),
        ("keywords", "  skip:", "  talk:", "duplicate-key"),
        ("keywords", "words:", "word:", "unknown-key"),
        ("phrases", "    say:\n      en", "    tell:\n      en", "missing-key"),
        ("phrases", '      en: "Sorry, {name}?"', '      en: "Sorry, {}?"', "template"),
        ("phrases", "sorry.wav", "sorry", "recording"),
        ("fields", "kind: text", "kind: string", "unknown-value"),
        ("fields", "kind: text", "kind: text\n    choices: [a]", "choices"),
        ("fields", "    choices: [every day, weekly]\n", "", "choices"),
        ("fields", "    meaning: How often.\n", "", "missing-key"),
        ("fields", "  name:\n", "  first-name:\n", "name"),
        ("fields", "private: no", "private: perhaps", "yes-or-no"),
        ("lexicon", "  child:", "  children:", "unknown-key"),
        ("lexicon", "  en: [stop texting me]", "  - stop", "not-by-language"),
        ("lexicon", "danger:\n  self", "harm:\n  self", "missing-key"),
        ("policy", "after: 10 minutes", "after: a while", "duration"),
        ("policy", "after: 0 minutes", "after: 1 hour", "order"),
        ("policy", "[routine, urgent,", "[routine, hurry,", "unknown-value"),
        ("policy", "tell: supervisors", "tell: The Supervisors", "target"),
        ("policy", "tell: supervisors", "tell: coordinators\n    how: by turns", "unknown-value"),
        ("policy", "tell: supervisors", "tell: line\n    each: 0 minutes", "duration"),
        ("policy", "tell: supervisors", "tell: line\n    only for: [soon]", "unknown-value"),
        ("policy", "tell: supervisors", "tell: line\n    quiet hours: no", "unknown-value"),
        ("policy", "tell: supervisors", "tell: line\n    rings: 3", "unknown-key"),
        ("policy", "title: On call", "title: On call\nrepeat: often", "number"),
        ("policy", "title: On call", "title: On call\ncontact within:\n  - 1 day", "shape"),
        (
            "policy",
            "title: On call",
            "title: On call\ncontact within:\n  soon: 1 day",
            "unknown-key",
        ),
        ("walks", "language: es-tu", "language: Spanish", "language"),
        ("walks", "walk: another", "walk: a hard day", "doubled-walk"),
        ("walks", 'they press: "2#"', "they press: two", "key"),
        ("walks", "silence: 3 hours", "silence: long", "duration"),
        ("walks", "they record: 20 seconds", "they record: once", "duration"),
        ("walks", "heard: barely", "heard: well", "unknown-value"),
        ("walks", "they hang up: yes", "they hang up: no", "yes"),
        ("walks", 'we remember: "name Ana Maria"', "we remember: name", "remember"),
        ("walks", "  - visits: other", "  - visit: other", "unknown-key"),
        ("walks", "  - ends: done", "  - ends: done\n    visits: x", "several-ways"),
        ("walks", "  - visits: other", "  - visits: other\n    outcome: x", "unknown-key"),
        ("walks", "flow: hello\nlanguage: en", "language: en", "missing-key"),
    ],
)
def test_what_is_wrong_is_told(kind: str, written: str, instead: str, code: str) -> None:
    text = FILES[kind]
    assert written in text
    value, problems = reading.read(kind, text.replace(written, instead, 1), "it.yaml")
    assert value is None
    assert f"reading/{code}" in [p.code for p in problems]
    assert all(p.trouble and p.cure and p.place.file == "it.yaml" for p in problems)


def test_one_walk_that_is_wrong_hides_no_other() -> None:
    text = WALKS.replace("silence: 3 hours", "silence: long").replace("ends: done", "end: done")
    codes = [p.code for p in reading.read_walks(text).problems]
    assert codes == ["reading/duration", "reading/unknown-key"]
