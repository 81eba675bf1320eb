"""What Slack's requests hold: JSON that any of our databases can store, and what people wrote in it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from slackkit.verify import Unacceptable

# Messages with these subtypes are written by people; all other subtypes report changes, or bots.
WRITTEN = (None, "file_share", "thread_broadcast", "me_message")

# The app has lost the workspace.
LOST = {"tokens_revoked": "revoked", "app_uninstalled": "uninstalled"}

Payload = dict[str, Any]


def load(text: str) -> Payload:
    """A JSON object that any of our databases can store.

    Raises:
        Unacceptable: 400.
    """
    try:
        payload = clean(json.loads(text, parse_constant=_refuse))
    except (ValueError, RecursionError):
        raise Unacceptable(400, "malformed") from None
    if not isinstance(payload, dict):
        raise Unacceptable(400, "malformed")
    return payload


def interaction(text: str) -> Payload:
    """The object in the ``payload`` field of an interaction's form.

    Raises:
        Unacceptable: 400.
    """
    values = _fields(text).get("payload", [])
    if len(values) != 1:
        raise Unacceptable(400, "malformed")
    return load(values[0])


def form(text: str) -> Payload:
    """The fields of a slash command's form, each of which comes once.

    Raises:
        Unacceptable: 400.
    """
    values = _fields(text)
    if any(len(value) != 1 for value in values.values()):
        raise Unacceptable(400, "malformed")
    fields: Payload = clean({name: value[0] for name, value in values.items()})
    return fields


def _fields(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, encoding="utf-8", errors="strict", max_num_fields=40)
    except ValueError:
        raise Unacceptable(400, "malformed") from None


def clean(value: Any) -> Any:
    """Without what PostgreSQL or UTF-8 can't hold: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return value


def is_written(event: Payload) -> bool:
    """By a person, now: neither ours nor another bot's, and no report of an edit or a deletion."""
    return (
        event.get("type") == "message"
        and event.get("subtype") in WRITTEN
        and not event.get("bot_id")
        and not event.get("hidden")
    )


def what_it_was(payload: Payload) -> str:
    """One word for a request that is acknowledged and not kept."""
    match payload:
        case {"type": "view_closed"}:
            return "closed"
        case {"type": "event_callback", "event": {"type": str() as kind} as event}:
            return LOST.get(kind) or _what_happened(kind, event)
    return "ignored"


def _what_happened(kind: str, event: Payload) -> str:
    match kind, event:
        case "app_home_opened", {"tab": "home"}:
            return "home_opened"
        case "app_mention", _:  # it comes as a message too, which is what is read
            return "mention"
        case "message", {"subtype": "message_deleted"}:
            return "deleted"
        case "message", {"bot_id": str()} | {"subtype": "bot_message"} | {"message": {"bot_id": str()}}:
            return "bot"
    return "ignored"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
