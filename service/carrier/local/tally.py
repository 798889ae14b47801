"""What the network counted: the judge of "nothing lost, nothing doubled".

Promise: counts what was really accepted, whatever the caller was told about it. In memory only,
with no say in what happens.
"""

from __future__ import annotations

from collections import Counter
from typing import Any


class Tally:
    """Counts since the start, or since they were forgotten."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin again at nothing."""
        self.requests: Counter[str] = Counter()  # create, list, other
        self.accepted: Counter[tuple[str, str]] = Counter()  # by (to, body)
        self.by_callback: Counter[str] = Counter()  # by the whole callback URL
        self.refused: Counter[int] = Counter()  # creates, by code
        self.mischief: Counter[str] = Counter()  # what the weather did to requests
        self.webhooks: Counter[str] = Counter()  # sent, attempts, answered, failed, doubled
        self.callbacks: Counter[str] = Counter()  # due, sent, answered, failed, lost, ...
        self.statuses: Counter[str] = Counter()  # final statuses of messages sent, and of calls
        self.calls: Counter[tuple[str, str]] = Counter()  # accepted, by (to, URL)
        self.dialled = 0  # calls that handsets made to service numbers
        self.received = 0  # texts that handsets sent to service numbers

    def note_call(self, to: str, url: str, callback: str | None) -> None:
        """A call to a handset was accepted."""
        self.calls[to, url] += 1
        if callback:
            self.by_callback[callback] += 1

    def summary(self) -> dict[str, Any]:
        """The counts as JSON, without the texts."""
        return {
            "requests": dict(self.requests),
            "accepted": self.accepted.total(),
            "different": len(self.accepted),
            "doubled": sum(1 for n in self.accepted.values() if n > 1),
            "doubled_callbacks": sum(1 for n in self.by_callback.values() if n > 1),
            "calls": self.calls.total(),
            "calls_doubled": sum(1 for n in self.calls.values() if n > 1),
            "dialled": self.dialled,
            "refused": {str(code): n for code, n in self.refused.items()},
            "mischief": dict(self.mischief),
            "received": self.received,
            "webhooks": dict(self.webhooks),
            "callbacks": dict(self.callbacks),
            "statuses": dict(self.statuses),
        }

    def accepted_rows(self, most_once: bool) -> list[dict[str, Any]]:
        """How often each (to, body) was accepted; those above once alone if not `most_once`."""
        return [
            {"to": to, "body": body, "count": n}
            for (to, body), n in self.accepted.items()
            if most_once or n > 1
        ]

    def call_rows(self, most_once: bool) -> list[dict[str, Any]]:
        """How often each (to, URL) was accepted as a call; those above once alone if not."""
        return [
            {"to": to, "url": url, "count": n}
            for (to, url), n in self.calls.items()
            if most_once or n > 1
        ]
