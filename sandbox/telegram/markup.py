"""What Telegram accepts as the keyboard of a message."""

from __future__ import annotations

import json
from typing import Any

from sandbox.telegram.errors import TelegramRefusal
from sandbox.telegram.state import Json

DATA_BYTES = 64
BUTTONS, BUTTONS_IN_ROW = 100, 8
KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
ACTIONS = ("url", "login_url", "switch_inline_query", "switch_inline_query_current_chat", "web_app", "copy_text", "pay")
INLINE = "can't parse inline keyboard button: "
REPLY = "can't parse keyboard button: "


def read(value: Any) -> Json | None:
    """The keyboard asked for, or None.

    Raises:
        TelegramRefusal: as Telegram refuses it.
    """
    if value in (None, ""):
        return None
    markup = _parse(value) if isinstance(value, str) else value
    if not isinstance(markup, dict):
        raise TelegramRefusal(400, "object expected as reply markup")
    kind = next((kind for kind in KINDS if kind in markup), None)
    if kind == "inline_keyboard":
        _check_rows(markup[kind], _check_inline)
    elif kind == "keyboard":
        _check_rows(markup[kind], _check_reply)
    return markup if kind and (kind not in ("inline_keyboard", "keyboard") or any(markup[kind])) else None


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise TelegramRefusal(400, "can't parse reply keyboard markup JSON object") from None


def _check_rows(rows: Any, check: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise TelegramRefusal(400, "can't parse reply keyboard markup JSON object")
    if sum(map(len, rows)) > BUTTONS or any(len(row) > BUTTONS_IN_ROW for row in rows):
        raise TelegramRefusal(400, "REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            check(button)


def _check_inline(button: Any) -> None:
    if not isinstance(button, dict):
        raise TelegramRefusal(400, f"{INLINE}InlineKeyboardButton must be an Object")
    _check_text(button.get("text"), INLINE)
    data = button.get("callback_data")
    if not data and not any(action in button for action in ACTIONS):
        raise TelegramRefusal(400, f"{INLINE}Text buttons are unallowed in the inline keyboard")
    if data and (not isinstance(data, str) or len(data.encode()) > DATA_BYTES):
        raise TelegramRefusal(400, "BUTTON_DATA_INVALID")


def _check_reply(button: Any) -> None:
    text = button.get("text") if isinstance(button, dict) else button
    _check_text(text, REPLY)


def _check_text(text: Any, where: str) -> None:
    if text is None:
        raise TelegramRefusal(400, f'{where}Can\'t find field "text"')
    if not isinstance(text, str):
        raise TelegramRefusal(400, f'{where}Field "text" must be of type String')
    if not text.strip():
        raise TelegramRefusal(
            400, "inline keyboard button text is empty" if where == INLINE else "button text is empty"
        )
