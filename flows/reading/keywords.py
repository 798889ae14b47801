"""Keywords: the organisation's, and those a flow adds.

Promise: shapes only. Which words collide, and which nobody may take, is for the checks.
"""

from __future__ import annotations

from flows.definition import Keyword
from flows.reading.accepts import read_call_key, read_key
from flows.reading.keys import Keys, Notes, name_of, table
from flows.reading.messages import word_list
from flows.reading.nodes import Node, Scalar, Table
from flows.reading.states import read_guard

_WAYS = ("visit flow", "do", "go to")
_FOR = ("members", "volunteers")
_DOES = ("skip", "repeat")


def read_words(
    notes: Notes, group: Table, languages: tuple[str, ...], inside_flow: bool
) -> list[Keyword]:
    """Every keyword of a group. Only a flow's own may go to a state, or have a condition."""
    keywords = []
    for name, (key, node) in group.entries.items():
        keyword = _keyword(notes, key, node, languages, inside_flow)
        if keyword is not None and name == keyword.name:
            keywords.append(keyword)
    return keywords


def _keyword(
    notes: Notes, key: Scalar, node: Node, languages: tuple[str, ...], inside_flow: bool
) -> Keyword | None:
    name = name_of(notes, key, "A keyword")
    group = table(notes, node, f"The keyword `{key.value[:60]}`")
    if group is None:
        return None
    ways = _WAYS if inside_flow else _WAYS[:2]
    optional = ("key", "call key", *ways, "when" if inside_flow else "for")
    keys = Keys(notes, group, "A keyword", (), optional, languages)
    keys.only_one(ways, "A keyword does one thing.")
    words = {}
    for language, value in keys.languages.items():
        listed = word_list(notes, value, f"`{language}:`")
        if listed:
            words[language] = listed
    digits, call_key = read_key(keys), read_call_key(keys)
    does = keys.one_of("do", _DOES)
    target = keys.name("visit flow") or (keys.name("go to") if inside_flow else None)
    guard = read_guard(keys) if inside_flow else None
    whose = None if inside_flow else keys.one_of("for", _FOR)
    if not any(way in keys for way in ways):
        notes.add(
            "no-way-on",
            key,
            f"The keyword `{key.value[:60]}` does nothing.",
            "Add one of " + ", ".join(f"`{way}:`" for way in ways) + ".",
        )
        return None
    if not words and not keys.languages:
        notes.add(
            "missing-key",
            key,
            f"The keyword `{key.value[:60]}` has no words.",
            "Add a list of words for each language: `en: [TALK, PERSON]`.",
        )
    if name is None or (does is None and target is None):
        return None
    kind = does or ("visit" if "visit flow" in keys else "go-to")
    place = notes.place(key)
    return Keyword(
        name, words, digits, kind, target, place, guard,  # type: ignore[arg-type]
        whose == "members", call_key, whose == "volunteers",
    )  # fmt: skip
