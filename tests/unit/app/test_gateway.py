"""Health, readiness, metrics and the headers of everything."""

from __future__ import annotations

import pytest

from app.gateway import create_gateway
from app.wiring import Application
from bot.db import Database
from bot.model import Base
from tests.support.asgi_client import AsgiClient


def test_the_process_says_that_it_runs(client: AsgiClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_it_is_ready_when_messages_can_be_accepted_and_answered(client: AsgiClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "engine": "ok"})


def test_it_is_not_ready_without_its_tables(application: Application, db: Database) -> None:
    Base.metadata.drop_all(db.engine)
    try:
        answer = AsgiClient(create_gateway(application)).get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["database"] in ("OperationalError", "ProgrammingError")
    finally:
        Base.metadata.create_all(db.engine)


def test_each_stage_is_counted(client: AsgiClient, application: Application) -> None:
    application.measure()
    text = client.get("/metrics").text
    for name in (
        "msb_webhooks", "msb_inbox_accepted", "msb_turns", "msb_turn_seconds", "msb_engine_seconds", "msb_actions",
        "msb_touches", "msb_outbox_enqueued", "msb_deliveries", "msb_receipts", "msb_hand_offs", "msb_ticks",
        'msb_waiting{table="inbox_message"} 0.0', 'msb_oldest_seconds{table="outbox_message"} 0.0',
        'msb_dead_letters{state="dead",table="inbox_message"} 0.0',
    ):  # fmt: skip
        assert name in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/nothing-here"])
def test_nothing_is_sniffed_or_stored_on_the_way(client: AsgiClient, path: str) -> None:
    headers = client.get(path).headers
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize("path", ["/webhooks/slack/events", "/webhooks/twilio/sms"])
def test_what_is_switched_off_is_not_there(client: AsgiClient, path: str) -> None:
    assert client.post(path).status_code == 404
