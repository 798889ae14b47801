"""What the phone network holds: messages, calls, recordings and our own numbers.

Promise: reading is safe to repeat; what the network refuses or fails to answer is raised as one
error, `CarrierTrouble`, that carries no number and no text. Runs on the gateway's loop only.
"""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

if TYPE_CHECKING:
    from service.carrier.line import Line

T = TypeVar("T")

_PAGE = 200
_MOST_RECORDS = 10_000  # a bound for one question, so that it ends
LONGEST_RECORDING = 16 * 1024 * 1024  # bytes; an hour of speech
_CLOCK_SLACK = timedelta(minutes=2)  # their clock and ours, and `date_created` in whole seconds


class Record(NamedTuple):
    """A message as the network holds it. Moments are aware UTC; `sent_at` is None while queued."""

    sid: str
    direction: str
    to: str
    from_: str
    body: str
    status: str
    error_code: int | None
    created_at: datetime | None
    sent_at: datetime | None
    media: int


class CallRecord(NamedTuple):
    """A call as the network holds it; `answered_by` is "" where nobody listened for a machine."""

    sid: str
    direction: str
    to: str
    from_: str
    status: str
    answered_by: str
    seconds: int
    created_at: datetime | None


class RecordingRecord(NamedTuple):
    """A recording as the network holds it; `seconds` are 0 while it is not done."""

    sid: str
    call_sid: str
    status: str
    seconds: int
    created_at: datetime | None


class ServiceNumber(NamedTuple):
    """One of our numbers there, and where its webhooks point to ("" where nowhere)."""

    sid: str
    number: str
    sms_url: str
    sms_fallback_url: str
    voice_url: str
    voice_fallback_url: str
    status_callback: str


class CarrierTrouble(Exception):
    """A question that the network did not answer.

    `kind`: 'unreachable' (no line), 'failing' (its own error, or too much at once),
    'credentials', or 'refused'.
    """

    def __init__(
        self,
        kind: Literal["unreachable", "failing", "credentials", "refused"],
        code: int | None,
        reason: str,
    ) -> None:
        super().__init__(f"{kind}: {reason}" + (f" (code {code})" if code else ""))
        self.kind = kind
        self.code = code


class Reading:
    """Questions about what the network holds."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._account = line.client.api.account

    async def messages(self, *, to: str, from_: str, since: datetime) -> list[Record]:
        # not filtered by date there: DateSent is null for what is still queued
        return await _answered(self._collect({"to": to, "from_": from_}, since))

    async def received(self, *, since: datetime, to: str | None) -> list[Record]:
        wanted: dict[str, Any] = {"date_sent_after": since - _CLOCK_SLACK}
        if to is not None:
            wanted["to"] = to
        found = await _answered(self._collect(wanted, since))
        found.reverse()
        return [record for record in found if record.direction == "inbound"]

    async def sent(self, *, since: datetime, until: datetime) -> list[Record]:
        wanted = {"date_sent_after": since, "date_sent_before": until}
        found = await _answered(self._collect(wanted, since - timedelta(days=1)))
        return [record for record in found if record.direction != "inbound"]

    async def _collect(self, wanted: dict[str, Any], since: datetime) -> list[Record]:
        """Records newest first, until they are older than `since`."""
        found: list[Record] = []
        stream = await self._account.messages.stream_async(
            **wanted, limit=_MOST_RECORDS, page_size=_PAGE
        )
        async for instance in stream:
            record = _record(instance)
            if record.created_at is not None and record.created_at < since - _CLOCK_SLACK:
                break
            found.append(record)
        return found

    async def message(self, sid: str) -> Record | None:
        instance = await _answered(_found(self._account.messages(sid).fetch_async()))
        return _record(instance) if instance is not None else None

    async def redact(self, sid: str) -> bool:
        updated = self._account.messages(sid).update_async(body="")
        return await _answered(_found(updated)) is not None

    async def delete(self, sid: str) -> bool:
        account = self._account
        record = account.calls(sid) if sid.startswith("CA") else account.messages(sid)
        return bool(await _answered(_found(record.delete_async())))

    async def calls(self, *, to: str, from_: str, since: datetime) -> list[CallRecord]:
        # not filtered by date there: StartTime is null for what has not begun to ring
        return await _answered(self._collect_calls(to, from_, since))

    async def _collect_calls(self, to: str, from_: str, since: datetime) -> list[CallRecord]:
        found: list[CallRecord] = []
        stream = await self._account.calls.stream_async(
            to=to, from_=from_, limit=_MOST_RECORDS, page_size=_PAGE
        )
        async for instance in stream:
            record = _call(instance)
            if record.created_at is not None and record.created_at < since - _CLOCK_SLACK:
                break
            found.append(record)
        return found

    async def call(self, sid: str) -> CallRecord | None:
        instance = await _answered(_found(self._account.calls(sid).fetch_async()))
        return _call(instance) if instance is not None else None

    async def recording(self, sid: str) -> tuple[bytes, str] | None:
        status, content, media_type = await _answered(
            self._line.read(f"Recordings/{sid}.mp3", LONGEST_RECORDING)
        )
        if status == 404:
            return None
        if status != 200 or not media_type.startswith("audio/"):
            raise _told(status, None)
        if len(content) > LONGEST_RECORDING:
            raise CarrierTrouble("refused", None, "the recording is too long to be kept")
        return content, media_type

    async def recordings(self, *, since: datetime) -> list[RecordingRecord]:
        return await _answered(self._collect_recordings(since))

    async def _collect_recordings(self, since: datetime) -> list[RecordingRecord]:
        found: list[RecordingRecord] = []
        stream = await self._account.recordings.stream_async(
            date_created_after=since - _CLOCK_SLACK, limit=_MOST_RECORDS, page_size=_PAGE
        )
        async for instance in stream:
            record = _recording(instance)
            if record.created_at is not None and record.created_at < since - _CLOCK_SLACK:
                break
            found.append(record)
        return found

    async def delete_recording(self, sid: str) -> bool:
        return bool(await _answered(_found(self._account.recordings(sid).delete_async())))

    async def numbers(self) -> list[ServiceNumber]:
        found = await _answered(
            self._account.incoming_phone_numbers.list_async(limit=_MOST_RECORDS)
        )
        return [_number(instance) for instance in found]

    async def point(self, number_sid: str, urls: dict[str, str]) -> ServiceNumber:
        context = self._account.incoming_phone_numbers(number_sid)
        methods = {
            name.replace("_url", "_method"): "POST" for name in urls if name.endswith("_url")
        }
        return _number(await _answered(context.update_async(**(methods | urls))))

    async def account_status(self) -> str:
        return str((await _answered(self._account.fetch_async())).status)


async def _found(asked: Coroutine[Any, Any, T]) -> T | None:
    """The answer, or None where the network knows no such thing."""
    from twilio.base.exceptions import TwilioRestException

    try:
        return await asked
    except TwilioRestException as error:
        if error.status == 404:
            return None
        raise


async def _answered(asked: Coroutine[Any, Any, T]) -> T:
    """The answer; whatever stands in its way is raised as CarrierTrouble.

    The library raises one kind for a single thing, a barer one for lists, and the transport's
    errors raw.
    """
    import aiohttp
    from twilio.base.exceptions import TwilioException, TwilioServiceException

    try:
        return await asked
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise CarrierTrouble("unreachable", None, type(error).__name__) from None
    except (TwilioException, TwilioServiceException) as error:
        raise _trouble(error) from None


def _trouble(error: Exception) -> CarrierTrouble:
    status = int(getattr(error, "status", 0) or 0)
    if not status and len(error.args) > 1:  # a list hands over the response itself
        status = int(getattr(error.args[1], "status_code", 0) or 0)
    code = getattr(error, "code", None)
    return _told(status, code if isinstance(code, int) else None)


def _told(status: int, code: int | None) -> CarrierTrouble:
    if status == 401 or code == 20003:
        return CarrierTrouble("credentials", code, "the account's keys were refused")
    if status >= 500 or status == 429:
        return CarrierTrouble("failing", code, f"answered {status}")
    return CarrierTrouble("refused", code, f"answered {status}" if status else "unreadable answer")


def _record(instance: Any) -> Record:
    return Record(
        sid=instance.sid,
        direction=str(instance.direction or ""),
        to=instance.to or "",
        from_=instance.from_ or "",
        body=instance.body or "",
        status=str(instance.status or ""),
        error_code=instance.error_code,
        created_at=instance.date_created,
        sent_at=instance.date_sent,
        media=int(instance.num_media or 0),
    )


def _call(instance: Any) -> CallRecord:
    return CallRecord(
        sid=instance.sid,
        direction=str(instance.direction or ""),
        to=instance.to or "",
        from_=instance._from or "",  # the library's own name for it; it has no public one
        status=str(instance.status or ""),
        answered_by=str(instance.answered_by or ""),
        seconds=int(instance.duration or 0),
        created_at=instance.date_created,
    )


def _recording(instance: Any) -> RecordingRecord:
    return RecordingRecord(
        sid=instance.sid,
        call_sid=instance.call_sid or "",
        status=str(instance.status or ""),
        seconds=max(int(instance.duration or 0), 0),
        created_at=instance.date_created,
    )


def _number(instance: Any) -> ServiceNumber:
    return ServiceNumber(
        sid=instance.sid,
        number=instance.phone_number or "",
        sms_url=instance.sms_url or "",
        sms_fallback_url=instance.sms_fallback_url or "",
        voice_url=instance.voice_url or "",
        voice_fallback_url=instance.voice_fallback_url or "",
        status_callback=instance.status_callback or "",
    )
