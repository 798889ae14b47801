"""The application over ears of a test, and a network that posts to it."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from service.carrier import voice
from service.carrier.signature import Verifier
from service.carrier.voice import Spoken, Voice
from service.figures import Figure
from service.heartbeat import Trouble
from service.sounds import Audio
from service.web.app import build
from service.web.audio import Shelf
from service.web.calls import CallEars
from service.web.hooks import Ears
from service.web.watch import Check

URL = "https://line.example/base"
VOICE = Voice("en-US", "Polly.Joanna")


class Heard:
    """Whom the hooks pass on to, in tests: keeps what came, and breaks when told to."""

    def __init__(self) -> None:
        self.texts: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.ends: list[dict[str, Any]] = []
        self.recordings: list[dict[str, Any]] = []
        self.meetings: list[dict[str, Any]] = []
        self.broken = False
        self.database = True
        self.troubles: list[Trouble] = []

    def text(self, **came: Any) -> None:
        if self.broken:
            raise RuntimeError("a secret: +15550100")
        self.texts.append(came)

    def status(self, **came: Any) -> None:
        self.statuses.append(came)

    def ears(self) -> Ears:
        return Ears(self.text, self.status)

    # --- calls

    def call(self, **came: Any) -> str:
        if self.broken:
            raise RuntimeError("a secret: +15550100")
        self.calls.append(came)
        return voice.hang_up([Spoken("Hello.", VOICE)])

    def ended(self, **came: Any) -> None:
        self.ends.append(came)

    def recorded(self, **came: Any) -> None:
        self.recordings.append(came)

    def met(self, **came: Any) -> None:
        self.meetings.append(came)

    def call_ears(self) -> CallEars:
        return CallEars(
            self.call, self.call, self.call, self.ended, self.recorded, self.met,
            lambda: [Spoken("The line 9, 8, 8 answers.", VOICE)],
        )  # fmt: skip


class Kept:
    """The audio that there is, in tests: one file of each kind, under the key "ours"."""

    prompts: ClassVar = {"digest": Audio("audio/mpeg", b"a prompt")}
    recordings: ClassVar = {"01REC": Audio("audio/mpeg", b"what was said")}

    def seconds_left(self, kind: str, name: str, until: str, key: str) -> int | None:
        return 90 if (until, key) == ("1000", f"ours for {kind}/{name}") else None

    def shelf(self) -> Shelf:
        return Shelf(self.seconds_left, self.prompts.get, self.recordings.get)


class Network:
    """Posts to the application as the network would: signed, form-encoded."""

    def __init__(self, client: FlaskClient, verifier: Verifier) -> None:
        self.client = client
        self.verifier = verifier

    def post(self, path: str, form: dict[str, str], signature: str | None = None, **more: Any):
        signature = self.verifier.sign(path, form) if signature is None else signature
        return self.client.post(
            path,
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded; charset=utf-8",
            headers={"X-Twilio-Signature": signature} if signature else {},
            **more,
        )


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def app(heard):
    verifier = Verifier("token", URL)
    checks = [
        Check("database", lambda: heard.database, needed=True),
        Check("redis", lambda: 1 // 0 == 0, needed=False),
    ]
    figures = [
        Figure("pending", "Messages waiting.", {"lane": "urgent"}, 1),
        Figure("pending", "Messages waiting.", {"lane": "bulk"}, 7),
    ]
    return build(
        verifier, heard.ears(), heard.call_ears(), Kept().shelf(), checks, lambda: figures,
        lambda: heard.troubles,
    )  # fmt: skip


@pytest.fixture
def network(app) -> Network:
    return Network(app.test_client(), Verifier("token", URL))
