"""Texts in their languages, their variants, and lists of words a language.

Promise: shapes and variables of texts only; whether a language is missing, a text is long or a
word collides is for the checks.
"""

from __future__ import annotations

import re

from flows.definition import Message, Place, Prompt, Recording
from flows.reading.keys import LANGUAGE, Keys, Notes, meant, rows, table, text
from flows.reading.nodes import Node, Scalar, Table
from flows.templates import template

_FILE = re.compile(r"\w[\w.-]{0,98}\.(?:mp3|wav)")
MOST_WORD = 60


def read_text(notes: Notes, node: Node, what: str) -> str | None:
    """One text; faults of its variables are noted."""
    value = text(notes, node, what)
    if value is None:
        return None
    if isinstance(node, Scalar) and not node.quoted and value.find('"') == len(value) - 1:
        notes.add(
            "quotation",
            node,
            "A quotation mark ends this text, and none begins it.",
            'Begin the text with " as well, or take the last one away.',
        )
        return None
    faults = template(value).faults
    for fault in faults:
        notes.add("template", _inside(notes, node, value, fault.offset), fault.trouble, fault.cure)
    return None if faults else value


def _inside(notes: Notes, node: Node, value: str, offset: int) -> Place:
    """The place of a letter inside a text, exact while the text stands on one line as typed."""
    quoted = isinstance(node, Scalar) and node.quoted
    one_line = "\n" not in value and "\\" not in value
    return notes.place(node, offset + quoted if one_line else 0)


def by_language(notes: Notes, node: Node, what: str) -> dict[str, Node]:
    """Language -> what stands under it."""
    if isinstance(node, Scalar):
        notes.add(
            "not-by-language",
            node,
            f"{what} needs its languages.",
            'Write each language on a line below: `en: "..."`.',
        )
        return {}
    group = table(notes, node, what)
    found: dict[str, Node] = {}
    for name, (key, value) in (group.entries if group else {}).items():
        if not LANGUAGE.fullmatch(name):
            notes.add(
                "language",
                key,
                f"`{name[:60]}:` is no language.",
                "Write the short sign of a language here: en, es, es-tu ...",
            )
        elif isinstance(value, Scalar) and not value.value.strip():
            notes.add("empty", key, f"`{name}:` has no text.", "Write it, or delete the line.")
        else:
            found[name] = value
    if group is not None and not group.entries:
        notes.add("empty", node, f"{what} has no text.", "Write one a language.")
    return found


def read_message(notes: Notes, node: Node, what: str) -> Message | None:
    """A text in its languages."""
    texts: dict[str, str] = {}
    places: dict[str, Place] = {}
    for language, value in by_language(notes, node, what).items():
        told = read_text(notes, value, f"`{language}:`")
        places[language] = notes.place(value)
        if told is not None:
            texts[language] = told
    return Message(texts, notes.place(node), places) if texts else None


def read_prompt(keys: Keys, main: str) -> Prompt | None:
    """`ask`, `tell` or `say`, with `by call` and `discreet` beside it."""
    notes = keys.notes
    node = keys.node(main)
    message = None if node is None else read_message(notes, node, f"`{main}:`")
    node = keys.node("by call")
    by_call, call_places = (None, {}) if node is None else _by_call(notes, node)
    node = keys.node("discreet")
    discreet = None if node is None else read_message(notes, node, "`discreet:`")
    return None if message is None else Prompt(message, by_call, discreet, call_places)


def _by_call(
    notes: Notes, node: Node
) -> tuple[dict[str, str | Recording] | None, dict[str, Place]]:
    """What is spoken or played a language, and where each stands."""
    spoken: dict[str, str | Recording] = {}
    places: dict[str, Place] = {}
    for language, value in by_language(notes, node, "`by call:`").items():
        told = (
            _recording(notes, value)
            if isinstance(value, Table)
            else read_text(notes, value, f"`{language}:`")
        )
        places[language] = notes.place(value)
        if told is not None:
            spoken[language] = told
    return spoken or None, places


def _recording(notes: Notes, group: Table) -> Recording | None:
    keys = Keys(notes, group, "A recording", ("recording", "text"))
    file = keys.text("recording")
    node = keys.node("recording")
    if file is not None and node is not None and not _FILE.fullmatch(file):
        notes.add(
            "recording",
            node,
            f"`{file[:60]}` is no name of a recording.",
            "Write the file's name alone, ending in .mp3 or .wav.",
        )
        file = None
    node = keys.node("text")
    told = None if node is None else read_text(notes, node, "`text:`")
    return None if file is None or told is None else Recording(file, told, keys.here)


def word_list(notes: Notes, node: Node, what: str, longest: int = MOST_WORD) -> tuple[str, ...]:
    """Words or short phrases, one an item; none twice."""
    found: dict[str, None] = {}
    for item in rows(notes, node, what):
        word = text(notes, item, what)
        if word is None:
            continue
        word = " ".join(word.split())
        if len(word) > longest:
            notes.add("word", item, "These words are too long to be typed.", "Write fewer.")
        elif word in found:
            notes.add("word", item, f"`{word}` stands twice in this list.", "Delete one of them.")
        found[word] = None
    return tuple(found)


def word_lists(
    notes: Notes, node: Node, what: str, longest: int = MOST_WORD
) -> dict[str, tuple[str, ...]] | None:
    """Language -> words."""
    lists = {}
    for language, value in by_language_lists(notes, node, what).items():
        words = word_list(notes, value, f"`{language}:`", longest)
        if words:
            lists[language] = words
    return lists or None


def by_language_lists(notes: Notes, node: Node, what: str) -> dict[str, Node]:
    """As `by_language`, for lists: a bare word instead of a list is told as such."""
    if isinstance(node, Table):
        return by_language(notes, node, what)
    notes.add(
        "not-by-language",
        node,
        f"{what} needs its languages.",
        "Write each language on a line below, with a list of words: `en: [GOOD, FINE]`.",
    )
    return {}


def known_word(notes: Notes, node: Node, value: str, known: tuple[str, ...], what: str) -> bool:
    """Whether `value` is one of a few; otherwise the nearest is offered."""
    if value in known:
        return True
    notes.add("unknown-value", node, f"{what} knows no `{value[:60]}`.", meant(value, known)[1])
    return False
