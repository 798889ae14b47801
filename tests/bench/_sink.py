"""A phone network that only answers: every create is taken, after the time that one takes.

Promise: it speaks as much of the carrier's API as sending needs, and costs so little that what
is measured is the client. It remembers what it took, and when: `GET /taken` tells and forgets.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGKILL
from urllib.parse import unquote_plus
from urllib.request import urlopen

from tests import servers

LATENCY = 0.08  # seconds: a carrier's usual answer

_HEAD = "HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


class _Line(asyncio.Protocol):
    """One connection of a client; a request is answered when its time has come."""

    taken: list[tuple[str, float]] = []  # noqa: RUF012 - one network, however many lines
    latency = LATENCY

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._got = b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        while self._one():
            pass

    def _one(self) -> bool:
        head, mark, rest = self._got.partition(b"\r\n\r\n")
        if not mark:
            return False
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return False
        self._got = rest[length:]
        if head.startswith(b"POST ") and b"/Messages.json" in head.split(b"\r\n", 1)[0]:
            self._create(rest[:length].decode())
        elif head.startswith(b"GET /taken"):
            told, self.taken[:] = json.dumps(self.taken), []
            self._answer(told, "200 OK")
        else:  # nothing is listed, nothing is known
            self._answer('{"messages": [], "next_page_uri": null}', "200 OK")
        return True

    def _create(self, form: str) -> None:
        fields = dict(part.partition("=")[::2] for part in form.split("&"))
        self.taken.append((unquote_plus(fields["To"]), time.monotonic()))
        sid = f"SM{len(self.taken):012x}{time.monotonic_ns():020x}"
        body = json.dumps(
            {
                "sid": sid, "status": "queued", "to": fields["To"], "from": fields["From"],
                "error_code": None, "error_message": None, "num_segments": "1", "num_media": "0",
                "direction": "outbound-api", "api_version": "2010-04-01", "price": None,
            }
        )  # fmt: skip
        asyncio.get_running_loop().call_later(self.latency, self._answer, body, "201 CREATED")

    def _answer(self, body: str, status: str) -> None:
        if not self._transport.is_closing():
            self._transport.write((_HEAD.format(status, len(body)) + body).encode())


class Sink:
    """The network as the bench sees it."""

    def __init__(self, port: int, pid: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.pid = pid

    def taken(self) -> list[tuple[str, float]]:
        """To whom texts went since the last look, and when (`time.monotonic`)."""
        with urlopen(f"{self.url}/taken", timeout=30) as answer:
            return [(number, at) for number, at in json.load(answer)]


@contextmanager
def sink(latency: float = LATENCY) -> Iterator[Sink]:
    """A network in a process of its own, for as long as the block lasts."""
    port = servers.free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench._sink", str(port), str(latency)],
        preexec_fn=servers.dies_with_parent(SIGKILL),
    )
    network = Sink(port, process.pid)
    try:
        servers.wait_for(lambda: _answers(network), "the network of the bench")
        yield network
    finally:
        process.kill()
        process.wait()


def _answers(network: Sink) -> bool:
    try:
        return network.taken() == []
    except OSError:
        return False


async def _serve(port: int, latency: float) -> None:
    _Line.latency = latency
    server = await asyncio.get_running_loop().create_server(_Line, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
