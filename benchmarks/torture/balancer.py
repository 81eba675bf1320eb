"""What stands before several gateways: a connection goes to one that takes it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator, Sequence

CHUNK = 65_536


class Balancer:
    """Forwards bytes; the next gateway is tried when one refuses. A connection that breaks stays broken."""

    def __init__(self, port: int, behind: Sequence[int]) -> None:
        self.port, self.behind = port, behind
        self._turn = itertools.cycle(range(len(behind)))
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="balancer", daemon=True)

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the balancer did not start")

    def stop(self) -> None:
        if self._loop is not None and self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self._ready.set()
        await self._end.wait()
        server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turn)
        for step in range(len(self.behind)):
            port = self.behind[(first + step) % len(self.behind)]
            with contextlib.suppress(OSError):
                there = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pass(reader, there[1]), _pass(there[0], writer))
                return
        writer.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        writer.transport.abort()
    finally:
        with contextlib.suppress(OSError):
            writer.close()


@contextlib.contextmanager
def balancing(port: int, behind: Sequence[int]) -> Iterator[None]:
    """With one gateway there is nothing to balance: it has the public port itself."""
    if len(behind) == 1:
        yield
        return
    balancer = Balancer(port, behind)
    balancer.start()
    try:
        yield
    finally:
        balancer.stop()
