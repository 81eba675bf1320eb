"""Outgoing webhooks: ordered lanes with bounded queues, deliveries that are held until a time or a flush."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.clock import Clock

Job = Callable[[], Awaitable[None]]
log = logging.getLogger(__name__)

LANE_LIMIT = 500
HELD_LIMIT = 2000
CONNECT_SECONDS = 5.0
TICK_SECONDS = 0.25


@dataclass(frozen=True)
class Outcome:
    """What came of one POST. `failure` is None, ``connect``, ``timeout`` or ``broken``; `status` is 0 then."""

    status: int
    body: str
    headers: dict[str, str]
    failure: str | None = None

    @property
    def ok(self) -> bool:
        return self.failure is None and 200 <= self.status < 300

    @property
    def says(self) -> str:
        return self.failure or str(self.status)


@dataclass(frozen=True)
class Held:
    lane: str
    job: Job
    due: datetime | None
    """None waits for a flush."""
    firm: bool = False
    """A flush must not make time pass for it."""


class Courier:
    """Jobs of one lane run one after the other; lanes run side by side."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[str, deque[Job]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._held: list[Held] = []
        self._client: httpx.AsyncClient | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        # Webhooks stay on this machine, whatever proxy its environment names.
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(15, connect=CONNECT_SECONDS), trust_env=False)
        self._ticker = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        self._stopping.set()
        tasks = [task for task in (self._ticker, *self._workers.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client:
            await self._client.aclose()

    @property
    def idle(self) -> bool:
        """True when no webhook is queued or under way. Held ones do not count: they wait for a time or a flush."""
        return not self._workers

    @property
    def held(self) -> int:
        return len(self._held)

    async def wait_idle(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        return self.idle

    def put(self, lane: str, job: Job) -> bool:
        """Queues `job`; False when the lane is full."""
        queue = self._lanes.setdefault(lane, deque())
        if len(queue) >= LANE_LIMIT:
            log.error("The lane %s of outgoing webhooks is full; one was dropped.", lane)
            return False
        queue.append(job)
        if lane not in self._workers:
            self._idle.clear()
            self._workers[lane] = asyncio.create_task(self._work(lane, queue))
        return True

    def hold(self, lane: str, job: Job, due: datetime | None, *, firm: bool = False) -> bool:
        """Keeps `job` until business time `due`, or until a flush unless it is `firm`; False when too many are held."""
        if len(self._held) >= HELD_LIMIT:
            log.error("Too many webhooks are held; one was dropped.")
            return False
        self._held.append(Held(lane, job, due, firm))
        return True

    def flush(self) -> int:
        """Lets go what is held, but for what is firm and not due yet; returns how many."""
        return self._release([held for held in self._held if not held.firm or self._is_due(held)])

    def forget(self) -> None:
        """Drops what is queued or held; a delivery under way is finished."""
        self._held.clear()
        for queue in self._lanes.values():
            queue.clear()

    async def post(self, url: str, body: str, headers: dict[str, str], seconds: float) -> Outcome:
        """One POST that takes at most `seconds` real seconds; never raises for a failed delivery."""
        if self._client is None:
            raise RuntimeError("the courier has not been started")
        try:
            async with asyncio.timeout(seconds):
                answer = await self._client.post(url, content=body.encode(), headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL):
            return Outcome(0, "", {}, "connect")
        except (TimeoutError, httpx.TimeoutException):
            return Outcome(0, "", {}, "timeout")
        except httpx.HTTPError:
            return Outcome(0, "", {}, "broken")
        return Outcome(answer.status_code, answer.text, dict(answer.headers))

    async def _work(self, lane: str, queue: deque[Job]) -> None:
        try:
            while queue:
                try:
                    await queue.popleft()()
                except Exception:
                    log.exception("A job of the lane %s failed.", lane)
        finally:
            self._workers.pop(lane, None)
            self._lanes.pop(lane, None)
            if not self._workers:
                self._idle.set()

    def _release(self, ready: list[Held]) -> int:
        for held in ready:
            self._held.remove(held)
            self.put(held.lane, held.job)
        return len(ready)

    def _is_due(self, held: Held) -> bool:
        return held.due is not None and held.due <= self._clock.now()

    async def _tick(self) -> None:
        while not self._stopping.is_set():
            self._release([held for held in self._held if self._is_due(held)])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK_SECONDS)
