"""The web application, put together: webhooks, audio for them, and what watches them.

Promise: an error is logged by type and place and answers without a word of it. No session, no
cookie, no page of an outside library. The console and the API join here as further blueprints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from service import logs
from service.carrier.signature import Verifier
from service.figures import Figure
from service.heartbeat import Trouble
from service.web.audio import Shelf, audio
from service.web.calls import CallEars, calls
from service.web.hooks import LARGEST_FORM, Ears, hooks
from service.web.watch import Check, Seen, watch

log = logs.get(__name__)


def build(
    verifier: Verifier,
    ears: Ears,
    call_ears: CallEars,
    shelf: Shelf,
    checks: Iterable[Check],
    figures: Callable[[], Iterable[Figure]],
    beat: Callable[[], Sequence[Trouble]],
) -> Flask:
    """The application over what it passes on to."""
    app = Flask("service.web", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    seen = Seen()
    app.register_blueprint(hooks(verifier, ears, seen))
    app.register_blueprint(calls(verifier, call_ears, seen, verifier.public_url))
    app.register_blueprint(audio(shelf, seen))
    app.register_blueprint(watch(seen, checks, figures, beat))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _broken)
    return app


def _refused(error: HTTPException) -> Response:
    return Response(status=error.code or 500, content_type="text/plain; charset=utf-8")


def _broken(error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    return Response(status=500, content_type="text/plain; charset=utf-8")
