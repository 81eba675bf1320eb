"""Serves an ASGI application by uvicorn in a thread, on a free port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import uvicorn

START_SECONDS = 10.0


class _Server(uvicorn.Server):
    """Tells when it listens, so that nobody has to poll."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def free_socket() -> socket.socket:
    """A bound socket on a free port; binding it here leaves no gap in which another could take the port."""
    # asyncio switches off the delay of small packets only where the protocol is named.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    return bound


@contextmanager
def serve(app: Any, bound: socket.socket | None = None, loop: Literal["asyncio", "auto"] = "asyncio") -> Iterator[str]:
    """Yields the address, as ``http://127.0.0.1:40001``."""
    bound = bound or free_socket()
    config = uvicorn.Config(app, log_level="critical", loop=loop, ws="websockets-sansio", timeout_graceful_shutdown=1)
    server = _Server(config)
    thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    if not server.listening.wait(START_SECONDS):
        raise RuntimeError("the server did not start")
    try:
        yield address_of(bound)
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        bound.close()


def address_of(bound: socket.socket) -> str:
    return f"http://127.0.0.1:{bound.getsockname()[1]}"
