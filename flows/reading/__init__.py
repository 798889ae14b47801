"""YAML text -> flows, keywords, phrases, fields, lexicon, policies and walks.

Promise: every problem of a file at once, each with code, place, trouble and cure; no input
raises; a file that is too large, too deep or repeats itself by aliases is refused before
anything is built from it. Whether names fit together is for `flows/checks`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from flows.definition import Field, Flow, Lexicon, Phrase, Policy, Problem, Walk
from flows.reading.flows import (
    Draft,
    OrganisationWords,
    read_flow_draft,
    read_flow_file,
    read_keywords_file,
)
from flows.reading.keys import Notes
from flows.reading.lexicon import read_lexicon_file
from flows.reading.others import read_fields_file, read_phrases_file
from flows.reading.policies import read_policy_file
from flows.reading.walks import read_walks_file

__all__ = [
    "KINDS",
    "Draft",
    "OrganisationWords",
    "Reading",
    "content_hash",
    "read",
    "read_draft",
    "read_fields",
    "read_flow",
    "read_keywords",
    "read_lexicon",
    "read_phrases",
    "read_policy",
    "read_walks",
]

Value = TypeVar("Value")


class Reading(NamedTuple, Generic[Value]):
    """What a file says (None where it has errors), and its problems in the order of lines."""

    value: Value | None
    problems: list[Problem]


def read_flow(text: str | bytes, file: str = "flow.yaml") -> Reading[Flow]:
    return _sorted(read_flow_file(text, file))


def read_draft(text: str | bytes, file: str = "flow.yaml") -> Reading[Draft]:
    """As `read_flow`, with what could be read in spite of the problems; never run it."""
    draft, notes = read_flow_draft(text, file)
    return Reading(draft, _sorted((None, notes)).problems)


def read_keywords(text: str | bytes, file: str = "keywords.yaml") -> Reading[OrganisationWords]:
    return _sorted(read_keywords_file(text, file))


def read_phrases(text: str | bytes, file: str = "phrases.yaml") -> Reading[dict[str, Phrase]]:
    return _sorted(read_phrases_file(text, file))


def read_fields(text: str | bytes, file: str = "fields.yaml") -> Reading[dict[str, Field]]:
    return _sorted(read_fields_file(text, file))


def read_lexicon(text: str | bytes, file: str = "lexicon.yaml") -> Reading[Lexicon]:
    return _sorted(read_lexicon_file(text, file))


def read_policy(text: str | bytes, file: str = "policy.yaml") -> Reading[Policy]:
    return _sorted(read_policy_file(text, file))


def read_walks(text: str | bytes, file: str = "flow.walks.yaml") -> Reading[tuple[Walk, ...]]:
    return _sorted(read_walks_file(text, file))


KINDS: Mapping[str, Callable[[str | bytes, str], Reading[Any]]] = {
    "flow": read_flow,
    "keywords": read_keywords,
    "phrases": read_phrases,
    "fields": read_fields,
    "lexicon": read_lexicon,
    "policy": read_policy,
    "walks": read_walks,
}
"""Kind of file -> its reader."""


def read(kind: str, text: str | bytes, file: str) -> Reading[Any]:
    """Read a file of a kind; an unknown kind is a programmer's mistake and raises KeyError."""
    return KINDS[kind](text, file)


def content_hash(text: str) -> str:
    """What a revision is known by: sha256 of the text with one kind of line ending, in hex."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _sorted(found: tuple[Value | None, Notes]) -> Reading[Value]:
    value, notes = found
    problems = sorted(notes.problems, key=lambda p: (p.place.line, p.place.column, p.code))
    return Reading(None if problems else value, problems)
