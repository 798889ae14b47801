"""Text as it is compared: bare of case, accents and punctuation, in plain digits.

Promise: a total, pure function over any text. It never decides what a text means.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_SILENT: Final = "'’‘ʼ`´"  # "don't" and "dont" compare alike


class _Letters(dict[int, str | None]):
    """For str.translate: what each letter compares as, found once and kept."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        kind = unicodedata.category(letter)
        found: str | None
        if letter in _SILENT or kind[0] == "M" or kind == "Cf":
            found = None  # accents, keycap frames, joiners
        elif kind == "Nd":
            found = str(unicodedata.decimal(letter))
        elif kind[0] == "L":
            found = unicodedata.normalize("NFKD", letter.casefold())
            found = "".join(part for part in found if unicodedata.category(part)[0] == "L")
        else:
            found = " "
        self[code] = found
        return found


_LETTERS: Final = _Letters()
_ASCII: Final = {
    code: None if chr(code) in _SILENT else chr(code).lower() if chr(code).isalnum() else " "
    for code in range(128)
}


def plain(text: str) -> str:
    """The words of a text, lower case, one space between them: " ¡Sí, CLARO! " -> "si claro"."""
    if text.isascii():
        if text.isalnum():
            return text.lower()
        return " ".join(text.translate(_ASCII).split())
    # NFKD first: it parts accents from letters and unfolds wide and circled forms
    return " ".join(unicodedata.normalize("NFKD", text).translate(_LETTERS).split())


def stripped(bare: str, around: frozenset[str]) -> str:
    """Plain words without those of `around` at both ends."""
    words = bare.split()
    start, stop = 0, len(words)
    while start < stop and words[start] in around:
        start += 1
    while stop > start and words[stop - 1] in around:
        stop -= 1
    return " ".join(words[start:stop])
