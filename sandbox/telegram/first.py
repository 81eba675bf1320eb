"""How Telegram begins: a bot, and the webhook that its owner has set already."""

from __future__ import annotations

from bot.clock import Clock
from sandbox.settings import SandboxSettings
from sandbox.telegram.state import TelegramState, Webhook

PATH = "/webhooks/telegram"
EPOCH = 1_700_000_000


def fresh_telegram(settings: SandboxSettings, clock: Clock, after: int = 0) -> TelegramState:
    """An empty Telegram. Its numbers go on after those of the one before, also of one that another process had."""
    bot_id, _, _ = settings.telegram_bot_token.partition(":")
    bot = {
        "id": int(bot_id) if bot_id.isdecimal() else 1,
        "is_bot": True,
        "first_name": "Member Success",
        "username": settings.telegram_bot_name,
    }
    url = settings.public_base_url.rstrip("/") + PATH
    webhook = None if settings.telegram_polling else Webhook(url, settings.telegram_secret_token)
    return TelegramState(bot, max(after, int(clock.wall().timestamp()) - EPOCH), webhook)
