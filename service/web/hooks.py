"""The phone network's webhooks for texts: check the signature, read the form, pass it on, answer.

Promise: what the network did not sign is 403 and has no effect; whatever it sent once, it gets the
same answer however often it repeats it; an error answers 500 without a word, so that the network
tries again. No rule lives here. Nothing of a form is logged.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from flask import Blueprint, Response, abort

from service.carrier import twiml
from service.carrier.signature import Form, Verifier
from service.web.signed import answer, asked_for, genuine_by, told_by, whole
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


def hooks(verifier: Verifier, ears: Ears, seen: Seen) -> Blueprint:
    """The webhooks as a blueprint."""
    blueprint = Blueprint("hooks", __name__, url_prefix="/twilio")

    genuine = genuine_by(verifier)

    @blueprint.post("/sms")
    def sms() -> Response:
        with seen.hook("sms"):
            form = genuine(asked_for())
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
        return answer(twiml.EMPTY)

    @blueprint.post("/status")
    def status() -> Response:
        with seen.hook("status"):
            path = asked_for()
            form = genuine(path)
            sid = form.first("MessageSid") or form.first("SmsSid")
            told = form.first("MessageStatus") or form.first("SmsStatus")
            if not sid or not told:
                abort(400)
            ears.status_came_in(
                sid=sid,
                message_id=told_by(path, "m"),
                status=told,
                error_code=whole(form.first("ErrorCode")),
            )
        return answer(twiml.EMPTY)

    return blueprint


def _media(form: Form) -> tuple[str, ...]:
    """The addresses of pictures and sounds that came with a text."""
    count = min(whole(form.first("NumMedia")) or 0, _MOST_MEDIA)
    return tuple(form.first(f"MediaUrl{place}") for place in range(count))
