"""Which number the network takes for a number, and which country it counts it to.

Promise: only the form of a number and its country code are judged, since practice and tests use
numbers nobody can own.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_UNWRITTEN = str.maketrans("", "", " -().\u00a0")


def is_number(text: str) -> bool:
    """True for + and 7 to 15 digits."""
    return _E164.fullmatch(text) is not None


def written_plainly(text: str) -> str:
    """A number as people write it, without spaces, brackets and hyphens."""
    return text.translate(_UNWRITTEN)


@lru_cache(maxsize=65_536)
def country_of(number: str) -> str:
    """The country of a number (US, MX); of several that share its code the main one; or blank."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    exact = phonenumbers.region_code_for_number(parsed)
    if exact and exact != "001":
        return exact
    main = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return "" if main in ("ZZ", "001") else main
