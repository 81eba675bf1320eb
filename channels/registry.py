"""All channels to members. A new one is a folder with an `EDGE`, and one line here."""

from __future__ import annotations

from fastapi import APIRouter

from bot.config import Settings
from bot.ports import Channel
from channels import email, messenger, slack, sms, telegram, voice
from channels.edge import Context, Edge, Service

EDGES: tuple[Edge, ...] = (sms.EDGE, messenger.EDGE, slack.EDGE, voice.EDGE, telegram.EDGE, email.EDGE)


def configured(settings: Settings) -> dict[str, Channel]:
    """The channels that the settings switch on, by name."""
    return {edge.name: edge.make(settings) for edge in EDGES if edge.is_on(settings)}


def routers(context: Context) -> list[APIRouter]:
    """The webhooks of the channels that the settings switch on."""
    return [edge.router(context) for edge in EDGES if edge.is_on(context.settings)]


def services(context: Context) -> list[Service]:
    """What has to run beside the webhooks, not yet started."""
    made = [edge.service(context) for edge in EDGES if edge.service is not None and edge.is_on(context.settings)]
    return [service for service in made if service is not None]
