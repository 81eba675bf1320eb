"""What Slack sends: envelopes of events, payloads of interactions, signed requests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from httpx import Response
from slack_sdk.signature import SignatureVerifier

from tests.channels.world import SECRET, STAFF_CHANNEL
from tests.support.asgi_client import AsgiClient
from tests.support.sandbox_clock import StillClock

EVENTS, INTERACTIONS = "/webhooks/slack/events", "/webhooks/slack/interactions"
COMMANDS = "/webhooks/slack/commands"
ROOT_TS = "1795290001.000100"
DANA, OLI = "U0STAFF", "U0OTHER"


def event(text: str, ts: str = "1795290030.000100", user: str | None = DANA, **changes: Any) -> dict[str, Any]:
    """The envelope of a message in the thread of the card."""
    message: dict[str, Any] = {
        "type": "message",
        "user": user,
        "ts": ts,
        "text": text,
        "channel": STAFF_CHANNEL,
        "channel_type": "channel",
        "event_ts": ts,
        "thread_ts": ROOT_TS,
        **changes,
    }
    return {"type": "event_callback", "team_id": "T0TEAM", "event_id": f"Ev{ts}", "event": message}


def edit(before: str, now: str, ts: str = "1795290030.000100", **changes: Any) -> dict[str, Any]:
    """The envelope that tells of a change of a message in the thread of the card."""
    written = {"type": "message", "user": DANA, "ts": ts, "thread_ts": ROOT_TS, **changes}
    return _report(
        "message_changed",
        message={**written, "text": now, "edited": {"user": DANA, "ts": "1795290060.000000"}},
        previous_message={**written, "text": before},
    )


def deletion(text: str, ts: str = "1795290030.000100", **changes: Any) -> dict[str, Any]:
    """The envelope that tells that a message is gone from the thread of the card."""
    before = {"type": "message", "user": DANA, "ts": ts, "thread_ts": ROOT_TS, "text": text, **changes}
    return _report("message_deleted", deleted_ts=ts, previous_message=before)


def _report(subtype: str, **more: Any) -> dict[str, Any]:
    ts = "1795290060.000100"
    base = {"type": "message", "subtype": subtype, "hidden": True, "channel": STAFF_CHANNEL, "ts": ts, "event_ts": ts}
    return {"type": "event_callback", "team_id": "T0TEAM", "event_id": f"Ev{subtype}", "event": {**base, **more}}


def shortcut(message: dict[str, Any], user: str = DANA, trigger: str = "111.444.abc") -> dict[str, Any]:
    """The payload of "Send as reply" in the menu of a message."""
    return {
        "type": "message_action",
        "callback_id": "send_as_reply",
        "trigger_id": trigger,
        "message_ts": message["ts"],
        "response_url": "https://hooks.slack.com/app/T0TEAM/1/xyz",
        "user": {"id": user, "name": "dana"},
        "team": {"id": "T0TEAM"},
        "channel": {"id": STAFF_CHANNEL, "name": "hand-offs"},
        "message": message,
    }


def press(action: str, case_id: int, user: str = DANA, trigger: str = "111.222.abc") -> dict[str, Any]:
    """The payload of a button of the card."""
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": "T0TEAM"},
        "team": {"id": "T0TEAM"},
        "container": {"type": "message", "message_ts": ROOT_TS, "channel_id": STAFF_CHANNEL},
        "channel": {"id": STAFF_CHANNEL},
        "trigger_id": trigger,
        "response_url": "https://hooks.slack.com/actions/T0TEAM/1/xyz",
        "actions": [{"action_id": action, "block_id": "case", "type": "button", "value": str(case_id)}],
    }


def command(line: str, user: str = DANA, trigger: str = "111.444.abc", **changes: str) -> dict[str, str]:
    """The form of a slash command; `line` is all that was typed."""
    name, _, text = line.partition(" ")
    return {
        "team_id": "T0TEAM",
        "channel_id": STAFF_CHANNEL,
        "user_id": user,
        "user_name": "dana",
        "command": name,
        "text": text,
        "api_app_id": "A0APP",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0TEAM/1/xyz",
        "trigger_id": trigger,
        **changes,
    }


def home_opened(user: str = DANA, tab: str = "home", event_id: str = "EvHome") -> dict[str, Any]:
    """The envelope that tells of a colleague who opened the app."""
    opened = {"type": "app_home_opened", "user": user, "channel": "D0DM", "tab": tab, "event_ts": "1795290050.000100"}
    return {"type": "event_callback", "team_id": "T0TEAM", "event_id": event_id, "event": opened}


def submission(view: dict[str, Any], values: dict[str, Any], user: str = DANA, view_id: str = "V1") -> dict[str, Any]:
    """The payload of a dialog that was opened with `view`; `values` is by block and action."""
    return {
        "type": "view_submission",
        "user": {"id": user, "team_id": "T0TEAM"},
        "team": {"id": "T0TEAM"},
        "trigger_id": "111.333.abc",
        "view": {"type": "modal", **view, "id": view_id, "hash": "156.abc", "state": {"values": values}},
        "response_urls": [],
    }


def post(client: AsgiClient, clock: StillClock, path: str, body: str, **more: str) -> Response:
    """Posts a signed body."""
    timestamp = str(int(clock.now().timestamp()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    kind = "application/json" if path == EVENTS else "application/x-www-form-urlencoded"
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature, **more}
    return client.post(path, content=body, headers=headers)


def post_event(client: AsgiClient, clock: StillClock, envelope: Any) -> Response:
    return post(client, clock, EVENTS, json.dumps(envelope))


def post_interaction(client: AsgiClient, clock: StillClock, payload: Any) -> Response:
    return post(client, clock, INTERACTIONS, urlencode({"payload": json.dumps(payload)}))


def post_command(client: AsgiClient, clock: StillClock, form: dict[str, str]) -> Response:
    return post(client, clock, COMMANDS, urlencode(form))
