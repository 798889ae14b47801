"""The network's own HTTP side for calls: what a person does with a phone in the hand.

Promise: reads a request, hands it to the call, answers JSON. What is done to a call is answered
once the service has spoken again and the call waits for the person, or is over: whoever drives a
call needs no pause of their own.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from service.carrier.local import geography
from service.carrier.local.calls import Call
from service.carrier.local.codes import Refused
from service.carrier.local.inputs import (
    Declined,
    Input,
    Keys,
    NotNow,
    PickedUp,
    Recorded,
    Silence,
    Speech,
)
from service.carrier.local.network import Network
from service.carrier.local.requests import LONGEST_WAIT, answer, given_in, number_in, wrong
from service.carrier.local.twiml import RefusedAnswer
from service.carrier.local.voice_verbs import ALL_KEYS

SETTLED_WITHIN = 40.0  # seconds: a webhook and its fallback may take 15 each
LAST_CALLBACK_SECONDS = 2.0
LONGEST_KEYS, LONGEST_WORDS, LONGEST_RECORDING = 100, 2000, 14_400

Given = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.Response]]


class CallDoors:
    """Handlers of `/calls` and of the calls of `/handsets`."""

    def __init__(self, network: Network, control: bool) -> None:
        self._network = network
        self._control = control

    def routes(self) -> list[web.RouteDef]:
        """Every path; those below `/control` only where control was asked for."""
        return self._below("") + (self._below("/control") if self._control else [])

    def _below(self, root: str) -> list[web.RouteDef]:
        handset, call = f"{root}/handsets/{{number}}", f"{root}/calls/{{sid}}"
        return [
            web.post(f"{handset}/dial", self._dial),
            web.get(f"{handset}/calls", self._calls),
            web.get(call, self._show),
            web.get(f"{call}/sounds/{{seq}}", self._sound),
            web.post(f"{call}/hangup", self._hang_up),
            *(web.post(f"{call}/{name}", self._taking(made)) for name, made in _INPUTS.items()),
        ]

    async def _dial(self, request: web.Request) -> web.Response:
        given, handset = await given_in(request), request.match_info["number"]
        if not self._control and not geography.is_number(handset):
            raise wrong(f"{handset} is no number. Write it with + and country code, digits only.")
        to = str(given.get("to") or next(iter(self._network.ledger.numbers)))
        try:
            call = self._network.calling.dial(handset, to, _yes(given, "hidden"))
        except Refused as refusal:
            raise wrong(f"{to} is no number of this service", 404) from refusal
        if given.get("wait", True):
            await self._settle(call)
        return answer(call.view(), 201)

    async def _calls(self, request: web.Request) -> web.Response:
        """The calls of a handset that changed after `since`, those under way first of all."""
        query, handset = request.query, request.match_info["number"]
        since, ends = number_in(query, "since", -1), _ends(request)
        while True:
            known = self._network.ledger.calls.by_handset.get(handset, [])
            found = [call for call in known if call.version > since]
            left = ends - time.monotonic()
            if found or left <= 0:
                last = max([int(since), *(call.version for call in found)])
                return answer({"calls": [call.view() for call in found], "last": last})
            await self._network.bell.wait(handset, left)

    async def _show(self, request: web.Request) -> web.Response:
        """A call, as soon as anything was heard after `since` or it changed after `state`."""
        call, query = self._call(request), request.query
        since, state = int(number_in(query, "since", 0)), int(number_in(query, "state", -1))
        ends = _ends(request)
        while len(call.events) <= since and call.version <= state:
            left = ends - time.monotonic()
            if left <= 0:
                break
            await self._network.bell.wait(call.sid, left)
        return answer(call.view(since))

    async def _sound(self, request: web.Request) -> web.Response:
        """A sound that was played in the call, fetched anew: none of it is kept here."""
        call, place = self._call(request), request.match_info["seq"]
        event = next((e for e in call.events if str(e["seq"]) == place), None)
        if event is None or event["kind"] != "play":
            raise wrong("nothing was played there", 404)
        try:
            sound = await self._network.calling.webhooks.sound(call, event["url"])
        except RefusedAnswer as refused:
            raise wrong(f"the sound is gone: {refused}", 404) from refused
        return web.Response(
            body=sound.body, content_type=sound.media_type, headers={"Cache-Control": "no-store"}
        )

    def _taking(self, made: Callable[[Given], Input]) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            call, given = self._call(request), await given_in(request)
            since = len(call.events)
            # a person may be quicker than the service: it is heard once the call listens
            await self._settle(call)
            try:
                self._network.calling.give(call, made(given))
            except NotNow as reason:
                raise wrong(str(reason), 409) from reason
            await self._settle(call)
            return answer(call.view(since))

        return handle

    async def _hang_up(self, request: web.Request) -> web.Response:
        call = self._call(request)
        await given_in(request)
        since = len(call.events)
        self._network.calling.hang_up(call)
        await self._settle(call)
        return answer(call.view(since))

    def _call(self, request: web.Request) -> Call:
        call = self._network.ledger.calls.by_sid.get(request.match_info["sid"])
        if call is None:
            raise wrong("there is no such call", 404)
        return call

    async def _settle(self, call: Call) -> None:
        """Until the call waits for the person or is over, and the service knows that it is.

        The same for the calls that it has set in motion: those it was joined with, those that
        wait for news of it.
        """
        calling, ends = self._network.calling, time.monotonic() + SETTLED_WITHIN
        await self._still(call, ends)
        if call.over:
            await calling.told(call, LAST_CALLBACK_SECONDS)
        while (moving := calling.between.moving()) and time.monotonic() < ends:
            await self._still(moving[0], ends)

    async def _still(self, call: Call, ends: float) -> None:
        while not call.over and call.awaits is None and (left := ends - time.monotonic()) > 0:
            await self._network.bell.wait(call.sid, left)


# what a request means


def _keys(given: Given) -> Input:
    digits = str(given.get("digits", ""))
    if not digits or len(digits) > LONGEST_KEYS or any(key not in ALL_KEYS for key in digits):
        raise wrong("digits are 0-9, * and #")
    return Keys(digits, _yes(given, "more"), _yes(given, "early"))


def _speech(given: Given) -> Input:
    words, sure = given.get("text", ""), given.get("confidence", 0.9)
    if not isinstance(words, str) or not words.strip() or len(words) > LONGEST_WORDS:
        raise wrong("text are the words that are spoken")
    if not isinstance(sure, int | float) or not 0 <= sure <= 1:
        raise wrong("confidence is a number from 0 to 1")
    return Speech(words.strip(), float(sure))


def _record(given: Given) -> Input:
    seconds, key = given.get("seconds", 3), str(given.get("key", ""))
    if not isinstance(seconds, int) or not 0 <= seconds <= LONGEST_RECORDING:
        raise wrong("seconds is a whole number")
    if len(key) > 1 or key not in ALL_KEYS:
        raise wrong("key is the one key that ends it: 0-9, * or #")
    return Recorded(seconds, key, _yes(given, "hangup"))


def _machine(given: Given) -> Input:
    return PickedUp("machine", str(given.get("words", ""))[:LONGEST_WORDS])


def _answered(given: Given) -> Input:
    by = given.get("by", "human")
    if by not in ("human", "unknown"):
        raise wrong("by is human or unknown; a machine has /machine")
    return PickedUp(by)


_INPUTS: dict[str, Callable[[Given], Input]] = {
    "answer": _answered,
    "busy": lambda given: Declined("busy"),
    "ignore": lambda given: Declined("no-answer"),
    "machine": _machine,
    "keys": _keys,
    "speech": _speech,
    "silence": lambda given: Silence(),
    "record": _record,
}


def _yes(given: Given, name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise wrong(f"{name} is true or false")
    return value


def _ends(request: web.Request) -> float:
    return time.monotonic() + min(number_in(request.query, "wait", 0), LONGEST_WAIT)
