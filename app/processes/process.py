"""One process: what runs in the background, what listens, and the way it starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator, Sequence
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

SECONDS_TO_FINISH = 10
"""For the requests in hand when it is told to stop."""


class Part(Protocol):
    """Something that runs in the background. `stop` returns when what it has in hand is finished."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


class QuietServer(uvicorn.Server):
    """A uvicorn server whose signals are handled by whoever runs it: several of them may share one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(app: ASGIApp, host: str, port: int, *, has_life: bool = False) -> QuietServer:
    """A server for `app`, not started yet. Its words go into our own log, which masks them.

    `has_life`: `app` has something to start and to stop itself.
    """
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, log_level="warning", access_log=False,
        lifespan="on" if has_life else "off", timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )  # fmt: skip
    return QuietServer(config)


def run(parts: Sequence[Part], servers: Sequence[QuietServer]) -> None:
    """Runs until SIGINT or SIGTERM; then takes no more requests, and lets each part finish what it has in hand."""
    started: list[Part] = []
    try:
        for part in parts:
            part.start()
            started.append(part)
        asyncio.run(_serve(servers))
    finally:
        for part in reversed(started):
            part.stop()


async def _serve(servers: Sequence[QuietServer]) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        await asyncio.gather(*(server.serve() for server in servers))
    finally:
        stop()
