"""New text ids: ULIDs, 26 letters that sort by the order in which one process made them.

Promise: never the same id twice, not even in a forked child; within a process each id is
greater than the one before. The time inside an id is only there for the order: nothing may
read it back as a moment of the domain, which is why the real clock is read here and not the
movable one.
"""

from __future__ import annotations

import os
import threading

from service import clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# ten bits at a time: two letters from one table look-up
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_RANDOM_BITS = 80

_lock = threading.Lock()
_last_millisecond = 0
_last_random = 0
_prefix = ""


def new() -> str:
    """An id greater than every id that this process made before."""
    global _last_millisecond, _last_random, _prefix
    with _lock:
        millisecond = clock.machine_milliseconds()
        if millisecond > _last_millisecond:
            _last_millisecond = millisecond
            _last_random = int.from_bytes(os.urandom(10), "big") >> 1  # room to count upwards
            _prefix = _encode(millisecond, 50)
        else:  # the same millisecond, or a clock that was set back
            _last_random += 1
        return _prefix + _encode(_last_random, _RANDOM_BITS)


def _encode(number: int, bits: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(bits - 10, -1, -10)])


def _forget() -> None:
    """A forked child must not count on from its parent's random part."""
    global _last_millisecond, _last_random, _prefix, _lock
    _lock = threading.Lock()
    _last_millisecond = _last_random = 0
    _prefix = ""


os.register_at_fork(after_in_child=_forget)
