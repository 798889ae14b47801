"""The TwiML that a text's webhook is answered with.

Promise: Message and Redirect, read strictly: what the carrier would refuse is refused with its
code, so that a mistake shows in practice and not in production. It sends nothing.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree

LONGEST_BODY = 1600
_XML = frozenset({"text/xml", "application/xml", "text/html"})
_MESSAGE = frozenset({"to", "from", "action", "method", "statusCallback"})


class Reply(NamedTuple):
    """One Message verb; blank numbers mean the conversation's own."""

    body: str
    media: tuple[str, ...]
    to: str
    sender: str
    callback: str | None


class Redirect(NamedTuple):
    """Ask this URL instead, with the same parameters."""

    url: str
    method: str


class RefusedAnswer(Exception):
    """An answer that the carrier would not carry out, with its code."""

    def __init__(self, code: int, why: str) -> None:
        self.code = code
        super().__init__(f"{code}: {why}")


def read(body: bytes, content_type: str, url: str) -> list[Reply | Redirect]:
    """The verbs of an answer, in order; verbs after a Redirect never run and are left out."""
    if content_type == "text/plain":
        words = body.decode(errors="replace").strip()
        return [Reply(_fitting(words), (), "", "", None)] if words else []
    if not body.strip():
        return []
    if content_type not in _XML:
        raise RefusedAnswer(12300, "an answer has to be text/xml")
    root = _root(body)
    verbs: list[Reply | Redirect] = []
    for element in root:
        if element.tag == "Message":
            verbs.append(_message(element, url))
        elif element.tag == "Redirect":
            verbs.append(_redirect(element, url))
            break
        else:
            raise RefusedAnswer(12200, f"<{element.tag}> is no verb for a text")
    return verbs


def _root(body: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise RefusedAnswer(12100, "an answer declares no document type")
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise RefusedAnswer(12100, f"the answer is no XML: {error}") from None
    if root.tag != "Response":
        raise RefusedAnswer(12102, "the root of an answer is <Response>")
    _no_stray_words(root)
    return root


def _message(element: ElementTree.Element, url: str) -> Reply:
    for name in element.attrib.keys() - _MESSAGE:
        raise RefusedAnswer(12200, f"Message has no attribute {name}")
    method = element.get("method", "POST").upper()
    if method not in ("GET", "POST"):
        raise RefusedAnswer(14104, "the method is neither GET nor POST")
    words, media = element.text or "", []
    for child in element:
        if child.tag == "Body":
            words += child.text or ""
        elif child.tag == "Media":
            media.append(urljoin(url, (child.text or "").strip()))
        else:
            raise RefusedAnswer(12200, f"<{child.tag}> has no place in a Message")
        words += child.tail or ""
    if not words.strip() and not media:
        raise RefusedAnswer(14103, "the Message has no body")
    callback = element.get("statusCallback") or element.get("action")
    return Reply(
        _fitting(words.strip()),
        tuple(media),
        element.get("to", ""),
        element.get("from", ""),
        urljoin(url, callback) if callback else None,
    )


def _redirect(element: ElementTree.Element, url: str) -> Redirect:
    for name in element.attrib.keys() - {"method"}:
        raise RefusedAnswer(12200, f"Redirect has no attribute {name}")
    method = element.get("method", "POST").upper()
    target = (element.text or "").strip()
    if method not in ("GET", "POST") or len(element):
        raise RefusedAnswer(12200, "the Redirect is not written as it has to be")
    return Redirect(urljoin(url, target) if target else url, method)


def _fitting(words: str) -> str:
    if len(words) > LONGEST_BODY:
        raise RefusedAnswer(21617, f"the body is longer than {LONGEST_BODY} characters")
    return words


def _no_stray_words(root: ElementTree.Element) -> None:
    pieces = [root.text or "", *(child.tail or "" for child in root)]
    if any(piece.strip() for piece in pieces):
        raise RefusedAnswer(12200, "words stand outside a verb")
