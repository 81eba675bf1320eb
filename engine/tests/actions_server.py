"""An action server over HTTP that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, bytes]
Handler = Callable[[dict[str, Any]], Answer]

TOKEN = "actions-token"


def says(*texts: str, events: list[dict[str, Any]] | None = None, **response: Any) -> Answer:
    """The answer of an action that worked; `response` are further fields of its first message."""
    responses: list[dict[str, Any]] = [{"text": text} for text in texts] or ([{}] if response else [])
    if response:
        responses[0].update(response)
    return 200, json.dumps({"events": events or [], "responses": responses}).encode()


class ActionsServer:
    """Each action says its own name unless `handlers` has something for it. Listens on a free port while it is open."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.handlers: dict[str, Handler] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_class(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhook"

    def forget(self) -> None:
        """Begins anew, for the next test."""
        self.calls.clear()
        self.headers.clear()
        self.handlers.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def called(self, conversation: str) -> list[str]:
        """The actions that were called for a conversation, in order."""
        return [call["next_action"] for call in list(self.calls) if call["sender_id"] == conversation]

    def answer(self, call: dict[str, Any], headers: dict[str, str]) -> Answer:
        self.calls.append(call)
        self.headers.append(headers)
        handler = self.handlers.get(call["next_action"])
        return handler(call) if handler else says(call["next_action"])


def _handler_class(server: ActionsServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = server.answer(call, dict(self.headers))
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the engine has given up waiting, as some tests want it to

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Says nothing."""

    return Handler
