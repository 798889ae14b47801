"""Taking names and numbers out of a text that somebody wrote, so that it may serve as a test.

Promise: pure. What looks like a phone number, a date or a number of a document, an address of any
kind, and a name goes; words that the lexicon or everyday speech knows stay, so that the text is
read as it was. It errs on the side of taking out. Nothing here says whose text it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from flows.definition import Lexicon
from flows.plain import plain
from flows.risk_index import index_of
from flows.risk_languages import OURS

NAME, NUMBER, ADDRESS = "[name]", "[number]", "[address]"
_FEWEST_DIGITS: Final = 5  # a dose, an hour or an age stays: it weighs
_ADDRESS = re.compile(
    r"\S+@\S+|(?:https?://|www\.)\S+|(?<!\w)@\w+|\b\w[\w-]*\.(?:com|org|net|info|io|es|uk)\b\S*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\+?\d(?:[\s().,/:-]{0,2}\d)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_AFTER_AN_END = re.compile(r"(?:^|[.!?¡¿:;\n\"“”(])\s*$")
_ENDINGS = frozenset(("t", "s", "m", "re", "ve", "ll", "d"))
_ALWAYS: Final = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december lunes martes miercoles jueves viernes sabado domingo
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre christmas
easter navidad english spanish god dios im ive id ill i
"""
_BOTH: Final = """
mark bill rose frank jack rob nick josh sue pat ray drew chase skip carol sol paz luz
"""
_WRITTEN_BIG: Final = frozenset(_ALWAYS.split())  # and no names of people
_ALSO_NAMES: Final = frozenset(_BOTH.split())
"""Words that people are called by: written big, they go."""


def redacted(text: str, names: Iterable[str], lexicon: Lexicon) -> str:
    """The text without addresses, long numbers and names; `names` are those that are known."""
    known = (index_of(lexicon).words | OURS | _WRITTEN_BIG) - _ALSO_NAMES
    theirs = {plain(word) for name in names for word in _WORD.findall(name)}
    text = _ADDRESS.sub(ADDRESS, text)
    text = _NUMBER.sub(_number, text)
    return _without_names(text, theirs, known)


def _number(found: re.Match[str]) -> str:
    digits = sum(letter.isdigit() for letter in found.group())
    return NUMBER if digits >= _FEWEST_DIGITS else found.group()


def _without_names(text: str, theirs: Collection[str], known: Collection[str]) -> str:
    shouted = sum(letter.isupper() for letter in text) > sum(letter.islower() for letter in text)

    def word(found: re.Match[str]) -> str:
        said = found.group()
        inside = text[found.start() - 1 : found.start()] == "["  # what we put there
        return NAME if not inside and _is_name(said, found.start()) else said

    def _is_name(said: str, at: int) -> bool:
        bare = plain(said)
        first = _AFTER_AN_END.search(text[:at]) is not None
        big = said[0].isupper() and not shouted
        if bare in theirs:
            # "will" and "may" are names as well: such a word goes where it is written like one
            return bare not in OURS or (big and not first)
        return big and not said.isupper() and not _familiar(said, known)

    return _WORD.sub(word, text)


def _familiar(said: str, known: Collection[str]) -> bool:
    """Whether it is a word that everybody uses: as it is, or without its ending."""
    parts = [plain(part) for part in re.split(r"['’-]", said) if part]
    if len(parts) > 1 and parts[-1] in _ENDINGS:
        short = parts[-1] == "t" and parts[0].endswith("n")  # don't, isn't
        return short or parts[0] in known or len(parts[0]) == 1
    return plain(said) in known or "".join(parts) in known or all(part in known for part in parts)
