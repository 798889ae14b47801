"""What the network knows of calls: every call of the account, and the recordings they left.

Promise: in memory, found by sid, by handset and in order; that a call was made and how it ended,
and each recording, go to the journal first. What was said in a call is not kept across a restart,
and a call that was under way then has failed. It decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from service.carrier.local.agenda import moment
from service.carrier.local.calls import Call
from service.carrier.local.journal import Fact, Journal
from service.carrier.local.recordings import Recording

_MADE = (
    "account", "callback", "callback_events", "callback_method", "created", "detect", "direction",
    "fallback", "fallback_method", "handset", "hidden", "method", "number", "parent", "sid",
    "status", "timeout", "twiml", "url",
)  # fmt: skip
_CHANGED = ("answered", "answered_by", "ended", "error", "spent", "started", "status", "updated")


class CallLedger:
    """Calls and recordings."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.start_empty()

    def start_empty(self) -> None:
        """Know of nothing; the journal is left to the caller."""
        self.by_sid: dict[str, Call] = {}
        self.by_handset: defaultdict[str, list[Call]] = defaultdict(list)
        self.recordings: dict[str, Recording] = {}

    def add(self, call: Call) -> None:
        """Take in a new call."""
        self._journal.add(_made(call))
        self._index(call)

    def _index(self, call: Call) -> None:
        self.by_sid[call.sid] = call
        self.by_handset[call.handset].append(call)

    def note_end(self, call: Call) -> None:
        """A call is over."""
        self._journal.add(_changed(call))

    def delete(self, call: Call) -> None:
        """Take a call out of every list; its recordings stay, as with the carrier."""
        self._journal.add({"is": "call deleted", "sid": call.sid})
        self._remove(call)

    def _remove(self, call: Call) -> None:
        del self.by_sid[call.sid]
        self.by_handset[call.handset].remove(call)

    def keep(self, recording: Recording) -> None:
        """Take in a recording."""
        self._journal.add(recording.fact())
        self.recordings[recording.sid] = recording

    def drop(self, recording: Recording) -> None:
        """A recording is deleted."""
        self._journal.add({"is": "recording deleted", "sid": recording.sid})
        del self.recordings[recording.sid]

    def newest_first(self) -> Iterator[Call]:
        """All calls, from the newest."""
        return reversed(self.by_sid.values())

    def changed(self, handsets: Iterable[str], since: int) -> list[dict[str, Any]]:
        """The calls of these handsets that changed after a version, without what was heard."""
        return [
            call.view(len(call.events))
            for handset in handsets
            for call in self.by_handset.get(handset, ())
            if call.version > since
        ]

    def recordings_of(self, call_sid: str) -> list[Recording]:
        """What a call left, in order."""
        return [found for found in self.recordings.values() if found.call == call_sid]

    # across restarts

    def take(self, fact: Fact) -> bool:
        """Read one fact of the journal; False where it is about something else."""
        kind, sid = fact["is"], fact.get("sid", "")
        about = {name: value for name, value in fact.items() if name != "is"}
        if kind == "call":
            about["callback_events"] = tuple(about["callback_events"])
            self._index(Call(**about))
        elif kind == "call changed":
            if sid in self.by_sid:
                for name in _CHANGED:
                    setattr(self.by_sid[sid], name, about[name])
        elif kind == "call deleted":
            if sid in self.by_sid:
                self._remove(self.by_sid[sid])
        elif kind == "recording":
            self.recordings[sid] = Recording(**about)
        elif kind == "recording deleted":
            self.recordings.pop(sid, None)
        else:
            return False
        return True

    def cut_off(self) -> list[Call]:
        """The calls that a restart cut off: each has failed now."""
        lost = [call for call in self.by_sid.values() if not call.over]
        for call in lost:
            call.status, call.ended, call.updated = "failed", moment(), moment()
        return lost

    def facts(self) -> Iterable[Fact]:
        """Everything, for a new journal."""
        for call in self.by_sid.values():
            yield _made(call)
            yield _changed(call)
        yield from (recording.fact() for recording in self.recordings.values())


def _made(call: Call) -> Fact:
    return {"is": "call", **{name: getattr(call, name) for name in _MADE}}


def _changed(call: Call) -> Fact:
    return {"is": "call changed", "sid": call.sid} | {n: getattr(call, n) for n in _CHANGED}
