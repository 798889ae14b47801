"""A phone network that only accepts: `python -m tests.bench._carrier PORT [MILLISECONDS]`.

Promise: as little work as possible, so that a bench measures who asks and not who answers. Every
create gets a sid of its own, after the milliseconds that it was told to take.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count

_HEAD = b"HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_EMPTY = b'{"messages": [], "next_page_uri": null}'
_numbers = count(1)
_delay = 0.0


class _Line(asyncio.Protocol):
    def __init__(self) -> None:
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            whole = end + 4 + _length(self._got[:end])
            if len(self._got) < whole:
                return
            answer = _answer(self._got.startswith(b"POST"))
            self._got = self._got[whole:]
            if _delay:
                asyncio.get_running_loop().call_later(_delay, self._transport.write, answer)
            else:
                self._transport.write(answer)


def _length(head: bytes) -> int:
    _, name, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if name else 0


def _answer(create: bool) -> bytes:
    if not create:
        return _HEAD % (200, b"OK", len(_EMPTY)) + _EMPTY
    body = b'{"sid": "SM%032x", "status": "queued"}' % next(_numbers)
    return _HEAD % (201, b"Created", len(body)) + body


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Line, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    _delay = float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0
    asyncio.run(_serve(int(sys.argv[1])))
