"""What phones and mail programs add below a text, and people sign with: no part of the answer.

Promise: pure; takes away whole lines at the end only, and never the first line; of words only
those of courtesy.
"""

from __future__ import annotations

import re
from typing import Final

from flows.plain import plain, stripped
from flows.vocabulary import POLITE

# "Sent from my iPhone", "Get Outlook for Android", "-- ", and "- Maria" alone on the last line
_MACHINE: Final = re.compile(
    r"\s*(?:sent (?:from|via|with)|get outlook|enviado (?:desde|con|por)|mandado desde)\b.*", re.I
)
_DASHES: Final = re.compile(r"\s*(?:--+|__+|\u2014+)\s*")
_SIGNED: Final = re.compile(r"\s*[-~\u2013\u2014]\s*[^\W\d_][\w.]*(?: [^\W\d_][\w.]*)?\s*")


def unsigned(text: str) -> str:
    """The text without the lines that only say who or what sent it."""
    if "\n" not in text:
        return text
    lines = text.strip().split("\n")
    for number, line in enumerate(lines[1:], start=1):
        if _DASHES.fullmatch(line) or _MACHINE.fullmatch(line):
            lines = lines[:number]
            break
    while len(lines) > 1 and (not lines[-1].strip() or _SIGNED.fullmatch(lines[-1])):
        lines.pop()
    return "\n".join(lines)


def without_courtesy(text: str) -> str:
    """The plain words of a message that may be a keyword: "TALK, please" -> "talk"."""
    return stripped(plain(unsigned(text)), POLITE)
