"""Passes connections on: the tests' PostgreSQL listens on 127.0.0.1 only, and other machines have to reach it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def relay(bound: socket.socket, host: str, port: int) -> Iterator[None]:
    """Whoever connects to `bound` speaks with `host` and `port`; all connections end with the block."""
    runner = _Relay(bound, host, port)
    thread = threading.Thread(target=runner.run, name="relay", daemon=True)
    thread.start()
    try:
        yield
    finally:
        runner.stop()
        thread.join(10)


class _Relay:
    def __init__(self, bound: socket.socket, host: str, port: int) -> None:
        self._bound, self._host, self._port = bound, host, port
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()

    def run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._pass_on, sock=self._bound)
        await self._end.wait()
        server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    finally:
        target.close()
