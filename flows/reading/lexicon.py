"""The lexicon: signs of danger, what they weigh, and how words are written.

Promise: as for flows: a value only where nothing is wrong, otherwise every problem. The older
form, with phrases directly below a kind, is read as well: those are an alarm each.
"""

from __future__ import annotations

import operator
import re

from flows.definition import Denials, Lexicon, Place, Points, SignGroup, Spellings
from flows.reading.flows import opened, required
from flows.reading.keys import Keys, Notes, known_as_language, languages_of, table, text
from flows.reading.messages import by_language_lists, word_list, word_lists
from flows.reading.nodes import Node, Rows, Table
from flows.risk_phrases import GAP, LIGHT_GAP, lists_named
from flows.risk_words import NUMBERS

DANGER_KINDS = ("self", "other", "overdose", "child")
ALARM, QUESTION, HINT = "alarm", "question", "hint"
RAISES, TAKES_BACK, SOFTENS = "raises", "takes back", "softens"
_WEIGHTS = (ALARM, QUESTION, HINT)
_NEEDED = ("lexicon", "languages", "danger", "not danger", "wish to stop")
_MORE = ("raises", "softens", "denials", "word lists", "spelling", "languages not read", "points")
_SPELLING = ("stands for", "fillers", "key words", "known words")
_DENIALS = ("words", "carried by", "turned by")
_FEWEST = 2
MOST_PHRASE = 600  # signs of a phrase, with all its choices
MOST_POINTS = 1000
_WEIGHT = re.compile(r"-?\d{1,3}")


def read_lexicon_file(source: str | bytes, file: str) -> tuple[Lexicon | None, Notes]:
    """lexicon.yaml."""
    notes, document, parsed = opened(source, file, "lexicon")
    if document is None:
        return None, notes
    keys = Keys(
        notes, document, "The lexicon", required(parsed, _NEEDED, document), (*_NEEDED, *_MORE)
    )
    name = keys.name("lexicon")
    languages = languages_of(keys)
    lists = _lists(keys)
    signs = [
        *_danger(keys),
        *_groups(keys, "not danger", TAKES_BACK),
        *_groups(keys, "raises", RAISES),
        *_groups(keys, "softens", SOFTENS),
    ]
    wishes = _by_language(keys, "wish to stop")
    spellings, denials, not_read = _spellings(keys), _denials(keys), _not_read(keys)
    points = _points(keys)
    _phrases_hold(notes, keys, signs, wishes, lists)
    if name is None or notes.problems:
        return None, notes
    return Lexicon(
        name, languages, tuple(signs), wishes, keys.here, lists, spellings, denials, not_read,
        points,
    ), notes  # fmt: skip


# --- groups of phrases


def _danger(keys: Keys) -> list[SignGroup]:
    group = keys.group("danger")
    if group is None:
        return []
    kinds = Keys(keys.notes, group, "`danger:`", (), DANGER_KINDS)
    found: list[SignGroup] = []
    for kind in DANGER_KINDS:
        node = kinds.node(kind)
        if node is None:
            continue
        if not _is_grouped(node):
            words = word_lists(keys.notes, node, f"`{kind}:`", MOST_PHRASE)
            found += [SignGroup("", ALARM, kind, words)] if words else []
            continue
        assert isinstance(node, Table)
        for key, value in node.entries.values():
            what = f"`{key.value[:60]}:`"
            inner = table(keys.notes, value, what)
            if inner is None:
                continue
            part = Keys(keys.notes, _without_languages(inner), what, ("weighs",))
            weighs = part.one_of("weighs", _WEIGHTS)
            words = word_lists(keys.notes, _only_languages(inner), what, MOST_PHRASE)
            if weighs is not None and words:
                found.append(SignGroup(key.value.strip(), weighs, kind, words))
    return found


def _groups(keys: Keys, name: str, weighs: str) -> list[SignGroup]:
    """Groups by their names; or, as it used to be, phrases of one group directly below."""
    node = keys.node(name)
    if node is None:
        return []
    if not _is_grouped(node):
        words = word_lists(keys.notes, node, f"`{name}:`", MOST_PHRASE)
        return [SignGroup("", weighs, "", words)] if words else []
    assert isinstance(node, Table)
    found = []
    for key, value in node.entries.values():
        words = word_lists(keys.notes, value, f"`{key.value[:60]}:`", MOST_PHRASE)
        if words:
            found.append(SignGroup(key.value.strip(), weighs, "", words))
    return found


def _is_grouped(node: Node) -> bool:
    """Whether groups stand below it, not languages."""
    return isinstance(node, Table) and any(
        isinstance(value, Table) for _, value in node.entries.values()
    )


def _without_languages(group: Table) -> Table:
    kept = {name: pair for name, pair in group.entries.items() if not isinstance(pair[1], Rows)}
    return Table(group.line, group.column, kept)


def _only_languages(group: Table) -> Table:
    kept = {name: pair for name, pair in group.entries.items() if isinstance(pair[1], Rows)}
    return Table(group.line, group.column, kept)


def _phrases_hold(
    notes: Notes,
    keys: Keys,
    signs: list[SignGroup],
    wishes: dict[str, tuple[str, ...]],
    lists: dict[str, tuple[str, ...]],
) -> None:
    """Whether every phrase can be found: its lists are there, and its gaps stand between words."""
    every = [(group.name or group.kind or "not danger", group.phrases) for group in signs]
    for name, phrases in (*every, ("wish to stop", wishes)):
        for phrase in (phrase for some in phrases.values() for phrase in some):
            parts = phrase.split()
            gaps = [part in (GAP, LIGHT_GAP) for part in parts]
            if gaps[0] or gaps[-1] or any(map(operator.and_, gaps, gaps[1:])):
                notes.add(
                    "gap",
                    keys.at("danger"),
                    f"In `{name}`, `{phrase[:60]}` has a gap at an end, or two in a row.",
                    "Write `...` or `..` between two words only: `took ... pills`.",
                )
            _lists_are_there(notes, keys.at("danger"), name, phrase, lists)
    for name, words in lists.items():
        for word in words:
            _lists_are_there(notes, keys.at("word lists"), name, word, lists)


def _lists_are_there(
    notes: Notes, at: Place, name: str, phrase: str, lists: dict[str, tuple[str, ...]]
) -> None:
    for named in lists_named(phrase):
        if named not in lists and named not in NUMBERS:
            there = ", ".join(f"<{one}>" for one in (*lists, *NUMBERS))
            notes.add(
                "unknown-list",
                at,
                f"In `{name}`, `{phrase[:60]}` names no list that is there: <{named[:60]}>.",
                f"Add it under `word lists:`, or name one of: {there}.",
            )


# --- words and how they are written


def _by_language(keys: Keys, name: str) -> dict[str, tuple[str, ...]]:
    node = keys.node(name)
    return {} if node is None else word_lists(keys.notes, node, f"`{name}:`", MOST_PHRASE) or {}


def _joined(keys: Keys, name: str) -> tuple[str, ...]:
    """The words of every language together."""
    words = _by_language(keys, name).values()
    return tuple(dict.fromkeys(word for some in words for word in some))


def _lists(keys: Keys) -> dict[str, tuple[str, ...]]:
    group = keys.group("word lists")
    found = {}
    for key, node in group.entries.values() if group else ():
        words = word_list(keys.notes, node, f"`{key.value[:60]}:`")
        if words:
            found[key.value.strip()] = words
    return found


def _spellings(keys: Keys) -> Spellings:
    group = keys.group("spelling")
    if group is None:
        return Spellings()
    part = Keys(keys.notes, group, "`spelling:`", (), _SPELLING)
    return Spellings(
        _stands_for(part),
        _joined(part, "fillers"),
        _joined(part, "key words"),
        _joined(part, "known words"),
    )


def _stands_for(keys: Keys) -> dict[str, str]:
    node = keys.node("stands for")
    found: dict[str, str] = {}
    for language, value in (
        by_language_lists(keys.notes, node, "`stands for:`").items() if node else ()
    ):
        group = table(keys.notes, value, f"`{language}:`")
        for key, written in group.entries.values() if group else ():
            words = text(keys.notes, written, f"`{key.value[:60]}:`")
            if words is None:
                continue
            if len(key.value.split()) > _FEWEST:
                keys.notes.add(
                    "word",
                    key,
                    f"`{key.value[:60]}` is more than two words.",
                    "Write one word or two here; longer ones are phrases of danger.",
                )
            found[key.value.strip()] = words
    return found


def _denials(keys: Keys) -> Denials:
    group = keys.group("denials")
    if group is None:
        return Denials()
    part = Keys(keys.notes, group, "`denials:`", ("words",), _DENIALS[1:])
    return Denials(_joined(part, "words"), _joined(part, "carried by"), _joined(part, "turned by"))


def _not_read(keys: Keys) -> dict[str, tuple[str, ...]]:
    group = keys.group("languages not read")
    found = {}
    for key, node in group.entries.values() if group else ():
        known_as_language(keys.notes, key, key.value)
        words = word_list(keys.notes, node, f"`{key.value[:60]}:`")
        if words:
            found[key.value.strip()] = words
    return found


def _points(keys: Keys) -> Points:
    group = keys.group("points")
    if group is None:
        return Points()
    part = Keys(keys.notes, group, "`points:`", ("ask from", "words"), ("for ten words more",))
    ask_from, listed = part.whole("ask from", MOST_POINTS), part.group("words")
    ten_more = part.whole("for ten words more", MOST_POINTS)
    words: dict[str, int] = {}
    for key, node in listed.entries.values() if listed else ():
        if not _WEIGHT.fullmatch(key.value.strip()):
            keys.notes.add(
                "number",
                key,
                f"`{key.value[:60]}:` is no number of points.",
                "Write a whole number, such as 12 or -5, and the words that weigh so below it.",
            )
            continue
        for word in word_list(keys.notes, node, f"`{key.value}:`"):
            if word in words:
                _stands_twice(keys.notes, node, word)
            words[word] = int(key.value)
    return Points(words, ask_from or 0, ten_more or 0)


def _stands_twice(notes: Notes, node: Node, word: str) -> None:
    notes.add(
        "word",
        node,
        f"`{word}` has points in two places.",
        "Leave it where it weighs what you want, and delete the other.",
    )
