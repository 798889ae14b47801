"""How long a test waits for what should come: so many seconds, and while there is still work.

A machine that is busy with other tests makes everything late and nothing wrong: whoever waits in
vain asks first whether the service has come to rest. And where it rests until a moment that is
near, that moment can be brought about instead of being waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

LONGEST = 90.0  # seconds, for a service that never comes to rest
_SLICE = 0.25

Found = TypeVar("Found")
Hurry = Callable[[], bool]
"""Brings about what is due next; False where nothing is under way and nothing comes in time."""


def nothing_to_hurry(within: float) -> Hurry:
    """For a test without a service that could be asked."""
    return lambda: False


def patiently(
    look: Callable[[float], Found | None], within: float, hurry: Callable[[float], Hurry]
) -> Found | None:
    """What `look(seconds)` finds within so many seconds, or later while the service is at work."""
    began = time.monotonic()
    found = look(min(_SLICE, within))
    still = hurry(within)
    while not found:
        goes_on = still()
        waited = time.monotonic() - began
        if waited >= max(within, LONGEST) or (not goes_on and waited >= within):
            return look(0)
        found = look(_SLICE)
    return found
