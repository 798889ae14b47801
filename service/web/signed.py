"""Requests that the phone network signed: checked, read, and answered as it wants them.

Promise: what the network did not sign is 403 and has no effect. The address that is checked is the
one that was asked for, untouched. Nothing of a form is logged.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from flask import Response, abort, request

from service.carrier import twiml
from service.carrier.signature import HEADER, Form, Verifier

Genuine = Callable[[str], Form]
"""The form of the request for this path; it ends the request where that is not the network's."""


def genuine_by(verifier: Verifier) -> Genuine:
    """How the requests of one application are checked and read."""

    def genuine(path: str) -> Form:
        try:
            form = Form.of(request.get_data(cache=False))
        except ValueError:  # more parameters than the network would ever send
            abort(400)
        if not verifier.genuine(path, form, request.headers.get(HEADER)):
            abort(403)
        return form

    return genuine


def asked_for() -> str:
    """The path and query exactly as they were asked for: decoding would lose what was signed."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if raw.startswith("/"):
        return raw
    if raw:  # some proxies ask with the whole address
        parts = urlsplit(raw)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    query = request.query_string.decode("latin-1")
    return request.path + (f"?{query}" if query else "")


def told_by(path: str, name: str) -> str | None:
    """What our own address says under this name, an id of ours for one."""
    _, mark, query = path.partition("?")
    values = parse_qs(query).get(name) if mark else None
    return values[0] if values else None


def whole(text: str) -> int | None:
    """A whole number as the network writes it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def answer(document: str) -> Response:
    return Response(document, content_type=twiml.CONTENT_TYPE)
