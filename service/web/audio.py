"""Audio for the phone network: prompts that the organisation recorded, and what people said.

Promise: only who shows an address that we signed and whose time is not over gets anything; nothing
of it is logged, and no address names a person, a number or a word. What people said is kept by
nobody on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from flask import Blueprint, Response, abort, request

from service.audio_links import Kind
from service.sounds import Audio
from service.web.watch import Seen


class SecondsLeft(Protocol):
    def __call__(self, kind: Kind, name: str, until: str, key: str) -> int | None: ...


class Shelf(NamedTuple):
    """Where audio is found. `seconds_left` is None for an address that we do not stand by."""

    seconds_left: SecondsLeft
    prompt: Callable[[str], Audio | None]
    recording: Callable[[str], Audio | None]


def audio(shelf: Shelf, seen: Seen) -> Blueprint:
    """The two addresses as a blueprint."""
    blueprint = Blueprint("audio", __name__, url_prefix="/audio")

    def left(kind: Kind, name: str) -> int:
        given = request.args
        seconds = shelf.seconds_left(kind, name, given.get("until", ""), given.get("key", ""))
        if seconds is None:
            abort(403)
        return seconds

    @blueprint.get("/prompts/<name>")
    def prompt(name: str) -> Response:
        with seen.hook("audio"):
            seconds = left("prompts", name)
            return _answer(shelf.prompt(name), f"private, max-age={seconds}, immutable")

    @blueprint.get("/recordings/<name>")
    def recording(name: str) -> Response:
        with seen.hook("audio"):
            left("recordings", name)
            return _answer(shelf.recording(name), "private, no-store")

    return blueprint


def _answer(found: Audio | None, keeping: str) -> Response:
    if found is None:
        abort(404)
    answer = Response(found.data, content_type=found.media_type)
    answer.headers["Cache-Control"] = keeping
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
