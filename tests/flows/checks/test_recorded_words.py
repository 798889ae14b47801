"""A recording is the same for everybody; the other languages of its prompt may still say a name."""

from __future__ import annotations

from tests.flows.checks.house import codes

FLOW = """\
flow: hello
title: Hello
purpose: Says hello.
languages: [en, es]
ends after: 1 day
start: greet
states:
  greet:
    tell:
      en: "Hello {name}."
      es: "Hola {name}."
    by call:
      en: "Hello {name}."
      es: SPANISH
    discreet:
      en: "Hello."
      es: "Hola."
    end: done
"""
RECORDED = '{recording: hello-es.mp3, text: "Hola."}'


def test_a_recording_without_the_variable_is_well() -> None:
    assert "languages/variables" not in codes(FLOW.replace("SPANISH", RECORDED))


def test_a_spoken_text_without_it_is_not() -> None:
    assert "languages/variables" in codes(FLOW.replace("SPANISH", '"Hola."'))
