"""Which prompts are recorded, and which of their languages are not."""

from __future__ import annotations

from flows.recorded import Spoken, files, recorded
from tests.flows.scripts import flow_text, library

HALF = flow_text(
    """
    hello:
      tell:
        en: "Hello."
        es: "Hola."
      by call:
        en: "Hello, it's us."
        es:
          recording: hello-es.mp3
          text: "Hola, somos nosotros."
      go to: bye
    bye:
      tell:
        en: "Bye."
        es: "Adios."
      by call:
        en:
          recording: bye-en.wav
          text: "Bye for now."
      go to: silent
    silent:
      tell:
        en: "Only text."
        es: "Solo texto."
      by call:
        en: "Only spoken."
        es: "Solo hablado."
      end: done
    """,
    "start: hello",
)


def test_each_language_of_a_recorded_prompt_is_told() -> None:
    assert list(recorded(library(HALF))) == [
        Spoken("main", "hello", "en", None, "Hello, it's us."),
        Spoken("main", "hello", "es", "hello-es.mp3", "Hola, somos nosotros."),
        Spoken("main", "bye", "en", "bye-en.wav", "Bye for now."),
        Spoken("main", "bye", "es", None, "Adios."),
    ]


def test_the_files_that_are_played() -> None:
    assert files(library(HALF)) == {"hello-es.mp3", "bye-en.wav"}
    assert files(library()) == frozenset()
