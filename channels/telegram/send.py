"""Sending into a private chat, and an honest word on what became of it."""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)

from bot.compose.choices import choice_id, titles
from bot.compose.cut import split, utf16
from bot.config import Settings
from bot.errors import Refused
from bot.model import OutboxMessage
from bot.ports import Capabilities, NoTrace, RetryLater, SendResult, Sent, Unknown
from channels.telegram.client import BACKGROUND, connected
from channels.telegram.errors import Floods, judge

log = logging.getLogger(__name__)

MOST_CHARACTERS = 4096
"""In UTF-16 code units, which are never fewer than what Telegram counts."""
CHAT = re.compile(r"[1-9][0-9]{0,15}")
FIRST_PAUSE = timedelta(seconds=1)

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup


@dataclass(frozen=True)
class Post:
    """A rendered message: `parts` go out in order, and the keyboard goes with the last.

    `buttons` are titles and what they carry; `ask_contact` is the title of a button that shares the member's number.
    """

    outbox_id: int
    chat: int
    parts: tuple[str, ...]
    buttons: tuple[tuple[str, str], ...] = ()
    ask_contact: str = ""

    @property
    def markup(self) -> Markup | None:
        if self.buttons:
            rows = [[InlineKeyboardButton(title, callback_data=carried)] for title, carried in self.buttons]
            return InlineKeyboardMarkup(rows)
        if self.ask_contact:
            button = KeyboardButton(self.ask_contact, request_contact=True)
            return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
        return None


class Telegram:
    """The channel to members' chats with the bot."""

    name = "telegram"
    capabilities = Capabilities(
        max_characters=MOST_CHARACTERS, modality="chat", buttons=True, in_parts=True, keeps_records=False
    )

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.per_second = settings.telegram_per_second
        self._floods = Floods()

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Post:
        """Renders text and choices.

        Raises:
            Refused: there is nothing to say, or the address isn't that of a private chat.
        """
        if not CHAT.fullmatch(message.address):
            raise Refused("The address is not the number of a private chat.")
        return render(message.id, int(message.address), message.body)

    def send(self, payload: Post) -> SendResult:
        try:
            return BACKGROUND.run(self._deliver(payload), self.settings.send_timeout_seconds)
        except TimeoutError:
            return Unknown("Telegram did not answer in time")

    def reconcile(self, payload: Post, since: datetime) -> Sent | NoTrace | None:
        """A bot can't look up what it has sent."""
        return None

    async def _deliver(self, payload: Post) -> SendResult:
        """Sends the parts. When one fails after another arrived, the whole is unknown: it is not repeated."""
        first: Sent | None = None
        async with connected(self.settings) as (bot, calls):
            for number, text in enumerate(payload.parts, 1):
                last = number == len(payload.parts)
                try:
                    sent = await _send(bot, payload.chat, text, payload.markup if last else None)
                except Exception as error:  # noqa: BLE001 - an answer that makes no sense comes as whatever it trips over
                    result = self._judge(error, calls.status, payload.chat)
                    if first is None:
                        return result
                    return Unknown(f"part {number} of {len(payload.parts)} did not get through: {_reason(result)}")
                first = first or sent
        return first or Unknown("there was nothing to send")

    def _judge(self, error: Exception, status: int, chat: int) -> SendResult:
        result = judge(error, status)
        if status == 429 and isinstance(result, RetryLater):
            everywhere = self._floods.is_everywhere(chat, result.after or FIRST_PAUSE)
            return dataclasses.replace(result, whole_provider=everywhere)
        return result


async def _send(bot: Bot, chat: int, text: str, markup: Markup | None) -> Sent:
    """Without a parse mode, so that no character of the text means anything; and without a preview, for which Telegram
    would open the links itself, also those that work once."""
    message = await bot.send_message(
        chat, text, reply_markup=markup, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    return Sent(f"telegram:{int(message.chat.id)}:{int(message.message_id)}")


def _reason(result: SendResult) -> str:
    return "it was sent" if isinstance(result, Sent) else result.reason


def make(settings: Settings) -> Telegram:
    """The channel for these settings."""
    return Telegram(settings)


def render(outbox_id: int, chat: int, body: Mapping[str, Any]) -> Post:
    """The text in parts that fit, its choices as buttons.

    Raises:
        Refused: there is nothing to say.
    """
    parts = tuple(split(_sendable(body.get("text")), MOST_CHARACTERS, utf16))
    if not parts:
        raise Refused("The message is empty.")
    buttons = tuple((_sendable(title), choice_id(outbox_id, index)) for index, title in enumerate(titles(body)))
    return Post(outbox_id, chat, parts, buttons, _sendable(body.get("ask_contact")).strip())


def _sendable(text: object) -> str:
    """The text without what no request can carry."""
    return str(text or "").encode("utf-8", "replace").decode().replace("\x00", "")
