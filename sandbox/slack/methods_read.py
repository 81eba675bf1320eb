"""The reading methods of the Web API: auth, conversations, users."""

from __future__ import annotations

import base64
import binascii

from sandbox.slack.errors import SlackRefusal
from sandbox.slack.schema import flag
from sandbox.slack.workspace import BOT, BOT_USER, TEAM, Channel, Json, Person, replies
from sandbox.world import World

EMAIL = "users:read.email"


def auth_test(world: World, args: Json) -> Json:
    bot = world.slack.people[BOT_USER]
    return {
        "url": "https://sandbox.slack.com/",
        "team": "Sandbox",
        "user": bot.name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def conversations_history(world: World, args: Json) -> Json:
    channel = world.slack.for_bot(str(args.get("channel", "")))
    found = [
        message
        for ts, message in sorted(channel.messages.items(), reverse=True)
        if _top_level(message) and _in_window(ts, args)
    ]
    return _page(found, args)


def conversations_replies(world: World, args: Json) -> Json:
    channel = world.slack.for_bot(str(args.get("channel", "")))
    root = str(args.get("ts", ""))
    if root not in channel.messages:
        raise SlackRefusal("thread_not_found")
    root = channel.messages[root].get("thread_ts", root)
    found = [message for message in replies(channel, root) if _in_window(message["ts"], args)]
    return _page([channel.messages[root], *found], args)


def conversations_info(world: World, args: Json) -> Json:
    return {"channel": describe(world.slack.for_bot(str(args.get("channel", ""))))}


def conversations_open(world: World, args: Json) -> Json:
    users = args.get("users")
    if not users:
        return {"channel": {"id": world.slack.for_bot(str(args.get("channel", ""))).id}}
    names = users if isinstance(users, list) else str(users).split(",")
    if len(names) != 1:
        raise SlackRefusal("not_enough_users" if not names else "too_many_users")
    channel = world.slack.direct(str(names[0]).strip())
    if flag(args, "return_im"):
        return {"channel": describe(channel)}
    return {"channel": {"id": channel.id}}


def conversations_list(world: World, args: Json) -> Json:
    """Conversations of the wanted `types`, public channels when none are named."""
    types = str(args.get("types") or "public_channel").split(",")
    found = [channel for channel in world.slack.channels.values() if _kind(channel) in types]
    return {"channels": [describe(channel) for channel in found], "response_metadata": {"next_cursor": ""}}


def users_conversations(world: World, args: Json) -> Json:
    """The bot's own conversations, or those of `user`: people are in every channel."""
    user = world.slack.person(str(args.get("user") or BOT_USER))
    answer = conversations_list(world, args)
    mine = [channel for channel in answer["channels"] if not user.is_bot or channel.get("is_member", True)]
    return {**answer, "channels": mine}


def users_info(world: World, args: Json) -> Json:
    return {"user": _visible(world, world.slack.person(str(args.get("user", ""))))}


def users_lookup_by_email(world: World, args: Json) -> Json:
    email = str(args.get("email", "")).strip().lower()
    for person in world.slack.people.values():
        if person.email and person.email.lower() == email:
            return {"user": _visible(world, person)}
    raise SlackRefusal("users_not_found")


def users_list(world: World, args: Json) -> Json:
    members = [_visible(world, person) for person in world.slack.people.values()]
    return {"members": members, "cache_ts": 1, "response_metadata": {"next_cursor": ""}}


def _visible(world: World, person: Person) -> Json:
    """The user object as far as the app may see it."""
    user = person.as_user()
    if EMAIL not in world.slack.app.scopes:
        user["profile"].pop("email", None)
    return user


def describe(channel: Channel) -> Json:
    """The conversation object."""
    if channel.partner:
        return {"id": channel.id, "is_im": True, "is_channel": False, "user": channel.partner, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": channel.private,
        "is_archived": False,
        "is_member": channel.invited,
        "context_team_id": TEAM,
    }


def _kind(channel: Channel) -> str:
    return {"im": "im", "group": "private_channel", "channel": "public_channel"}[channel.kind]


def _top_level(message: Json) -> bool:
    return message.get("thread_ts", message["ts"]) == message["ts"] or message.get("subtype") == "thread_broadcast"


def _in_window(ts: str, args: Json) -> bool:
    inclusive = flag(args, "inclusive")
    oldest, latest = str(args.get("oldest") or ""), str(args.get("latest") or "")
    try:
        at = _micros(ts)
        low, high = _micros(oldest) if oldest else -1, _micros(latest) if latest else None
    except ValueError:
        raise SlackRefusal("invalid_ts_oldest" if oldest else "invalid_ts_latest") from None
    if at in (low, high):
        return inclusive
    return at > low and (high is None or at < high)


def _micros(ts: str) -> int:
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int((rest or "0")[:6].ljust(6, "0"))


def _page(found: list[Json], args: Json) -> Json:
    limit = min(max(int(args.get("limit") or 100), 1), 999)
    start = _offset(str(args.get("cursor") or ""))
    shown = found[start : start + limit]
    more = start + limit < len(found)
    with_metadata = flag(args, "include_all_metadata")
    answer: Json = {
        "messages": [_shown(message, with_metadata=with_metadata) for message in shown],
        "has_more": more,
        "pin_count": 0,
    }
    if more:
        answer["response_metadata"] = {"next_cursor": base64.b64encode(str(start + limit).encode()).decode()}
    return answer


def _offset(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor)) if cursor else 0
    except (binascii.Error, ValueError):
        raise SlackRefusal("invalid_cursor") from None


def _shown(message: Json, *, with_metadata: bool) -> Json:
    return {name: value for name, value in message.items() if with_metadata or name != "metadata"}
