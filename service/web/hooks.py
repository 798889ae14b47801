"""The phone network's webhooks: check the signature, read the form, pass it on, answer.

Promise: what the network did not sign is 403 and has no effect; whatever it sent once, it gets the
same answer however often it repeats it; an error answers 500 without a word, so that the network
tries again. No rule lives here. Nothing of a form is logged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, abort, request

from service.carrier import twiml
from service.carrier.signature import HEADER, Form, Verifier
from service.web.watch import Seen

# what one hook may hold: 1,600 letters of three escaped bytes each, and some media
LARGEST_FORM = 256 * 1024
_MOST_MEDIA = 10  # the network's own bound


class TextCameIn(Protocol):
    def __call__(
        self,
        *,
        sid: str,
        from_: str,
        to: str,
        body: str,
        media: tuple[str, ...],
        opt_out_type: str | None,
    ) -> None: ...


class StatusCameIn(Protocol):
    def __call__(
        self, *, sid: str, message_id: str | None, status: str, error_code: int | None
    ) -> None: ...


class Ears(NamedTuple):
    """Whom the hooks pass on to. Each may be called twice with the same, at the same time."""

    text_came_in: TextCameIn
    status_came_in: StatusCameIn
    spoken_greeting: Callable[[], tuple[tuple[str, str], ...]]


def hooks(verifier: Verifier, ears: Ears, seen: Seen) -> Blueprint:
    """The webhooks as a blueprint."""
    blueprint = Blueprint("hooks", __name__, url_prefix="/twilio")

    def genuine(path: str) -> Form:
        try:
            form = Form.of(request.get_data(cache=False))
        except ValueError:  # more parameters than the network would ever send
            abort(400)
        if not verifier.genuine(path, form, request.headers.get(HEADER)):
            abort(403)
        return form

    @blueprint.post("/sms")
    def sms() -> Response:
        with seen.hook("sms"):
            form = genuine(_path())
            sid = form.first("MessageSid") or form.first("SmsMessageSid")
            if not sid:
                abort(400)
            ears.text_came_in(
                sid=sid,
                from_=form.first("From"),
                to=form.first("To"),
                body=form.first("Body"),
                media=_media(form),
                opt_out_type=form.first("OptOutType") or None,
            )
        return _answer(twiml.EMPTY)

    @blueprint.post("/status")
    def status() -> Response:
        with seen.hook("status"):
            path = _path()
            form = genuine(path)
            sid = form.first("MessageSid") or form.first("SmsSid")
            told = form.first("MessageStatus") or form.first("SmsStatus")
            if not sid or not told:
                abort(400)
            ears.status_came_in(
                sid=sid,
                message_id=_ours(path),
                status=told,
                error_code=_whole(form.first("ErrorCode")),
            )
        return _answer(twiml.EMPTY)

    @blueprint.post("/voice")
    def voice() -> Response:
        with seen.hook("voice"):
            genuine(_path())
            return _answer(twiml.say_and_hang_up(ears.spoken_greeting()))

    @blueprint.post("/voice/status")
    def voice_status() -> Response:
        with seen.hook("voice status"):
            genuine(_path())
        return _answer(twiml.EMPTY)

    return blueprint


def _path() -> str:
    """The path and query exactly as they were asked for: decoding would lose what was signed."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if raw.startswith("/"):
        return raw
    if raw:  # some proxies ask with the whole address
        parts = urlsplit(raw)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    query = request.query_string.decode("latin-1")
    return request.path + (f"?{query}" if query else "")


def _media(form: Form) -> tuple[str, ...]:
    """The addresses of pictures and sounds that came with a text."""
    count = min(_whole(form.first("NumMedia")) or 0, _MOST_MEDIA)
    return tuple(form.first(f"MediaUrl{place}") for place in range(count))


def _ours(path: str) -> str | None:
    """Our own id of the message, which its callback URL carries."""
    _, mark, query = path.partition("?")
    values = parse_qs(query).get("m") if mark else None
    return values[0] if values else None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _answer(document: str) -> Response:
    return Response(document, content_type=twiml.CONTENT_TYPE)
