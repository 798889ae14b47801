"""A stand-in for the service in tests of the local phone network: keeps what it is told.

Checks every signature with the carrier's own library; answers as `answer` says.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

EMPTY = "<Response/>"


class Asked(NamedTuple):
    """One request of the network."""

    method: str
    path: str  # with its query
    form: dict[str, str]
    signed: bool  # by the account's token
    headers: dict[str, str]
    at: float


class Answer(NamedTuple):
    """What to answer; status 0 cuts the connection."""

    body: str | bytes = EMPTY
    status: int = 200
    content_type: str = "text/xml"
    wait: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()


class ServiceSide:
    """A web server on a free port."""

    def __init__(self, token: str) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = lambda asked: Answer()
        self._validator = RequestValidator(token)
        self._more = threading.Condition()
        side = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are written apart

            def do_POST(self) -> None:
                side._take(self)

            def do_GET(self) -> None:
                side._take(self)

            def log_message(self, *ignored: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def start(self) -> ServiceSide:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def to(self, path: str) -> list[Asked]:
        """What came to a path, whatever its query."""
        return [asked for asked in self.asked if urlsplit(asked.path).path == path]

    def wait_for(self, path: str, count: int = 1, within: float = 30.0) -> list[Asked]:
        """Wait until so many requests came to a path."""
        with self._more:
            self._more.wait_for(lambda: len(self.to(path)) >= count, within)
        found = self.to(path)
        assert len(found) >= count, f"{path}: {len(found)} of {count}"
        return found

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        signature = handler.headers.get("X-Twilio-Signature", "")
        signed = self._validator.validate(self.url + handler.path, form, signature)
        asked = Asked(
            handler.command, handler.path, form, signed, dict(handler.headers), time.monotonic()
        )
        with self._more:
            self.asked.append(asked)
            self._more.notify_all()
        answer = self.answer(asked)
        time.sleep(answer.wait)
        if answer.status == 0:
            handler.close_connection = True
            handler.connection.shutdown(2)
            return
        content = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
        handler.send_response(answer.status)
        handler.send_header("Content-Type", answer.content_type)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in answer.headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)
