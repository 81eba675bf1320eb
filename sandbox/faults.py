"""Faults that can be switched on, and the middleware that makes them happen to the providers' API."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any, Literal

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.feed import Feed

Provider = Literal["twilio", "slack", "messenger", "telegram", "mail"]
Mode = Literal["none", "down", "429", "500", "slow", "lost", "late", "doubled", "out_of_order", "undelivered", "failed"]
RECEIPT_MODES = frozenset({"late", "doubled", "out_of_order", "undelivered", "failed"})
PATHS: dict[Provider, str | tuple[str, ...]] = {
    "twilio": "/twilio/",
    "slack": ("/slack/api/", "/slack-members/api/", "/slack/actions/", "/slack-members/actions/", "/slack/upload/"),
    "messenger": "/graph/",
    "telegram": "/telegram/bot",
}


@dataclass
class Fault:
    """One switched-on fault. `times` counts down to its end; None is without end."""

    provider: Provider
    mode: Mode
    times: int | None = None
    seconds: float = 5.0
    """For ``slow``: real seconds until the answer."""
    error_code: int = 30003
    """For ``undelivered`` and ``failed``: Twilio's error code of the receipt."""
    match: str = ""
    """Only requests whose path contains this."""


class Faults:
    """At most one fault of the API and one of the receipts for each provider."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._active: dict[tuple[Provider, bool], Fault] = {}

    def switch(self, fault: Fault) -> None:
        """Mode ``none`` ends every fault of the provider."""
        if fault.mode == "none":
            for receipts in (True, False):
                self._active.pop((fault.provider, receipts), None)
        else:
            self._active[(fault.provider, fault.mode in RECEIPT_MODES)] = fault
        self._feed.add("fault", f"{fault.provider.title()} fault: {fault.mode}", **asdict(fault))

    def clear(self) -> None:
        self._active.clear()

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._active.values()]

    def take(self, provider: Provider, *, receipts: bool = False, path: str = "") -> Fault | None:
        """The fault to apply now, counted down, or None."""
        fault = self._active.get((provider, receipts))
        if fault is None or fault.match not in path:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._active[(provider, receipts)]
        return fault


def refusal(fault: Fault) -> Response:
    """The provider's answer for ``429`` and ``500``, in its own shape."""
    status = int(fault.mode)
    headers = {"Retry-After": "1"} if status == 429 else {}
    if fault.provider == "slack":
        error = "ratelimited" if status == 429 else "internal_error"
        return JSONResponse({"ok": False, "error": error}, status, headers)
    if fault.provider == "messenger":
        number, words = (613, "Calls to this api have exceeded the rate limit.") if status == 429 else (2, "Try later.")
        body = {"message": f"(#{number}) {words}", "type": "OAuthException", "code": number, "fbtrace_id": "x"}
        return JSONResponse({"error": body}, 400 if status == 429 else 500, headers)
    if fault.provider == "telegram":
        words = "Too Many Requests: retry after 1" if status == 429 else "Internal Server Error: restart"
        parameters = {"parameters": {"retry_after": 1}} if status == 429 else {}
        return JSONResponse({"ok": False, "error_code": status, "description": words, **parameters}, status, headers)
    code, text = (20429, "Too Many Requests") if status == 429 else (20500, "An internal server error has occurred")
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"code": code, "message": text, "more_info": more, "status": status}, status, headers)


async def drop(send: Send) -> None:
    """Breaks the connection without an answer.

    ASGI has no word for that, so uvicorn's transport is reached through the `send` it handed out.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("connections can be dropped only under uvicorn")
    transport.abort()
    # The server must see the lost connection before the application returns, or it would try to answer 500.
    await asyncio.sleep(0.01)


async def _swallow(message: Message) -> None:
    """Takes an answer that nobody shall get."""


class FaultMiddleware:
    """Must be the outermost, so that `send` is uvicorn's own."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._find(scope)
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.mode == "down":
            await drop(send)
        elif fault.mode == "lost":
            await self._app(scope, receive, _swallow)
            await drop(send)
        elif fault.mode == "slow":
            await self._answer_late(fault.seconds, scope, receive, send)
        else:
            await refusal(fault)(scope, receive, send)

    def _find(self, scope: Scope) -> Fault | None:
        if scope["type"] != "http":
            return None
        for provider, prefix in PATHS.items():
            if scope["path"].startswith(prefix):
                return self._faults.take(provider, path=f"{scope['method']} {scope['path']}")
        return None

    async def _answer_late(self, seconds: float, scope: Scope, receive: Receive, send: Send) -> None:
        waited = False

        async def late(message: Message) -> None:
            nonlocal waited
            if not waited:
                waited = True
                await asyncio.sleep(seconds)
            await send(message)

        await self._app(scope, receive, late)
