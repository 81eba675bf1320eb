"""Stands in for the dialogue engine: it repeats what it hears, knows who asked, and can let a machine wait."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

SECONDS_TO_HOLD = 300.0


class StandInEngine:
    """An ASGI application with the engine's two routes. `asked` counts the turns of each machine, by its address."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.said: dict[str, str] = {}
        self._changed = threading.Condition()
        self._wait_for: frozenset[str] = frozenset()
        self._held: str | None = None
        self._released = threading.Event()

    def until_all_have_asked(self, *machines: str) -> None:
        """Nobody is answered before each of these machines has asked: they work at the same time."""
        self._wait_for = frozenset(machines)

    def hold(self, machine: str) -> None:
        """From now on that machine gets no answer before `release`."""
        self._released.clear()
        self._held = machine
        with self._changed:
            self.asked[machine] = 0

    def release(self) -> None:
        self._held = None
        self._released.set()

    def wait_until_asked(self, machine: str, seconds: float) -> bool:
        """Whether that machine asks, since it is held, before the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: self.asked[machine] > 0, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope, receive)
            answer = await self._turn(request) if request.method == "POST" else JSONResponse({"ready": True})
            await answer(scope, receive, send)

    async def _turn(self, request: Request) -> Response:
        body = await request.json()
        assert request.client is not None
        machine = request.client.host
        with self._changed:
            self.asked[machine] += 1
            self._changed.notify_all()
        await asyncio.to_thread(self._let_wait, machine)
        repeated = body["message_id"] in self.said
        self.said[body["message_id"]] = body["text"]
        messages = [{"text": f"you said: {body['text']}"}]
        return JSONResponse(
            {"ok": True, "messages": messages, "intent": {"name": "greet", "confidence": 1.0}, "duplicate": repeated}
        )

    def _let_wait(self, machine: str) -> None:
        if machine == self._held:
            self._released.wait(SECONDS_TO_HOLD)
        with self._changed:
            self._changed.wait_for(lambda: all(self.asked[one] for one in self._wait_for), SECONDS_TO_HOLD)
