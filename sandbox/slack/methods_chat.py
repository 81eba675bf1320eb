"""The chat methods of the Web API, and reactions."""

from __future__ import annotations

from typing import Any

from sandbox.slack.blocks import prepare_blocks
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.posting import change_message, delete_message, post_ephemeral, post_message
from sandbox.slack.schema import flag
from sandbox.slack.workspace import BOT_USER, Json
from sandbox.world import World

METADATA_LIMIT = 8000
UPDATED_TEXT = 4000
"""A new message may be longer than what replaces one (F3-Nation/archive-slackblast#64)."""


def chat_post_message(world: World, args: Json) -> Json:
    channel = world.slack.for_bot(str(args.get("channel", "")))
    text, blocks = content(args)
    message = post_message(
        world,
        channel,
        BOT_USER,
        text,
        blocks=blocks,
        thread_ts=args.get("thread_ts") or None,
        metadata=_metadata(args.get("metadata")),
        broadcast=flag(args, "reply_broadcast"),
    )
    shown = {name: value for name, value in message.items() if name != "metadata"}
    return {"channel": channel.id, "ts": message["ts"], "message": shown}


def chat_update(world: World, args: Json) -> Json:
    channel = world.slack.for_bot(str(args.get("channel", "")))
    ts = str(args.get("ts", ""))
    message = world.slack.message(channel.id, ts)
    if message["user"] != BOT_USER:
        raise SlackRefusal("cant_update_message")
    text, blocks = content(args)
    if len(text) > UPDATED_TEXT:
        raise SlackRefusal("msg_too_long")
    changes: dict[str, Any] = {"text": text, "blocks": blocks}
    if args.get("metadata") is not None:
        changes["metadata"] = _metadata(args["metadata"])
    changed = change_message(world, channel, ts, changes)
    return {"channel": channel.id, "ts": ts, "text": text, "message": changed}


def chat_delete(world: World, args: Json) -> Json:
    channel = world.slack.for_bot(str(args.get("channel", "")))
    ts = str(args.get("ts", ""))
    if world.slack.message(channel.id, ts)["user"] != BOT_USER:
        raise SlackRefusal("cant_delete_message")
    delete_message(world, channel, ts)
    return {"channel": channel.id, "ts": ts}


def chat_post_ephemeral(world: World, args: Json) -> Json:
    channel = world.slack.for_bot(str(args.get("channel", "")))
    user = world.slack.person(str(args.get("user", ""))).id
    text, blocks = content(args)
    thread = args.get("thread_ts") or None
    return {"message_ts": post_ephemeral(world, channel, user, text, blocks, thread_ts=thread)}


def chat_get_permalink(world: World, args: Json) -> Json:
    channel = world.slack.for_bot(str(args.get("channel", "")))
    ts = str(args.get("message_ts", ""))
    message = world.slack.message(channel.id, ts)
    link = f"https://sandbox.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    if message.get("thread_ts", ts) != ts:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def reactions_add(world: World, args: Json) -> Json:
    name = str(args.get("name") or "")
    if not name:
        raise SlackRefusal("invalid_name")
    message = world.slack.message(str(args.get("channel", "")), str(args.get("timestamp", "")))
    reactions: list[Json] = message.setdefault("reactions", [])
    known = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if known is None:
        known = {"name": name, "users": [], "count": 0}
        reactions.append(known)
    if BOT_USER in known["users"]:
        raise SlackRefusal("already_reacted")
    known["users"].append(BOT_USER)
    known["count"] = len(known["users"])
    world.feed.add("slack.reaction", f"The bot reacts :{name}:", ts=message["ts"])
    return {}


def content(args: Json) -> tuple[str, list[Json] | None]:
    """The text and the checked blocks of a message; one of the two must be there."""
    text = args.get("text") or ""
    if not isinstance(text, str):
        raise SlackRefusal("invalid_arguments", ["must be a string [json-pointer:/text]"])
    blocks = prepare_blocks(args["blocks"], "message") if args.get("blocks") else None
    if not text.strip() and not blocks:
        raise SlackRefusal("no_text")
    return text, blocks


def _metadata(value: Any) -> Json | None:
    if value is None:
        return None
    fits = isinstance(value, dict) and isinstance(value.get("event_type"), str)
    if not fits or not isinstance(value.get("event_payload"), dict):
        raise SlackRefusal("invalid_metadata_format")
    if len(str(value)) > METADATA_LIMIT:
        raise SlackRefusal("metadata_too_large")
    return dict(value)
