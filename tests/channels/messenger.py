"""What the tests of Messenger share: a page's settings, events as Meta writes them, and signed requests."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from httpx import Response
from pydantic import SecretStr

from bot.intake.receive import Incoming, accept
from bot.model import OutboxMessage, OutboxState, Purpose
from bot.outbox.enqueue import Message, enqueue
from tests.channels.world import NOW, World, fixture
from tests.support.asgi_client import AsgiClient

CONTENT = fixture("messenger_inbound")
PAGE, PSID, APP, APP_SECRET = CONTENT["page_id"], CONTENT["psid"], str(CONTENT["app_id"]), CONTENT["app_secret"]
INBOX_APP = 263902037430900
VERIFY_TOKEN = "meatyhamhock"
PATH = "/webhooks/messenger"
AT = int(NOW.timestamp() * 1000)

SETTINGS: dict[str, Any] = {
    "messenger_page_id": PAGE,
    "messenger_page_token": SecretStr("page-token"),
    "messenger_app_id": APP,
    "messenger_app_secret": SecretStr(APP_SECRET),
    "messenger_verify_token": SecretStr(VERIFY_TOKEN),
    "messenger_per_second": 1000,
}


def event(kind: str, content: Any, **changes: Any) -> dict[str, Any]:
    roles = {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": AT}
    return {**roles, kind: content, **changes}


def said(text: str = "hello", mid: str = "m_1", **more: Any) -> dict[str, Any]:
    return event("message", {"mid": mid, "text": text, **more})


def echo(mid: str = "m_out", text: str = "Hello", app: int | None = int(APP), **more: Any) -> dict[str, Any]:
    message = {"mid": mid, "is_echo": True, "text": text, **({"app_id": app} if app else {}), **more}
    return event("message", message, sender={"id": PAGE}, recipient={"id": PSID})


def payload(*events: dict[str, Any], place: str = "messaging", page: str = PAGE) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": page, "time": AT, place: list(events)}]}


def sign(body: bytes) -> str:
    return "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()


def post(client: AsgiClient, content: Any) -> Response:
    """Posts a notification, signed; `content` is its JSON, or its raw body."""
    body = content if isinstance(content, bytes) else json.dumps(content).replace("/", "\\/").encode()
    return client.post(
        PATH, content=body, headers={"Content-Type": "application/json", "X-Hub-Signature-256": sign(body)}
    )


def tell(client: AsgiClient, *events: dict[str, Any], **more: Any) -> None:
    assert post(client, payload(*events, **more)).status_code == 200


def hears(world: World, when: datetime, **body: Any) -> None:
    """As if the member had done something in the thread, of which we heard at `when`."""
    with world.db.begin() as session:
        dedupe = f"heard:{when.isoformat()}:{body}"
        accept(session, Incoming("messenger", PSID, "hi", dedupe, body=body), now=when, wall=when)


def row(world: World, text: str = "Hello", purpose: Purpose = Purpose.REPLY, dedupe: str = "one", **body: Any) -> int:
    note = Message("messenger", PSID, purpose, "test", dedupe, text=text, body=body)
    with world.db.begin() as session:
        number = enqueue(session, note, now=NOW, wall=NOW)
    assert number is not None
    return number


def change(world: World, number: int, state: OutboxState, provider_id: str | None = None) -> None:
    with world.db.begin() as session:
        item = session.get_one(OutboxMessage, number)
        item.state, item.provider_id = state, provider_id
