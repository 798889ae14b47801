"""The line to the phone network: the carrier's asynchronous client over one pool of connections.

Promise: one session a loop, kept from job to job; every request has a time-out; nothing of a
request or an answer is logged. A POST is never repeated here: whether it may be sent again is
for the outcome to say. Must be made and used inside one running event loop.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
import orjson
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from service.carrier.outcomes import InDoubt, Outcome, Refused, Retry, judge

Kind = Literal["Messages", "Calls"]

_QUIET = logging.getLogger("hearthline.carrier")

# An idle connection is dropped before the network's side drops it: a POST written to a connection
# that is just being closed would be in doubt for nothing.
_KEEP_ALIVE_SECONDS = 15.0
_CONNECT_SECONDS = 5.0


class PooledHttpClient(AsyncHttpClient):  # type: ignore[misc]
    """The carrier library's asynchronous transport, without its logging of numbers and texts."""

    def __init__(self, connections: int, timeout: float) -> None:
        super().__init__(_QUIET, True, timeout)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=connections, keepalive_timeout=_KEEP_ALIVE_SECONDS, ttl_dns_cache=60
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                total=timeout, connect=min(timeout, _CONNECT_SECONDS), sock_read=timeout
            ),
        )
        self._credentials: tuple[tuple[str, str], str] | None = None

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | bytes | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        headers = headers if headers is not None else {}
        if auth is not None:
            headers["Authorization"] = self._basic(auth)
        body = urlencode(data, doseq=True).encode() if isinstance(data, dict) else data
        async with self._session.request(
            method.upper(),
            url,
            params=_plain(params),
            data=body,
            headers=headers,
            allow_redirects=allow_redirects,
        ) as answer:
            text = await answer.read()
            return Response(answer.status, text.decode("utf-8", "replace"), answer.headers)

    async def read(self, url: str, auth: tuple[str, str], most: int) -> tuple[int, bytes, str]:
        """The bytes of an answer as they are; one byte more than `most` where there are more."""
        # the library's carrier may hand a file over to another host; keys do not go there
        async with self._session.get(
            url, headers={"Authorization": self._basic(auth)}, allow_redirects=True
        ) as answer:
            content = bytearray()
            async for piece in answer.content.iter_chunked(1 << 16):
                content += piece
                if len(content) > most:
                    break
            return answer.status, bytes(content[: most + 1]), answer.content_type

    async def close(self) -> None:
        await self._session.close()

    def _basic(self, auth: tuple[str, str]) -> str:
        """The header of HTTP basic authentication, encoded once for the same credentials."""
        if self._credentials is None or self._credentials[0] != auth:
            self._credentials = (auth, "Basic " + b64encode(":".join(auth).encode()).decode())
        return self._credentials[1]


class Line:
    """The carrier's client, bound to one base URL whatever the environment says."""

    def __init__(
        self, account_sid: str, auth_token: str, api_url: str, connections: int, timeout: float
    ) -> None:
        self._http = PooledHttpClient(connections, timeout)
        self.client = Client(account_sid, auth_token, account_sid, http_client=self._http)
        # the library reads TWILIO_EDGE and TWILIO_REGION by itself and would rewrite the host
        self.client.edge = None
        self.client.region = None
        self.client.api.base_url = api_url.rstrip("/")
        self._account_url = f"{api_url.rstrip('/')}/2010-04-01/Accounts/{account_sid}"

    async def create(self, kind: Kind, fields: list[tuple[str, str]]) -> Outcome:
        """Create one message or call; every ending is an outcome, none is raised."""
        try:
            answer = await self.client.request_async(
                "POST", f"{self._account_url}/{kind}.json", data=urlencode(fields).encode()
            )
        except Exception as error:  # what may have left this machine must be told from what cannot
            return of_transport(error)
        return judge(answer.status_code, read_object(answer.text), _header(answer, "Retry-After"))

    async def read(self, path: str, most: int) -> tuple[int, bytes, str]:
        """A file of the account: HTTP status, at most so many bytes, media type.

        Not by the library, which takes every answer for text.
        """
        return await self._http.read(f"{self._account_url}/{path}", self.client.auth, most)

    async def close(self) -> None:
        """Close the pool; nothing may be asked afterwards."""
        await self._http.close()


def of_transport(error: BaseException) -> Outcome:
    """The outcome of a send which ended without an answer.

    Only what broke before a byte of the request could leave is `Retry`: the name was not found,
    the connection was refused or not made in time. Anything later is `InDoubt`.
    """
    if isinstance(error, aiohttp.InvalidURL):
        return Refused(None, 0, "config")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Retry("connect timeout")
    if isinstance(error, aiohttp.ClientSSLError):
        return Retry("tls")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Retry("name not found")
    if isinstance(error, aiohttp.ClientConnectorError):
        return Retry("connection refused")
    if isinstance(error, TimeoutError):
        return InDoubt("timeout")
    if isinstance(error, (aiohttp.ClientError, OSError)):
        return InDoubt("connection dropped")
    return InDoubt(type(error).__name__)


def read_object(text: str) -> dict[str, Any] | None:
    """The JSON object of an answer, None where it is something else."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _header(answer: Response, name: str) -> str | None:
    return answer.headers.get(name) if answer.headers is not None else None


def _plain(params: dict[str, object] | None) -> dict[str, str] | None:
    """Query parameters as strings, without those that are not set."""
    if not params:
        return None
    return {name: str(value) for name, value in params.items() if value is not None}
