"""What the tests of Telegram start from."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from bot.config import Settings
from tests.channels.world import fixture, make_settings

TOKEN = "123456789:AAtest_token"
SECRET = fixture("telegram_updates")["secret_token"]
ANA = 5550001
WEBHOOK = "/webhooks/telegram"
HEADERS = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}


def settings_for(base: str = "", **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "telegram_bot_token": SecretStr(TOKEN),
        "telegram_secret_token": SecretStr(SECRET),
        "telegram_bot_name": "care_example_bot",
        "telegram_api_base": base,
        **changes,
    }
    return make_settings(**values)


def person(**changes: Any) -> dict[str, Any]:
    return {"id": ANA, "is_bot": False, "first_name": "Ana", "last_name": "Diaz", "language_code": "en", **changes}


def chat(**changes: Any) -> dict[str, Any]:
    return {"id": ANA, "first_name": "Ana", "type": "private", **changes}


def update(number: int = 1, kind: str = "message", **content: Any) -> dict[str, Any]:
    """An update with a message of Ana's."""
    message = {"message_id": 11, "date": 1795290000, "from": person(), "chat": chat(), **content}
    return {"update_id": number, kind: message}


def pressed(data: str = "c:7:0", **changes: Any) -> dict[str, Any]:
    """An update with a button that Ana pressed."""
    keyboard = {"inline_keyboard": [[{"text": "Done", "callback_data": "c:7:0"}]]}
    message = {"message_id": 20, "date": 1795290000, "chat": chat(), "text": "Well?", "reply_markup": keyboard}
    query = {"id": "q1", "from": person(), "message": message, "chat_instance": "-1", "data": data, **changes}
    return {"update_id": 1, "callback_query": query}


def accepted(text: str = "Hello", message_id: int = 77) -> dict[str, Any]:
    """What Telegram answers to a message that it takes."""
    sender = {"id": 123456789, "is_bot": True, "first_name": "Care", "username": "care_example_bot"}
    message = {"message_id": message_id, "from": sender, "chat": chat(), "date": 1795290000, "text": text}
    return {"ok": True, "result": message}
