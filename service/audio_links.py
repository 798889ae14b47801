"""Addresses of audio that the phone network may fetch: signed, and good for a while only.

Promise: an address is ours or it is not, whoever shows it, and tells nothing: a digest or an id, a
moment and a signature, never a person, a number or a word. Signed with HEARTHLINE_KEYS, so every
process knows every other's. Nothing here reads a request or a database.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import urlencode

from service.storage.sealing import Sealer

Kind = Literal["prompts", "recordings"]

# A call lasts four hours at most; an address inside of it is fetched within seconds, and again
# where the network repeats itself.
_PROMPT_STANDS: Final = timedelta(hours=1)
_RECORDING_STANDS: Final = timedelta(minutes=15)
_USE: Final = "audio link"
_LONGEST_MOMENT: Final = 11  # digits of a moment in seconds: enough for 3,000 years


def prompt(sealer: Sealer, public_url: str, sha256: str, now: datetime) -> str:
    """The address of a prompt's file by its digest, for one hour to two.

    The same for everybody within an hour, so that whoever fetches it may keep it meanwhile.
    """
    step = _PROMPT_STANDS.total_seconds()
    until = math.ceil(now.timestamp() / step + 1) * step
    return _address(sealer, public_url, "prompts", sha256, int(until))


def recording(sealer: Sealer, public_url: str, recording_id: str, now: datetime) -> str:
    """The address of what a person said, by its id, for a quarter of an hour."""
    until = math.ceil((now + _RECORDING_STANDS).timestamp())
    return _address(sealer, public_url, "recordings", recording_id, until)


def seconds_left(
    sealer: Sealer, kind: Kind, name: str, until: str, key: str, now: datetime
) -> int | None:
    """How long an address still stands; None where it is not ours, or its time is over."""
    if not (until.isascii() and until.isdigit() and len(until) <= _LONGEST_MOMENT):
        return None
    if not sealer.signed(_signed(kind, name, until), _USE, key):
        return None
    left = int(until) - math.floor(now.timestamp())
    return left if left > 0 else None


def _address(sealer: Sealer, public_url: str, kind: Kind, name: str, until: int) -> str:
    key = sealer.sign(_signed(kind, name, str(until)), _USE)
    return f"{public_url}/audio/{kind}/{name}?{urlencode({'until': until, 'key': key})}"


def _signed(kind: Kind, name: str, until: str) -> str:
    return f"{kind}/{name}?{until}"
