"""What is to be done, in the imperative: everything a step hands out.

Promise: plain values; the engine performs nothing. Order matters and is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Say(NamedTuple):
    """Send this text. `state` names where it was said: "flow/state".

    `language` is the tag of the line that was taken, which a voice reads it in.
    """

    text: str
    state: str
    recording: str | None = None
    language: str = ""


class Ask(NamedTuple):
    """Send this question; the answer is awaited.

    `wait`: seconds of silence until WaitOver(token), counted from the moment the carrier
    accepts the question; None where silence changes nothing before the flow expires.
    """

    text: str
    state: str
    token: int
    wait: int | None = None
    recording: str | None = None
    language: str = ""


class Wait(NamedTuple):
    """WaitOver(token) is due in `seconds` from now (a later outcome, more texts of one answer)."""

    seconds: int
    token: int


class Perform(NamedTuple):
    """Do a named action; its outcome comes back as Performed, now or later (with this token)."""

    action: str
    params: Mapping[str, str]
    state: str
    token: int


class Remember(NamedTuple):
    """Keep a declared field of the person."""

    field: str
    value: object


class Record(NamedTuple):
    """An answer was given (or skipped: value None). `kept` is false where `keep: no`."""

    name: str | None
    value: object
    state: str
    kept: bool = True


class Breach(NamedTuple):
    """A budget was spent (steps, visits, messages): staff are told."""

    budget: str
    state: str


class End(NamedTuple):
    """The conversation ended. outcome: its own ending, or 'expired', or 'failed'."""

    outcome: str
    answers: Mapping[str, object] = {}


Effect = Say | Ask | Wait | Perform | Remember | Record | Breach | End
