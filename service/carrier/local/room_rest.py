"""The carrier's REST API for conferences and who is in them.

Promise: the paths, parameters, JSON and errors of the carrier's 2010-04-01 API: list, fetch and
end a conference; list, fetch, mute, hold and remove a participant, by call or by label. What holds
for every request is `rest.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from service.carrier.local.codes import Refused
from service.carrier.local.network import Network
from service.carrier.local.rest import Rest, json_answer, single_page
from service.carrier.local.rooms import BY_API, KICKED, Room, Rooms, Seat
from service.carrier.local.texts import API

_UNDONE = ("AnnounceUrl", "HoldUrl", "WaitUrl", "BeepOnExit", "Coaching", "CallSidToCoach")


class RoomRest:
    """The handlers for conferences."""

    def __init__(self, network: Network, rest: Rest) -> None:
        self._network = network
        self._rest = rest

    def routes(self) -> list[web.RouteDef]:
        """Every path."""
        door, rooms = self._rest.door, f"/{API}/Accounts/{{account}}/Conferences"
        found, seats = f"{rooms}/{{sid}}.json", f"{rooms}/{{sid}}/Participants"
        return [
            web.get(f"{rooms}.json", door("other", self._list)),
            web.get(found, door("other", self._fetch)),
            web.post(found, door("other", self._update)),
            web.get(f"{seats}.json", door("other", self._seats)),
            web.get(f"{seats}/{{call}}.json", door("other", self._seat)),
            web.post(f"{seats}/{{call}}.json", door("other", self._change)),
            web.delete(f"{seats}/{{call}}.json", door("other", self._remove)),
        ]

    @property
    def _rooms(self) -> Rooms:
        return self._network.calling.between.rooms

    # conferences

    async def _list(self, request: web.Request) -> web.Response:
        query = request.query
        rows = [room.resource() for room in self._newest_first() if _fits(room, query)]
        path = f"/{API}/Accounts/{self._network.account}/Conferences.json"
        return json_answer(single_page("conferences", rows, path), 200)

    def _newest_first(self) -> list[Room]:
        return list(self._rooms.by_sid.values())[::-1]

    def _room(self, request: web.Request) -> Room:
        room = self._rooms.by_sid.get(request.match_info["sid"])
        if room is None:
            raise Refused(20404)
        return room

    async def _fetch(self, request: web.Request) -> web.Response:
        return json_answer(self._room(request).resource(), 200)

    async def _update(self, request: web.Request) -> web.Response:
        room, form = self._room(request), await _given(request)
        if form.get("Status", "completed") != "completed":
            raise Refused(20001, "a conference can be set to completed alone")
        if form.get("Status"):
            self._rooms.end(room, BY_API)
        return json_answer(room.resource(), 200)

    # who is in one

    async def _seats(self, request: web.Request) -> web.Response:
        room, query = self._room(request), request.query
        rows = [
            seat.resource()
            for seat in room.seats.values()
            if query.get("Muted", _word(seat.muted)).lower() == _word(seat.muted)
            and query.get("Hold", _word(seat.held)).lower() == _word(seat.held)
            and query.get("Coaching", _word(bool(seat.coaches))).lower()
            == _word(bool(seat.coaches))
        ]
        return json_answer(single_page("participants", rows, f"{room.path}/Participants.json"), 200)

    def _found(self, request: web.Request) -> Seat:
        room, wanted = self._room(request), request.match_info["call"]
        for seat in room.seats.values():
            if wanted in (seat.call.sid, seat.label):
                return seat
        raise Refused(20404)

    async def _seat(self, request: web.Request) -> web.Response:
        return json_answer(self._found(request).resource(), 200)

    async def _change(self, request: web.Request) -> web.Response:
        seat, form = self._found(request), await _given(request)
        if "EndConferenceOnExit" in form:
            seat.ends = _yes(form, "EndConferenceOnExit")
        if "Muted" in form:
            self._rooms.set_muted(seat, _yes(form, "Muted"))
        if "Hold" in form:
            self._rooms.set_held(seat, _yes(form, "Hold"))
        return json_answer(seat.resource(), 200)

    async def _remove(self, request: web.Request) -> web.Response:
        self._rooms.leave(self._found(request), KICKED)
        return web.Response(status=204)


async def _given(request: web.Request) -> dict[str, str]:
    form = {name: str(value) for name, value in (await request.post()).items()}
    if undone := [name for name in _UNDONE if form.get(name)]:
        raise Refused(20001, f"this network carries out no {', '.join(undone)}")
    return form


def _fits(room: Room, query: Mapping[str, str]) -> bool:
    if query.get("Status", room.status) != room.status:
        return False
    if query.get("FriendlyName", room.name) != room.name:
        return False
    return _on_day(room.created, query, "DateCreated") and _on_day(
        room.updated, query, "DateUpdated"
    )


def _on_day(then: float, query: Mapping[str, str], name: str) -> bool:
    """By the day in UTC, as the carrier has it: `name=`, `name<=` (until), `name>=` (from)."""
    day = datetime.fromtimestamp(then, UTC).date().isoformat()
    exact, until, since = (query.get(f"{name}{sign}") for sign in ("", "<", ">"))
    for given in (exact, until, since):
        _is_day(given, name)
    return (
        (not exact or day == exact[:10])
        and (not until or day <= until[:10])
        and (not since or day >= since[:10])
    )


def _is_day(given: str | None, name: str) -> None:
    try:
        datetime.fromisoformat(given or "2026-01-31")
    except ValueError:
        raise Refused(20001, f"{name} has to be a day like 2026-01-31") from None


def _yes(form: Mapping[str, Any], name: str) -> bool:
    text = str(form[name]).lower()
    if text not in ("true", "false"):
        raise Refused(20001, f"{name} is true or false")
    return text == "true"


def _word(value: bool) -> str:
    return "true" if value else "false"
