"""A phone in the terminal: text the service over the local phone network, read what comes back.

Promise: what `hearthline phone` does, over the network's own HTTP and with nothing but the
standard library, so that it starts at once. It knows no rule of the service and reads no
settings: who calls says where the network is.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, TextIO
from urllib.parse import quote

WAIT_SECONDS = 20.0  # for the first answer
QUIET_SECONDS = 1.5  # after the last one
POLL_SECONDS = 20.0


class NoNetwork(Exception):
    """The local phone network does not answer, or refuses; the message says what to do."""


class NotNow(NoNetwork):
    """The network has no use for this at the moment; the message says what for instead."""


class Network:
    """The network's own paths: JSON in, JSON out."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        # a proxy of the machine has no part in a conversation within it
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path: str, wait: float = 0.0) -> dict[str, Any]:
        """GET a path that may answer only after so many seconds; raises NoNetwork."""
        return self._ask(urllib.request.Request(self._url + path), wait)

    def post(self, path: str, body: dict[str, Any], wait: float = 0.0) -> dict[str, Any]:
        """POST to a path; raises NoNetwork, NotNow."""
        return self._ask(
            urllib.request.Request(
                self._url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
            ),
            wait,
        )

    def _ask(self, request: urllib.request.Request, wait: float) -> dict[str, Any]:
        try:
            with self._opener.open(request, timeout=wait + 10) as answer:
                told: dict[str, Any] = json.load(answer)
                return told
        except urllib.error.HTTPError as error:
            kind = NotNow if error.code == 409 else NoNetwork
            with contextlib.suppress(ValueError, KeyError):
                raise kind(str(json.load(error)["error"])) from error
            raise kind(f"The phone network refused this: HTTP {error.code}.") from error
        except (OSError, ValueError) as error:
            raise NoNetwork(
                "The local phone network does not answer. Start it with `hearthline network`, "
                "or everything with `python3 dev.py up`."
            ) from error


class Phone:
    """One handset, by number."""

    def __init__(self, network_url: str, number: str) -> None:
        self.network = Network(network_url)
        self.path = f"/handsets/{quote(number, safe='')}"
        self.seen = 0

    def catch_up(self) -> None:
        """Count everything that came before as read."""
        found = self.network.get(f"{self.path}/messages?wait=0")
        self.seen = max(self.seen, int(found["last"]))

    def send(self, text: str, to: str | None = None) -> None:
        """Text the service."""
        body = {"body": text} if to is None else {"body": text, "to": to}
        self.network.post(f"{self.path}/send", body)

    def receive(self, wait: float) -> list[dict[str, Any]]:
        """What came since the last look, in order; waits up to so many seconds for any."""
        path = f"{self.path}/messages?direction=in&since={self.seen}&wait={wait}"
        found = self.network.get(path, wait)
        self.seen = max(self.seen, int(found["last"]))
        return list(found["messages"])


def converse(
    network_url: str,
    number: str,
    text: str | None = None,
    *,
    to: str | None = None,
    wait: float = WAIT_SECONDS,
    quiet: float = QUIET_SECONDS,
    as_json: bool = False,
    show: Callable[[str], None] | None = None,
    typed: TextIO | None = None,
) -> int:
    """Text as `number` and show the answers; without a text, a conversation line by line.

    `wait`: seconds for the first answer; `quiet`: seconds of silence that end the waiting.
    Returns 0, or 1 where one text was sent and nothing came back. Raises NoNetwork.
    """
    phone = Phone(network_url, number)
    phone.catch_up()
    display = show or print_line
    if text is None:
        lines = typed or sys.stdin
        if lines.isatty():
            _talk(phone, to, display, lines)
        else:
            _read_out(phone, to, display, lines, wait, quiet)
        return 0
    phone.send(text, to)
    answers = list(_answers(phone, wait, quiet))
    if as_json:
        display(json.dumps({"number": number, "sent": text, "answers": answers}))
        return 0 if answers else 1
    for answer in answers:
        display(shown(answer))
    if not answers:
        display(f"Nothing came back within {wait:g} seconds.")
    return 0 if answers else 1


def shown(message: dict[str, Any]) -> str:
    """A text as one paragraph of the terminal."""
    extra = []
    if message["by"] == "network":
        extra.append("from the phone network")
    if message["segments"] > 1:
        extra.append(f"{message['segments']} segments")
    if message["media"]:
        extra.append(f"{len(message['media'])} attached")
    return f"< {message['body']}" + (f"  ({', '.join(extra)})" if extra else "")


def _answers(phone: Phone, wait: float, quiet: float) -> Iterator[dict[str, Any]]:
    ends = time.monotonic() + wait
    while (left := ends - time.monotonic()) > 0:
        found = phone.receive(left)
        yield from found
        if found:
            ends = time.monotonic() + quiet


def _read_out(
    phone: Phone, to: str | None, show: Callable[[str], None], lines: TextIO, wait: float,
    quiet: float,
) -> None:  # fmt: skip
    """Lines of a file or a pipe: each is sent once the answers to the one before have come."""
    for line in filter(str.strip, lines):
        show(f"> {line.rstrip()}")
        phone.send(line.rstrip("\n"), to)
        for answer in _answers(phone, wait, quiet):
            show(shown(answer))


def _talk(phone: Phone, to: str | None, show: Callable[[str], None], typed: TextIO) -> None:
    """Lines go out as they are typed, texts come in as they come, until the end of the input."""
    show("Write a text and press Enter. Ctrl-D puts the phone down.")
    lost: list[NoNetwork] = []

    def listen() -> None:
        try:
            while True:
                for message in phone.receive(POLL_SECONDS):
                    show(shown(message))
        except NoNetwork as error:
            lost.append(error)
            show(str(error))

    threading.Thread(target=listen, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        for line in filter(str.strip, typed):
            if lost:
                raise lost[0]
            phone.send(line.rstrip("\n"), to)


def print_line(line: str) -> None:
    """One line on the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
