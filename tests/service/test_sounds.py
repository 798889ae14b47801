"""What the phone network can play is told from what it cannot, by the file itself."""

from __future__ import annotations

import pytest

from service.sounds import LARGEST, NoSound, read
from tests.service.sound_files import mp3, wav

LONGEST = 180.0


@pytest.mark.parametrize(
    ("data", "media_type", "seconds"),
    [
        (wav(2.0), "audio/wav", 2.0),
        (wav(0.5, rate=44_100, channels=2), "audio/wav", 0.5),
        (wav(1.0, width=1), "audio/wav", 1.0),
        (mp3(2.0), "audio/mpeg", 2.0),
        (mp3(2.0, tag=True), "audio/mpeg", 2.0),
        (mp3(2.0, old=True), "audio/mpeg", 2.0),
        (mp3(2.0) + bytes(700), "audio/mpeg", 2.0),
        (mp3(2.0) + mp3(1.0)[:100], "audio/mpeg", 2.0),
    ],
)
def test_what_can_be_played(data: bytes, media_type: str, seconds: float) -> None:
    sound = read(data, LONGEST)
    assert sound.media_type == media_type
    assert sound.seconds == pytest.approx(seconds, abs=0.04)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"hello", "neither an MP3 nor a WAV"),
        (b"%PDF-1.7" + bytes(9000), "neither an MP3 nor a WAV"),
        (b"OggS" + bytes(9000), "neither an MP3 nor a WAV"),
        (b"\0\0\0 ftypM4A " + bytes(9000), "neither an MP3 nor a WAV"),
        (b"\xff\xfb\x50\xc0" + bytes(9000), "neither an MP3 nor a WAV"),  # one frame's header
        (b"\xff" * 9000, "neither an MP3 nor a WAV"),
        (b"ID3\x03\0\0\x7f\x7f\x7f\x7f" + bytes(50), "neither an MP3 nor a WAV"),
        (mp3(2.0) + b"and then some words" * 99, "broken after 2 seconds"),
        (mp3(2.0) + mp3(2.0, old=True), "broken after 2 seconds"),
        (wav(1.0)[:-900], "cut off"),
        (wav(1.0)[:30], "cut off"),
        (wav(1.0)[:20] + b"\x07" + wav(1.0)[21:], "not plain PCM"),
        (wav(1.0, width=4), "32 bit"),
        (wav(1.0, rate=4000), "4000 samples"),
        (wav(0.0), "no sound"),
        (wav(200.0), "lasts 200 seconds"),
        (mp3(181.0), "lasts 181 seconds"),
        (bytes(LARGEST + 1), "4 are the most"),
    ],
)
def test_what_cannot_is_refused_with_its_cure(data: bytes, said: str) -> None:
    with pytest.raises(NoSound) as refused:
        read(data, LONGEST)
    assert said in refused.value.trouble
    assert refused.value.cure


def heard(data: bytes) -> float:
    """How many seconds there are to play; 0 where it is refused."""
    try:
        return read(data, LONGEST).seconds
    except NoSound:
        return 0.0


def test_no_cut_of_a_good_file_breaks_the_reader() -> None:
    for data in (wav(0.3), mp3(0.3, tag=True)):
        lengths = [heard(data[:end]) for end in range(0, len(data), 37)]
        assert lengths[0] == 0.0
        assert max(lengths) < 0.35
