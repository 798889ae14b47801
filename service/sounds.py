"""Reading audio files that the phone network can play: WAV and MP3.

Promise: what is accepted is whole and can be played, by its own headers and not by its name; a
refusal says what is wrong and the cure. Pure: bytes in, a type and a length out. Sources: RIFF
WAVE by the standard library; MPEG audio frames by ISO/IEC 11172-3 and 13818-3, layer III.
"""

from __future__ import annotations

import io
import wave
from typing import Final, NamedTuple

LARGEST: Final = 4 * 1024 * 1024  # bytes: three minutes as WAV for telephones are 2.9 million
_ID3V2_HEADER: Final = 10
_ID3V1: Final = 128
_FEWEST_FRAMES: Final = 4  # by chance other bytes look like one frame, never like four in a row

# ISO/IEC 11172-3 2.4.2.3: kilobits a second of layer III, by index; 0 is "free", not for us
_KILOBITS: Final = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
# by the two bits of the version: MPEG 2.5, reserved, MPEG 2, MPEG 1
_RATES: Final = (
    (11_025, 12_000, 8_000),
    (),
    (22_050, 24_000, 16_000),
    (44_100, 48_000, 32_000),
)


class Sound(NamedTuple):
    """What a file holds."""

    media_type: str
    seconds: float


class Audio(NamedTuple):
    """A file: what it is ("audio/mpeg", "audio/wav"), and its bytes."""

    media_type: str
    data: bytes


class NoSound(ValueError):
    """A file that is not played: `trouble` and `cure`, each a sentence."""

    def __init__(self, trouble: str, cure: str) -> None:
        super().__init__(f"{trouble} {cure}")
        self.trouble = trouble
        self.cure = cure


class _Frame(NamedTuple):
    length: int  # bytes, its header with it
    seconds: float
    kind: tuple[int, int]  # version and rate: the same in all frames of a file


_AGAIN = "Export it again, as MP3 or as WAV (PCM, 16 bit, mono, 8 kHz)."


def read(data: bytes, longest: float) -> Sound:
    """What this file is, of `longest` seconds at most. Raises NoSound."""
    if not data:
        raise NoSound("The file is empty.", "Give the file that holds the recording.")
    if len(data) > LARGEST:
        told = f"It has {len(data) / 1024 / 1024:.1f} MB, and {LARGEST >> 20} are the most."
        raise NoSound(told, "Export it as MP3, mono, 64 kilobits a second.")
    wav = data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    sound = _wav(data) if wav else _mp3(data)
    if sound.seconds > longest:
        told = f"It lasts {sound.seconds:.0f} seconds, and {longest:.0f} are the most."
        raise NoSound(told, "Say less in one go: nobody remembers more at the phone.")
    if sound.seconds < 0.1:
        raise NoSound("It holds no sound.", "Record it again, and listen to it before.")
    return sound


def _wav(data: bytes) -> Sound:
    try:
        with wave.open(io.BytesIO(data)) as file:
            frames, rate, width = file.getnframes(), file.getframerate(), file.getsampwidth()
            channels = file.getnchannels()
            held = len(file.readframes(frames)) // (width * channels) if width * channels else 0
    except (wave.Error, EOFError, ValueError):
        raise NoSound("This WAV is not plain PCM, or is cut off.", _AGAIN) from None
    if width not in (1, 2) or channels not in (1, 2) or not 8_000 <= rate <= 48_000:
        told = f"This WAV has {8 * width} bit, {channels} channels and {rate} samples a second."
        raise NoSound(told, _AGAIN)
    if held < frames:
        raise NoSound("This WAV is cut off before its end.", _AGAIN)
    return Sound("audio/wav", frames / rate)


def _mp3(data: bytes) -> Sound:
    """Every frame from the first to the last follows the one before."""
    at, end = _between_tags(data)
    count, seconds, kind = 0, 0.0, None
    while at < end:
        frame = _frame(data, at)
        if frame is None or (kind is not None and frame.kind != kind):
            break
        if at + frame.length > end:
            break
        at, kind = at + frame.length, frame.kind
        count, seconds = count + 1, seconds + frame.seconds
    if count < _FEWEST_FRAMES:
        raise NoSound("This is neither an MP3 nor a WAV.", _AGAIN)
    if not _harmless(data[at:end]):
        raise NoSound(f"This MP3 is broken after {seconds:.0f} seconds.", _AGAIN)
    return Sound("audio/mpeg", seconds)


def _harmless(rest: bytes) -> bool:
    """What may follow the last frame: nothing, zeros, a tag, or the beginning of one frame more."""
    if not rest.strip(b"\0") or rest.startswith((b"APETAGEX", b"LYRICSBEGIN", b"TAG+")):
        return True
    last = _frame(rest, 0)
    return last is not None and len(rest) < last.length


def _between_tags(data: bytes) -> tuple[int, int]:
    """Where the frames begin and end: after an ID3v2 tag, before an ID3v1 one."""
    start, end = 0, len(data)
    if data[:3] == b"ID3" and len(data) > _ID3V2_HEADER:
        size = 0
        for byte in data[6:10]:  # seven bits each
            size = size << 7 | byte & 0x7F
        footer = _ID3V2_HEADER if data[5] & 0x10 else 0
        start = _ID3V2_HEADER + size + footer
        while start < end and data[start] == 0:  # some writers pad behind the tag
            start += 1
    if end - start > _ID3V1 and data[end - _ID3V1 : end - _ID3V1 + 3] == b"TAG":
        end -= _ID3V1
    return start, end


def _frame(data: bytes, at: int) -> _Frame | None:
    """The frame whose header stands here; None where none does."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or bits in (0, 15) or rate == 3:
        return None
    first = version == 3
    hertz = _RATES[version][rate]
    kilobits = _KILOBITS[1 if first else 2][bits]
    samples = 1152 if first else 576
    length = samples // 8 * kilobits * 1000 // hertz + (head[2] >> 1 & 1)
    return _Frame(length, samples / hertz, (version, rate))
