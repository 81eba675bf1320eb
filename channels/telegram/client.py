"""Calls of the Bot API by python-telegram-bot, made from code that is not asynchronous.

Each call has a connection of its own: a kept one that Telegram has closed meanwhile fails in a way that can't be told
from a message that was taken. All run on one event loop in a thread of its own, so that a call which hangs, be it in
the look-up of a name, is left behind when its time is over; with a loop for each call, closing it would wait for that.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import logging
import ssl
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.config import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

OFFICIAL = "https://api.telegram.org"
GRACE_SECONDS = 1.0
MOST_IN_BACKGROUND = 100


class Calls(HTTPXRequest):
    """Remembers the HTTP status of the last answer, which the library's errors drop; 0 when there was none."""

    status = 0

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        self.status = 0
        self.status, payload = await super().do_request(*args, **kwargs)
        return self.status, payload


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[tuple[Bot, Calls]]:
    """A bot for one task. The time to connect is shorter than the whole, so that its end can be told from others."""
    seconds = settings.send_timeout_seconds
    calls = Calls(
        connection_pool_size=1,
        read_timeout=seconds,
        write_timeout=seconds,
        connect_timeout=seconds / 2,
        pool_timeout=seconds / 2,
        httpx_kwargs={"verify": _tls()},
    )
    base = (settings.telegram_api_base or OFFICIAL).rstrip("/")
    try:
        yield (
            Bot(
                settings.telegram_bot_token.get_secret_value(),
                base_url=f"{base}/bot",
                base_file_url=f"{base}/file/bot",
                request=calls,
                get_updates_request=calls,
            ),
            calls,
        )
    finally:
        await calls.shutdown()


class Background:
    """An event loop in a daemon thread, which begins with the first task."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._spawned: set[concurrent.futures.Future[None]] = set()

    def submit(self, work: Coroutine[Any, Any, T], seconds: float) -> concurrent.futures.Future[T]:
        """Begins `work`, which ends with a TimeoutError when it isn't done after `seconds`."""
        return asyncio.run_coroutine_threadsafe(_bounded(work, seconds), self._ready())

    def run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """What `work` returns. It must not be called on an event loop.

        Raises:
            TimeoutError: it wasn't done after `seconds`.
        """
        future = self.submit(work, seconds)
        try:
            return future.result(seconds + GRACE_SECONDS)
        finally:
            future.cancel()

    def spawn(self, work: Coroutine[Any, Any, None], seconds: float) -> bool:
        """Begins `work` and forgets it; False, and nothing begins, when too much is going on already."""
        with self._lock:
            full = len(self._spawned) >= MOST_IN_BACKGROUND
        if full:
            work.close()
            return False
        future = self.submit(work, seconds)
        with self._lock:
            self._spawned.add(future)
        future.add_done_callback(self._forget)
        return True

    def wait(self, seconds: float) -> bool:
        """Waits for what was begun; whether all of it ended."""
        with self._lock:
            begun = set(self._spawned)
        return not concurrent.futures.wait(begun, seconds).not_done

    def _forget(self, future: concurrent.futures.Future[None]) -> None:
        with self._lock:
            self._spawned.discard(future)

    def _ready(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True).start()
            return self._loop


async def _bounded(work: Coroutine[Any, Any, T], seconds: float) -> T:
    async with asyncio.timeout(seconds):
        return await work


BACKGROUND = Background()


async def acknowledge(settings: Settings, query_id: str) -> None:
    """Ends the wait that a pressed button shows. It may fail: the press is stored already."""
    try:
        async with connected(settings) as (bot, _):
            await bot.answer_callback_query(query_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody waits for it
        log.info("a pressed button was not acknowledged: %s", type(error).__name__)
