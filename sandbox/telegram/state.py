"""What Telegram keeps: people, messages, buttons that were pressed, updates that wait, the webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.telegram.errors import TelegramRefusal

Json = dict[str, Any]
UPDATE_KINDS = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass
class Person:
    """Somebody with the app. A bot can write to them once they `started` it."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def names(self) -> Json:
        known = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {name: value for name, value in known.items() if value}

    def as_user(self) -> Json:
        return {"id": self.id, "is_bot": False, **self.names(), "language_code": "en"}

    def as_chat(self) -> Json:
        return {"id": self.id, **self.names(), "type": "private"}


@dataclass
class Message:
    """One message in a chat. `content` has the fields of Bot API that say what it is, as ``text`` or ``contact``."""

    id: int
    chat: int
    by_bot: bool
    at: datetime
    content: Json
    markup: Json | None = None
    edited: datetime | None = None

    @property
    def buttons(self) -> list[Json]:
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def as_json(self) -> Json:
        """The message as the control API shows it."""
        return {
            "message_id": self.id,
            "direction": "from_bot" if self.by_bot else "from_member",
            "text": self.content.get("text", self.content.get("caption", "")),
            "at": self.at.isoformat(),
            "edited": self.edited is not None,
            "buttons": [{"text": button["text"], "data": button.get("callback_data")} for button in self.buttons],
            "markup": self.markup,
            "content": self.content,
        }


@dataclass
class Query:
    """A button that was pressed. `answers` are the texts with which the bot answered, each ends the wait."""

    id: str
    chat: int
    data: str
    at: datetime
    answers: list[str] = field(default_factory=list)


@dataclass
class Update:
    """`fails` and `delay` (seconds) belong to its delivery by webhook."""

    id: int
    chat: int
    kind: str
    at: datetime
    body: Json
    fails: int = 0
    delay: int = 1

    def as_json(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}


@dataclass
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: datetime | None = None
    gone_since: datetime | None = None
    """Since when it answers 410 and nothing else."""


class TelegramState:
    """`first` is where the numbers of messages and updates go on: a receiver remembers those that it has seen."""

    def __init__(self, bot: Json, first: int, webhook: Webhook | None) -> None:
        self.bot, self.next, self.webhook = bot, first, webhook
        self.webhook_set_at: datetime | None = None
        self.allowed: tuple[str, ...] = UPDATE_KINDS
        self.people: dict[int, Person] = {}
        self.messages: dict[int, Message] = {}
        self.queries: dict[str, Query] = {}
        self.pending: list[Update] = []
        self.refusals: deque[Json] = deque()
        """Bodies with which the next calls of sendMessage are refused, whatever they ask for."""
        self.busy: set[int] = set()
        """Chats whose first update is on its way, or waits for its next try."""
        self.poll = 0
        """Which call of getUpdates is the one that may wait; an older one is ended."""
        self.poll_ended_by = ""
        self.news = asyncio.Event()

    def number(self) -> int:
        self.next += 1
        return self.next

    def person(self, chat: object) -> Person:
        """Whom a chat id belongs to.

        Raises:
            TelegramRefusal: nobody.
        """
        if chat in (None, ""):
            raise TelegramRefusal(400, "chat_id is empty")
        try:
            return self.people[int(str(chat))]
        except (KeyError, ValueError):
            raise TelegramRefusal(400, "chat not found") from None

    def of_chat(self, chat: int) -> Iterator[Message]:
        """Oldest first."""
        return (message for message in self.messages.values() if message.chat == chat)

    def as_api(self, message: Message) -> Json:
        """Bot API's Message."""
        person = self.people[message.chat]
        body = {
            "message_id": message.id,
            "from": self.bot if message.by_bot else person.as_user(),
            "chat": person.as_chat(),
            "date": int(message.at.timestamp()),
            **message.content,
        }
        if message.edited:
            body["edit_date"] = int(message.edited.timestamp())
        if message.markup and "inline_keyboard" in message.markup:
            body["reply_markup"] = message.markup
        return body

    def wake_pollers(self) -> None:
        self.news.set()
        self.news = asyncio.Event()
