"""Requests to an application of ours, through ASGI and without a server."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class AsgiClient:
    """Every request has an event loop of its own; an exception in the application is a 500, as it is for callers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def get(self, path: str, **request: Any) -> httpx.Response:
        return self.request("GET", path, **request)

    def post(self, path: str, **request: Any) -> httpx.Response:
        return self.request("POST", path, **request)

    def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
                return await client.request(method, path, **request)

        return asyncio.run(send())
