"""The provider's end: takes text messages as Twilio's interface does, and tells who waits for one.

It speaks just enough HTTP by itself, because what measures must not weigh much beside what is measured.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import parse_qs

Taken = Callable[[str, float], None]
"""Called with the recipient's number and the moment (`time.perf_counter`) of each message."""
END_OF_HEAD = b"\r\n\r\n"


class Sink:
    """Where messages end. `taken` may be exchanged between two rounds."""

    def __init__(self) -> None:
        self.taken: Taken = lambda to, at: None
        self.connections: set[asyncio.Transport] = set()
        self.url = ""
        self._sids = count(1)

    def answer(self, body: bytes) -> bytes:
        """Takes the form of one message and says that it is queued."""
        at = time.perf_counter()
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.taken(form.get("To", ""), at)
        said = {"sid": f"SM{next(self._sids):032x}", "status": "queued", "to": form.get("To"), "body": form.get("Body")}
        content = json.dumps(said).encode()
        head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        return head.encode() + content


class _Connection(asyncio.Protocol):
    """One kept connection; requests follow one another on it."""

    def __init__(self, sink: Sink) -> None:
        self.sink, self.buffer = sink, b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.sink.connections.add(transport)

    def connection_lost(self, problem: Exception | None) -> None:
        assert self.transport is not None
        self.sink.connections.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        assert self.transport is not None
        self.buffer += data
        while (request := _first(self.buffer)) is not None:
            body, self.buffer = request
            self.transport.write(self.sink.answer(body))


def _first(buffer: bytes) -> tuple[bytes, bytes] | None:
    """The body of the first request and what follows it; None while it is not complete."""
    head, end, rest = buffer.partition(END_OF_HEAD)
    if not end:
        return None
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0]) if lengths else 0
    return (rest[:length], rest[length:]) if len(rest) >= length else None


@contextmanager
def running_sink() -> Iterator[Sink]:
    """Serves in a thread of this process, on a free port of this machine."""
    sink, loop, started = Sink(), asyncio.new_event_loop(), threading.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(loop.create_server(lambda: _Connection(sink), "127.0.0.1", 0, backlog=200))
        sink.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started.set()
        loop.run_forever()
        server.close()
        for connection in sink.connections:
            connection.abort()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, name="sink", daemon=True)
    thread.start()
    if not started.wait(10):
        raise RuntimeError("the sink did not start")
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
