"""What a call can be told to do: the verbs of TwiML for voice that this network carries out.

Promise: plain values with the carrier's defaults; URLs are whole. Seconds are whole ones, as the
carrier has them. They do nothing.
"""

from __future__ import annotations

from typing import NamedTuple

ALL_KEYS = "1234567890*#"


class Say(NamedTuple):
    """Words to speak. `rate` as the document gives it (90%, slow), blank where it says none."""

    words: str
    voice: str = ""
    language: str = "en-US"
    rate: str = ""
    loop: int = 1


class Play(NamedTuple):
    """A sound to fetch and play, or keys to sound where `digits` are given."""

    url: str
    loop: int = 1
    digits: str = ""


class Pause(NamedTuple):
    """Silence of the network's; as the first verb of a call in, it rings for so long."""

    seconds: int = 1


Prompt = Say | Play | Pause


class Gather(NamedTuple):
    """Wait for keys, speech or either, prompts first. `digits` None: as many as come."""

    prompts: tuple[Prompt, ...]
    action: str
    method: str
    keys: bool
    speech: bool
    timeout: int
    digits: int | None
    finish_on_key: str
    barge_in: bool
    even_if_empty: bool  # the action is asked without an input too
    language: str
    hints: str


class Record(NamedTuple):
    """Record the person. `callback` is told once the recording can be fetched."""

    action: str
    method: str
    timeout: int
    longest: int
    finish_on_key: str
    beep: bool
    callback: str | None
    callback_method: str
    callback_events: tuple[str, ...]


class Redirect(NamedTuple):
    """Go on with another document."""

    url: str
    method: str


class Reject(NamedTuple):
    """Do not answer: `rejected` or `busy`."""

    reason: str


class Hangup(NamedTuple):
    """End the call."""


Verb = Prompt | Gather | Record | Redirect | Reject | Hangup
