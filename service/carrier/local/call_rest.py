"""The carrier's REST API for calls and recordings.

Promise: the paths, parameters, JSON and errors of the carrier's 2010-04-01 API; what holds for
every request (credentials, the weather) is `rest.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from service.carrier.local.agenda import moment
from service.carrier.local.calls import Call
from service.carrier.local.codes import Refused
from service.carrier.local.network import Network
from service.carrier.local.recordings import Recording
from service.carrier.local.rest import (
    LARGEST_PAGE,
    PAGE_SIZE,
    Form,
    Rest,
    json_answer,
    single_page,
    whole,
)
from service.carrier.local.texts import API

DAY_SECONDS = timedelta(days=1).total_seconds()


class CallRest:
    """The handlers for calls and recordings."""

    def __init__(self, network: Network, rest: Rest) -> None:
        self._network = network
        self._rest = rest

    def routes(self) -> list[web.RouteDef]:
        """Every path."""
        door, account = self._rest.door, f"/{API}/Accounts/{{account}}"
        calls, recordings = f"{account}/Calls", f"{account}/Recordings"
        return [
            web.post(f"{calls}.json", self._rest.creating("create call", self._create)),
            web.get(f"{calls}.json", door("list calls", self._list)),
            web.get(f"{calls}/{{sid}}.json", door("other", self._fetch)),
            web.post(f"{calls}/{{sid}}.json", door("other", self._update)),
            web.delete(f"{calls}/{{sid}}.json", door("other", self._delete)),
            web.get(f"{calls}/{{sid}}/Recordings.json", door("other", self._of_call)),
            *(
                route
                for found in (f"{recordings}/{{sid}}", f"{calls}/{{call}}/Recordings/{{sid}}")
                for route in (
                    web.get(f"{found}.json", door("other", self._recording)),
                    web.delete(f"{found}.json", door("other", self._drop)),
                )
            ),
            web.get(f"{recordings}.json", door("other", self._recordings)),
            web.get(
                f"{recordings}/{{sid:[^./]+}}{{ending:(\\.wav|\\.mp3)?}}",
                door("other", self._sound),
            ),
        ]

    # calls

    def _create(self, form: Form) -> dict[str, Any]:
        told = form.getall("StatusCallbackEvent", ()) if hasattr(form, "getall") else ()
        events = " ".join(map(str, told))
        return self._network.calling.create(form, events.split()).resource()

    async def _list(self, request: web.Request) -> web.Response:
        query = request.query
        size = min(max(whole(query, "PageSize", PAGE_SIZE), 1), LARGEST_PAGE)
        page = max(whole(query, "Page", 0), 0)
        found = list(islice(self._fitting(query), page * size, page * size + size + 1))
        path = f"/{API}/Accounts/{self._network.account}/Calls.json"
        asked = {k: v for k, v in query.items() if k not in ("Page", "PageToken", "PageSize")}

        def uri(number: int) -> str:
            return f"{path}?{urlencode({**asked, 'PageSize': size, 'Page': number})}"

        shown = single_page("calls", [call.resource() for call in found[:size]], uri(page))
        shown |= {"page": page, "page_size": size, "start": page * size, "first_page_uri": uri(0)}
        shown["end"] = page * size + max(len(shown["calls"]) - 1, 0)
        shown["next_page_uri"] = uri(page + 1) if len(found) > size else None
        shown["previous_page_uri"] = uri(page - 1) if page else None
        return json_answer(shown, 200)

    def _fitting(self, query: Mapping[str, str]) -> Iterator[Call]:
        until = moment() - self._network.weather.list_late_ms / 1000
        started, ended = _between(query, "StartTime"), _between(query, "EndTime")
        for call in self._network.ledger.calls.newest_first():
            if call.created > until or query.get("Status", call.status) != call.status:
                continue
            if query.get("To", call.to) != call.to or query.get("From", call.sender) != call.sender:
                continue
            if started(call.started) and ended(call.ended):
                yield call

    def _call(self, request: web.Request) -> Call:
        call = self._network.ledger.calls.by_sid.get(request.match_info["sid"])
        if call is None:
            raise Refused(20404)
        return call

    async def _fetch(self, request: web.Request) -> web.Response:
        return json_answer(self._call(request).resource(), 200)

    async def _update(self, request: web.Request) -> web.Response:
        call, form = self._call(request), await request.post()
        self._network.calling.update(call, {name: str(value) for name, value in form.items()})
        return json_answer(call.resource(), 200)

    async def _delete(self, request: web.Request) -> web.Response:
        call = self._call(request)
        if not call.over:
            raise Refused(20009, "the call is under way and cannot be deleted yet")
        self._network.ledger.calls.delete(call)
        return web.Response(status=204)

    # recordings

    async def _of_call(self, request: web.Request) -> web.Response:
        call = self._call(request)
        found = self._network.ledger.calls.recordings_of(call.sid)
        return self._page(found, f"/{API}/Accounts/{call.account}/Calls/{call.sid}/Recordings.json")

    async def _recordings(self, request: web.Request) -> web.Response:
        calls, sid = self._network.ledger.calls, request.query.get("CallSid")
        found = calls.recordings_of(sid) if sid else list(calls.recordings.values())
        return self._page(found, f"/{API}/Accounts/{self._network.account}/Recordings.json")

    def _page(self, found: list[Recording], path: str) -> web.Response:
        rows = [recording.resource(self._network.calling.base_url) for recording in found]
        return json_answer(single_page("recordings", rows[::-1], path), 200)

    def _found(self, request: web.Request) -> Recording:
        recording = self._network.ledger.calls.recordings.get(request.match_info["sid"])
        if recording is None:
            raise Refused(20404)
        return recording

    async def _recording(self, request: web.Request) -> web.Response:
        recording = self._found(request)
        return json_answer(recording.resource(self._network.calling.base_url), 200)

    async def _drop(self, request: web.Request) -> web.Response:
        self._network.ledger.calls.drop(self._found(request))
        return web.Response(status=204)

    async def _sound(self, request: web.Request) -> web.Response:
        recording = self._found(request)
        if recording.status != "completed":
            raise Refused(20404)
        if request.match_info["ending"] == ".mp3":
            return web.Response(body=recording.mp3(), content_type="audio/mpeg")
        return web.Response(body=recording.wav(), content_type="audio/x-wav")


def _between(query: Mapping[str, str], name: str) -> Callable[[float | None], bool]:
    """A test for a moment (None: not yet), by a day or moment in UTC: `name=`, `name<`, `name>`."""
    exact, least, most = (query.get(f"{name}{sign}") for sign in ("", ">", "<"))
    if not (exact or least or most):
        return lambda _: True
    low, high = float("-inf"), float("inf")
    if exact:
        low = _seconds(exact, name)
        high = low + DAY_SECONDS - 1
    if least:
        low = max(low, _seconds(least, name))
    if most:
        high = min(high, _seconds(most, name))
    return lambda then: then is not None and low <= int(then) <= high


def _seconds(text: str, name: str) -> float:
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(20001, f"{name} has to be a day or a moment like 2026-01-31") from None
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()
