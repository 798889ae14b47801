"""The phone network's webhooks for calls: who calls, what came in, who met, how a call ended.

Promise: a caller never meets a dead line. Whatever happens on our side, the answer is 200 with
words, lines where any are known, and another try while they wait. The same webhook gets the same
answer. No rule lives here, and nothing of a form is logged or put into an address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from flask import Blueprint, Response, abort
from werkzeug.exceptions import HTTPException

from flows.calling import Came
from service import logs
from service.carrier import twiml, voice
from service.carrier.signature import Form, Verifier
from service.carrier.voice import Spoken
from service.carrier.webhooks import RETRIES
from service.web.signed import answer, asked_for, genuine_by, told_by, whole
from service.web.watch import Seen

log = logs.get(__name__)

MOST_TRIES = 3
"""How often a webhook that could not be answered is asked for again, while the caller waits."""
_WAIT_S = 5
_ENDED = "completed"  # how it writes of a call that they left in a room
_HUNG_UP = "hangup"  # what the network writes as the key that ended a recording


class CameIn(Protocol):
    def __call__(self, *, sid: str, from_: str, to: str) -> str: ...


class Answered(Protocol):
    def __call__(self, *, call_id: str, sid: str, answered_by: str | None) -> str: ...


class WentOn(Protocol):
    def __call__(
        self, *, call_id: str, step: int, came: Came, recorded: tuple[str, int] | None,
        hung_up: bool,
    ) -> str: ...  # fmt: skip


class Ended(Protocol):
    def __call__(
        self, *, sid: str, call_id: str | None, status: str, seconds: int | None,
        answered_by: str | None, error_code: str | None,
    ) -> None: ...  # fmt: skip


class Recorded(Protocol):
    def __call__(self, *, call_id: str, sid: str, seconds: int) -> None: ...


class Met(Protocol):
    def __call__(self, *, leg_id: str, room: str, event: str) -> None: ...


class CallEars(NamedTuple):
    """Whom the hooks pass on to, each perhaps twice with the same; and the words for when we are
    away, which have to be there whatever is not."""

    came_in: CameIn
    answered: Answered
    went_on: WentOn
    ended: Ended
    recorded: Recorded
    met: Met
    away: Callable[[], list[Spoken]]


def calls(verifier: Verifier, ears: CallEars, seen: Seen, public_url: str) -> Blueprint:
    """The webhooks as a blueprint."""
    blueprint = Blueprint("calls", __name__, url_prefix="/twilio/voice")
    genuine = genuine_by(verifier)

    def spoken(path: str, speak: Callable[[], str]) -> Response:
        """What is to be said; where nothing can be, the words for when we are away."""
        try:
            return answer(speak())
        except HTTPException:
            raise
        except Exception as error:
            log.error("a call could not be answered, the lines are told", exc_info=error)
            return answer(_away(ears.away(), path, public_url))

    @blueprint.post("")
    def came_in() -> Response:
        with seen.hook("voice"):
            path = asked_for()
            form = genuine(path)
            sid = _needed(form.first("CallSid"))
            return spoken(
                path, lambda: ears.came_in(sid=sid, from_=form.first("From"), to=form.first("To"))
            )

    @blueprint.post("/answered")
    def answered() -> Response:
        with seen.hook("voice answered"):
            path = asked_for()
            form = genuine(path)
            call_id, sid = _needed(told_by(path, "c")), form.first("CallSid")
            by = form.first("AnsweredBy") or None
            return spoken(path, lambda: ears.answered(call_id=call_id, sid=sid, answered_by=by))

    @blueprint.post("/step")
    def step() -> Response:
        with seen.hook("voice step"):
            path = asked_for()
            form = genuine(path)
            call_id, at = _needed(told_by(path, "c")), whole(told_by(path, "s") or "")
            if at is None:
                abort(400)
            recorded = _recorded(form)
            return spoken(
                path,
                lambda: ears.went_on(
                    call_id=call_id, step=at, came=_came(form, recorded), recorded=recorded,
                    hung_up=form.first("Digits") == _HUNG_UP
                    or form.first("CallStatus") == _ENDED,
                ),
            )  # fmt: skip

    @blueprint.post("/status")
    def status() -> Response:
        with seen.hook("voice status"):
            path = asked_for()
            form = genuine(path)
            sid, told = _needed(form.first("CallSid")), _needed(form.first("CallStatus"))
            ears.ended(
                sid=sid, call_id=told_by(path, "c"), status=told,
                seconds=whole(form.first("CallDuration")),
                answered_by=form.first("AnsweredBy") or None,
                error_code=form.first("ErrorCode") or form.first("SipResponseCode") or None,
            )  # fmt: skip
        return answer(twiml.EMPTY)

    @blueprint.post("/conference")
    def conference() -> Response:
        with seen.hook("voice conference"):
            form = genuine(asked_for())
            leg_id, event = form.first("ParticipantLabel"), form.first("StatusCallbackEvent")
            if leg_id and event:  # that a room began or ended is nobody's news
                ears.met(leg_id=leg_id, room=form.first("FriendlyName"), event=event)
        return answer(twiml.EMPTY)

    @blueprint.post("/recording")
    def recording() -> Response:
        with seen.hook("voice recording"):
            path = asked_for()
            form = genuine(path)
            call_id, recorded = _needed(told_by(path, "c")), _recorded(form)
            if recorded is not None and form.first("RecordingStatus", "completed") == "completed":
                ears.recorded(call_id=call_id, sid=recorded[0], seconds=recorded[1])
        return answer(twiml.EMPTY)

    return blueprint


def _needed(value: str | None) -> str:
    if not value:
        abort(400)
    return value


def _came(form: Form, recorded: tuple[str, int] | None) -> Came:
    """Keys, words or a recording. The key that ended a recording is no answer."""
    if recorded is not None or form.first("Digits") == _HUNG_UP:
        return Came(recorded=recorded[1] if recorded is not None else 0)
    return Came(form.first("Digits"), form.first("SpeechResult"), _sure(form.first("Confidence")))


def _recorded(form: Form) -> tuple[str, int] | None:
    sid = form.first("RecordingSid")
    seconds = whole(form.first("RecordingDuration"))
    return (sid, seconds or 0) if sid else None


def _sure(told: str) -> float:
    """From 0 to 1; where the network does not say, words count as they were heard."""
    try:
        confidence = float(told)
    except ValueError:
        return 1.0
    return confidence if 0 <= confidence <= 1 else 1.0


def _away(words: list[Spoken], path: str, public_url: str) -> str:
    """Say it, and ask again in a while; after some tries the call ends with the lines said."""
    tries = whole(told_by(path, "t") or "") or 0
    if tries >= MOST_TRIES:
        return voice.hang_up(words)
    before = path.partition("&t=")[0].partition("?t=")[0]
    mark = "&" if "?" in before else "?"
    said = words if tries == 0 else []
    return voice.wait(said, _WAIT_S, f"{public_url}{before}{mark}t={tries + 1}{RETRIES}")
