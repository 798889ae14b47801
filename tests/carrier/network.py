"""A tiny phone network over real HTTP, scripted by the number that is written to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

Form = dict[str, str]


class TinyNetwork:
    """Answers every create with 201, or as `script[to]` says; keeps what it took."""

    def __init__(self) -> None:
        self.script: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {}
        self.routes: dict[tuple[str, str], tuple[int, Any]] = {}
        self.taken: list[Form] = []
        self.asked: list[tuple[str, str, Form]] = []
        self.connections = 0
        self.headers: dict[str, str] = {}
        self.most_at_once = self._at_once = 0
        self.delay = 0.0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> TinyNetwork:
        self._thread.start()
        self._ready.wait(5)
        return self

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._open())
        self._loop.run_forever()

    async def _open(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._seen: set[int] = set()
        self._ready.set()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self._seen.add(id(request.transport))
        self.connections = len(self._seen)
        form = dict(parse_qsl(await request.text(), keep_blank_values=True))
        if request.method == "POST" and request.path.endswith(("/Messages.json", "/Calls.json")):
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            try:
                return await self._create(request, form)
            finally:
                self._at_once -= 1
        self.asked.append((request.method, request.path_qs, form))
        status, body = self.routes.get(
            (request.method, request.path), (404, {"code": 20404, "message": "none", "status": 404})
        )
        if body is None:
            return web.Response(status=status)
        if isinstance(body, bytes):
            return web.Response(status=status, body=body, content_type="audio/mpeg")
        return web.json_response(body, status=status)

    async def _create(self, request: web.Request, form: Form) -> web.StreamResponse:
        if self.delay:
            await asyncio.sleep(self.delay)
        self.headers = dict(request.headers)
        script = self.script.get(form["To"])
        if script is not None:
            return await script(request)
        self.taken.append(form)
        if request.path.endswith("/Calls.json"):
            form["StatusCallbackEvent"] = " ".join(
                _all(await request.text(), "StatusCallbackEvent")
            )
        sid = f"{'CA' if 'Url' in form else 'SM'}{len(self.taken):032x}"
        return web.json_response({"sid": sid, "status": "queued"}, status=201)


def _all(form: str, name: str) -> list[str]:
    return [value for key, value in parse_qsl(form) if key == name]


def refusing(status: int, code: int | None = None, headers: dict[str, str] | None = None) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {"code": code, "message": "no", "status": status}, status=status, headers=headers
        )

    return answer


def saying(status: int, text: str) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text)

    return answer


def silent(seconds: float) -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.Response(status=500)

    return answer


def dropping() -> Any:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response(status=500)

    return answer
