"""The page with the handsets: plain files, served as they are.

Promise: needs nothing from elsewhere and runs nothing inline; the headers forbid both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

_SCRIPTS = (
    "call", "captions", "face", "hearing", "held", "network", "patience", "phones", "segments",
    "tones", "voice",
)  # fmt: skip
_FILES = {
    "/": ("index.html", "text/html"),
    **{f"/{name}.css": (f"{name}.css", "text/css") for name in ("phones", "calls")},
    **{f"/{name}.js": (f"{name}.js", "text/javascript") for name in _SCRIPTS},
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_routes() -> list[web.RouteDef]:
    """The page and its parts."""
    return [web.get(path, _served(*file)) for path, file in _FILES.items()]


def _served(name: str, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    path = Path(__file__).parent / name

    async def handle(request: web.Request) -> web.Response:
        return web.Response(
            body=path.read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS
        )

    return handle
