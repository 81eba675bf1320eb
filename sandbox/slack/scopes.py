"""Which scope each method of the Web API needs."""

from __future__ import annotations

from sandbox.slack.errors import SlackRefusal
from sandbox.slack.manifest import MESSAGES_TAB
from sandbox.slack.workspace import Channel, Json
from sandbox.world import World

NEEDED: dict[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.open": ("im:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "reactions.add": ("reactions:write",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
}
OF_CHANNELS = {"conversations.history": "history", "conversations.replies": "history", "conversations.info": "read"}
OF_LISTS = ("conversations.list", "users.conversations")
KINDS = {"im": "im", "group": "groups", "channel": "channels"}
LISTED = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}


def check(world: World, method: str, args: Json) -> None:
    """The app was granted what `method` needs.

    Raises:
        SlackRefusal: ``missing_scope``, or ``messages_tab_disabled`` for direct messages to people who can't open them.
    """
    app = world.slack.app
    if method in OF_LISTS:
        for kind in str(args.get("types") or "public_channel").split(","):
            app.check_scope(LISTED.get(kind, ""))
    elif method in OF_CHANNELS:
        kind = KINDS[_channel(world, args).kind]
        app.check_scope(f"{kind}:{OF_CHANNELS[method]}")
    else:
        app.check_scope(*NEEDED.get(method, ()))
    if method == "chat.postMessage" and MESSAGES_TAB not in app.tabs and _channel(world, args).partner:
        raise SlackRefusal("messages_tab_disabled")


def _channel(world: World, args: Json) -> Channel:
    return world.slack.for_bot(str(args.get("channel", "")))
