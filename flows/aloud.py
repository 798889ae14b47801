"""What a voice is given to say: numbers of lines digit by digit, signs as words.

Promise: pure, never empty, and saying it twice changes nothing: aloud(aloud(x)) == aloud(x).
Times, days, years and small numbers stay whole. What nobody can say is left out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

NOTHING: Final = {"en": "No words.", "es": "Sin palabras."}
"""Said in place of a text that holds nothing to say."""

_SIGNS: Final = {
    "en": {
        "&": "and", "%": "percent", "@": "at", "+": "plus", "=": "is", "#": "pound", "*": "star",
        "/": "or", "°": "degrees",
    },
    "es": {
        "&": "y", "%": "por ciento", "@": "arroba", "+": "mas", "=": "es", "#": "numeral",
        "*": "asterisco", "/": "o", "°": "grados",
    },
}  # fmt: skip
_MONEY: Final = {
    "en": {"€": "euros", "$": "dollars", "£": "pounds"},
    "es": {"€": "euros", "$": "dolares", "£": "libras"},
}


@lru_cache(maxsize=1024)  # most of what is said is said to everybody
def aloud(text: str, language: str) -> str:
    """The words for a voice of this language (unknown ones are read as English)."""
    tag = "es" if language.partition("-")[0] == "es" else "en"
    said = _said(text, tag)
    for _ in range(_MOST_PASSES):  # what stood apart may have come to stand side by side
        again = _said(said, tag)
        if again == said:
            break
        said = again
    return said if any(map(str.isalnum, said)) else NOTHING[tag]


def _said(text: str, tag: str) -> str:
    said = unicodedata.normalize("NFC", text).translate(_LETTERS)
    said = _LINES.sub(_line, said)
    said = _MONEY_BEFORE.sub(lambda found: f"{found[2]} {_MONEY[tag][found[1]]}", said)
    said = _MONEY_SIGN.sub(lambda found: f" {_MONEY[tag][found[0]]} ", said)
    said = _DIGITS.sub(_digits, said)
    said = _SIGN.sub(lambda found: f" {_SIGNS[tag][found[0]]} ", said)
    return _BEFORE_STOP.sub(r"\1", _SPACES.sub(" ", said)).strip()


def _letter(letter: str) -> str:
    """The letter itself, or a space for what has no sound: pictures, controls, loose signs."""
    if letter in "\r\n":
        return "\n"
    if letter.isspace() or letter in _SILENT:
        return " "
    kind = unicodedata.category(letter)
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    if kind in ("So", "Sk", "Cs", "Co", "Cn", "Cc") and letter not in _SPOKEN:
        return " "
    return "" if kind in ("Cf", "Mn", "Me") else letter


class _Letters(dict[int, str]):
    """For str.translate: what each letter sounds as, found once and kept."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _letter(chr(code))
        return found


def _line(found: re.Match[str]) -> str:
    """The end of a written line is the end of a sentence."""
    before = found[1] or ""
    return f"{before} " if before in ".,;:?!" else f"{before}. "


def _digits(found: re.Match[str]) -> str:
    """Digits one by one, but for times, days, years and small numbers."""
    run = found[0]
    if _WHOLE.fullmatch(run):
        return run
    groups = re.findall(r"\d+", run)
    digits = "".join(groups)
    doubled = digits in ("00", "88", "99")
    several = max(map(len, groups)) > 2 or len(groups) > 2
    if not (doubled or several):
        return run
    lead = " " if run[0] in "+(" else ""
    return lead + ", ".join(digits) + (" " if run[-1] == ")" else "")


_MOST_PASSES: Final = 5
_LETTERS: Final = _Letters()
_SPOKEN: Final = "°"
_SILENT: Final = frozenset('{}[]<>|\\_~^`"“”«»')
_LINES: Final = re.compile(r"(\S)?[ \t]*\n\s*")
_MONEY_BEFORE: Final = re.compile(r"([€$£]) ?(\d+(?:[.,]\d+)*)")
_MONEY_SIGN: Final = re.compile(r"[€$£]")
_SIGN: Final = re.compile(r"[&%@+=#*/°]")
_SPACES: Final = re.compile(r"\s+")
_BEFORE_STOP: Final = re.compile(r" ([.,;:?!])")
# a run of digits as telephone numbers are written, with times and days kept in one piece; the end
# of a sentence parts it: "press 0. 988 listens"
_DIGITS: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?![\d-])"
    r"|\d{1,2}:\d\d(?!\d)"
    r"|(?:\+|\(\+?)?\d+(?:(?:[ \-()]{1,3}|\.)\d+(?!\d*:))*\)?"
)
_WHOLE: Final = re.compile(
    r"\d{4}-\d\d-\d\d"  # 2026-11-20
    r"|\d{1,2}:\d\d"
    r"|(?:0?[1-9]|[12]\d|3[01])[.-](?:0?[1-9]|1[0-2])[.-](?:19|20)\d\d"
    r"|(?:19|20)\d\d"
)
