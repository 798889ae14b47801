"""The only now(). No other module asks the machine for the time of day.

Processes under test read a shared offset from a small file, so that a test can move hours and days
for all of them at once; production refuses such a file (see `settings.clock_file`). Only the time
of day moves: sleeping, leases measured by `time.monotonic` and time-outs stay real.
"""

from __future__ import annotations

import mmap
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

_OFFSET = struct.Struct("<d")  # seconds, as one 8-byte double: written and read in one piece


def now() -> datetime:
    """The present moment, aware, in UTC, to the microsecond."""
    return datetime.now(UTC) + timedelta(seconds=_offset())


def machine_milliseconds() -> int:
    """The machine's own time in milliseconds, never moved: for the order inside ids alone."""
    return time.time_ns() // 1_000_000


def write_offset(path: Path, seconds: float) -> None:
    """Set how far processes that read `path` are ahead of the machine. For tests only."""
    if not path.exists():
        path.write_bytes(_OFFSET.pack(seconds))
        return
    # In place, never replaced: the readers hold a map of this very file.
    with path.open("r+b") as file, mmap.mmap(file.fileno(), _OFFSET.size) as shared:
        _OFFSET.pack_into(shared, 0, seconds)


def read_offset(path: Path) -> float:
    """How far processes that read `path` are ahead of the machine, in seconds."""
    return float(_OFFSET.unpack(path.read_bytes())[0])


def follow(path: Path | None) -> None:
    """Read the offset of `path` from now on in this process; None goes back to the machine's."""
    global _offset
    _offset = _none if path is None else _shared(path)


def _none() -> float:
    return 0.0


def _shared(path: Path) -> Callable[[], float]:
    with path.open("rb") as file:
        memory = mmap.mmap(file.fileno(), _OFFSET.size, access=mmap.ACCESS_READ)

    def offset() -> float:
        return float(_OFFSET.unpack_from(memory)[0])

    return offset


def _first() -> float:
    # Asked for at the first now() and not by each process at its start: none can forget it.
    from service import settings

    follow(settings.clock_file())
    return _offset()


_offset: Callable[[], float] = _first
