"""What can happen to a call that waits: everything that a person, a machine or the service does.

Promise: plain values, and which of them a waiting call can take. They do nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from service.carrier.local.calls import Call


class Keys(NamedTuple):
    """Keys were pressed; `more`: and others will follow; `early`: while it was still speaking."""

    digits: str
    more: bool = False
    early: bool = False


class Speech(NamedTuple):
    """Words were spoken, and heard so surely (0 to 1)."""

    words: str
    confidence: float


class Silence(NamedTuple):
    """Nothing happened until the network's patience was over."""


class Recorded(NamedTuple):
    """So many seconds were recorded, ended by a key, by silence (blank) or by hanging up."""

    seconds: int
    key: str = ""
    hung_up: bool = False


class PickedUp(NamedTuple):
    """The phone was answered: `human`, `machine` with its greeting, or `unknown`."""

    by: str = "human"
    words: str = ""


class Declined(NamedTuple):
    """The phone was not answered: the call ends as busy, no-answer or failed."""

    status: str


class Led(NamedTuple):
    """The service leads the call elsewhere, from the REST API."""

    url: str
    method: str


class Passed(NamedTuple):
    """A pause is over: its time has passed, or something else has happened meanwhile."""


class Parted(NamedTuple):
    """What the call is joined with, or what it rings, has changed for good."""


Input = Keys | Speech | Silence | Recorded | PickedUp | Declined | Led | Passed | Parted


class NotNow(Exception):
    """The call cannot take this input as it stands; the message says what it can take."""


CURES = {
    None: "nothing; wait until it asks",
    "ring": "/silence to wait until it is answered, or /hangup",
    "answer": "/answer, /busy, /ignore or /machine",
    "keys": "/keys, /speech, /silence or /hangup, as it listens",
    "recording": "/record, /silence or /hangup",
    "pause": "/silence to let the pause pass, or /hangup",
    "together": "/speech, /keys or /hangup: others are there",
    "dial": "/silence to let it ring out, or /hangup",
}


def judge(call: Call, given: Input) -> None:
    """Raise NotNow where the call, as it waits now, has no use for this input."""
    if call.over:
        raise NotNow("the call is over")
    takes: tuple[type, ...] = {
        None: (),
        "ring": (Silence, Led),
        "answer": (PickedUp, Declined, Silence),
        "keys": (Keys, Speech, Silence, Led),
        "recording": (Recorded, Silence, Keys, Led),
        "pause": (Silence, Passed, Led),
        "together": (Speech, Keys, Parted, Led),
        "dial": (Silence, Parted, Led),
    }[call.awaits]
    if not isinstance(given, takes):
        raise NotNow(f"the call takes {CURES[call.awaits]} now")
    if call.awaits == "keys":
        if isinstance(given, Keys) and not call.expects["keys"]:
            raise NotNow("the call listens to speech alone now")
        if isinstance(given, Speech) and not call.expects["speech"]:
            raise NotNow("the call listens to keys alone now")
