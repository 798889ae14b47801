"""Yes and no in people's own words, English and Spanish.

Promise: pure. What may be either, or is about something else ("no problem", "I'm okay", "yes
but", "I think so, not sure"), is neither: the question is then asked once more.
"""

from __future__ import annotations

from typing import Final

from flows.plain import stripped
from flows.vocabulary import (
    AFTER_NO,
    AROUND,
    DOUBT,
    NO,
    OF_ONESELF,
    POLITE,
    REFUSING,
    REFUSING_AT_ALL,
    SIGNS,
    SO_SO,
    YES,
    YES_FIRST,
)

YES_OR_NO: Final = dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no")
"""Whole plain messages and what they are."""

_MOST_AFTER_YES: Final = 12
_WITHOUT_IT: Final = frozenset(
    f"{who}{how}"
    for who in ("im ", "i am ", "all ", "its all ", "estoy ", "todo ", "asi estoy ", "asi ")
    for how in ("good", "fine", "ok", "okay", "alright", "well", "bien", "set")
)
_DENIED: Final = [["no", verb] for verb in ("quiero", "necesito", "deseo", "me")]
_SAYS_NO: Final = frozenset(("no", "nope", "nah"))


def yes_or_no(raw: str, bare: str) -> str | None:
    """ "yes", "no", or None where that is not sure; `bare` is plain(raw)."""
    value = YES_OR_NO.get(bare)
    if value is not None:
        return value
    if not bare:
        return _by_sign(raw)
    words = bare.split()
    if words[0] in YES_FIRST and len(words) <= _MOST_AFTER_YES:
        return None if DOUBT.intersection(words) else "yes"
    if _refuses(words):
        return "no"
    core = YES_OR_NO.get(stripped(bare, POLITE))
    if core is not None:
        return core
    inner = stripped(bare, AROUND)
    core = YES_OR_NO.get(inner)
    if core == "yes":
        about_oneself = inner in SO_SO and not OF_ONESELF.isdisjoint(words)
        return None if about_oneself or DOUBT.intersection(words) else "yes"
    return core


def _by_sign(raw: str) -> str | None:
    found = {meaning for sign, meaning in SIGNS.items() if sign in raw}
    return found.pop() if len(found) == 1 else None


def _refuses(words: list[str]) -> bool:
    """ "No thank you", "no, I don't want a call", "I don't need one": nothing else beside it."""
    rest = words[1:] if words[0] in _SAYS_NO else words
    if rest is not words and (AFTER_NO.issuperset(rest) or _says_no(rest)):
        return True
    denied = not REFUSING_AT_ALL.isdisjoint(rest) or words[:2] in _DENIED
    return denied and REFUSING.issuperset(rest)


def _says_no(words: list[str]) -> bool:
    """What may follow a no: a no of its own, or thanks and how well one is without it."""
    core = stripped(" ".join(words), POLITE)
    if YES_OR_NO.get(core) == "no":
        return True
    return words[0] in POLITE and core in _WITHOUT_IT  # "no estoy bien" is quite another thing
