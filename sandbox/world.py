"""Everything the sandbox knows, kept in memory, in one object that the routes share."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Protocol, runtime_checkable

from fastapi import Depends, Request

from bot.clock import Clock
from sandbox.courier import Courier
from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.limits import RateLimit
from sandbox.mail.state import MailState
from sandbox.messenger.state import MessengerState
from sandbox.settings import SandboxSettings
from sandbox.slack.links import Sockets
from sandbox.slack.manifest import MEMBERS_MANIFEST, STAFF_MANIFEST, read_manifest
from sandbox.slack.workspace import MEMBERS, Workspace
from sandbox.telegram.first import fresh_telegram
from sandbox.twilio.state import TwilioState

MEMBERS_CHANNEL = "C0MEMBERS"


@dataclass(frozen=True)
class SlackSite:
    """Where an app's Web API is, and where below the gateway its requests go."""

    api: str
    webhooks: str


STAFF_SITE = SlackSite("/slack", "/webhooks/slack")
MEMBERS_SITE = SlackSite("/slack-members", "/webhooks/slack-members")


@runtime_checkable
class PushableClock(Protocol):
    """A clock whose business time can be moved."""

    def push(self, by: timedelta) -> datetime: ...

    def set(self, moment: datetime) -> datetime: ...


class World:
    """One per application. All of it is used on the event loop only, so it needs no locks."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.feed = Feed(clock, settings.sandbox_journal)
        self.faults = Faults(self.feed)
        self.courier = Courier(clock)
        self.twilio_limit = RateLimit(clock)
        self.slack_limit = RateLimit(clock)
        self.messenger_limit = RateLimit(clock)
        self.telegram_limit = RateLimit(clock)
        self.contacts: dict[str, str] = {}
        self.mail = MailState()
        self.mail_port = 0
        self.twilio = TwilioState()
        self.slack = fresh_staff(settings, clock)
        self.slack_site, self.sockets = STAFF_SITE, Sockets()
        self.sockets_of_members = Sockets()
        self.slack_members = fresh_members(clock)
        self.telegram = fresh_telegram(settings, clock)
        self.messenger = MessengerState()

    def reset(self, *, contacts: bool = False) -> None:
        """Empties phones, channel, feed, faults and limits, and the contacts when asked. The clock stays."""
        self.courier.forget()
        self.faults.clear()
        self.twilio_limit.clear()
        self.slack_limit.clear()
        self.telegram_limit.clear()
        self.messenger_limit.clear()
        if contacts:
            self.contacts.clear()
        self.mail = MailState()
        self.twilio = TwilioState()
        self.slack = fresh_staff(self.settings, self.clock)
        self.slack_members = fresh_members(self.clock)
        self.sockets.forget()
        self.sockets_of_members.forget()
        self.telegram = fresh_telegram(self.settings, self.clock, after=self.telegram.next)
        self.messenger = MessengerState()
        self.feed.clear()
        self.feed.add("reset", "The sandbox was emptied.")

    def of_members(self) -> World:
        """The same world as the members' workspace sees it: its own Slack, people, token and secret."""
        side = copy.copy(self)
        side.settings = self.settings.model_copy(
            update={
                "slack_bot_token": self.settings.slack_member_bot_token,
                "slack_signing_secret": self.settings.slack_member_signing_secret,
                "slack_app_token": self.settings.slack_member_app_token,
            }
        )
        side.slack, side.slack_site, side.sockets = self.slack_members, MEMBERS_SITE, self.sockets_of_members
        return side


def fresh_staff(settings: SandboxSettings, clock: Clock) -> Workspace:
    return Workspace(settings.slack_channel, clock, read_manifest(STAFF_MANIFEST))


def fresh_members(clock: Clock) -> Workspace:
    return Workspace(MEMBERS_CHANNEL, clock, read_manifest(MEMBERS_MANIFEST), MEMBERS)


def get_world(request: Request) -> World:
    world: World = request.app.state.world
    return world


WorldDep = Annotated[World, Depends(get_world)]
