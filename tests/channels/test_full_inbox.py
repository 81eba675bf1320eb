"""While too much waits to be read, providers that bring a message again are asked to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from httpx import Response
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot.model import InboxMessage, InboxState
from channels import registry
from channels.telegram.routes import store
from tests.channels import messenger, slack, telegram
from tests.channels.world import NOW, TOKEN, World, make_settings, make_world
from tests.support.asgi_client import AsgiClient
from tests.support.sandbox_clock import StillClock

LIMIT = 2
CLOCK = StillClock(NOW)
SLACK_EVENTS = "/webhooks/slack-members/events"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path)
    other = {"telegram_bot_token": telegram.TOKEN, "telegram_secret_token": telegram.SECRET}
    made.settings = make_settings(**other, **messenger.SETTINGS, inbox_limit=LIMIT)
    yield made
    made.db.close()


@pytest.fixture
def client(world: World) -> AsgiClient:
    app = FastAPI()
    for router in registry.routers(world):
        app.include_router(router)
    return AsgiClient(app)


def by_telegram(client: AsgiClient, text: str, number: int = 1) -> Response:
    update = telegram.update(number, text=text, message_id=number)
    return client.post(telegram.WEBHOOK, content=json.dumps(update), headers=telegram.HEADERS)


def by_messenger(client: AsgiClient, text: str, number: int = 1) -> Response:
    return messenger.post(client, messenger.payload(messenger.said(text, f"m_{number}")))


def by_slack(client: AsgiClient, text: str, number: int = 1, tries: str = "0") -> Response:
    event = {"type": "message", "user": "U0MEMBER", "ts": f"1795290000.00{number:04}", "text": text,
             "channel": "D0DM", "channel_type": "im"}  # fmt: skip
    body = json.dumps({"type": "event_callback", "team_id": "T0TEAM", "event_id": f"Ev{number}", "event": event})
    return slack.post(client, CLOCK, SLACK_EVENTS, body, **{"X-Slack-Retry-Num": tries})


def by_sms(client: AsgiClient, text: str, number: int = 1) -> Response:
    path, form = "/webhooks/twilio/sms", {"MessageSid": f"SM{number:032}", "From": "+14155550199", "Body": text,
                                          "To": "+15005550006", "NumMedia": "0"}  # fmt: skip
    signature = RequestValidator(TOKEN).compute_signature("https://bot.example.org" + path, form)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return client.post(path, content=urlencode(form), headers=headers)


@pytest.fixture
def full(world: World, client: AsgiClient) -> World:
    for number in range(100, 100 + LIMIT + 1):
        assert by_sms(client, "hello", number).status_code == 200
    world.clock.pass_real(timedelta(seconds=2))
    return world


AGAIN: list[Any] = [by_telegram, by_messenger, by_slack]


@pytest.mark.parametrize("by", AGAIN)
def test_who_comes_again_is_asked_to(full: World, client: AsgiClient, by: Any) -> None:
    answer = by(client, "hello")
    assert answer.status_code == 503
    assert len(full.inbox()) == LIMIT + 1


@pytest.mark.parametrize("by", [by_telegram, by_messenger])
def test_it_is_told_when_to_come_again(full: World, client: AsgiClient, by: Any) -> None:
    assert by(client, "hello").headers["Retry-After"] == "30"


@pytest.mark.parametrize("by", AGAIN)
def test_a_stop_is_taken_all_the_same(full: World, client: AsgiClient, by: Any) -> None:
    assert by(client, "STOP").status_code == 200
    assert full.inbox()[-1].text == "STOP"


@pytest.mark.parametrize("by", AGAIN)
def test_when_there_is_room_again_it_is_taken(full: World, client: AsgiClient, by: Any) -> None:
    assert by(client, "hello").status_code == 503
    with full.db.begin() as session:
        session.execute(sa.update(InboxMessage).values(state=InboxState.DONE))
    full.clock.pass_real(timedelta(seconds=2))
    assert by(client, "hello").status_code == 200


def test_a_text_message_is_taken_because_it_does_not_come_again(full: World, client: AsgiClient) -> None:
    assert by_sms(client, "hello").status_code == 200
    assert len(full.inbox()) == LIMIT + 2


def test_slacks_last_try_is_taken(full: World, client: AsgiClient) -> None:
    assert by_slack(client, "hello", tries="2").status_code == 503
    assert by_slack(client, "hello", tries="3").status_code == 200


def test_messengers_receipts_need_no_room(full: World, client: AsgiClient) -> None:
    read = messenger.event("read", {"watermark": 1795290000000})
    assert messenger.post(client, messenger.payload(read)).status_code == 200


def test_what_was_asked_for_by_polling_is_taken(full: World) -> None:
    assert store(full, telegram.update(text="hello")) == "accepted"
