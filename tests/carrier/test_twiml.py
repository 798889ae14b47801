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
