"""Answers as TwiML are what the network reads without complaint."""

from __future__ import annotations

from xml.etree import ElementTree

from service.carrier import twiml


def test_the_empty_answer_says_nothing():
    root = ElementTree.fromstring(twiml.EMPTY)
    assert root.tag == "Response"
    assert len(root) == 0
    assert twiml.message(" ") == twiml.EMPTY


def test_words_are_escaped():
    root = ElementTree.fromstring(twiml.message("¿Sí? <b> & 😀"))
    assert root.findtext("Message") == "¿Sí? <b> & 😀"


def test_a_caller_hears_each_language_and_then_the_end():
    answer = twiml.say_and_hang_up((("en", "Hello & welcome"), ("es-tu", "Hola"), ("xx", "?")))
    root = ElementTree.fromstring(answer)
    assert [child.tag for child in root] == ["Say", "Pause", "Say", "Pause", "Say", "Hangup"]
    assert [say.get("language") for say in root.iter("Say")] == ["en-US", "es-MX", "en-US"]
    assert root.findtext("Say") == "Hello & welcome"


def test_digits_are_read_one_by_one():
    assert twiml.spoken_digits("+1 555-0100") == "1, 5, 5, 5, 0, 1, 0, 0"
