"""Slack's requests in our terms: what is kept for the staff lane, in which thread's order, and under which id."""

from __future__ import annotations

import json
from collections.abc import Collection

from bot.intake.receive import Desk, Incoming
from slackkit.payloads import Payload, is_written
from slackkit.verify import Unacceptable

CHANNEL = "slack"


def from_event(envelope: Payload, staff_channels: Collection[str]) -> Incoming | None:
    """What somebody wrote in a thread of a staff channel, and what they changed or deleted of it; None for everything
    else.

    A mention of the bot comes twice, as ``app_mention`` and as ``message``, with two event ids. The message alone is
    kept, and its id is its place (channel and ``ts``), which is the same in every repetition. An edit has the same
    place and the moment of the edit.

    Raises:
        Unacceptable: 400 when it lacks what every message has.
    """
    event = envelope.get("event")
    if envelope.get("type") != "event_callback" or not isinstance(event, dict):
        return None
    channel = event.get("channel")
    if event.get("type") != "message" or not isinstance(channel, str) or channel not in staff_channels:
        return None
    if event.get("subtype") in ("message_changed", "message_deleted"):
        found = _change(event)
    elif is_written(event) and event.get("thread_ts"):
        found = event, ""
    else:
        return None
    if found is None:
        return None
    message, change = found
    ts, user = message.get("ts"), message.get("user")
    if not isinstance(ts, str) or not isinstance(user, str):
        raise Unacceptable(400, "malformed")
    return for_staff("event", f"{channel}:{message['thread_ts']}", name_of_message(channel, ts) + change, envelope)


def for_staff(kind: str, address: str, dedupe: str, payload: Payload) -> Incoming:
    """A request of Slack for the staff lane: whose order it keeps (`address`), and by which name it comes but once."""
    body = {"kind": kind, "payload": payload}
    return Incoming(channel=CHANNEL, address=address, text="", dedupe=dedupe, desk=Desk.STAFF, body=body)


def name_of_message(channel: str, ts: str) -> str:
    """The name of the act that a message in a thread is."""
    return f"slack:{channel}:{ts}"


def _change(event: Payload) -> tuple[Payload, str] | None:
    """The message that a person changed or deleted in a thread, and the change's own name.

    Slack reports as changed, too, what it adds by itself (previews of links, counts of replies): the text is the same.
    The first message of a thread is our card.
    """
    before, now = event.get("previous_message") or {}, event.get("message") or {}
    match event:
        case {"subtype": "message_deleted", "deleted_ts": str()} if _in_thread_by_person(before):
            return before, ":deleted"
        case {"subtype": "message_changed", "ts": str() as ts} if _in_thread_by_person(now):
            return (now, f":edited:{ts}") if before.get("text") != now.get("text") else None
    return None


def _in_thread_by_person(message: Payload) -> bool:
    thread = message.get("thread_ts")
    return bool(thread) and thread != message.get("ts") and not message.get("bot_id") and "user" in message


def from_interaction(payload: Payload) -> Incoming | None:
    """A pressed button, a submitted dialog or a shortcut of a message's menu; None for everything else.

    Raises:
        Unacceptable: 400 when it can't be told from others.
    """
    match payload:
        case {"type": "block_actions", "trigger_id": str() as trigger, "actions": [{"action_id": str() as action}, *_]}:
            dedupe = f"slack:{trigger}:{action}"
        case {"type": "view_submission", "view": {"id": str() as view, "hash": str() as edition, "type": str()}}:
            dedupe = f"slack:{view}:{edition}"
        case {
            "type": "message_action",
            "trigger_id": str() as trigger,
            "callback_id": str() as callback,
            "channel": {"id": str()},
            "message": {"ts": str()},
        }:
            dedupe = f"slack:{trigger}:{callback}"
        case {"type": "block_actions" | "view_submission" | "message_action"}:
            raise Unacceptable(400, "malformed")
        case _:
            return None
    return for_staff("interaction", _place(payload), dedupe, payload)


def _place(payload: Payload) -> str:
    """The thread that an interaction belongs to, so that what is done in one case stays in order."""
    match payload:
        case {"container": {"channel_id": str() as channel, "thread_ts": str() as thread}}:
            return f"{channel}:{thread}"
        case {"container": {"channel_id": str() as channel, "message_ts": str() as ts}}:
            return f"{channel}:{ts}"
        case {"channel": {"id": str() as channel}, "message": {"ts": str() as ts, **message}}:
            return f"{channel}:{message.get('thread_ts') or ts}"
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
