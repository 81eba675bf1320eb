"""What members hold in their hands beside the phone with text messages: a mailbox and chats of three kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from bot.calls.phones import set_phone
from bot.members import addresses, consent, linking, propose
from bot.members.consent import Evidence
from bot.outreach import reach
from console.sandbox.world import Broken
from tests.support.stage import Stage

Json = dict[str, Any]


@dataclass
class Handset:
    """One place where messages arrive. They are read once, in order; `unread` tells what nobody expected."""

    world: Stage
    name: str
    address: str
    read: int = 0

    channel: ClassVar[str]
    folder: ClassVar[str]
    from_bot: ClassVar[tuple[str, str]]
    """The field, and its value, by which the sandbox marks what the bot sent."""

    def __post_init__(self) -> None:
        self.world.handsets.append(self)

    def received(self) -> list[Json]:
        field, value = self.from_bot
        messages = self.world.get(f"{self.folder}/{self.address}")["messages"]
        return [message for message in messages if message[field] == value]

    def unread(self) -> list[Json]:
        return self.received()[self.read :]

    def expects(self, pattern: str) -> Json:
        """The next message, which must contain `pattern` (a regular expression, any case)."""
        waiting = self.unread()
        if not waiting:
            raise Broken(f"{self.name} gets nothing on {self.channel}, not /{pattern}/")
        self.read += 1
        text = str(waiting[0]["text"])
        self.world.tell(f"  -> {self.name} on {self.channel}: {text}")
        if not re.search(pattern, text, re.IGNORECASE | re.DOTALL):
            raise Broken(f"{self.name} got {text!r} on {self.channel}, which is not like /{pattern}/")
        return waiting[0]

    def stays_silent(self, why: str) -> None:
        extra = self.unread()
        if extra:
            raise Broken(f"{self.name} got {extra[0]['text']!r} on {self.channel}, but nothing was to come: {why}")

    def act(self, what: str, **body: Any) -> Any:
        self.world.tell(f"  <- {self.name} on {self.channel}: {what} {body or ''}")
        return self.world.post(f"{self.folder}/{self.address}/{what}", **body)

    def says(self, text: str) -> None:
        self.act("say", text=text)


class Mailbox(Handset):
    channel, folder, from_bot = "email", "mail", ("direction", "to_member")

    def says(self, text: str) -> None:
        """Answers the newest message."""
        self.act("reply", text=text)

    def sent(self) -> list[Json]:
        """What the member wrote, oldest first."""
        messages: list[Json] = self.world.get(f"mail/{self.address}")["messages"]
        return [message for message in messages if message["direction"] == "from_member"]


class TelegramChat(Handset):
    channel, folder, from_bot = "telegram", "telegram/chats", ("direction", "from_bot")

    def received(self) -> list[Json]:
        """Nothing, while the member hasn't opened the app."""
        chats = self.world.get(self.folder)["chats"]
        return super().received() if any(str(chat["user"]) == self.address for chat in chats) else []

    def starts(self, payload: str = "") -> None:
        """Opens the bot; `payload` is what the link carries by which they came."""
        put = self.world.client.put(f"{self.world.page}/sandbox/{self.folder}/{self.address}", json={"name": self.name})
        put.raise_for_status()
        self.act("start", payload=payload)

    def presses(self, title: str) -> None:
        """A button under the newest message that has it."""
        shown = [message for message in self.received() if title in button_titles(message)]
        if not shown:
            raise Broken(f"{self.name} sees no button {title!r}")
        self.act("press", message_id=shown[-1]["message_id"], title=title)


class MessengerThread(Handset):
    channel, folder, from_bot = "messenger", "messenger/people", ("by", "bot")


class SlackChat(Handset):
    """Direct messages with the app, in the members' own workspace."""

    channel, folder, from_bot = "slack", "slack-members", ("type", "message")

    def joins_workspace(self, email: str) -> str:
        """The address on the channel, by which the workspace knows whoever has this e-mail address."""
        self.world.post(self.folder, id=self.address, name=self.name, email=email)
        channel = self.world.application.channels[self.channel]
        assert isinstance(channel, propose.Directory)
        found = channel.by_email(email)
        assert found is not None
        return found

    def received(self) -> list[Json]:
        return [message for message in super().received() if message["user"] != self.address]

    def presses(self, title: str) -> None:
        """A button under the newest message."""
        assert self.act("press", ts=self.received()[-1]["ts"], title=title)["ok"]


def button_titles(message: Json) -> list[str]:
    return [str(button["text"]) for button in message["buttons"]]


def token_in(url: str) -> str:
    """What a link carries that connects a chat: ``start`` in Telegram's, ``ref`` in Messenger's."""
    query = parse_qs(urlsplit(url).query)
    return (query.get("start") or query["ref"])[0]


def agree(world: Stage, handset: Handset, phone: str) -> None:
    """Whoever has this phone on record agreed, elsewhere, to be written to at the handset's address."""
    now = world.clock.now()
    with world.application.db.begin() as session:
        known = consent.find(session, "sms", phone)
        assert known is not None
        point = addresses.attach(session, known.member, handset.channel, handset.address, now, confirmed=True)
        assert point is not None
        consent.grant(session, point, Evidence("membership form", "yes"), now)


def is_free(world: Stage, channel: str, address: str) -> bool:
    """Whether the address is a member's who may be written to there."""
    with world.application.db.begin() as session:
        point = consent.find(session, channel, address)
        return point is not None and point.unconfirmed_at is None and reach.is_free(point)


def link_for(world: Stage, phone: str, channel: str) -> str:
    """The link that connects a chat to the member with this phone, as staff make it."""
    with world.application.db.begin() as session:
        known = consent.find(session, "sms", phone)
        assert known is not None
        token = linking.issue(session, known.member, channel, world.clock.now())
        return linking.url(world.application.settings, channel, token)


def ask_whether(world: Stage, phone: str, channel: str, address: str) -> None:
    """Staff believe that an address belongs to the member with this phone."""
    application = world.application
    with application.db.begin() as session:
        known = consent.find(session, "sms", phone)
        assert known is not None
        propose.propose(session, application.programme, known.member, channel, address, application.times())
    world.settle()


def give_phone(world: Stage, email: str, number: str) -> None:
    """Members are put through to this colleague there."""
    with world.application.db.begin() as session:
        set_phone(session, email, number, now=world.clock.now())
