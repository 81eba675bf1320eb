"""The client for the members' workspace, and what Slack's refusals mean there."""

from __future__ import annotations

from slack_sdk import WebClient

import slackkit.client
from bot.config import Settings
from slackkit.faults import Meanings

MEMBERS = Meanings(
    who="members",
    repair={
        "access_denied": "the app may not do this",
        "messages_tab_disabled": "the messages tab of the app's home is switched off",
        "not_allowed_token_type": "the token is no bot token",
    },
    unusable=frozenset(
        {
            "cannot_dm_bot",
            "channel_not_found",
            "is_archived",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
            "users_not_found",
        }
    ),
)


def make_client(settings: Settings, *, with_token: bool = True) -> WebClient:
    """Without a token for calls that bring their own."""
    token = settings.slack_member_bot_token.get_secret_value() if with_token else None
    return slackkit.client.make_client(token, settings.slack_member_api_base, settings.send_timeout_seconds)
