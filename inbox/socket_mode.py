"""Socket Mode for the inbox of staff: what they do is stored, then acknowledged, and handled as what comes by HTTP."""

from __future__ import annotations

from inbox.client import make_client
from inbox.context import Context
from inbox.routes import make_door
from slackkit.socket import Socket


def service(context: Context) -> Socket | None:
    """The socket, not yet started, if the settings name a token for one."""
    settings = context.settings
    if not settings.slack_is_on or not settings.slack_app_token.get_secret_value():
        return None
    return Socket(context, make_door(context), settings.slack_app_token, make_client(settings, with_token=False))
