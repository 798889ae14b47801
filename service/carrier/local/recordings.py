"""Recordings that calls have left at the network.

Promise: a record and its shapes; the sound is made when it is asked for, the same bytes each time:
a quiet tone as long as the recording in WAV, silence as long in MP3. Nothing of it is on disk.
"""

from __future__ import annotations

import io
import math
import wave
from array import array
from typing import Any

from service.carrier.local.texts import API, rfc2822

RATE = 8000  # samples a second, as a phone line has
SHORTEST_WAVE = 20  # samples: 400 Hz
LOUDNESS = 800  # of 32767: a quiet hum
# one frame of silence: MPEG-1 layer III, 64 kbit/s, 48 kHz, one channel, 24 ms
_FRAME = bytes.fromhex("fffb54c0") + bytes(188)
_FRAME_SECONDS = 0.024
PRICE_A_MINUTE = 0.0025


class Recording:
    """One recording; deleted ones are forgotten."""

    def __init__(
        self, *, sid: str, call: str, account: str, seconds: int, created: float,
        status: str = "processing",
    ) -> None:  # fmt: skip
        self.sid = sid
        self.call = call
        self.account = account
        self.seconds = seconds
        self.created = created
        self.status = status

    @property
    def path(self) -> str:
        """Where it is found, without an ending."""
        return f"/{API}/Accounts/{self.account}/Recordings/{self.sid}"

    def fact(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return {
            "is": "recording", "sid": self.sid, "call": self.call, "account": self.account,
            "seconds": self.seconds, "created": self.created, "status": "completed",
        }  # fmt: skip

    def resource(self, base_url: str) -> dict[str, Any]:
        """As the REST API shows it."""
        return {
            "sid": self.sid,
            "account_sid": self.account,
            "api_version": API,
            "call_sid": self.call,
            "conference_sid": None,
            "channels": 1,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.created),
            "start_time": rfc2822(self.created - self.seconds),
            "duration": str(self.seconds) if self.status == "completed" else "-1",
            "encryption_details": None,
            "error_code": None,
            "media_url": f"{base_url}{self.path}",
            "price": f"-{PRICE_A_MINUTE * math.ceil(self.seconds / 60):.5f}",
            "price_unit": "USD",
            "source": "RecordVerb",
            "status": self.status,
            "track": "both",
            "uri": f"{self.path}.json",
            "subresource_uris": {},
        }

    def wav(self) -> bytes:
        """Its sound: 16 bits, one channel, 8 kHz."""
        period = SHORTEST_WAVE + int(self.sid[-2:], 16)  # each its own, to be told apart
        hum = array(
            "h", (int(LOUDNESS * math.sin(2 * math.pi * i / period)) for i in range(period))
        )
        samples = hum * (self.seconds * RATE // period + 1)
        kept = io.BytesIO()
        with wave.open(kept, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(samples[: self.seconds * RATE].tobytes())
        return kept.getvalue()

    def mp3(self) -> bytes:
        """As long, and silent: no encoder is at hand."""
        return _tag(self.sid) + _FRAME * math.ceil(self.seconds / _FRAME_SECONDS)


def _tag(title: str) -> bytes:
    """An ID3v2.3 tag with a title of less than 100 letters."""
    words = b"\x00" + title.encode("ascii")
    frame = b"TIT2" + len(words).to_bytes(4, "big") + bytes(2) + words
    return b"ID3\x03\x00\x00" + len(frame).to_bytes(4, "big") + frame
