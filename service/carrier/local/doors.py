"""The network's own HTTP side: the handsets for page, terminal and tests, and the control API.

Promise: reads a request, calls the network, answers JSON. `/control` exists only when asked for at
the start.
"""

from __future__ import annotations

import asyncio
import time

from aiohttp import web
from pydantic import ValidationError

from service.carrier.local import geography
from service.carrier.local.bell import ALL
from service.carrier.local.codes import Refused
from service.carrier.local.network import Network
from service.carrier.local.requests import LONGEST_WAIT, answer, given_in, number_in, wrong
from service.carrier.local.weather import Weather

LONGEST_NAME = 40
IDLE_LOOK = 0.01


class Doors:
    """Handlers of `/handsets`, `/changes` and `/control`."""

    def __init__(self, network: Network, control: bool) -> None:
        self._network = network
        self._control = control

    def routes(self) -> list[web.RouteDef]:
        """Every path; those of control only where it was asked for."""
        routes = [
            web.get("/health", self._health),
            web.get("/changes", self._changes),
            web.post("/handsets", self._add),
            web.delete("/handsets/{number}", self._remove),
            *self._handset_routes(""),
        ]
        if self._control:
            routes += [
                web.get("/control", self._show),
                web.post("/control", self._misbehave),
                web.post("/control/reset", self._reset),
                web.post("/control/forget", self._forget),
                web.post("/control/flush", self._flush),
                web.get("/control/idle", self._idle),
                web.get("/control/counts", self._counts),
                web.get("/control/troubles", self._troubles),
                web.post("/control/numbers", self._own),
                *self._handset_routes("/control"),
            ]
        return routes

    def _handset_routes(self, root: str) -> list[web.RouteDef]:
        return [
            web.post(f"{root}/handsets/{{number}}/send", self._send),
            web.get(f"{root}/handsets/{{number}}/messages", self._messages),
        ]

    async def _health(self, request: web.Request) -> web.Response:
        return answer({"status": "ok"})

    # handsets

    async def _send(self, request: web.Request) -> web.Response:
        given = await given_in(request)
        numbers = list(self._network.ledger.numbers)
        body, to, media = given.get("body", ""), given.get("to"), given.get("media", [])
        if not isinstance(body, str) or not isinstance(media, list):
            raise wrong("body is a text, media a list of URLs")
        if not body.strip() and not media and not self._control:
            raise wrong("the text is empty")
        number = request.match_info["number"]
        if not self._control and not geography.is_number(number):
            raise wrong(f"{number} is no number. Write it with + and country code, digits only.")
        try:
            sent = self._network.hear(number, str(to or numbers[0]), body, tuple(map(str, media)))
        except Refused as refusal:
            raise wrong(f"{to} is no number of this service", 404) from refusal
        return answer(sent.bubble(), 201)

    async def _messages(self, request: web.Request) -> web.Response:
        query, number = request.query, request.match_info["number"]
        since, count = number_in(query, "since", 0), number_in(query, "count", 1)
        ends = time.monotonic() + min(number_in(query, "wait", 0), LONGEST_WAIT)
        direction = query.get("direction")
        while True:
            found = self._network.ledger.phone_texts(number, int(since), direction)
            left = ends - time.monotonic()
            if len(found) >= count or left <= 0:
                last = found[-1].shown if found else int(since)
                return answer({"messages": [text.bubble() for text in found], "last": last})
            await self._network.bell.wait(number, left)

    async def _add(self, request: web.Request) -> web.Response:
        given = await given_in(request)
        number = geography.written_plainly(str(given.get("number", "")))
        if not geography.is_number(number):
            raise wrong("Write the number with + and country code, like +1 555 014 2003.")
        if number in self._network.ledger.numbers:
            raise wrong("This is the service's own number. Choose another one.")
        name = str(given.get("name", "")).strip()[:LONGEST_NAME] or number
        self._network.ledger.name_handset(number, name)
        self._network.bell.ring(number)
        return answer({"number": number, "name": name}, 201)

    async def _remove(self, request: web.Request) -> web.Response:
        self._network.ledger.name_handset(request.match_info["number"], None)
        self._network.bell.ring(request.match_info["number"])
        return web.Response(status=204)

    async def _changes(self, request: web.Request) -> web.Response:
        """What the page shows: everything that changed after `since`, as soon as there is any."""
        ledger, query = self._network.ledger, request.query
        since = int(number_in(query, "since", -1))
        ends = time.monotonic() + min(number_in(query, "wait", 0), LONGEST_WAIT)
        while (
            query.get("era") == ledger.era
            and ledger.version == since
            and (left := ends - time.monotonic()) > 0
        ):
            await self._network.bell.wait(ALL, left)
        if query.get("era") != ledger.era:  # the network was started anew, perhaps just now
            since = -1
        texts = [
            text.bubble()
            for number in ledger.handsets
            for text in ledger.shown.get(number, ())
            if text.version > since
        ]
        handsets = [
            {"number": number, "name": name, "opted_out": self._opted_out(number)}
            for number, name in ledger.handsets.items()
        ]
        return answer(
            {
                "era": ledger.era,
                "version": ledger.version,
                "whole": since < 0,
                "service": list(ledger.numbers),
                "handsets": handsets,
                "others": [n for n in reversed(ledger.others) if n not in ledger.handsets],
                "calls": self._network.ledger.calls.changed(ledger.handsets, since),
                "texts": sorted(texts, key=lambda bubble: bubble["seq"]),
            }
        )

    def _opted_out(self, handset: str) -> bool:
        return any(out == handset for _, out in self._network.ledger.opted_out)

    # control

    async def _show(self, request: web.Request) -> web.Response:
        return answer(self._network.describe())

    async def _misbehave(self, request: web.Request) -> web.Response:
        given = await given_in(request)
        if "public_url" in given:
            self._network.public_url = str(given.pop("public_url")).rstrip("/")
        try:
            weather = self._network.weather.changed(given)
        except ValidationError as refused:
            raise wrong(_told(refused)) from refused
        self._network.misbehave(weather, again="seed" in given)
        return answer(self._network.describe())

    async def _reset(self, request: web.Request) -> web.Response:
        self._network.misbehave(Weather(), again=True)
        return answer(self._network.describe())

    async def _forget(self, request: web.Request) -> web.Response:
        self._network.forget()
        return web.Response(status=204)

    async def _flush(self, request: web.Request) -> web.Response:
        """Do at once what is due later, and wait until all of it is done."""
        ends = time.monotonic() + min(number_in(request.query, "wait", 30), LONGEST_WAIT)
        self._network.agenda.run_all()
        while self._network.busy and time.monotonic() < ends:
            self._network.agenda.run_all()
            await asyncio.sleep(IDLE_LOOK)
        return answer({"idle": not self._network.busy})

    async def _idle(self, request: web.Request) -> web.Response:
        """Wait until nothing is on its way."""
        ends = time.monotonic() + min(number_in(request.query, "wait", 30), LONGEST_WAIT)
        while self._network.busy and time.monotonic() < ends:
            await asyncio.sleep(IDLE_LOOK)
        next_ = self._network.calling.rings.first
        return answer(
            {
                "idle": not self._network.busy,
                "next": next_,  # when a phone has rung long enough, or a call lasted so
                "counts": self._network.tally.summary(),
            }
        )

    async def _counts(self, request: web.Request) -> web.Response:
        tally, shown = self._network.tally, request.query.get("show", "")
        counts = tally.summary()
        counts["under_way"] = len(self._network.agenda)
        if shown in ("doubled", "all"):
            counts["rows"] = tally.accepted_rows(shown == "all")
            counts["call_rows"] = tally.call_rows(shown == "all")
            counts["callback_rows"] = {
                url: n for url, n in tally.by_callback.items() if shown == "all" or n > 1
            }
        return answer(counts)

    async def _troubles(self, request: web.Request) -> web.Response:
        return answer({"troubles": list(self._network.inbound.troubles)})

    async def _own(self, request: web.Request) -> web.Response:
        number = str((await given_in(request)).get("number", ""))
        if not geography.is_number(number):
            raise wrong("number has to be + and 7 to 15 digits")
        made = self._network.ledger.own(number)
        shown = made.resource(self._network.account, self._network.public_url)
        return answer(shown, 201)


def _told(refused: ValidationError) -> str:
    parts = []
    for error in refused.errors(include_url=False):
        name = ".".join(str(place) for place in error["loc"])
        if error["type"] == "extra_forbidden":
            parts.append(f"{name} is no setting; they are {', '.join(Weather.model_fields)}")
        else:
            parts.append(f"{name}: {error['msg']}")
    return "; ".join(parts)
