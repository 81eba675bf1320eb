"""Socket Mode for direct messages with members."""

from __future__ import annotations

from channels.edge import Context, Service
from channels.slack.client import make_client
from channels.slack.routes import make_door
from slackkit.socket import Socket


def service(context: Context) -> Service | None:
    """The socket, if the settings name a token for one."""
    token = context.settings.slack_member_app_token
    if not token.get_secret_value():
        return None
    return Socket(context, make_door(context.settings), token, make_client(context.settings, with_token=False))
