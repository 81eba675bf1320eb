"""Requests from Slack to the gateway: signed events with retries, and signed interactions."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from sandbox.courier import Outcome
from sandbox.slack import sockets
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.workspace import APP, BOT_USER, TEAM, Channel, Json
from sandbox.world import World

REASONS = {"timeout": "http_timeout", "connect": "connection_failed", "broken": "connection_failed", None: "http_error"}
JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


def signed(world: World, body: str, content_type: str, extra: dict[str, str] | None = None) -> dict[str, str]:
    """Headers for `body`, dated by the clock the settings name."""
    by_system = world.settings.sandbox_slack_sign_with == "system"
    moment = world.clock.wall() if by_system else world.clock.now()
    timestamp = str(int(moment.timestamp()))
    verifier = SignatureVerifier(world.settings.slack_signing_secret)
    return {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": verifier.generate_signature(timestamp=timestamp, body=body) or "",
        **(extra or {}),
    }


def send_event(world: World, event: dict[str, Any]) -> str:
    """Queues an event for the gateway, if the app asks for its kind; returns its event_id."""
    world.slack.events += 1
    event_id = f"Ev{world.slack.events:09d}"
    envelope = {
        "token": "deprecated",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(world.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
    if _kind(event) in world.slack.app.events:
        world.slack.told[event_id] = json.dumps(envelope)
        _queue(world, world.slack.told[event_id], event_id, 0, None)
    return event_id


def repeat_event(world: World, event_id: str | None) -> str:
    """Tells the app of an event once more (the last one, when none is named), as if the first answer had been lost.

    Raises:
        SlackRefusal: there was no such event.
    """
    found = event_id or next(reversed(world.slack.told), "")
    if found not in world.slack.told:
        raise SlackRefusal("no_such_event")
    _queue(world, world.slack.told[found], found, 1, "http_timeout")
    return found


def _kind(event: dict[str, Any]) -> str:
    """What a manifest calls this kind of event."""
    if event["type"] != "message":
        return str(event["type"])
    return {"im": "message.im", "group": "message.groups", "channel": "message.channels"}[event["channel_type"]]


def send_home_opened(world: World, direct: Channel, tab: str) -> str:
    """Tells the gateway that the person of a direct message opened the app; returns the event_id."""
    user = direct.partner or ""
    event: Json = {"type": "app_home_opened", "user": user, "channel": direct.id, "tab": tab}
    if tab == "home" and user in world.slack.homes:
        event["view"] = world.slack.homes[user]
    world.feed.add("slack.home", f"{world.slack.person(user).real_name} opens the app", user=user, tab=tab)
    return send_event(world, {**event, "event_ts": world.slack.next_ts()})


def _queue(world: World, body: str, event_id: str, retry: int, reason: str | None) -> None:
    async def deliver() -> None:
        outcome = await _post_event(world, body, event_id, retry, reason)
        stopped = outcome.headers.get("x-slack-no-retry") == "1"
        waits = world.settings.sandbox_slack_retry_seconds
        if outcome.ok or stopped or retry >= len(waits):
            return
        again = REASONS[outcome.failure]
        _queue(world, body, event_id, retry + 1, again)

    wait = world.settings.sandbox_slack_retry_seconds[retry - 1] if retry else 0.0
    if wait > 0:
        world.courier.hold(f"{world.slack_site.api} events", deliver, world.clock.now() + timedelta(seconds=wait))
    else:
        world.courier.put(f"{world.slack_site.api} events", deliver)


async def _post_event(world: World, body: str, event_id: str, retry: int, reason: str | None) -> Outcome:
    if world.sockets.on:
        more = {"retry_attempt": retry, "retry_reason": (reason or "").removeprefix("http_")}
        outcome = await sockets.deliver(world, "events_api", json.loads(body), **more)
        _note(world, f"event {event_id}", "a socket", outcome, event_id=event_id, retry=retry)
        return outcome
    extra = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason or ""} if retry else {}
    url = world.settings.public_base_url.rstrip("/") + f"{world.slack_site.webhooks}/events"
    headers = signed(world, body, JSON_TYPE, extra)
    outcome = await world.courier.post(url, body, headers, world.settings.sandbox_slack_ack_seconds)
    _note(world, f"event {event_id}", url, outcome, event_id=event_id, retry=retry)
    return outcome


async def send_interaction(world: World, payload: dict[str, Any]) -> Outcome:
    """Hands over an interaction and waits for the answer. Slack never repeats one."""
    if world.sockets.on:
        return await _over_socket(world, "interactive", payload, payload["type"])
    return await _post_form(world, "interactions", {"payload": json.dumps(payload)}, payload["type"])


async def send_command(world: World, form: dict[str, str]) -> Outcome:
    """Hands over a slash command and waits for the answer."""
    if world.sockets.on:
        return await _over_socket(world, "slash_commands", form, form["command"])
    return await _post_form(world, "commands", form, form["command"])


async def _post_form(world: World, path: str, form: dict[str, str], what: str) -> Outcome:
    url = world.settings.public_base_url.rstrip("/") + f"{world.slack_site.webhooks}/{path}"
    body = urlencode(form)
    outcome = await world.courier.post(
        url, body, signed(world, body, FORM_TYPE), world.settings.sandbox_slack_ack_seconds
    )
    _note(world, what, url, outcome)
    return outcome


async def _over_socket(world: World, kind: str, payload: dict[str, Any], what: str) -> Outcome:
    outcome = await sockets.deliver(world, kind, payload)
    _note(world, what, "a socket", outcome)
    return outcome


def _note(world: World, what: str, url: str, outcome: Outcome, **more: Any) -> None:
    summary = f"Slack told the bot: {what} ({outcome.says})"
    world.feed.add("slack.webhook", summary, url=url, result=outcome.says, **more)
