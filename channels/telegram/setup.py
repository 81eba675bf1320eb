"""Asking Telegram about the bot, and telling it where the webhook is."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from telegram import Bot
from telegram.error import InvalidToken

from bot.config import Settings
from bot.errors import Refused
from bot.ports import RetryLater, Sent
from channels.edge import Verdict
from channels.telegram.client import BACKGROUND, connected
from channels.telegram.errors import judge
from channels.telegram.parse import KINDS
from channels.telegram.routes import PATH
from channels.telegram.verify import is_settable

T = TypeVar("T")
Ask = Callable[[Bot], Coroutine[Any, Any, T]]


class NotDone(Exception):
    """Telegram did not do what was asked. `refused` is False when it could not be asked."""

    def __init__(self, words: str, refused: bool) -> None:
        super().__init__(words)
        self.refused = refused


def check(settings: Settings) -> Verdict:
    """Whether Telegram takes the token, which bot that is, and how its updates reach us."""
    try:
        me = ask(settings, lambda bot: bot.get_me())
        info = ask(settings, lambda bot: bot.get_webhook_info())
    except NotDone as problem:
        return Verdict(False if problem.refused else None, str(problem))
    words = [f"the bot is @{me.username}"]
    if settings.telegram_bot_name and settings.telegram_bot_name.lower() != (me.username or "").lower():
        words.append(f"but MSB_TELEGRAM_BOT_NAME says {settings.telegram_bot_name}")
    words.append(_where(settings, info.url))
    if info.last_error_message:
        words.append(f"last problem there: {info.last_error_message}")
    if info.pending_update_count:
        words.append(f"{info.pending_update_count} updates wait")
    return Verdict(True, "; ".join(words))


def register(settings: Settings) -> list[str]:
    """Sets the webhook, or removes it when the settings ask for polling.

    Raises:
        Refused: the secret can't be one, or Telegram says no.
    """
    secret, url = settings.telegram_secret_token.get_secret_value(), webhook_url(settings)
    try:
        if settings.telegram_polling:
            ask(settings, lambda bot: bot.delete_webhook())
            return ["no webhook: updates are polled"]
        if not is_settable(secret):
            raise Refused("MSB_TELEGRAM_SECRET_TOKEN has to be 1 to 256 of A-Z, a-z, 0-9, _ and -.")
        ask(settings, lambda bot: bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS))
    except NotDone as problem:
        raise Refused(str(problem)) from None
    return [f"webhook {url}", f"updates: {', '.join(KINDS)}"]


def webhook_url(settings: Settings) -> str:
    return settings.public_base_url.rstrip("/") + PATH


def _where(settings: Settings, url: str) -> str:
    if settings.telegram_polling:
        return "its updates are polled" + (f", but its webhook is still {url}" if url else "")
    wanted = webhook_url(settings)
    if url == wanted:
        return f"its webhook is {url}"
    return f"its webhook is {url or 'not set'}, and should be {wanted}: register it"


def ask(settings: Settings, what: Ask[T]) -> T:
    """The answer to one call, within the send timeout.

    Raises:
        NotDone: Telegram refused, or could not be asked.
    """
    try:
        return BACKGROUND.run(_call(settings, what), settings.send_timeout_seconds)
    except TimeoutError:
        raise NotDone("Telegram did not answer in time", refused=False) from None


async def _call(settings: Settings, what: Ask[T]) -> T:
    try:
        async with connected(settings) as (bot, calls):
            return await what(bot)
    except InvalidToken:
        raise NotDone("Telegram refuses the token", refused=True) from None
    except Exception as error:  # noqa: BLE001 - told in our words, which never hold the token
        result = judge(error, calls.status)
        words = "it was done" if isinstance(result, Sent) else result.reason
        raise NotDone(words, refused=300 <= calls.status < 500 and not isinstance(result, RetryLater)) from None
