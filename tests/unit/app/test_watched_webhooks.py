"""Requests of providers are told of by their route, and nothing of what is in them."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from app.watched_webhooks import WatchedWebhooks
from bot import correlation, metrics
from tests.support.asgi_client import AsgiClient


@pytest.fixture
def client() -> AsgiClient:
    """Two routes: one stores in a thread, as all webhooks do, and one fails."""
    app = FastAPI()

    @app.post("/webhooks/unsubscribe/{token}")
    async def unsubscribe(token: str) -> None:
        await run_in_threadpool(correlation.add, "in-5")
        await run_in_threadpool(correlation.add, "in-6")

    @app.post("/webhooks/broken")
    async def broken() -> None:
        raise ValueError("no")

    @app.get("/healthz")
    async def healthz() -> str:
        return "ok"

    app.add_middleware(WatchedWebhooks)
    return AsgiClient(app)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.__dict__ for record in caplog.records if record.getMessage() == "webhook"]


def test_a_request_is_told_of_by_its_route_and_not_by_its_address(
    client: AsgiClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert client.post("/webhooks/unsubscribe/anas-own-link").status_code == 200
    [line] = lines(caplog)
    assert (line["route"], line["status"]) == ("/webhooks/unsubscribe/{token}", 200)
    assert "anas-own-link" not in str(line)


def test_the_line_names_what_was_stored_in_a_thread(client: AsgiClient) -> None:
    seen: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(correlation.current())

    listener, log = Listener(), logging.getLogger("app.watched_webhooks")
    log.addHandler(listener)
    level, log.level = log.level, logging.INFO
    try:
        client.post("/webhooks/unsubscribe/x")
    finally:
        log.removeHandler(listener)
        log.setLevel(level)
    assert seen == ["in-5,in-6"]


@pytest.mark.parametrize(("path", "status", "route"), [
    ("/webhooks/broken", 500, "/webhooks/broken"),
    ("/webhooks/nothing-here", 404, "none"),
])  # fmt: skip
def test_what_fails_and_what_no_route_takes_is_told_too(
    client: AsgiClient, caplog: pytest.LogCaptureFixture, path: str, status: int, route: str
) -> None:
    caplog.set_level(logging.INFO)
    before = metrics.webhook_seconds._sum.get()
    assert client.post(path).status_code == status
    assert [(line["route"], line["status"]) for line in lines(caplog)] == [(route, status)]
    assert metrics.webhook_seconds._sum.get() > before


def test_other_requests_are_not_told_of(client: AsgiClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert client.get("/healthz").status_code == 200
    assert lines(caplog) == []
