"""Opt-out words as the carrier itself hears them, before the service does.

Promise: which word a text is, and what the network answers. It keeps no state.
"""

from __future__ import annotations

from typing import Literal

Word = Literal["STOP", "START", "HELP"]

STOP_WORDS = frozenset(
    ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
)
START_WORDS = frozenset(["START", "YES", "UNSTOP"])
HELP_WORDS = frozenset(["HELP", "INFO"])

REPLIES: dict[Word, str] = {
    "STOP": "The network has stopped texts from this number. Reply START to get them again.",
    "START": "The network will pass on texts from this number again. Reply STOP to end them.",
    "HELP": "Reply STOP to end texts from this number. Rates may apply.",
}


def word_of(body: str) -> Word | None:
    """The consent word that the whole text is, whatever its case; None for any other text."""
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    if word in START_WORDS:
        return "START"
    return "HELP" if word in HELP_WORDS else None
