"""Slack's webhooks for direct messages with members."""

from __future__ import annotations

from fastapi import APIRouter

import slackkit.door
from bot.config import Settings
from channels.edge import Context
from channels.slack import parse
from slackkit.door import Door


def make_door(settings: Settings) -> Door:
    return Door(
        name="slack_members",
        path="/webhooks/slack-members",
        secret=settings.slack_member_signing_secret.get_secret_value(),
        who="members",
        event=parse.from_event,
        interaction=parse.from_interaction,
        limit=settings.inbox_limit,
    )


def router(context: Context) -> APIRouter:
    """The two addresses that Slack calls."""
    return slackkit.door.router(context, make_door(context.settings))
