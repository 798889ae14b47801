"""What TwiML for calls may hold, by the carrier's own library: verbs, attributes, nesting.

Promise: read off `twilio.twiml.voice_response` once, by asking each of its elements what it makes
inside itself; nothing of the schema is written down here, so a newer library brings a newer one.
It judges no document and knows no meaning.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse

_NOT_MAKERS = frozenset({"add_child", "append", "nest", "to_xml", "xml"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"  # as a parser gives xml:lang


class Element(NamedTuple):
    """What one element may hold."""

    name: str
    attributes: frozenset[str]
    words: bool  # text of its own
    children: Mapping[str, Element]


@lru_cache(maxsize=1)
def response() -> Element:
    """The schema of `<Response>`, with everything below it."""
    return Element("Response", frozenset(), False, _children(VoiceResponse, {}))


Known = dict[type[TwiML], dict[str, Element]]


def _children(parent: type[TwiML], known: Known) -> dict[str, Element]:
    """The elements that a class of the library makes inside itself; each class is asked once."""
    if parent in known:
        return known[parent]
    found = known[parent] = {}  # before its children: elements of speech hold one another
    for name, maker in inspect.getmembers(parent, inspect.isfunction):
        if name.startswith("_") or name in _NOT_MAKERS:
            continue
        made = _made(parent, name, maker)
        # what it is called with comes back as attributes, or as the words of the element
        attributes = frozenset(_LANGUAGE if key == "xml:lang" else key for key in made.attrs)
        inner = _children(type(made), known)
        found[made.name] = Element(made.name, attributes, made.value is not None, inner)
    return found


def _made(parent: type[TwiML], name: str, maker: object) -> TwiML:
    parameters = list(inspect.signature(maker).parameters.values())[1:]  # type: ignore[arg-type]
    named = {p.name: p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD}
    bare: TwiML = object.__new__(parent)
    TwiML.__init__(bare)
    made = getattr(bare, name)(**named)
    assert isinstance(made, TwiML), f"{parent.__name__}.{name} makes no element"
    return made
