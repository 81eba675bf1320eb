"""Whether the staff's app is set up: what Slack says to its token, its permissions and its channels."""

from __future__ import annotations

from collections.abc import Collection

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.config import Settings
from inbox.client import make_client
from inbox.faults import STAFF
from slackkit.check import Answer, ask
from slackkit.faults import code_of

SCOPES = frozenset(
    {
        "channels:history",
        "chat:write",
        "commands",
        "files:write",
        "groups:history",
        "reactions:write",
        "users:read",
        "users:read.email",
    }
)


def check(settings: Settings, channels: Collection[str]) -> Answer:
    """Asks Slack; `channels` are those in which cards appear."""
    client = make_client(settings)
    app_token = settings.slack_app_token.get_secret_value()
    return ask(client, app_token, SCOPES, lambda: _closed(client, channels))


def _closed(client: WebClient, channels: Collection[str]) -> str:
    """Which channels the app can't look into, and why."""
    wrong = []
    for channel in sorted(channels):
        try:
            client.conversations_history(channel=channel, limit=1)
        except SlackApiError as error:
            why = STAFF.repair.get(code_of(error))
            if why is None:
                raise
            wrong.append(f"{channel}: {why}")
    return "; ".join(wrong)
