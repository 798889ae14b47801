"""The test kit's calls: what a person hears, presses, says and leaves unsaid.

    call = network.handset("+15550142001").dial()
    call.hears("press 1")
    call.presses("1")
    call.hangs_up()

    call = network.handset("+15550142001").rings(within=5).answers()

    call.joined(2)  # once two are in the room
    call.tells("Hello, it's me.")
    other.hears("it's me")
    call.presses("*")

Promise: everything goes through the network's own doors, which answer once the service has spoken
again: a story needs no pause and silence takes no time. `hears` takes what it found, so that the
next one looks further on.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

ENDED = ("completed", "busy", "no-answer", "failed", "canceled")
MOVES_WITHIN = 10.0  # seconds, real ones, that a call may take which another one sets in motion
_MOVING = (None, "pause", "dial", "together")  # awaited: can go on without its person


class Doors(Protocol):
    """What a call needs of the network: its own HTTP paths."""

    def get(self, path: str, timeout: float = 30, **query: Any) -> Any:
        """GET a path."""

    def post(self, path: str, body: Mapping[str, Any] | None = None, timeout: float = 60) -> Any:
        """POST JSON to a path."""


class Call:
    """A call in which somebody holds the phone."""

    def __init__(self, network: Doors, told: Mapping[str, Any]) -> None:
        self.network = network
        self.sid: str = told["sid"]
        self._events: list[dict[str, Any]] = []
        self._heard = 0  # events that `hears` is past
        self._take(told)

    # what was heard

    def hears(self, *parts: str) -> str:
        """The next words or sound that hold all of these (case does not count); gives them.

        In a call that others can set in motion it waits for them: for what somebody says in the
        same room, for news of the other one.
        """
        ends = time.monotonic() + MOVES_WITHIN
        while True:
            for place in range(self._heard, len(self._events)):
                told = _told(self._events[place])
                if all(part.casefold() in told.casefold() for part in parts):
                    self._heard = place + 1
                    return told
            if not self._moves(ends):
                break
        raise AssertionError(f"{parts} was not heard; after what was: {self._unheard()}; {self}")

    def hears_nothing_more(self) -> None:
        """Nothing was said since what `hears` found last, or since the last thing done."""
        assert not self._unheard(), f"heard unexpectedly: {self._unheard()}"

    def hears_nobody(self) -> None:
        """Nothing that was said by another in the room has come, since what `hears` found last."""
        self._look()
        voices = [e["text"] for e in self._events[self._heard :] if e["kind"] == "voice"]
        assert not voices, f"heard unexpectedly: {voices}"

    def _unheard(self) -> list[str]:
        return [told for event in self._events[self._heard :] if (told := _told(event))]

    @property
    def heard(self) -> list[str]:
        """All that was said and played until now, in order."""
        self._catch_up()
        return [told for event in self._events if (told := _told(event))]

    @property
    def said(self) -> str:
        """What was said since the person did something last, as one text."""
        self._catch_up()
        after = 0
        for place, event in enumerate(self._events):
            if event["by"] == "person":
                after = place + 1
        return " ".join(told for event in self._events[after:] if (told := _told(event)))

    @property
    def events(self) -> list[dict[str, Any]]:
        """Everything, with language, voice and rate."""
        self._catch_up()
        return list(self._events)

    # what is done

    def presses(self, digits: str, *, early: bool = False) -> Call:
        """Keys, and then nothing more; `early`: while it still speaks."""
        return self._does("keys", digits=digits, early=early)

    def says(self, words: str, confidence: float = 0.9) -> Call:
        """Words, heard so surely."""
        return self._does("speech", text=words, confidence=confidence)

    def tells(self, words: str) -> Call:
        """Words to the others in the room."""
        assert self.together > 1, f"nobody else is there; {self}"
        return self._does("speech", text=words)

    def silent(self) -> Call:
        """Not a word and not a key, until the network's patience is over."""
        return self._does("silence")

    def records(self, seconds: int = 3, *, key: str = "", hangs_up: bool = False) -> Call:
        """Speak after the beep, then be silent, press a key or hang up."""
        return self._does("record", seconds=seconds, key=key, hangup=hangs_up)

    def hangs_up(self) -> Call:
        """End it."""
        return self._does("hangup")

    def stays(self) -> Call:
        """Let it ring until the service answers."""
        while self.awaits == "ring":
            self._does("silence")
        return self

    # how it stands

    @property
    def over(self) -> bool:
        """True once the call has ended."""
        self._look()
        return self.status in ENDED

    @property
    def together(self) -> int:
        """How many are in the room, oneself among them; 0 where the call is in none."""
        self._look()
        return int(self.expects["others"]) + 1 if self.awaits == "together" else 0

    def joined(self, count: int = 2) -> Call:
        """Wait until so many are in the room, oneself among them."""
        ends = time.monotonic() + MOVES_WITHIN
        while self.together != count:
            assert self._moves(ends), f"{self.together} are together, not {count}; {self}"
        return self

    def parted(self) -> Call:
        """Wait until the call is in no room any more and has settled."""
        ends = time.monotonic() + MOVES_WITHIN
        while self.together or (self.awaits is None and not self.over):
            assert self._moves(ends), f"still together; {self}"
        return self

    def _moves(self, ends: float) -> bool:
        """Wait until something has happened in a call that others can set in motion."""
        seen = self.state, len(self._events)
        while True:
            self._look()
            if seen != (self.state, len(self._events)):
                return True
            left = ends - time.monotonic()
            if left <= 0 or self.awaits not in _MOVING or self.status in ENDED:
                return False
            path = f"/control/calls/{self.sid}"
            self._take(
                self.network.get(
                    path, timeout=left + 30, since=seen[1], state=self.state, wait=left
                )
            )

    def _does(self, what: str, **given: Any) -> Call:
        path = f"/control/calls/{self.sid}/{what}"
        self._catch_up()
        if self.awaits != "together":  # there, others speak whenever they like
            self._heard = len(self._events)
        self._take(self.network.post(path, given))
        return self

    def _catch_up(self) -> None:
        """What others have done meanwhile, in a call that they can set in motion."""
        if self.awaits in _MOVING:
            self._look()

    def _look(self) -> None:
        self._take(self.network.get(f"/control/calls/{self.sid}", since=len(self._events)))

    def _take(self, told: Mapping[str, Any]) -> None:
        self._events += [event for event in told["events"] if event["seq"] > len(self._events)]
        self.status: str = told["status"]
        self.awaits: str | None = told["awaits"]
        self.expects: dict[str, Any] = told["expects"]
        self.seconds: int = told["seconds"]
        self.state: int = told["state"]
        self.answered_by: str | None = told["answered_by"]

    def __repr__(self) -> str:
        heard = [told for event in self._events if (told := _told(event))]
        return f"<call {self.status}, awaits {self.awaits}, heard {heard[-4:]}>"


class Ring:
    """A phone that rings."""

    def __init__(self, network: Doors, told: Mapping[str, Any]) -> None:
        self._network = network
        self._told = told

    def answers(self) -> Call:
        """Somebody picks up."""
        return self._does("answer")

    def busy(self) -> Call:
        """The line is busy, or the call is pushed away."""
        return self._does("busy")

    def ignores(self) -> Call:
        """Nobody picks up."""
        return self._does("ignore")

    def voicemail(self, greeting: str = "") -> Call:
        """A machine picks up, greets, and keeps what it is told until that ends."""
        return self._does("machine", words=greeting)

    def _does(self, what: str, **given: Any) -> Call:
        call = Call(self._network, self._told)
        return call._does(what, **given)


def _told(event: Mapping[str, Any]) -> str:
    """What an event lets be heard: words, or the name of a sound."""
    if event["kind"] in ("say", "voice"):
        return str(event["text"])
    return str(event["url"]) if event["kind"] == "play" else ""
