"""What members do in their direct messages, in our terms."""

from __future__ import annotations

from typing import Any

from bot.compose.choices import is_choice_id
from bot.compose.media import EMPTY, notes
from bot.intake.receive import Incoming
from slackkit.payloads import Payload, is_written
from slackkit.text import read, with_emoji
from slackkit.verify import Unacceptable

CHANNEL = "slack"
MEDIA_LIMIT = 10


def from_event(envelope: Payload) -> Incoming | None:
    """What a member wrote or edited; None for everything else. Its id is its place, the same in every repetition.

    Raises:
        Unacceptable: 400 when it lacks what every message has.
    """
    event = envelope.get("event")
    if envelope.get("type") != "event_callback" or not isinstance(event, dict):
        return None
    if event.get("type") != "message" or event.get("channel_type") != "im":
        return None
    if event.get("subtype") == "message_changed":
        return _edited(envelope, event)
    return _written(envelope, event) if is_written(event) else None


def from_interaction(payload: Payload) -> Incoming | None:
    """A pressed button that is one of a message's choices; None for everything else.

    Raises:
        Unacceptable: 400 when it can't be told from others.
    """
    actions = payload.get("actions")
    if payload.get("type") != "block_actions" or not isinstance(actions, list):
        return None
    pressed = [action for action in actions if isinstance(action, dict) and is_choice_id(action.get("value"))]
    if not pressed:
        return None
    action = pressed[0]
    team = _inner(payload, "team", "id") or _inner(payload, "user", "team_id")
    return Incoming(
        channel=CHANNEL,
        address=f"{_text(team)}:{_text(_inner(payload, 'user', 'id'))}",
        text=str(_inner(action, "text", "text") or ""),
        dedupe=f"slack-dm:{_text(payload.get('trigger_id'))}:{action['value']}",
        body={"event": "choice", "choice": action["value"], "pressed_ts": _inner(payload, "container", "message_ts")},
    )


def _written(envelope: Payload, event: Payload) -> Incoming:
    media = _media(event)
    written = read(with_emoji(event), _somebody)
    body: dict[str, Any] = {"ts": event.get("ts")}
    if media:
        body["media"] = media
    return Incoming(
        channel=CHANNEL,
        address=_address(envelope, event),
        text=written or notes(item["type"] for item in media),
        dedupe=f"slack-dm:{_text(event.get('channel'))}:{_text(event.get('ts'))}",
        body=body,
    )


def _edited(envelope: Payload, event: Payload) -> Incoming | None:
    """None when a bot changed its own message, or only a preview of a link was added."""
    message, before = event.get("message"), event.get("previous_message")
    if not isinstance(message, dict):
        raise Unacceptable(400, "malformed")
    edition = _inner(message, "edited", "ts")
    if not is_written(message) or not isinstance(edition, str):
        return None
    if isinstance(before, dict) and before.get("text") == message.get("text"):
        return None
    place = f"{_text(event.get('channel'))}:{_text(message.get('ts'))}"
    return Incoming(
        channel=CHANNEL,
        address=_address(envelope, message),
        text=read(with_emoji(message), _somebody) or EMPTY,
        dedupe=f"slack-dm:{place}:{edition}",
        body={"event": "edited", "ts": message["ts"], "of": f"slack-dm:{place}"},
    )


def _address(envelope: Payload, message: Payload) -> str:
    return f"{_text(envelope.get('team_id') or message.get('team'))}:{_text(message.get('user'))}"


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Unacceptable(400, "malformed")
    return value


def _inner(payload: Payload, name: str, inner: str) -> Any:
    outer = payload.get(name)
    return outer.get(inner) if isinstance(outer, dict) else None


def _media(event: Payload) -> list[dict[str, str]]:
    files = event.get("files")
    found = [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return [
        {"url": str(file.get("url_private") or ""), "type": str(file.get("mimetype") or "")}
        for file in found[:MEDIA_LIMIT]
    ]


def _somebody(user: str) -> str:
    """A webhook asks nobody for a name."""
    return "somebody"
