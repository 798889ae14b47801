"""Calls in the terminal: what is said is printed, what is typed is pressed, spoken or left unsaid.

Promise: what `hearthline phone --call` and `--answer` do, over the network's own HTTP. A line does
one thing, and the next one waits until the service has spoken again: a script in a pipe is a
conversation. Time is the network's: a silence takes none of anybody's. What others in the same
call say is printed when they say it.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, NamedTuple, TextIO

from service.carrier.local.terminal import WAIT_SECONDS, NoNetwork, NotNow, Phone, print_line

Pickup = Literal["answer", "busy", "voicemail"]
Show = Callable[[str], None]
PICKUPS: Final[dict[str, Pickup]] = {
    "answer": "answer", "busy": "busy", "voicemail": "voicemail",
}  # fmt: skip

SPEAKS_WITHIN = 60.0  # seconds: a webhook and its fallback, and some
GREETING = "Hello. Nobody can answer now. Please leave a message after the tone."
WORDS_A_SECOND = 2.5
LISTEN = "listen"
HELP = (
    "Type keys (1, 42#), words (or words in quotes), an empty line for silence, `hang up`. "
    "After the tone: words, or so many seconds (`8 seconds`, `8 seconds #`). `listen` waits for "
    "what others say. Ctrl-D hangs up."
)
_KEYS = re.compile(r"[0-9*#][0-9*# ]*")
_SECONDS = re.compile(r"(\d{1,5}) ?s(?:ec(?:ond)?s?)? ?([0-9*#]|hang ?up)?", re.IGNORECASE)
_QUOTES = "\"“”«»'"
_OTHERS = ("pause", "dial")  # what a call awaits that is up to others than its person
_AT_ONCE = ("silence", "hangup", LISTEN)
_FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


class Done(NamedTuple):
    """One thing that a person does in a call: a path of it, and what goes there."""

    what: str
    given: dict[str, Any]


def read(line: str, awaits: str | None) -> Done:
    """What a typed line does in a call that waits for this."""
    words = line.strip()
    if words.lower() in ("", "silence"):
        return Done("silence", {})
    if re.fullmatch(r"hang ?up", words, re.IGNORECASE):
        return Done("hangup", {})
    if words.lower() == LISTEN:
        return Done(LISTEN, {})
    if _KEYS.fullmatch(words):
        return Done("keys", {"digits": words.replace(" ", "")})
    spoken = words.strip(_QUOTES).strip() or words
    if awaits != "recording":
        return Done("speech", {"text": spoken})
    if told := _SECONDS.fullmatch(words):
        key = told[2] or ""
        hangs_up = len(key) > 1
        return Done("record", {"seconds": int(told[1]), "key": "" if hangs_up else key,
                               "hangup": hangs_up})  # fmt: skip
    return Done("record", {"seconds": math.ceil(len(spoken.split()) / WORDS_A_SECOND)})


class Held:
    """A call in which this terminal holds the phone."""

    def __init__(self, phone: Phone, told: dict[str, Any], show: Show) -> None:
        self._network = phone.network
        self._path = f"/calls/{told['sid']}"
        self._show = show
        self.events: list[dict[str, Any]] = []
        self.view: dict[str, Any] = {"state": -1}
        self._taking = threading.Lock()
        self.take(told)

    def take(self, told: dict[str, Any]) -> None:
        """What the network told: print what is new of it."""
        with self._taking:
            if told["state"] >= self.view["state"]:
                self.view = {name: value for name, value in told.items() if name != "events"}
            for event in told["events"]:
                if event["seq"] == len(self.events) + 1:
                    self.events.append(event)
                    if (line := heard(event)) is not None:
                        self._show(line)

    def do(self, done: Done) -> None:
        """Do it, and hear what comes; raises NotNow where the call has no use for it."""
        if done.what == LISTEN:
            self._listen()
            return
        self.take(self._network.post(f"{self._path}/{done.what}", done.given, SPEAKS_WITHIN))

    def look(self) -> None:
        """What happened without us."""
        self.take(self._network.get(f"{self._path}?since={len(self.events)}"))

    def follow(self, seconds: float) -> None:
        """What happens without us, as soon as it does, at most so much later."""
        seen, state = len(self.events), self.view["state"]
        path = f"{self._path}?since={seen}&state={state}&wait={seconds:.3f}"
        self.take(self._network.get(path, seconds))

    def _listen(self) -> None:
        seen, ends = len(self.events), time.monotonic() + WAIT_SECONDS
        while not self.over and (left := ends - time.monotonic()) > 0:
            self.follow(left)
            if any(heard(event) for event in self.events[seen:]):
                return
        raise NotNow("nothing was heard")

    def wait_for_others(self) -> None:
        """Until it is this person's turn: others have come, or nobody picks up."""
        ends = time.monotonic() + SPEAKS_WITHIN
        while not self.over and self.view["awaits"] in _OTHERS:
            if (left := ends - time.monotonic()) <= 0:
                return
            self.follow(left)

    @property
    def over(self) -> bool:
        """True once it has ended."""
        return self.view["status"] in _FINAL


def heard(event: dict[str, Any]) -> str | None:
    """An event as a line of the terminal; None where it is nothing that is heard."""
    if event["kind"] == "say":
        network = "  (from the phone network)" if event["by"] == "network" else ""
        return f"< [{event.get('language', 'en-US')}] {event['text']}{network}"
    if event["kind"] == "play":
        return f"< (a recording, {event.get('seconds', 0):g} s: {event['url'].partition('?')[0]})"
    if event["kind"] == "voice":
        return f"< (another) {event['text']}"
    if event["kind"] == "tones":
        return f"< (another's keys) {event['digits']}"
    if event["kind"] == "join":
        return f"< (joined, with {event['others']} there)"
    return _SOUNDS.get(event["kind"])


_SOUNDS = {
    "ring": "< (it rings)", "beep": "< (the tone)", "dial": "< (it rings on the other side)",
    "music": "< (music)", "part": "< (parted from the others)",
}  # fmt: skip


def dial(
    network_url: str, number: str, *, to: str | None = None, hidden: bool = False,
    missed: bool = False, as_json: bool = False, show: Show | None = None,
    typed: TextIO | None = None,
) -> int:  # fmt: skip
    """Call the service and talk, line by line; `missed`: hang up while it still rings.

    Returns 0, or 1 where nobody answered, a line of a script was refused, or lines were left over.
    Raises NoNetwork.
    """
    display = show or print_line
    phone = Phone(network_url, number)
    given = {"hidden": hidden} | ({"to": to} if to else {})
    told = phone.network.post(f"{phone.path}/dial", given, SPEAKS_WITHIN)
    call = Held(phone, told, _quiet if as_json else display)
    if missed:
        if call.view["awaits"] == "ring":
            call.do(Done("hangup", {}))
        return _end(call, number, as_json, display, "no-answer")
    while call.view["awaits"] == "ring":
        call.do(Done("silence", {}))
    return _talk(call, number, as_json, display, typed or sys.stdin)


def pick_up(
    network_url: str, number: str, how: Pickup = "answer", *, wait: float = WAIT_SECONDS,
    as_json: bool = False, show: Show | None = None, typed: TextIO | None = None,
) -> int:  # fmt: skip
    """Wait so many seconds for the phone to ring; answer and talk, be busy, or let voicemail.

    Returns 0, or 1 where it did not ring and as `dial` does. Raises NoNetwork.
    """
    display = show or print_line
    phone = Phone(network_url, number)
    told = _ringing(phone, wait)
    if told is None:
        silent = f"The phone did not ring within {wait:g} seconds."
        display(json.dumps({"number": number, "refused": silent}) if as_json else silent)
        return 1
    call = Held(phone, told, _quiet if as_json else display)
    if how == "busy":
        call.do(Done("busy", {}))
        return _end(call, number, as_json, display, "busy")
    if how == "voicemail":
        call.do(Done("machine", {"words": GREETING}))
        return _end(call, number, as_json, display, "completed")
    call.do(Done("answer", {}))
    return _talk(call, number, as_json, display, typed or sys.stdin)


def _ringing(phone: Phone, wait: float) -> dict[str, Any] | None:
    ends, since = time.monotonic() + wait, -1
    while True:
        left = max(ends - time.monotonic(), 0.0)
        found = phone.network.get(f"{phone.path}/calls?since={since}&wait={left:.3f}", left)
        for told in reversed(found["calls"]):
            if told["awaits"] == "answer":
                return dict(told)
        since = found["last"]
        if time.monotonic() >= ends:
            return None


def _talk(call: Held, number: str, as_json: bool, show: Show, typed: TextIO) -> int:
    by_hand, refused = typed.isatty(), ""
    if by_hand and not call.over and not as_json:
        show(HELP)
        threading.Thread(target=_follow, args=(call,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        for line in _lines(call, typed):
            if not by_hand and read(line, None).what not in _AT_ONCE:
                call.wait_for_others()
            if not by_hand and not as_json:
                show(f"> {line or 'silence'}")
            try:
                call.do(read(line, call.view["awaits"]))
            except NotNow as reason:
                call.look()
                if not by_hand:
                    refused = f"{line!r} was not taken: {reason}."
                    break
                show(f"! {reason}.")
    if not call.over:
        call.do(Done("hangup", {}))
    elif not by_hand and (left := next(filter(str.strip, typed), "")):
        refused = f"The call was over before {left.strip()!r}."
    return _end(call, number, as_json, show, "completed", refused)


def _follow(call: Held) -> None:
    """By hand, others are heard while nothing is typed."""
    with contextlib.suppress(NoNetwork):
        while not call.over:
            call.follow(WAIT_SECONDS)


def _lines(call: Held, typed: TextIO) -> Iterator[str]:
    while not call.over and (line := typed.readline()):
        yield line.strip()


def _end(
    call: Held, number: str, as_json: bool, show: Show, expected: str, refused: str = ""
) -> int:
    """Tell how it ended; 0 where it did as it should and nothing was refused."""
    view = call.view
    if as_json:
        kept = {name: view[name] for name in ("sid", "direction", "status", "seconds")}
        told = {"number": number, **kept, "events": call.events}
        show(json.dumps(told | ({"refused": refused} if refused else {}), ensure_ascii=False))
    else:
        if refused:
            show(f"! {refused}")
        length = f", {view['seconds']} s" if view["seconds"] else ""
        show(f"The call is over ({view['status']}{length}).")
    return 0 if view["status"] == expected and not refused else 1


def _quiet(line: str) -> None:
    """With --json everything stands in the one object at the end."""
