"""What a failed call of the Bot API means for the message, the chat and the bot.

Telegram's refusals have no codes, only an HTTP status and words; what the words mean is taken from the official server
(tdlib/telegram-bot-api) and from answers that were recorded. Below 500 Telegram surely did not take a message; from 500
on, and when a connection breaks, nobody knows.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import httpx
from telegram.error import ChatMigrated, RetryAfter, TelegramError

from bot.ports import Failed, RetryLater, SendResult, Unknown

log = logging.getLogger(__name__)

REPAIR_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=1)
NEVER_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


class Kind(Enum):
    CHAT = "this chat can't be written to"
    OURS = "our mistake"
    HARMLESS = "nothing to do"


@dataclass(frozen=True)
class Meaning:
    """`words` say to staff what happened."""

    kind: Kind
    words: str


MEANINGS = {
    "bot was blocked by the user": Meaning(Kind.CHAT, "the member blocked the bot"),
    "user is deactivated": Meaning(Kind.CHAT, "the member left Telegram"),
    "bot can't initiate conversation": Meaning(Kind.CHAT, "the member never started the bot; send them its link"),
    "bot can't send messages to bots": Meaning(Kind.CHAT, "this is a bot, not a person"),
    "chat not found": Meaning(Kind.CHAT, "no such chat, or the member never started the bot"),
    "peer_id_invalid": Meaning(Kind.CHAT, "no such chat, or the member never started the bot"),
    "message is too long": Meaning(Kind.OURS, "the text is too long"),
    "message text is empty": Meaning(Kind.OURS, "the text is empty"),
    "can't parse entities": Meaning(Kind.OURS, "Telegram looked for markup in a text that has none"),
    "button_data_invalid": Meaning(Kind.OURS, "a button carries too much"),
    "message to edit not found": Meaning(Kind.OURS, "the message to change is gone"),
    "message is not modified": Meaning(Kind.HARMLESS, "it is as it should be already"),
    "query is too old": Meaning(Kind.HARMLESS, "the press of a button is long over"),
}
ACCOUNT = {
    401: "Telegram refuses the token",
    404: "Telegram doesn't know the token, or the address of the interface is wrong",
    409: "Telegram gives its updates to somebody else: another program, or a webhook",
}


def judge(error: Exception, status: int) -> SendResult:
    """What became of a message whose call raised `error`; `status` is that of the answer, 0 without one."""
    if isinstance(error, RetryAfter):
        return RetryLater("too many messages (Telegram 429)", pause(error))
    if status == 0:
        return _without_answer(error)
    if status == 429:
        return RetryLater("too many messages (Telegram 429)")
    if status == 408 or not 300 <= status < 500:
        return Unknown(f"Telegram answered {status}")
    if isinstance(error.__cause__, TelegramError):
        log.error("somebody between us and Telegram answers %s in its place", status)
        return RetryLater(f"not Telegram, but something on the way, answered {status}", REPAIR_PAUSE, True)
    if status in ACCOUNT:
        log.error("Telegram: %s", ACCOUNT[status])
        return RetryLater(f"{ACCOUNT[status]} (Telegram {status})", REPAIR_PAUSE, whole_provider=True)
    if isinstance(error, ChatMigrated):
        return Failed("this is a group, not a person", unusable=True)
    return _refused(str(error), status)


def meaning(description: str) -> Meaning | None:
    """What Telegram's words mean; the library changes their case."""
    words = description.casefold()
    return next((found for known, found in MEANINGS.items() if known in words), None)


def pause(error: RetryAfter) -> timedelta:
    """How long Telegram wants to be left alone: the library gives seconds, or a timedelta if its user asked for it."""
    wish = error.retry_after
    after = wish if isinstance(wish, timedelta) else timedelta(seconds=wish)
    return min(max(after, timedelta()), LONGEST_PAUSE)


def _refused(description: str, status: int) -> Failed:
    found = meaning(description)
    if found is None:
        log.warning("Telegram refuses with words that we don't know: %s", description)
        return Failed(f"Telegram refused it ({status}): {description[:200]}")
    if found.kind is Kind.OURS:
        log.error("Telegram refuses a message: %s", found.words)
    return Failed(f"{found.words} (Telegram {status})", unusable=found.kind is Kind.CHAT)


def _without_answer(error: Exception) -> RetryLater | Unknown:
    """Whether the request surely never left: the library hides that in the cause."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NEVER_CONNECTED):
            return RetryLater(f"no connection to Telegram: {type(cause).__name__}")
        error, cause = cause if isinstance(cause, Exception) else error, cause.__cause__
    return Unknown(f"connection to Telegram: {type(error).__name__}")


class Floods:
    """Tells a chat that gets too much from a bot that sends too much: Telegram says only "too many requests"."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[int, float] = {}

    def is_everywhere(self, chat: int, after: timedelta, at: float | None = None) -> bool:
        """Notes a refusal; whether another chat has one that isn't over yet. `at` is monotonic, in seconds."""
        moment = time.monotonic() if at is None else at
        with self._lock:
            self._until = {known: until for known, until in self._until.items() if until > moment}
            self._until[chat] = moment + after.total_seconds()
            return len(self._until) > 1
