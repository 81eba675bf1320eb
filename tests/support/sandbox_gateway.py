"""A stand-in for the gateway: it remembers every webhook and answers as it is told."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Webhook:
    path: str
    url: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body, keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The event's envelope, or an interaction's payload."""
        return json.loads(self.form["payload"] if self.body.startswith("payload=") else self.body)


async def never(scope: Scope, receive: Receive, send: Send) -> None:
    """An answer that does not come: it waits until the caller hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass


class RecordingGateway:
    """An ASGI application. `answers` are used one after the other, then 200 with an empty body."""

    def __init__(self) -> None:
        self.received: list[Webhook] = []
        self.answers: deque[ASGIApp] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        body = (await request.body()).decode()
        self.received.append(Webhook(request.url.path, str(request.url), dict(request.headers), body))
        answer = self.answers.popleft() if self.answers else Response()
        await answer(scope, receive, send)

    def forget(self) -> None:
        self.received.clear()
        self.answers.clear()

    def at(self, path: str) -> list[Webhook]:
        return [webhook for webhook in self.received if webhook.path == path]
