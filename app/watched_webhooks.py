"""Requests of providers, watched from outside: one line in the log, one span and the time of each."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import correlation, metrics, tracing

log = logging.getLogger(__name__)

PREFIX = "/webhooks/"


class WatchedWebhooks:
    """Middleware around the gateway. Of an address only the route is told: a part of it may be a member's own link."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with correlation.scope(), tracing.span("webhook") as span:
            try:
                await self.app(scope, receive, note)
            finally:
                seconds = time.perf_counter() - started
                metrics.webhook_seconds.observe(seconds)
                facts: dict[str, tracing.Value] = {"route": _route(scope), "status": status}
                log.info("webhook", extra={**facts, "ms": round(seconds * 1000, 1)})
                span.end(**facts, correlation=correlation.current())


def _route(scope: Scope) -> str:
    """As the route was declared; what no route took came from anywhere and is not told."""
    return str(getattr(scope.get("route"), "path", "none"))
