"""A case's code in a text: "TAKE K7XM", "note k7xm she is at her sister's".

Promise: pure. A code is told apart from a word by a digit in it or by being expected here, and
nothing is guessed: what is no code that is expected, though it stands where one does, comes out as
what was written, for whoever asks which case was meant.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from flows.plain import plain

LETTERS: Final = "ACDEFHJKMNPRTUVWXY34679"
"""No letter or digit that is taken for another when read aloud or typed on a small keypad."""
LENGTH: Final = 4
CODE: Final = "case_code"
"""The answer of a conversation that is about a case: its code."""
_DIGITS: Final = frozenset("0123456789")
_FILLERS: Final = frozenset(("case", "caso", "the", "el", "la", "code", "codigo"))


class Said(NamedTuple):
    """A word of volunteers and what came after it. `code`: "" where none is there."""

    word: str
    code: str
    rest: str


def is_mixed(code: str) -> bool:
    """Whether a code has letters and digits: nobody takes it for a word or a number then."""
    return not code.isalpha() and not code.isdigit()


def coded(written: str) -> str:
    """A word as a code is written: capitals, and nothing but letters and digits."""
    return "".join(letter for letter in written.upper() if letter.isalnum())


def read(
    text: str, words: Collection[str], codes: Collection[str], free: Collection[str] = ()
) -> Said | None:
    """The word of these with which a text begins, the code beside it and what follows.

    words: plain; `free` are those of them after which anything may be said. codes: those of cases
    that are theirs, in capitals. "K7XM take" is heard as well. None where no such word stands
    there, or more follows it than a code could be: "pass me on to somebody" is no pass.
    """
    parts = text.split()
    if not parts:
        return None
    if len(parts) > 1 and coded(parts[0]) in codes and plain(parts[1]) in words:
        parts = [parts[1], parts[0], *parts[2:]]
    word = plain(parts[0])
    if word not in words:
        return None
    after = plainly = parts[1:]
    while after and plain(after[0]) in _FILLERS:
        after = after[1:]
    if not after:
        return Said(word, "", "")
    size = _spelled(after, codes, loosely=word not in free)
    code, rest = coded("".join(after[:size])), " ".join(after[size:])
    others = [other for other in found_in(rest, codes) if other != code]
    if others and word not in free:
        return Said(word, " ".join([code, *others]), "")  # no case has that code: it is asked back
    if code in codes or _with_digit(code) or (len(after) == 1 and _like_one(code)):
        return Said(word, code, rest)
    return Said(word, "", " ".join(plainly)) if word in free else None


def _spelled(after: list[str], codes: Collection[str], *, loosely: bool) -> int:
    """How many words in front spell a code: "K7 XM" are two. `loosely`: all of them may."""
    for size in range(1, min(len(after), LENGTH) + 1):
        code = coded("".join(after[:size]))
        if code in codes and (size == 1 or loosely or _with_digit(code)):
            return size
    whole = 1 < len(after) <= LENGTH and loosely and _with_digit(coded("".join(after)))
    return len(after) if whole else 1


def without_code(text: str, code: object) -> str:
    """The text without the code of the case that the conversation is about: "TAKE K7XM" is TAKE."""
    if not code or type(code) is not str or " " not in text:
        return text
    left = [word for word in text.split() if coded(word) != code]
    return " ".join(left) if left and len(left) < len(text.split()) else text


def found_in(text: str, codes: Collection[str]) -> list[str]:
    """Which of these codes a text names."""
    named = {coded(word) for word in text.split()}
    return [code for code in codes if code in named]


def unknown_in(text: str, codes: Collection[str]) -> list[str]:
    """What stands in a text as a code does, and is none of these: letters and a digit."""
    named = dict.fromkeys(coded(word) for word in text.split())
    return [code for code in named if code not in codes and _with_digit(code)]


def chosen(text: str, codes: list[str]) -> str | None:
    """Which of these a reply to "which case" means: its code, spelled in any way; None if none.

    One that is not there by a letter is none of them: a code is never guessed.
    """
    squeezed = coded(text)
    if squeezed in codes:
        return squeezed
    named = found_in(text, codes)
    return named[0] if len(named) == 1 else None


def _with_digit(code: str) -> bool:
    """Whether somebody meant a code by it, right or not: no word of a sentence looks so."""
    letters = not code.isdigit()
    return letters and abs(len(code) - LENGTH) <= 1 and any(digit in _DIGITS for digit in code)


def _like_one(code: str) -> bool:
    return len(code) == LENGTH and all(letter in LETTERS for letter in code)
