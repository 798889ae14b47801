"""How many segments a text costs, and how one turn's texts leave as few messages.

Promise: counts as the phone network bills (GSM-7 160 alone or 153 a part, UCS-2 70 or 67),
names the letters that force UCS-2, and never sends above the carrier's 1,600 characters.
It must not change a word of a text.

Splitting into parts is smsutil's: it keeps an extension letter and its escape, and the two
halves of an emoji, in one part, which a division by 153 or 67 would not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from smsutil import gsm_split, unicode_split
from smsutil.codecs import GSM_BASIC_CHARSET, GSM_EXT_CHARSET

LONGEST_BODY = 1600  # characters the carrier takes in one message
ONE_GSM, ONE_UCS2 = 160, 70  # units in a message of one segment

# the escape itself is in smsutil's alphabet but is no letter: alone it would swallow the next
_BASIC = frozenset(GSM_BASIC_CHARSET) - {"\x1b"}
_ALPHABET = _BASIC | frozenset(GSM_EXT_CHARSET)
_ALL_BASIC = re.compile("[" + re.escape("".join(sorted(_BASIC))) + "]*")
# letters that hang on the one before them: a cut in front of one would break a sign in two
_JOINER, _VARIANT = "\u200d", "\ufe0f"
_SKIN = range(0x1F3FB, 0x1F400)


class Segments(NamedTuple):
    """What a text costs: units are septets under GSM-7, UTF-16 units under UCS-2.

    `forcing`: the letters that force UCS-2, each once, in order; empty under GSM-7.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int
    forcing: tuple[str, ...] = ()


def count(text: str) -> Segments:
    """Count a text as the network bills it. An empty text is one empty segment."""
    if _ALL_BASIC.fullmatch(text) and len(text) <= ONE_GSM:  # nearly every text we send
        return Segments("GSM-7", len(text), 1)
    forcing = forcing_letters(text)
    if forcing:
        split = unicode_split(text)
        return Segments("UCS-2", split.total_bytes // 2, max(1, len(split.parts)), forcing)
    split = gsm_split(text)
    return Segments("GSM-7", split.total_bytes, max(1, len(split.parts)))


def forcing_letters(text: str) -> tuple[str, ...]:
    """The letters outside GSM-7, each once, in the order they stand."""
    return tuple(dict.fromkeys(letter for letter in text if letter not in _ALPHABET))


def longest(candidates: Iterable[str]) -> str:
    """The candidate that costs most: by segments, then by units. Blank if there is none."""
    return max(candidates, key=_cost, default="")


def _cost(text: str) -> tuple[int, int]:
    counted = count(text)
    return counted.segments, counted.units


def merge(texts: Sequence[str], most: int = 2) -> list[str]:
    """One turn's texts as messages: one where `most` segments hold them all, else in order.

    Joined by one space; blank texts are left out; a text above 1,600 characters is cut at a
    space where it has one.
    """
    said = [text for text in texts if text.strip()]
    if len(said) > 1:
        together = " ".join(said)
        if _units(together) <= LONGEST_BODY and count(together).segments <= most:
            return [together]
    return [piece for text in said for piece in _pieces(text)]


def _units(text: str) -> int:
    """Length in UTF-16 units: the stricter reading of the carrier's limit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _pieces(text: str) -> list[str]:
    pieces = []
    while _units(text) > LONGEST_BODY:
        cut = _cut(text)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [piece for piece in [*pieces, text] if piece]


def _cut(text: str) -> int:
    """Where to cut so that the first piece holds: after a space, else between two signs."""
    room, end = LONGEST_BODY, 0
    for letter in text:
        room -= 2 if ord(letter) > 0xFFFF else 1
        if room < 0:
            break
        end += 1
    space = max(text.rfind(" ", 1, end + 1), text.rfind("\n", 1, end + 1))
    if space > 0 and text[:space].strip():
        return space
    back = end
    while back > end - 32 and _hangs(text, back):
        back -= 1
    return back if back > end - 32 else end


def _hangs(text: str, at: int) -> bool:
    """True if the letter at `at` belongs to the sign before it."""
    letter = text[at]
    return (
        unicodedata.combining(letter) != 0
        or letter in (_JOINER, _VARIANT)
        or ord(letter) in _SKIN
        or text[at - 1] == _JOINER
    )
