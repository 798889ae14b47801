"""What is kept of a person's calls: each call, what was said in it, and what they recorded.

Promise: without words a listing of ids, states and moments. With words, what was heard and what we
said, never a document of the network's. The sound itself is saved apart (`recordings`).
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from service.storage import call_lists, calls, recordings
from service.storage.calls import Step
from service.storage.database import Tx


def of_calls(tx: Tx, person_id: str, words: bool, most: int) -> list[dict[str, Any]]:
    """A person's calls, the newest first; with `words` what was said in them, step by step."""
    return [
        {**call._asdict(), **({"said": _said(calls.steps(tx, call.id))} if words else {})}
        for call in call_lists.of_person(tx, person_id, most)
    ]


def of_recordings(tx: Tx, person_id: str) -> list[dict[str, Any]]:
    """What they recorded, in order."""
    return [
        {
            "id": row.id, "call_id": row.call_id, "kind": row.kind, "status": row.status,
            "seconds": row.seconds, "flow": row.flow, "state": row.state, "at": row.created_at,
        }
        for row in recordings.of_person(tx, person_id)
    ]  # fmt: skip


def _said(steps: list[Step]) -> list[dict[str, Any]]:
    """Of each step what was heard, and what was said after it; None where the words are gone."""
    return [{"at": step.at, "heard": step.heard, "answered": _spoken(step.reply)} for step in steps]


def _spoken(document: str | None) -> str | None:
    """The words of an answer of ours, which is TwiML."""
    if document is None:
        return None
    return " ".join(" ".join(ElementTree.fromstring(document).itertext()).split())
