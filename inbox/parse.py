"""Slack's requests in our terms: what is kept for the staff lane, in which thread's order, and under which id."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from bot.intake.receive import Desk, Incoming
from inbox.verify import Unacceptable

CHANNEL = "slack"

# Messages with these subtypes are written by people; all other subtypes report changes, or bots.
WRITTEN = {None, "file_share", "thread_broadcast", "me_message"}

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
    try:
        values = parse_qs(text, encoding="utf-8", errors="strict", max_num_fields=20).get("payload", [])
    except ValueError:
        raise Unacceptable(400, "malformed") from None
    if len(values) != 1:
        raise Unacceptable(400, "malformed")
    return load(values[0])


def clean(value: Any) -> Any:
    """Without what PostgreSQL or UTF-8 can't hold: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return value


def from_event(envelope: Payload, staff_channel: str) -> Incoming | None:
    """What somebody wrote in a thread of the staff channel; None for everything else.

    A mention of the bot comes twice, as ``app_mention`` and as ``message``, with two event ids. The message alone is
    kept, and its id is its place (channel and ``ts``), which is the same in every repetition.

    Raises:
        Unacceptable: 400 when it lacks what every message has.
    """
    event = envelope.get("event")
    if envelope.get("type") != "event_callback" or not isinstance(event, dict):
        return None
    if not _is_written(event) or event.get("channel") != staff_channel or not event.get("thread_ts"):
        return None
    ts, user = event.get("ts"), event.get("user")
    if not isinstance(ts, str) or not isinstance(user, str):
        raise Unacceptable(400, "malformed")
    return Incoming(
        channel=CHANNEL,
        address=f"{staff_channel}:{event['thread_ts']}",
        text="",
        dedupe=f"slack:{staff_channel}:{ts}",
        desk=Desk.STAFF,
        body={"kind": "event", "payload": envelope},
    )


def from_interaction(payload: Payload) -> Incoming | None:
    """A pressed button or a submitted dialog; None for everything else.

    Raises:
        Unacceptable: 400 when it can't be told from others.
    """
    match payload:
        case {"type": "block_actions", "trigger_id": str() as trigger, "actions": [{"action_id": str() as action}, *_]}:
            dedupe = f"slack:{trigger}:{action}"
        case {"type": "view_submission", "view": {"id": str() as view, "hash": str() as edition, "type": str()}}:
            dedupe = f"slack:{view}:{edition}"
        case {"type": "block_actions" | "view_submission"}:
            raise Unacceptable(400, "malformed")
        case _:
            return None
    return Incoming(
        channel=CHANNEL,
        address=_place(payload),
        text="",
        dedupe=dedupe,
        desk=Desk.STAFF,
        body={"kind": "interaction", "payload": payload},
    )


def is_revoked(envelope: Payload) -> bool:
    """Whether the app has lost the workspace."""
    event = envelope.get("event")
    return isinstance(event, dict) and event.get("type") in ("tokens_revoked", "app_uninstalled")


def _is_written(event: Payload) -> bool:
    """By a person, now: neither ours nor another bot's, and no report of an edit or a deletion."""
    return (
        event.get("type") == "message"
        and event.get("subtype") in WRITTEN
        and not event.get("bot_id")
        and not event.get("hidden")
    )


def _place(payload: Payload) -> str:
    """The thread that an interaction belongs to, so that what is done in one case stays in order."""
    match payload:
        case {"container": {"channel_id": str() as channel, "thread_ts": str() as thread}}:
            return f"{channel}:{thread}"
        case {"container": {"channel_id": str() as channel, "message_ts": str() as ts}}:
            return f"{channel}:{ts}"
        case {"view": {"private_metadata": str() as metadata}} if metadata:
            return place_of(metadata)
        case {"user": {"id": str() as user}}:
            return user
    raise Unacceptable(400, "malformed")


def place_of(metadata: str) -> str:
    """The thread that a dialog of ours was opened from."""
    try:
        match json.loads(metadata):
            case {"channel": str() as channel, "thread": str() as thread}:
                return f"{channel}:{thread}"
    except (ValueError, RecursionError):
        pass
    return "dialog"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
