"""The door of a call: what keys and words mean before it is known who is on the line.

Promise: pure. A short reply may be the word itself or hold it; a longer one tells a story, and no
word is picked out of it. Nothing is decided here of who may come in.
"""

from __future__ import annotations

from typing import Final, Literal

from flows.assent import yes_or_no
from flows.plain import plain
from flows.vocabulary import NUMBERS

_SHORT: Final = 5  # words, of which each may name a choice; more of them tell a story
_LATER: Final = ("later", "not now", "luego", "mas tarde", "despues", "ahora no")
_BY_KEY: Final[dict[str, Literal["yes", "later"]]] = {"1": "yes", "2": "later"}
_BY_WORD: Final[dict[str, Literal["yes", "later"]]] = {"yes": "yes", "no": "later"}


def good_time(keys: str, speech: str) -> Literal["yes", "later"] | None:
    """The answer to "is this a good time?", by key or in words; None where it is neither."""
    if not speech:
        return _BY_KEY.get(keys)
    bare = plain(speech)
    if any(word in bare for word in _LATER):
        return "later"
    return _BY_WORD.get(yes_or_no(speech, bare) or "")


def digits_in(speech: str) -> str:
    """What was said digit by digit, in figures or in words: "one two 3 four" -> "1234"."""
    said = [str(NUMBERS.get(word, word)) for word in plain(speech).split()]
    return "".join(part for part in said if part.isdigit())


def may_name(speech: str) -> list[str]:
    """What was said, and where that is short each word of it: "a person, please"."""
    words = plain(speech).split()
    return [speech, *words] if 0 < len(words) <= _SHORT else [speech] if words else []
