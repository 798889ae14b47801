"""What all of the network's own doors share: JSON in, JSON out, refusals with a reason.

Promise: a POST has to be JSON, so that no other page in the same browser can act in somebody's
name; what is wrong is answered with why. It knows nothing of texts or calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

LONGEST_WAIT = 120.0  # seconds


def answer(body: Any, status: int = 200) -> web.Response:
    """A JSON answer, never kept by a browser."""
    return web.Response(
        body=orjson.dumps(body), status=status, content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


async def given_in(request: web.Request) -> dict[str, Any]:
    """The JSON object of a POST; refused where it is none."""
    if request.content_type != "application/json":
        raise wrong("send JSON, with Content-Type: application/json", 415)
    try:
        given = orjson.loads(await request.read() or b"{}")
    except orjson.JSONDecodeError as error:
        raise wrong(f"this is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise wrong("send a JSON object")
    return given


def number_in(query: Mapping[str, str], name: str, otherwise: float) -> float:
    """A number of a query; refused where it is none."""
    try:
        return float(query.get(name, otherwise))
    except ValueError:
        raise wrong(f"{name} has to be a number") from None


def wrong(why: str, status: int = 400) -> web.HTTPException:
    """A refusal to raise, with why."""
    kinds = {
        400: web.HTTPBadRequest,
        404: web.HTTPNotFound,
        409: web.HTTPConflict,
        415: web.HTTPUnsupportedMediaType,
    }
    return kinds[status](
        text=orjson.dumps({"error": why}).decode(), content_type="application/json"
    )
