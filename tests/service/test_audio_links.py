"""Addresses of audio: ours or not, for a while, and telling nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from service import audio_links
from service.storage.sealing import Sealer, new_key

NOW = datetime(2026, 3, 2, 9, 59, 59, 500_000, tzinfo=UTC)
URL = "https://line.example/base"
DIGEST = "ab" * 32
SEALER = Sealer(new_key("one"))


def left(address: str, now: datetime, sealer: Sealer = SEALER, **changed: str) -> int | None:
    """What whoever fetches this address is told, with parts of it changed."""
    parts = urlsplit(address)
    kind, name = parts.path.split("/")[-2:]
    given = {"kind": kind, "name": name}
    given |= {key: values[0] for key, values in parse_qs(parts.query).items()}
    return audio_links.seconds_left(sealer, **{**given, **changed}, now=now)  # type: ignore[arg-type]


def test_a_prompts_address_stands_for_an_hour_to_two() -> None:
    address = audio_links.prompt(SEALER, URL, DIGEST, NOW)
    assert address.startswith(f"{URL}/audio/prompts/{DIGEST}?until=")
    assert left(address, NOW) == 3601
    assert left(address, NOW + timedelta(hours=1)) == 1
    assert left(address, NOW + timedelta(hours=1, seconds=1)) is None
    for minutes in range(0, 180, 7):
        then = NOW + timedelta(minutes=minutes)
        stands = left(audio_links.prompt(SEALER, URL, DIGEST, then), then)
        assert stands is not None
        assert 3600 <= stands <= 7200


def test_everybody_gets_the_same_prompts_address_within_an_hour() -> None:
    at = NOW.replace(minute=0, second=1)
    addresses = {
        audio_links.prompt(SEALER, URL, DIGEST, at + timedelta(minutes=n)) for n in range(59)
    }
    assert len(addresses) == 1


def test_a_recordings_address_stands_for_a_quarter_of_an_hour() -> None:
    address = audio_links.recording(SEALER, URL, "01RECORDING", NOW)
    assert 899 <= (left(address, NOW) or 0) <= 901
    assert left(address, NOW + timedelta(minutes=14)) is not None
    assert left(address, NOW + timedelta(minutes=15, seconds=1)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "prompts"},
        {"name": "01OTHER"},
        {"until": "99999999999"},
        {"until": ""},
        {"until": "-1"},
        {"until": "1e9"},
        {"until": "٣"},
        {"until": "9" * 40},
        {"key": ""},
        {"key": "0" * 64},
        {"key": "ñ"},
    ],
)
def test_whatever_is_changed_opens_nothing(changed: dict[str, str]) -> None:
    address = audio_links.recording(SEALER, URL, "01RECORDING", NOW)
    assert left(address, NOW) is not None
    assert left(address, NOW, **changed) is None


def test_another_services_address_opens_nothing() -> None:
    address = audio_links.recording(Sealer(new_key("one")), URL, "01RECORDING", NOW)
    assert left(address, NOW) is None
