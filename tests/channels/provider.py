"""A provider as a real HTTP server in a thread: it records requests; it answers, breaks off or is silent as told."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Answer:
    """One answer. `broken` resets the connection, `silent` says nothing until the test is over."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    silent: bool = False

    @classmethod
    def json(cls, content: Any, status: int = 200, **headers: str) -> Answer:
        return cls(status, json.dumps(content), {"Content-Type": "application/json", **headers})


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def fields(self) -> dict[str, Any]:
        """The form, or the JSON object, of the body."""
        if "json" in self.headers.get("content-type", ""):
            content: dict[str, Any] = json.loads(self.body)
            return content
        return dict(parse_qsl(self.body, keep_blank_values=True))


class Provider:
    """`answers` are used one after the other; then every request gets `default`."""

    def __init__(self, default: Answer) -> None:
        self.default = default
        self.answers: deque[Answer] = deque()
        self.received: list[Request] = []
        self.over = threading.Event()
        self.url = ""

    def at(self, end: str) -> list[Request]:
        return [request for request in self.received if request.path.endswith(end)]


@contextmanager
def serve(default: Answer) -> Iterator[Provider]:
    provider = Provider(default)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._handle()

        def do_POST(self) -> None:
            self._handle()

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            provider.received.append(Request(self.command, parts.path, query, headers, body))
            answer = provider.answers.popleft() if provider.answers else provider.default
            if answer.silent:
                provider.over.wait(10)
            if answer.silent or answer.broken:
                self._reset()
                return
            self._write(answer)

        def _write(self, answer: Answer) -> None:
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def _reset(self) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name for it
            """Keeps the tests' output clean."""

    return Handler
