"""Slack's webhooks for the inbox of staff."""

from __future__ import annotations

from fastapi import APIRouter

import slackkit.door
from bot.handoff.routing import channels_of
from bot.intake.receive import Incoming
from inbox import parse, parse_people
from inbox.context import Context
from slackkit.door import Door
from slackkit.payloads import Payload


def make_door(context: Context) -> Door:
    """What is kept of what Slack sends, and how it is known to be Slack's."""
    channels = channels_of(context.programme.inbox, context.settings.slack_channel)

    def event(envelope: Payload) -> Incoming | None:
        return parse.from_event(envelope, channels) or parse_people.from_home(envelope)

    return Door(
        name="slack",
        path="/webhooks/slack",
        secret=context.settings.slack_signing_secret.get_secret_value(),
        who="staff",
        event=event,
        interaction=parse.from_interaction,
        command=parse_people.from_command,
    )


def router(context: Context) -> APIRouter:
    """The addresses that Slack calls."""
    return slackkit.door.router(context, make_door(context))
