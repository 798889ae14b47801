"""What happened, in the past tense: the only things that move a conversation.

Promise: plain values. Times and ids come in from outside; nothing here knows a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Started(NamedTuple):
    """The conversation begins at its flow's start. `said`: words that answer its first question."""

    answers: Mapping[str, object] = {}
    said: str = ""


class Heard(NamedTuple):
    """A text came in. `media` counts pictures or sounds that came with it."""

    text: str
    media: int = 0


class Pressed(NamedTuple):
    """Keys were pressed on a call."""

    digits: str


class Spoke(NamedTuple):
    """Speech was heard on a call; confidence from 0 to 1."""

    text: str
    confidence: float = 1.0


class WaitOver(NamedTuple):
    """A wait ended. A token that is not the session's own is stale and does nothing."""

    token: int


class Performed(NamedTuple):
    """An action came to an outcome, now or later; `answers` are the values that it gives."""

    outcome: str
    answers: Mapping[str, object] = {}
    token: int | None = None


class HeardLate(NamedTuple):
    """A text that fits the question closed last, after the conversation had gone on without it."""

    text: str


class Returned(NamedTuple):
    """The conversation comes back to the front and asks its open question once more."""


class Expired(NamedTuple):
    """`ends after` has passed."""


class HungUp(NamedTuple):
    """The call ended; the session goes on by text."""


Event = (
    Started
    | Heard
    | Pressed
    | Spoke
    | WaitOver
    | Performed
    | HeardLate
    | Returned
    | Expired
    | HungUp
)
