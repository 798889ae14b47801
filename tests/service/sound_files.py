"""Sound files made by hand: WAV by the standard library, MP3 frame by frame."""

from __future__ import annotations

import io
import math
import struct
import wave


def wav(seconds: float = 1.0, *, rate: int = 8000, width: int = 2, channels: int = 1) -> bytes:
    """A tone of 440 Hz."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        frames = int(seconds * rate)
        if width == 2:
            tone = (int(8000 * math.sin(math.tau * 440 * n / rate)) for n in range(frames))
            file.writeframes(b"".join(struct.pack("<h", s) * channels for s in tone))
        else:
            file.writeframes(bytes(width * channels) * frames)
    return kept.getvalue()


def mp3(seconds: float = 1.0, *, tag: bool = False, old: bool = False) -> bytes:
    """Silence: MPEG 1 layer III, 64 kbit/s, 44.1 kHz, mono; `old` is MPEG 2 at 16 kHz."""
    if old:  # 72 * 32,000 / 16,000 bytes of 576 samples
        frame, length = bytes((0xFF, 0xF3, 0x48, 0xC0)) + bytes(140), 576 / 16_000
    else:  # 144 * 64,000 / 44,100 bytes of 1152 samples
        frame, length = bytes((0xFF, 0xFB, 0x50, 0xC0)) + bytes(204), 1152 / 44_100
    frames = frame * math.ceil(seconds / length)
    if not tag:
        return frames
    title = b"TIT2" + struct.pack(">IH", 6, 0) + b"\0hello"
    front = b"ID3\x03\0\0" + bytes((0, 0, len(title) >> 7, len(title) & 127)) + title
    return front + frames + b"TAG" + b"hello".ljust(125, b"\0")
