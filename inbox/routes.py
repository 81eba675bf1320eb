"""Slack's webhooks for the inbox of staff."""

from __future__ import annotations

from fastapi import APIRouter

import slackkit.door
from bot.intake.receive import Incoming
from inbox import parse, parse_people
from inbox.context import Context
from slackkit.door import Door
from slackkit.payloads import Payload


def router(context: Context) -> APIRouter:
    """The addresses that Slack calls."""
    staff_channel = context.settings.slack_channel

    def event(envelope: Payload) -> Incoming | None:
        return parse.from_event(envelope, staff_channel) or parse_people.from_home(envelope)

    secret = context.settings.slack_signing_secret.get_secret_value()
    command = parse_people.from_command
    door = Door("slack", "/webhooks/slack", secret, "staff", event, parse.from_interaction, command)
    return slackkit.door.router(context, door)
