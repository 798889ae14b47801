"""The carrier's REST API: what holds for every request, and messages, numbers and the account.

Promise: the paths, parameters, JSON and errors of the carrier's 2010-04-01 API; HTTP basic
authentication on every request. The weather is felt here and nowhere else: what is dropped,
refused or late is decided before or after the network has done its work, never in between.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import web

from service.carrier.local.agenda import moment
from service.carrier.local.codes import Refused
from service.carrier.local.network import Network
from service.carrier.local.sent_dates import between
from service.carrier.local.texts import API, ServiceNumber, Text, rfc2822

Form = Mapping[str, Any]  # aiohttp's, which keeps repeated names apart with `getall`
Work = Callable[[web.Request], Awaitable[web.Response]]
Create = Callable[[Form], dict[str, Any]]  # may raise Refused
PAGE_SIZE, LARGEST_PAGE = 50, 1000
JSON = "application/json"


class Rest:
    """The handlers of the API."""

    def __init__(self, network: Network) -> None:
        self._network = network
        pair = f"{network.account}:{network.token}".encode()
        self._credentials = "Basic " + base64.b64encode(pair).decode()

    def routes(self) -> list[web.RouteDef]:
        """Every path of the API."""
        account = f"/{API}/Accounts/{{account}}"
        messages, numbers = f"{account}/Messages", f"{account}/IncomingPhoneNumbers"
        return [
            web.post(f"{messages}.json", self.creating("create", self._create)),
            web.get(f"{messages}.json", self.door("list", self._list)),
            web.get(f"{messages}/{{sid}}.json", self.door("other", self._fetch)),
            web.post(f"{messages}/{{sid}}.json", self.door("other", self._update)),
            web.delete(f"{messages}/{{sid}}.json", self.door("other", self._delete)),
            web.get(f"{messages}/{{sid}}/Media.json", self.door("other", self._media)),
            web.get(f"{numbers}.json", self.door("other", self._numbers)),
            web.get(f"{numbers}/{{sid}}.json", self.door("other", self._number)),
            web.post(f"{numbers}/{{sid}}.json", self.door("other", self._configure)),
            web.get(f"{account}.json", self.door("other", self._account)),
            web.get(f"{account}/Balance.json", self.door("other", self._balance)),
            web.route("*", f"/{API}/{{rest:.*}}", self.door("other", self._nothing)),
        ]

    # creating, with everything that can go wrong around it

    def creating(self, kind: str, work: Create) -> Work:
        """A handler that creates something, counted as `kind`."""

        async def handle(request: web.Request) -> web.Response:
            self._network.tally.requests[kind] += 1
            return await self._creation(request, work)

        return handle

    def _create(self, form: Form) -> dict[str, Any]:
        return self._network.create(form).resource(self._network.account)

    async def _creation(self, request: web.Request, work: Create) -> web.Response:
        network = self._network
        try:
            self._authenticate(request)
            form = await request.post()
            fate = self._fate(request)
            if fate is not None:
                await self._latency()
                return fate
            weather, roll = network.weather, network.chance.random
            if weather.drop_before and roll() < weather.drop_before:
                return self._drop(request, "dropped before")
            made = work(form)
        except Refused as refusal:
            await self._latency()
            return _refusal(refusal)
        if weather.drop_after and roll() < weather.drop_after:
            await self._latency()
            return self._drop(request, "dropped after")
        if weather.broken_after and roll() < weather.broken_after:
            network.tally.mischief["broken after"] += 1
            await self._latency()
            return _refusal(Refused(20500))
        answer = json_answer(made, 201)
        if weather.stall and roll() < weather.stall:
            network.tally.mischief["stalled"] += 1
            await asyncio.sleep(weather.stall_ms / 1000)
        await self._latency()
        return answer

    # around every request

    def door(self, kind: str, work: Work) -> Work:
        """A handler of any other request, counted as `kind`."""

        async def handle(request: web.Request) -> web.Response:
            self._network.tally.requests[kind] += 1
            try:
                self._authenticate(request)
                fate = self._fate(request)
                answer = await work(request) if fate is None else fate
            except Refused as refusal:
                answer = _refusal(refusal)
            await self._latency()
            return answer

        return handle

    def _authenticate(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != self._credentials:
            raise Refused(20003)
        account = request.match_info.get("account")
        if account is not None and account != self._network.account:
            raise Refused(20404)

    def _fate(self, request: web.Request) -> web.Response | None:
        """What the weather does to a request before it is looked at; None on a good day."""
        weather, roll = self._network.weather, self._network.chance.random
        if weather.outage == "unreachable":
            return self._drop(request, "unreachable")
        if weather.outage == "refuse":
            return self._turn_away(20503)
        if weather.too_many and roll() < weather.too_many:
            return self._turn_away(20429)
        if weather.broken and roll() < weather.broken:
            return self._turn_away(20500)
        return None

    def _turn_away(self, code: int) -> web.Response:
        self._network.tally.mischief[str(code)] += 1
        return _refusal(Refused(code))

    def _drop(self, request: web.Request, how: str) -> web.Response:
        """Cut the connection without a word of HTTP."""
        self._network.tally.mischief[how] += 1
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _latency(self) -> None:
        weather = self._network.weather
        if weather.latency_ms or weather.latency_jitter_ms:
            jitter = weather.latency_jitter_ms * self._network.chance.random()
            await asyncio.sleep((weather.latency_ms + jitter) / 1000)

    # messages

    async def _list(self, request: web.Request) -> web.Response:
        query, network = request.query, self._network
        size = min(max(whole(query, "PageSize", PAGE_SIZE), 1), LARGEST_PAGE)
        page = max(whole(query, "Page", 0), 0)
        before = None
        if token := query.get("PageToken"):
            before = network.ledger.by_sid.get(token.removeprefix("PA"))
            if before is None:
                raise Refused(20001, "the page token is none of this list's")
        listed_until = moment() - network.weather.list_late_ms / 1000
        sent = between(query)
        rows = network.ledger.newest_first(query.get("To"), query.get("From"), before)
        fitting = (text for text in rows if text.created <= listed_until and sent(text.sent))
        skipped = 0 if before is not None else page * size
        found = list(islice(fitting, skipped, skipped + size + 1))
        return json_answer(self._page(query, found, size, page), 200)

    def _page(
        self, query: Mapping[str, str], found: list[Text], size: int, page: int
    ) -> dict[str, Any]:
        path = f"/{API}/Accounts/{self._network.account}/Messages.json"
        asked = {k: v for k, v in query.items() if k not in ("Page", "PageToken", "PageSize")}

        def uri(number: int, token: str | None = None) -> str:
            given = {**asked, "PageSize": str(size), "Page": str(number)}
            if token:
                given["PageToken"] = token
            return f"{path}?{urlencode(given)}"

        shown, more = found[:size], len(found) > size
        return {
            "messages": [text.resource(self._network.account) for text in shown],
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1, "PA" + shown[-1].sid) if more else None,
            "previous_page_uri": uri(page - 1) if page else None,
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(shown) - 1, 0),
            "uri": uri(page),
        }

    def _text(self, request: web.Request) -> Text:
        text = self._network.ledger.by_sid.get(request.match_info["sid"])
        if text is None or text.direction == "network":
            raise Refused(20404)
        return text

    async def _fetch(self, request: web.Request) -> web.Response:
        return json_answer(self._text(request).resource(self._network.account), 200)

    async def _update(self, request: web.Request) -> web.Response:
        text, form = self._text(request), await request.post()
        if form.get("Body", None) != "" or "Status" in form:
            raise Refused(20001, "only an empty Body can be set")
        self._network.ledger.redact(text)
        return json_answer(text.resource(self._network.account), 200)

    async def _delete(self, request: web.Request) -> web.Response:
        text = self._text(request)
        if text.under_way:
            raise Refused(20009)
        self._network.ledger.delete(text)
        return web.Response(status=204)

    async def _media(self, request: web.Request) -> web.Response:
        text = self._text(request)
        path = f"/{API}/Accounts/{self._network.account}/Messages/{text.sid}/Media"
        rows = [
            {"sid": f"ME{place:032x}", "parent_sid": text.sid, "uri": f"{path}/ME{place:032x}.json",
             "account_sid": self._network.account, "content_type": "image/jpeg",
             "date_created": rfc2822(text.created), "date_updated": rfc2822(text.updated)}
            for place in range(len(text.media))
        ]  # fmt: skip
        return json_answer(single_page("media_list", rows, f"{path}.json"), 200)

    # the account and its numbers

    async def _numbers(self, request: web.Request) -> web.Response:
        asked = request.query.get("PhoneNumber")
        rows = [
            number.resource(self._network.account, self._network.public_url)
            for number in self._network.ledger.numbers.values()
            if asked is None or number.number == asked
        ]
        path = f"/{API}/Accounts/{self._network.account}/IncomingPhoneNumbers.json"
        return json_answer(single_page("incoming_phone_numbers", rows, path), 200)

    def _owned(self, request: web.Request) -> ServiceNumber:
        sid = request.match_info["sid"]
        for number in self._network.ledger.numbers.values():
            if number.sid == sid:
                return number
        raise Refused(20404)

    async def _number(self, request: web.Request) -> web.Response:
        number = self._owned(request)
        return json_answer(number.resource(self._network.account, self._network.public_url), 200)

    async def _configure(self, request: web.Request) -> web.Response:
        number, form = self._owned(request), await request.post()
        names = {_parameter(field): field for field in ServiceNumber.FIELDS}
        given = {names[name]: str(value) for name, value in form.items() if name in names}
        for field, value in given.items():
            if field.endswith("method") and value not in ("GET", "POST"):
                raise Refused(20001, "a method is GET or POST")
            if field.endswith(("url", "callback")) and value and "://" not in value:
                raise Refused(20001, "a webhook is a whole URL")
        self._network.ledger.configure(number, given)
        return json_answer(number.resource(self._network.account, self._network.public_url), 200)

    async def _account(self, request: web.Request) -> web.Response:
        path = f"/{API}/Accounts/{self._network.account}"
        names = ("messages", "incoming_phone_numbers", "balance")
        parts = {"messages": "Messages", "balance": "Balance"}
        return json_answer(
            {
                "sid": self._network.account,
                "owner_account_sid": self._network.account,
                "auth_token": "",
                "friendly_name": "Local phone network",
                "status": "active",
                "type": "Full",
                "date_created": rfc2822(moment()),
                "date_updated": rfc2822(moment()),
                "subresource_uris": {
                    name: f"{path}/{parts.get(name, 'IncomingPhoneNumbers')}.json" for name in names
                },
                "uri": f"{path}.json",
            },
            200,
        )

    async def _balance(self, request: web.Request) -> web.Response:
        account = self._network.account
        return json_answer({"account_sid": account, "balance": "20.00", "currency": "USD"}, 200)

    async def _nothing(self, request: web.Request) -> web.Response:
        raise Refused(20404, f"The requested resource {request.path} was not found")


def json_answer(body: dict[str, Any], status: int) -> web.Response:
    """A JSON answer of the API."""
    return web.Response(body=orjson.dumps(body), status=status, content_type=JSON)


def _refusal(refusal: Refused) -> web.Response:
    answer = json_answer(refusal.body(), refusal.status)
    if refusal.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="phone network"'
    if refusal.status == 429:
        answer.headers["Retry-After"] = "1"
    return answer


def single_page(key: str, rows: list[dict[str, Any]], path: str) -> dict[str, Any]:
    """A list that fits on one page."""
    return {
        key: rows, "page": 0, "page_size": PAGE_SIZE, "start": 0, "end": max(len(rows) - 1, 0),
        "first_page_uri": path, "next_page_uri": None, "previous_page_uri": None, "uri": path,
    }  # fmt: skip


def whole(query: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number of a query; Refused where it is none."""
    text = query.get(name, "")
    if not text:
        return otherwise
    if not text.isdigit():
        raise Refused(20001, f"{name} has to be a whole number")
    return int(text)


def _parameter(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))
