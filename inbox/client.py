"""The client for the workspace of staff."""

from __future__ import annotations

from slack_sdk import WebClient

import slackkit.client
from bot.config import Settings


def make_client(settings: Settings, *, with_token: bool = True) -> WebClient:
    """Without a token for calls that bring their own."""
    token = settings.slack_bot_token.get_secret_value() if with_token else None
    return slackkit.client.make_client(token, settings.slack_api_base, settings.send_timeout_seconds)
