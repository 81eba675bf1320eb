"""Slack's requests in our terms: what is kept for the staff lane, in which thread's order, and under which id."""

from __future__ import annotations

import json

from bot.intake.receive import Desk, Incoming
from slackkit.payloads import Payload, is_written
from slackkit.verify import Unacceptable

CHANNEL = "slack"


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
    if not is_written(event) or event.get("channel") != staff_channel or not event.get("thread_ts"):
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
