"""A cheap load: requests made beforehand, over a few connections that stay open.

Promise: every answer is read whole and checked; what it costs to ask is little beside what is
measured. Requests of one connection go one after the other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from service.carrier.signature import HEADER, Verifier


class Load(NamedTuple):
    """What a load met: seconds in all, how long each request took, sorted, and what came back in
    the order of the requests."""

    seconds: float
    took: list[float]
    answers: Sequence[bytes] = ()

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    def at_most(self, share: float) -> float:
        """Seconds within which that share of the requests was answered."""
        return self.took[min(len(self.took) - 1, int(len(self.took) * share))]


def signed(verifier: Verifier, path: str, form: dict[str, str]) -> bytes:
    """One whole HTTP request, signed as the phone network signs."""
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: line.example\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
        f"User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"{HEADER}: {verifier.sign(path, form)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask(port: int, requests: Sequence[bytes], connections: int) -> Load:
    """Ask all of these over so many connections. Raises where an answer is not 200."""
    return asyncio.run(_ask(port, requests, connections))


async def _ask(port: int, requests: Sequence[bytes], connections: int) -> Load:
    lines = [await connect(port) for _ in range(connections)]
    took: list[float] = []
    answers = [b""] * len(requests)
    waiting = iter(enumerate(requests))
    began = time.perf_counter()
    await asyncio.gather(*(_talk(line, waiting, took, answers) for line in lines))
    seconds = time.perf_counter() - began
    for line in lines:
        line.transport.close()
    return Load(seconds, sorted(took), answers)


async def _talk(
    line: Line, waiting: Iterator[tuple[int, bytes]], took: list[float], answers: list[bytes]
) -> None:
    for at, request in waiting:
        began = time.perf_counter()
        answers[at] = await line.ask(request)
        took.append(time.perf_counter() - began)


async def connect(port: int) -> Line:
    """One connection."""
    _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", port)
    return line


class Line(asyncio.Protocol):
    """One connection; the next request is written when the answer to the last is whole."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._got = b""
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        """The body of the answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, mark, body = self._got.partition(b"\r\n\r\n")
        if not mark:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) < length or self._answer is None:
            return
        self._got = b""
        answer, self._answer = self._answer, None
        if head.split(b" ", 2)[1] == b"200":
            answer.set_result(body)
        else:
            answer.set_exception(AssertionError(head.decode("latin-1").split("\r\n", 1)[0]))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None:
            self._answer.set_exception(error or ConnectionError("closed before the answer"))
