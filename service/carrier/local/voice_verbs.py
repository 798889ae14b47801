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


class Number(NamedTuple):
    """A phone to ring. `url`: what runs for whoever picks up, before the two are joined."""

    number: str
    url: str | None = None
    method: str = "POST"
    callback: str | None = None
    callback_method: str = "POST"
    callback_events: tuple[str, ...] = ("completed",)
    digits: str = ""  # keys that are sounded to whoever takes it


class Conference(NamedTuple):
    """A room to join. `wait_url` None: the carrier's own music; blank: silence."""

    name: str
    muted: bool = False
    beep: str = "true"  # true, false, onEnter, onExit
    starts: bool = True  # the conference starts when this one enters
    ends: bool = False  # it ends when this one leaves
    wait_url: str | None = None
    wait_method: str = "POST"
    most: int = 250
    label: str = ""
    coaches: str = ""  # the call that alone hears this one
    callback: str | None = None
    callback_method: str = "POST"
    callback_events: tuple[str, ...] = ()


class Dial(NamedTuple):
    """Join the call with others: with the first of `numbers` to take it, or in a room.

    `action` None: the next verb follows. `longest`: seconds until the joined call is ended.
    """

    numbers: tuple[Number, ...]
    room: Conference | None
    action: str | None
    method: str
    timeout: int
    star_leaves: bool
    longest: int
    caller_id: str
    answer_on_bridge: bool


Verb = Prompt | Gather | Record | Redirect | Reject | Hangup | Dial
