"""Putting messages into channels, changing them, and telling the gateway about it as Slack does."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from sandbox.slack.errors import SlackRefusal
from sandbox.slack.events import send_event
from sandbox.slack.workspace import APP, BOT, BOT_USER, TEAM, Channel, Json, replies
from sandbox.world import World

TEXT_KEPT = 40_000
TOMBSTONE = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "hidden": True}
THREAD_FIELDS = ("thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply")
UNTOLD = {*THREAD_FIELDS[1:], "metadata", "reactions"}
"""What events leave out of a message."""


def post_message(
    world: World,
    channel: Channel,
    user: str,
    text: str,
    *,
    blocks: list[Json] | None = None,
    thread_ts: str | None = None,
    metadata: Json | None = None,
    broadcast: bool = False,
    files: list[Json] | None = None,
) -> Json:
    """A new message by `user`, echoed to the gateway as a ``message`` event."""
    if thread_ts:
        parent = channel.messages.get(thread_ts)
        if parent is None:
            raise SlackRefusal("thread_not_found")
        thread_ts = parent.get("thread_ts", thread_ts)
    ts = world.slack.next_ts()
    message: Json = {"type": "message", "user": user, "ts": ts, "text": text[:TEXT_KEPT], "team": TEAM}
    message |= _author(user)
    if blocks:
        message["blocks"] = blocks
    if metadata:
        message["metadata"] = metadata
    if files:
        message |= {"files": files, "upload": False, "subtype": "file_share"}
    if thread_ts:
        message |= {"thread_ts": thread_ts, "parent_user_id": channel.messages[thread_ts]["user"]}
    if broadcast and thread_ts:
        message["subtype"] = "thread_broadcast"
    channel.messages[ts] = message
    if thread_ts:
        _count_replies(channel, thread_ts)
    who = world.slack.people[user].real_name
    said = text or ", ".join(file["title"] for file in files or [])
    shared = {"files": [file["id"] for file in files]} if files else {}
    world.feed.add("slack.message", f"{who} in Slack: {said}", channel=channel.id, ts=ts, thread_ts=thread_ts, **shared)
    _tell_posted(world, channel, message)
    return message


def change_message(world: World, channel: Channel, ts: str, changes: dict[str, Any]) -> Json:
    """Replaces parts of a message; None takes a part away."""
    message = world.slack.message(channel.id, ts)
    before = copy.deepcopy(message)
    for name, value in changes.items():
        if value is None:
            message.pop(name, None)
        else:
            message[name] = value
    message["edited"] = {"user": message["user"], "ts": world.slack.next_ts()}
    world.feed.add("slack.updated", f"A message in Slack changed: {message['text']}", channel=channel.id, ts=ts)
    _tell_changed(world, channel, message, before)
    return message


def unfurl_message(world: World, channel: Channel, ts: str, url: str) -> Json:
    """Adds the preview of a link, which the gateway hears of as of an edit, but for the text and the editor."""
    message = world.slack.message(channel.id, ts)
    before = copy.deepcopy(message)
    preview = {"from_url": url, "original_url": url, "title": url, "fallback": url, "id": 1}
    message["attachments"] = [*message.get("attachments", []), preview]
    _tell_changed(world, channel, message, before)
    return message


def delete_message(world: World, channel: Channel, ts: str) -> None:
    """Takes a message away. One that has replies leaves a tombstone, which Slack reports as a change."""
    before = world.slack.message(channel.id, ts)
    world.feed.add("slack.deleted", "A message in Slack was deleted.", channel=channel.id, ts=ts)
    if replies(channel, ts):
        stone = {name: before[name] for name in THREAD_FIELDS if name in before}
        channel.messages[ts] = {"type": "message", "ts": ts, **TOMBSTONE, **stone}
        _tell_changed(world, channel, channel.messages[ts], before)
        return
    del channel.messages[ts]
    if root := before.get("thread_ts"):
        _count_replies(channel, root)
    _tell_hidden(world, channel, "message_deleted", deleted_ts=ts, previous_message=_told(before))


def post_ephemeral(
    world: World,
    channel: Channel,
    user: str,
    text: str,
    blocks: list[Json] | None,
    *,
    thread_ts: str | None = None,
) -> str:
    """A message that only `user` sees. Slack sends no event for it."""
    ts = world.slack.next_ts()
    message = {"ts": ts, "user": BOT_USER, "for_user": user, "text": text, "blocks": blocks or []}
    if thread_ts:
        message["thread_ts"] = thread_ts
    channel.ephemeral.append(message)
    name = world.slack.people[user].real_name
    world.feed.add("slack.ephemeral", f"Only {name} sees: {text}", channel=channel.id, ts=ts, user=user)
    return ts


def change_ephemeral(world: World, channel: Channel, ts: str, changes: dict[str, Any]) -> None:
    """What only one person sees can be replaced through a response_url alone."""
    for message in channel.ephemeral:
        if message["ts"] == ts:
            message |= {**changes, "blocks": changes.get("blocks") or []}
            name = world.slack.people[message["for_user"]].real_name
            world.feed.add("slack.ephemeral", f"Only {name} sees now: {message['text']}", channel=channel.id, ts=ts)


def delete_ephemeral(world: World, channel: Channel, ts: str) -> None:
    channel.ephemeral[:] = [message for message in channel.ephemeral if message["ts"] != ts]
    world.feed.add("slack.deleted", "What only one person saw is gone.", channel=channel.id, ts=ts)


def _author(user: str) -> Json:
    if user != BOT_USER:
        return {"client_msg_id": str(uuid.uuid4())}
    profile = {"id": BOT, "app_id": APP, "name": "Member Success Bot", "deleted": False, "updated": 1, "team_id": TEAM}
    return {"bot_id": BOT, "app_id": APP, "bot_profile": profile}


def _told(message: Json) -> Json:
    return {name: value for name, value in message.items() if name not in UNTOLD}


def _event(channel: Channel, message: Json) -> Json:
    return {**_told(message), "channel": channel.id, "event_ts": message["ts"], "channel_type": channel.kind}


def _tell_posted(world: World, channel: Channel, message: Json) -> None:
    if not channel.invited:
        return
    send_event(world, _event(channel, message))
    if f"<@{BOT_USER}>" in message["text"] and message["user"] != BOT_USER:
        names = ("user", "text", "ts", "thread_ts", "team")
        mention = {name: message[name] for name in names if name in message}
        send_event(world, {**mention, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]})


def _tell_changed(world: World, channel: Channel, message: Json, before: Json) -> None:
    _tell_hidden(world, channel, "message_changed", message=_told(message), previous_message=_told(before))


def _tell_hidden(world: World, channel: Channel, subtype: str, **more: Any) -> None:
    if not channel.invited:
        return
    ts = world.slack.next_ts()
    base = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel.id, "ts": ts, "event_ts": ts}
    send_event(world, {**base, "channel_type": channel.kind, **more})


def _count_replies(channel: Channel, root: str) -> None:
    if root not in channel.messages:
        return
    found = replies(channel, root)
    for name in THREAD_FIELDS:
        channel.messages[root].pop(name, None)
    if found:
        users = list(dict.fromkeys(message["user"] for message in found))
        channel.messages[root] |= {
            "thread_ts": root,
            "reply_count": len(found),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": found[-1]["ts"],
        }
