"""Requests to an application of ours, through ASGI and without a server."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI


class Client:
    """Every request has an event loop of its own; an exception in the application is a 500, as it is for providers."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def post(self, path: str, **request: Any) -> httpx.Response:
        return self._ask("POST", path, **request)

    def get(self, path: str, **request: Any) -> httpx.Response:
        return self._ask("GET", path, **request)

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
                return await client.request(method, path, **request)

        return asyncio.run(send())
