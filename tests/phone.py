"""The test kit for stories told from the phone: a local phone network and its handsets.

    with PhoneNetwork(public_url="http://127.0.0.1:8000") as network:
        ana = network.handset("+15550142001")
        ana.send("JOIN")
        ana.expect("welcome")
        ana.silent()

Promise: real processes and real HTTP, nothing mocked. Waiting is by long poll, so a story is as
fast as the service. `expect` takes the message it found off the handset's unread ones, `silent`
fails on whatever is left: no message goes unnoticed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import requests

from tests.calls import Call, Ring
from tests.patience import Hurry, nothing_to_hurry, patiently
from tests.servers import dies_with_parent, free_port

ROOT = Path(__file__).parent.parent
ACCOUNT = "AC" + "5" * 32
TOKEN = "the-token-of-the-test-network"
SERVICE_NUMBER = "+15550100100"
START_SECONDS = 30.0
WITHIN = 10.0  # seconds that an expected text may take at a service that is at rest


class Received(NamedTuple):
    """A text that came to a handset. `by` is service, or network for the carrier's own words."""

    sid: str
    body: str
    sender: str
    by: str
    segments: int
    seq: int
    media: tuple[str, ...] = ()


class PhoneNetwork:
    """A local phone network in a process of its own, for one test or one run of tests."""

    def __init__(
        self,
        public_url: str = "",
        *,
        home: Path | None = None,
        numbers: Sequence[str] = (SERVICE_NUMBER,),
        account: str = ACCOUNT,
        token: str = TOKEN,
        port: int | None = None,
        clock_file: Path | None = None,
        **weather: Any,
    ) -> None:
        """`home`: a folder in which texts survive `kill` and `start`; None keeps nothing.

        `public_url` may be given later with `serve`. `weather`: misbehaviour from the start.
        A moved clock is followed through HEARTHLINE_CLOCK_FILE, or `clock_file` where given.
        """
        self.public_url = public_url
        self.home = home
        self.numbers = tuple(numbers)
        self.account = account
        self.token = token
        self.port = port or free_port()
        self.clock_file = clock_file
        self.weather = weather
        self.hurry: Callable[[float], Hurry] = nothing_to_hurry  # for who waits for the service
        self._process: subprocess.Popen[bytes] | None = None
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy of the machine has no part in this
        self._handsets: dict[str, Handset] = {}

    # the process

    @property
    def url(self) -> str:
        """Its base URL: what TWILIO_API_URL has to be."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def number(self) -> str:
        """The service's first number."""
        return self.numbers[0]

    def environment(self) -> dict[str, str]:
        """The settings by which the service's processes use this network."""
        return {
            "TWILIO_ACCOUNT_SID": self.account,
            "TWILIO_AUTH_TOKEN": self.token,
            "TWILIO_API_URL": self.url,
            "SERVICE_NUMBER": self.number,
            "PUBLIC_URL": self.public_url,
        }

    def start(self) -> Self:
        """Start it and wait until it answers."""
        command = [
            *(sys.executable, "-m", "service.carrier.local", "--control"),
            *("--port", str(self.port), "--account", self.account, "--token", self.token),
            *("--public-url", self.public_url, "--weather", json.dumps(self.weather)),
            *(["--home", str(self.home)] if self.home else ["--forget"]),
        ]
        for number in self.numbers:
            command += ["--number", number]
        environment = {**os.environ, "HEARTHLINE_ENV": "test"}
        if self.clock_file:
            environment["HEARTHLINE_CLOCK_FILE"] = str(self.clock_file)
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )
        ends = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > ends:
                self.kill()
                raise AssertionError("the local phone network did not start; see its stderr")
            time.sleep(0.02)
        return self

    def _answers(self) -> bool:
        try:
            return self._http.get(f"{self.url}/control", timeout=1).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """Stop it as an operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop it as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._http.close()

    # control

    def get(self, path: str, timeout: float = 30, **query: Any) -> Any:
        """GET a path of the network's own API."""
        answer = self._http.get(f"{self.url}{path}", params=query, timeout=timeout)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: Mapping[str, Any] | None = None, timeout: float = 60) -> Any:
        """POST JSON to a path of the network's own API."""
        answer = self._http.post(f"{self.url}{path}", json=dict(body or {}), timeout=timeout)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def misbehave(self, **settings: Any) -> None:
        """Change the weather; docs/phone-network.md lists what can be set."""
        self.post("/control", settings)

    def behave(self) -> None:
        """A network on a good day again."""
        self.post("/control/reset")

    def serve(self, public_url: str) -> None:
        """Send webhooks there from now on."""
        self.public_url = public_url
        self.post("/control", {"public_url": public_url})

    def forget(self) -> None:
        """No texts, opt-outs or counts any more; the handsets of the kit have nothing unread."""
        self.post("/control/forget")
        self._handsets.clear()

    def flush(self) -> None:
        """Late callbacks and deliveries now, and wait for their end."""
        assert self.post("/control/flush", timeout=120)["idle"], "callbacks go on and on"

    def idle(self, within: float = 30.0) -> None:
        """Wait until no delivery, webhook or callback is under way."""
        state = self.get("/control/idle", timeout=within + 10, wait=within)
        assert state["idle"], f"the network is still busy after {within} s"

    def counts(self) -> dict[str, Any]:
        """What was counted: accepted, refused, webhooks, callbacks ..."""
        return dict(self.get("/control/counts"))

    def accepted(self) -> dict[tuple[str, str], int]:
        """How often each (to, body) was accepted, whatever the sender was told."""
        rows = self.get("/control/counts", show="all")["rows"]
        return {(row["to"], row["body"]): row["count"] for row in rows}

    def accepted_by_callback(self) -> dict[str, int]:
        """How often each StatusCallback URL, which holds the service's own id, was accepted."""
        return dict(self.get("/control/counts", show="all")["callback_rows"])

    def doubled(self) -> dict[tuple[str, str], int]:
        """Those (to, body) that were accepted more than once."""
        return {key: count for key, count in self.accepted().items() if count > 1}

    def troubles(self) -> list[dict[str, Any]]:
        """Webhooks that the service answered wrongly or not at all."""
        return list(self.get("/control/troubles")["troubles"])

    # handsets

    def handset(self, number: str) -> Handset:
        """The handset with this number; always the same one."""
        if number not in self._handsets:
            self._handsets[number] = Handset(self, number)
        return self._handsets[number]

    def silent(self, within: float = 0.3) -> None:
        """No handset of this test has an unread message, nor gets one for so long."""
        time.sleep(within)
        for handset in self._handsets.values():
            handset.silent(0)


class Handset:
    """A phone of a story."""

    def __init__(self, network: PhoneNetwork, number: str) -> None:
        self.network = network
        self.number = number
        self._path = f"/control/handsets/{quote(number, safe='')}"
        self._seen = 0
        self.unread: list[Received] = []

    def send(self, text: str, to: str | None = None, media: Sequence[str] = ()) -> str:
        """Text the service; gives the sid. Returns when the network has it, not the service."""
        given = {"body": text, "media": list(media)}
        if to is not None:
            given["to"] = to
        return str(self.network.post(f"{self._path}/send", given)["sid"])

    # calls

    def dial(self, to: str | None = None, *, hidden: bool = False, stay: bool = True) -> Call:
        """Call the service; `stay`: until it has answered. `hidden`: without one's number."""
        given = {"hidden": hidden, **({"to": to} if to else {})}
        call = Call(self.network, self.network.post(f"{self._path}/dial", given))
        if stay:
            call.stays()
        return call

    def rings(self, within: float = WITHIN) -> Ring:
        """Wait until this phone rings; gives what can be done about it."""
        since = -1

        def look(seconds: float) -> Ring | None:
            nonlocal since
            found = self.network.get(
                f"{self._path}/calls", timeout=seconds + 30, since=since, wait=seconds
            )
            since = found["last"]
            return _ringing(self.network, found["calls"])

        ring = patiently(look, within, self.network.hurry)
        assert ring is not None, (
            f"{self.number} did not ring within {within} s; its calls: {self.calls}; "
            f"webhooks: {self.network.troubles()[-3:]}"
        )
        return ring

    @property
    def ringing(self) -> Ring | None:
        """What can be done about it, where it rings just now."""
        return _ringing(self.network, self.calls)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """All calls of this phone as the network shows them, in order."""
        return list(self.network.get(f"{self._path}/calls")["calls"])

    def expect(self, *substrings: str, within: float = WITHIN) -> Received:
        """Wait for an unread message that holds all of these (case does not count); take it."""

        def look(seconds: float) -> Received | None:
            found = self._unread(substrings)
            if found is None:
                self._look(seconds)
                found = self._unread(substrings)
            return found

        message = patiently(look, within, self.network.hurry)
        assert message is not None, (
            f"{self.number} waited {within} s for {substrings}; unread: "
            f"{[m.body for m in self.unread]}; webhooks: {self.network.troubles()[-3:]}"
        )
        return message

    def waits(self, within: float = WITHIN) -> bool:
        """Wait until there is an unread message; whether there is."""

        def look(seconds: float) -> bool:
            if not self.unread:
                self._look(seconds)
            return bool(self.unread)

        return bool(patiently(look, within, self.network.hurry))

    def _unread(self, substrings: Sequence[str]) -> Received | None:
        for place, message in enumerate(self.unread):
            if all(part.casefold() in message.body.casefold() for part in substrings):
                return self.unread.pop(place)
        return None

    def silent(self, within: float = 0.5) -> None:
        """Nothing is unread and nothing rings, and nothing comes for so long."""
        self._look(within)
        assert not self.unread, f"{self.number} got unexpectedly: {[m.body for m in self.unread]}"
        ringing = [call for call in self.calls if call["awaits"] == "answer"]
        assert not ringing, f"{self.number} rings unexpectedly: {ringing}"

    def clear(self) -> None:
        """Take everything unread off, unlooked at."""
        self._look(0)
        self.unread.clear()

    @property
    def messages(self) -> list[Received]:
        """All that ever came to this handset, in order."""
        return [_received(row) for row in self._rows(since=0)]

    @property
    def log(self) -> list[dict[str, Any]]:
        """The whole conversation, both directions, as the network shows it."""
        return list(self.network.get(f"{self._path}/messages")["messages"])

    def wait_for(self, count: int, within: float = WITHIN) -> list[Received]:
        """Wait until so many messages came in all; gives them."""
        rows = self._rows(since=0, count=count, wait=within)
        assert len(rows) >= count, f"{self.number} got {len(rows)} messages of {count}"
        return [_received(row) for row in rows]

    def _look(self, seconds: float) -> None:
        rows = self._rows(since=self._seen, wait=max(seconds, 0))
        self.unread += [_received(row) for row in rows]
        self._seen = max([self._seen, *(row["seq"] for row in rows)])

    def _rows(self, **query: Any) -> list[dict[str, Any]]:
        timeout = query.get("wait", 0) + 30
        found = self.network.get(f"{self._path}/messages", timeout=timeout, direction="in", **query)
        return list(found["messages"])


def _ringing(network: PhoneNetwork, calls: Sequence[Mapping[str, Any]]) -> Ring | None:
    return next((Ring(network, told) for told in calls if told["awaits"] == "answer"), None)


def _received(row: Mapping[str, Any]) -> Received:
    return Received(
        sid=row["sid"],
        body=row["body"],
        sender=row["from"],
        by=row["by"],
        segments=row["segments"],
        seq=row["seq"],
        media=tuple(row["media"]),
    )
