"""The workspace: one bot, three of staff, one channel, direct messages, views and trigger ids."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.manifest import Manifest

TEAM, APP, BOT, BOT_USER = "T0SANDBOX", "A0SANDBOX", "B0SUCCESSBOT", "U0SUCCESSBOT"
CHANNEL_NAME = "member-success"
TRIGGER_LIFE = timedelta(seconds=3)
Json = dict[str, Any]


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    real_name: str
    email: str | None
    is_bot: bool = False

    def as_user(self) -> Json:
        """The user object of the Web API."""
        profile: Json = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.real_name.split()[0],
            "display_name_normalized": self.real_name.split()[0],
            "team": TEAM,
        }
        if self.email:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": TEAM,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": False,
            "tz": "Europe/London",
            "tz_label": "Greenwich Mean Time",
            "tz_offset": 0,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1,
            "profile": profile,
        }


PEOPLE = (
    Person(BOT_USER, "member_success_bot", "Member Success Bot", None, is_bot=True),
    Person("U0MARIA", "maria", "Maria Okafor", "maria.okafor@example.org"),
    Person("U0JONAS", "jonas", "Jonas Weber", "jonas.weber@example.org"),
    Person("U0PRIYA", "priya", "Priya Nair", "priya.nair@example.org"),
)


MEMBERS = (
    PEOPLE[0],
    Person("U0ANA", "ana", "Ana Diaz", "ana.diaz@example.org"),
    Person("U0BEN", "ben", "Ben Osei", "ben.osei@example.org"),
    Person("U0CHI", "chi", "Chi Tran", None),
)


@dataclass
class Trigger:
    issued: datetime
    user: str
    used: bool = False


@dataclass
class ResponseUrl:
    """An address for answers to `user`; `ts` is the message that answers may replace."""

    channel: str
    ts: str | None
    user: str
    issued: datetime
    uses: int = 0


@dataclass
class File:
    """`length` in bytes; `body` is None until it was uploaded."""

    id: str
    name: str
    length: int
    alt_text: str
    title: str = ""
    body: bytes | None = None


@dataclass
class Channel:
    id: str
    name: str
    partner: str | None = None
    """For a direct message: the other person."""
    private: bool = False
    invited: bool = True
    """Whether the app is in it."""
    messages: dict[str, Json] = field(default_factory=dict)
    ephemeral: list[Json] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What events call it: ``im``, ``group`` (a private channel) or ``channel``."""
        return "im" if self.partner else "group" if self.private else "channel"


class Workspace:
    """Messages are kept as Slack's message objects, by `ts`; an update replaces the object's content."""

    def __init__(self, channel: str, clock: Clock, app: Manifest, people: tuple[Person, ...] = PEOPLE) -> None:
        self._clock = clock
        self.app = app
        self.people = {person.id: person for person in people}
        self.channels = {channel: Channel(channel, CHANNEL_NAME)}
        self.main = self.channels[channel]
        self.views: dict[str, list[Json]] = {}
        """Open modals of each user, the top one last."""
        self.homes: dict[str, Json] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, File] = {}
        self.events = 0
        self.told: dict[str, str] = {}
        """The events that the app was told of: body by event_id."""
        self._triggers: dict[str, Trigger] = {}
        self._last_micros = 0

    def next_ts(self) -> str:
        """A message time of the shared clock, always later than the one before."""
        self._last_micros = max(int(self._clock.now().timestamp() * 1_000_000), self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def person(self, user: str) -> Person:
        if user not in self.people:
            raise SlackRefusal("user_not_found")
        return self.people[user]

    def direct(self, user: str) -> Channel:
        """The direct message with `user`, opened when needed."""
        person = self.person(user)
        if person.is_bot:
            raise SlackRefusal("cannot_dm_bot")
        identifier = "D" + user[1:]
        return self.channels.setdefault(identifier, Channel(identifier, "", partner=user))

    def channel(self, identifier: str) -> Channel:
        """A channel by id; a user's id means the direct message."""
        if identifier in self.people:
            return self.direct(identifier)
        if identifier not in self.channels:
            raise SlackRefusal("channel_not_found")
        return self.channels[identifier]

    def for_bot(self, identifier: str) -> Channel:
        """A channel that the bot may speak and read in."""
        channel = self.channel(identifier)
        if not channel.invited:
            raise SlackRefusal("channel_not_found" if channel.private else "not_in_channel")
        return channel

    def message(self, channel: str, ts: str) -> Json:
        messages = self.channel(channel).messages
        if ts not in messages:
            raise SlackRefusal("message_not_found")
        return messages[ts]

    def issue_trigger(self, user: str) -> str:
        trigger = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger] = Trigger(self._clock.wall(), user)
        return trigger

    def exchange_trigger(self, trigger: str) -> str:
        """The user who gave the trigger id. It opens one view, within three real seconds."""
        known = self._triggers.get(trigger)
        if known is None:
            raise SlackRefusal("invalid_trigger_id")
        if known.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._clock.wall() - known.issued > TRIGGER_LIFE:
            raise SlackRefusal("expired_trigger_id")
        known.used = True
        return known.user


def replies(channel: Channel, root: str) -> list[Json]:
    """The thread's replies without its first message, oldest first."""
    return [
        message for ts, message in sorted(channel.messages.items()) if message.get("thread_ts") == root and ts != root
    ]
