"""Webhooks out: signed requests to the service, repeated as their URL asks for.

Promise: what the carrier promises and no more. One attempt, and one more where the connection
failed, unless the fragment of the URL (`#rc=2&rp=5xx,ct,rt`) asks otherwise; 15 s for all
attempts together; the fragment is never sent nor signed; a redirect is followed by a bare GET,
which loses the parameters.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import aiohttp
from twilio.request_validator import RequestValidator
from yarl import URL

TOTAL_SECONDS = 15.0
MOST_REPEATS = 5
MOST_REDIRECTS = 5
LARGEST_ANSWER = 64 * 1024
PAUSE_SECONDS = 0.1  # before the first repeat; grows with each


class Overrides(NamedTuple):
    """What the fragment of a webhook URL asks for."""

    repeats: int = 1
    policies: frozenset[str] = frozenset({"ct"})
    connect: float = 5.0
    read: float = TOTAL_SECONDS
    total: float = TOTAL_SECONDS


class Answer(NamedTuple):
    """The service's answer; `trouble` is the carrier's code where there was none to use."""

    status: int
    content_type: str
    body: bytes
    url: str
    trouble: int | None
    attempts: int


def overrides_of(url: str) -> tuple[str, Overrides]:
    """The URL without its fragment, and what the fragment asks for, kept within its limits."""
    bare, _, fragment = url.partition("#")
    given = {name: values[-1] for name, values in parse_qs(fragment).items()}

    def seconds(name: str, otherwise: float) -> float:
        text = given.get(name, "")
        return min(max(int(text), 100), 15_000) / 1000 if text.isdigit() else otherwise

    repeats = given.get("rc", "")
    policies = frozenset(given["rp"].split(",")) if "rp" in given else Overrides().policies
    return bare, Overrides(
        min(int(repeats), MOST_REPEATS) if repeats.isdigit() else 1,
        policies,
        min(seconds("ct", 5.0), 10.0),
        seconds("rt", TOTAL_SECONDS),
        seconds("tt", TOTAL_SECONDS),
    )


class Hooks:
    """The network's own HTTP client."""

    def __init__(self, session: aiohttp.ClientSession, token: str) -> None:
        self._session = session
        self._validator = RequestValidator(token)

    async def call(
        self, url: str, params: Mapping[str, str], method: str = "POST", once: str = "",
        largest: int = LARGEST_ANSWER,
    ) -> Answer:  # fmt: skip
        """Request a webhook, repeating where its URL asks for that. Raises nothing.

        `once`: the token by which the service can tell repeats of one request; `largest`: bytes
        of an answer beyond which it is trouble.
        """
        bare, asked = overrides_of(url)
        ends = time.monotonic() + asked.total
        attempt = 0
        while True:
            attempt += 1
            left = ends - time.monotonic()
            answer, why = await self._attempt(bare, params, method, asked, left, once, largest)
            answer = answer._replace(attempts=attempt)
            repeatable = why in asked.policies or (why and "all" in asked.policies)
            pause = PAUSE_SECONDS * attempt
            if not repeatable or attempt > asked.repeats or ends - time.monotonic() <= pause:
                return answer
            await asyncio.sleep(pause)

    async def _attempt(
        self, url: str, params: Mapping[str, str], method: str, asked: Overrides, left: float,
        once: str, largest: int,
    ) -> tuple[Answer, str]:  # fmt: skip
        """One attempt, and which kind of failure it was: ct, rt, 4xx, 5xx or none."""
        limits = aiohttp.ClientTimeout(
            total=max(left, 0.001), sock_connect=asked.connect, sock_read=asked.read
        )
        try:
            for _ in range(MOST_REDIRECTS + 1):
                answer, onward = await self._once(url, params, method, limits, once, largest)
                if onward is None:
                    kind = f"{answer.status // 100}xx" if answer.status >= 400 else ""
                    return answer, kind
                url, params, method = onward, {}, "GET"
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError):
            return Answer(0, "", b"", url, 11205, 1), "ct"
        except TimeoutError:
            return Answer(0, "", b"", url, 11205, 1), "rt"
        except (aiohttp.ClientError, ValueError):
            # the connection was made and then lost, or the URL is none
            return Answer(0, "", b"", url, 11205, 1), "rt"
        return Answer(0, "", b"", url, 11215, 1), ""

    async def _once(
        self, url: str, params: Mapping[str, str], method: str, limits: aiohttp.ClientTimeout,
        once: str, largest: int,
    ) -> tuple[Answer, str | None]:  # fmt: skip
        encoded = urlencode(params)
        if method == "GET" and encoded:
            url += ("&" if urlsplit(url).query else "?") + encoded
        form = params if method == "POST" else {}
        headers = {
            "X-Twilio-Signature": self._validator.compute_signature(url, form),
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "Accept": "*/*",
            "User-Agent": "hearthline-phone-network",
        }
        if once:
            headers["I-Twilio-Idempotency-Token"] = once
        async with self._session.request(
            method,
            URL(url, encoded=True),  # as written: a re-encoded one would not fit its signature
            data=encoded.encode() if method == "POST" else None,
            headers=headers,
            timeout=limits,
            allow_redirects=False,
        ) as response:
            if response.status in (301, 302, 303, 307, 308) and "Location" in response.headers:
                empty = Answer(response.status, "", b"", url, None, 1)
                return empty, urljoin(url, response.headers["Location"])
            kept = bytearray()
            async for piece in response.content.iter_any():
                kept += piece
                if len(kept) > largest:
                    break
            trouble = None if response.status < 400 else 11200
            if len(kept) > largest:
                trouble = 11750
            return Answer(
                response.status, response.content_type, bytes(kept[:largest]), url, trouble, 1
            ), None
