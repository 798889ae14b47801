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


def test_digits_are_read_one_by_one():
    assert twiml.spoken_digits("+1 555-0100") == "1, 5, 5, 5, 0, 1, 0, 0"
