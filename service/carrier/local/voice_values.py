"""What the attributes of a verb say: whole numbers, yes or no, methods, addresses.

Promise: each value is read as the carrier reads it, or refused with the code that it has for that
attribute. It knows no verb.
"""

from __future__ import annotations

from urllib.parse import urljoin
from xml.etree import ElementTree

from service.carrier.local.twiml import RefusedAnswer

SCHEMA = 12200  # the carrier's code for whatever its schema does not allow
MOST_DIGITS = 9  # of a number in an attribute


def whole_url(here: str, written: str) -> str:
    """A URL taken from where the document came from; blank is the document's own."""
    try:
        return urljoin(here, written.strip() or here)
    except ValueError as error:
        raise RefusedAnswer(11100, f"{written} is no URL: {error}") from None


def method(element: ElementTree.Element, name: str, code: int) -> str:
    method = element.get(name, "POST").upper()
    if method not in ("GET", "POST"):
        raise RefusedAnswer(code, f"{name} of <{element.tag}> is GET or POST")
    return method


def whole(
    element: ElementTree.Element, name: str, otherwise: int, code: int, least: int = 1
) -> int:
    if name not in element.attrib:
        return otherwise
    return number(element.attrib[name], f"{name} of <{element.tag}>", code, least)


def number(text: str, what: str, code: int, least: int) -> int:
    short = len(text) <= MOST_DIGITS
    if not (short and text.isascii() and text.isdigit()) or int(text) < least:
        raise RefusedAnswer(code, f"{what} is a whole number from {least}")
    return int(text)


def yes(element: ElementTree.Element, name: str, otherwise: bool, code: int = SCHEMA) -> bool:
    text = element.get(name, str(otherwise)).lower()
    if text not in ("true", "false"):
        raise RefusedAnswer(code, f"{name} of <{element.tag}> is true or false")
    return text == "true"
