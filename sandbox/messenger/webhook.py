"""Requests from Meta to the gateway: signed over the raw bytes, and repeated until the answer is 200."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sandbox.courier import Outcome
from sandbox.world import World

PATH = "/webhooks/messenger"
Heard = Callable[[Outcome], None]


def as_meta_writes(payload: Any) -> str:
    """JSON in Meta's spelling: everything beyond ASCII as ``\\uXXXX``, and slashes as ``\\/``."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/")


def signature(secret: str, body: str, algorithm: str = "sha256") -> str:
    return f"{algorithm}=" + hmac.new(secret.encode(), body.encode(), algorithm).hexdigest()


def proof(secret: str, token: str) -> str:
    """The appsecret_proof that goes with an access token."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def entry(world: World, *events: dict[str, Any], standby: bool = False) -> dict[str, Any]:
    """A notification with these events in one entry."""
    moment = milliseconds(world)
    place = "standby" if standby else "messaging"
    return {
        "object": "page",
        "entry": [{"id": world.settings.messenger_page_id, "time": moment, place: list(events)}],
    }


def milliseconds(world: World) -> int:
    return int(world.clock.now().timestamp() * 1000)


def put(world: World, lane: str, payload: dict[str, Any], heard: Heard | None = None) -> bool:
    """Queues a notification; `heard` is told each outcome. False when it was dropped."""
    return world.courier.put(f"messenger {lane}", job(world, lane, payload, heard))


def job(world: World, lane: str, payload: dict[str, Any], heard: Heard | None = None, attempt: int = 0) -> Any:
    """A job for the courier; what isn't answered with 200 comes again after a while of the shared clock."""
    body = as_meta_writes(payload)

    async def deliver() -> None:
        outcome = await _post(world, body, attempt, _mids(payload))
        if heard is not None:
            heard(outcome)
        waits = world.settings.sandbox_messenger_retry_seconds
        if outcome.status == 200 and outcome.ok:
            return
        if attempt >= len(waits):
            world.feed.add("messenger.gave_up", "Meta stops repeating a notification that got no 200.")
            return
        again = job(world, lane, payload, heard, attempt + 1)
        if waits[attempt] > 0:
            world.courier.hold(f"messenger {lane}", again, world.clock.now() + timedelta(seconds=waits[attempt]))
        else:
            world.courier.put(f"messenger {lane}", again)

    return deliver


def _mids(payload: dict[str, Any]) -> list[str]:
    """The messages of people that a notification tells of."""
    events = [event for one in payload.get("entry", []) for event in one.get("messaging", [])]
    told = [event.get("message") or event.get("postback") or {} for event in events]
    return [message["mid"] for message in told if "mid" in message and not message.get("is_echo")]


async def _post(world: World, body: str, attempt: int, mids: list[str]) -> Outcome:
    secret = world.settings.messenger_app_secret
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature": signature(secret, body, "sha1"),
        "X-Hub-Signature-256": signature(secret, body),
    }
    url = world.settings.public_base_url.rstrip("/") + PATH
    outcome = await world.courier.post(url, body, headers, world.settings.sandbox_messenger_webhook_timeout)
    summary = f"Meta told the bot something ({outcome.says})"
    world.feed.add("messenger.webhook", summary, attempt=attempt, result=outcome.says, mids=mids)
    return outcome
