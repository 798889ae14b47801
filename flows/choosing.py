"""Which of the choices a reply names: by word, key, a key in words, or a near misspelling.

Promise: pure. A word that two choices share names neither, and in a list every part must be
understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from rapidfuzz.distance import OSA

from flows.definition import Accept, Choice
from flows.plain import plain, stripped
from flows.vocabulary import AND, AROUND, DOUBT, EVERYTHING, NO, NUMBERS, POLITE, YES

# "this one" and "the last one" name no key: these count only as a whole reply
_KEYS_SAID: Final = frozenset(NUMBERS) | {str(n) for n in range(100)}


def choice_reader(accept: Accept) -> Callable[[str, str, Any], Any]:
    """Reads a reply (as written, and plain) as the name of a choice, or names; None if unsure."""
    words = choice_words(accept.choices)
    singles = {word: name for word, name in words.items() if word not in _KEYS_SAID}

    def one(bare: str) -> str | None:
        name = words.get(bare)
        if name is None:
            core = stripped(bare, AROUND)
            name = words.get(core) or words.get(stripped(bare, POLITE))
            if name is None:
                name = _near(bare, singles) or _near(core, singles) or _inside(core, singles)
        return name

    def read(raw: str, bare: str, hint: object) -> Any:
        if not accept.several:
            return one(bare) if bare else None
        return _several(bare, raw, one, accept.choices)

    return read


def choice_words(choices: tuple[Choice, ...]) -> dict[str, str]:
    """Every way to name a choice; a word that two choices share names neither."""
    words: dict[str, str] = {}
    shared: set[str] = set()
    for choice in choices:
        ways = {plain(choice.name.replace("-", " ").replace("_", " "))}
        ways.update(plain(word) for listed in choice.words.values() for word in listed)
        if choice.key:
            ways.add(choice.key)
        for way in ways:
            if words.setdefault(way, choice.name) != choice.name:
                shared.add(way)
    for way, name in _other_ways(choices, words).items():
        words.setdefault(way, name)
    return {way: name for way, name in words.items() if way and way not in shared}


def _other_ways(choices: tuple[Choice, ...], taken: Mapping[str, str]) -> dict[str, str]:
    """Keys in words ("one"), and words without what may stand around them ("person")."""
    ways: dict[str, str] = {}
    shared: set[str] = set()
    named = [(word, choice.name) for choice in choices for word in _in_words(choice.key)]
    named += [(stripped(way, AROUND), name) for way, name in taken.items() if " " in way]
    for way, name in named:
        if ways.setdefault(way, name) != name:
            shared.add(way)
    return {way: name for way, name in ways.items() if way and way not in shared}


def _in_words(key: str | None) -> list[str]:
    return [word for word, n in NUMBERS.items() if str(n) == key and word not in ("un", "una")]


def _near(text: str, words: dict[str, str]) -> str | None:
    """The one choice that a misspelling is close to: one slip from four letters, two from eight."""
    if len(text) < 4 or len(text) > 40 or text in YES or text in NO:
        return None
    found: set[str] = set()
    for word, name in words.items():
        if len(word) >= 4:
            slips = 2 if len(word) >= 8 and len(text) >= 7 else 1
            if OSA.distance(text, word, score_cutoff=slips) <= slips:
                found.add(name)
    return found.pop() if len(found) == 1 else None


_TAKEN_BACK: Final = DOUBT | {"or", "o", "either", "neither", "ni", "ninguno", "none"}


def _inside(text: str, words: dict[str, str]) -> str | None:
    """The one choice whose word stands in a short reply that takes nothing back."""
    parts = text.split()
    if not 2 <= len(parts) <= 5 or not _TAKEN_BACK.isdisjoint(parts):
        return None
    padded = f" {text} "
    found = {name for word, name in words.items() if len(word) > 2 and f" {word} " in padded}
    return found.pop() if len(found) == 1 else None


def _several(
    bare: str, raw: str, one: Callable[[str], str | None], choices: tuple[Choice, ...]
) -> list[str] | None:
    """The choices of a list such as "1, 3 and work"; every part must be understood."""
    if bare in EVERYTHING:
        return [choice.name for choice in choices]
    by_keys = _by_keys(raw, {choice.key: choice.name for choice in choices if choice.key})
    if by_keys is not None:
        return by_keys or None
    pieces = [plain(piece) for piece in re.split(r"[,;/+&\n]|\s(?:and|y|e)\s", raw.lower())]
    names: list[str] = []
    for piece in pieces:
        if not piece:
            continue
        name = one(piece)
        if name is not None and not _listed(piece):
            names.append(name)
            continue
        for word in piece.split():
            if word in AND or word in AROUND:
                continue
            single = one(word)
            if single is None:
                whole = one(bare) if len(pieces) == 1 else None
                return [whole] if whole is not None else None
            names.append(single)
    return list(dict.fromkeys(names)) or None


def _by_keys(raw: str, names: Mapping[str, str]) -> list[str] | None:
    """ "125" and "1-3" as their keys; empty where they are none; None for any other text."""
    tight = "".join(raw.split())
    span = re.fullmatch(r"(\d)[-\u2013](\d)", tight)
    if span is not None:
        keys = [str(n) for n in range(int(span[1]), int(span[2]) + 1)]
    elif tight.isascii() and tight.isdigit() and tight not in names and len(tight) > 1:
        keys = list(dict.fromkeys(tight))
    else:
        return None
    return [names[key] for key in keys] if names.keys() >= set(keys) else []


def _listed(piece: str) -> bool:
    return all(word.isdigit() for word in piece.split()) and " " in piece
