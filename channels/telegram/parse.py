"""Telegram's updates in our terms. Only private chats count; what carries nothing for us is None."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Contact, Message, PhotoSize, Update, User

from bot.intake.receive import Incoming
from channels.webhook import Unacceptable

log = logging.getLogger(__name__)

CHANNEL = "telegram"
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The kinds of updates that we subscribe to."""

MOST_ID = 2**53
START = re.compile(r"/start(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
COMMAND = re.compile(r"/(stop|help)(?:@\w+)?", re.IGNORECASE)
NOTES = {
    "photo": "[picture]",
    "video": "[video]",
    "video_note": "[video]",
    "animation": "[picture]",
    "voice": "[voice message]",
    "audio": "[voice message]",
    "location": "[location]",
    "venue": "[location]",
    "poll": "[poll]",
}
OTHER = "[file]"
FILES = ("photo", "video", "video_note", "animation", "voice", "audio", "document", "sticker")
OTHERS = ("dice", "game", "story", "paid_media", "checklist")


def incoming(content: Mapping[str, Any]) -> Incoming | None:
    """What an update tells us, or None.

    Raises:
        Unacceptable: 400 when it isn't an update.
    """
    try:
        update = Update.de_json(dict(content))
        number = _id(update.update_id)
        found = _message(update.message) or _edited(update.edited_message) or _pressed(update.callback_query)
        found = found or _membership(update.my_chat_member)
    except Exception as error:  # noqa: BLE001 - the library checks nothing, and trips over whatever it finds
        log.warning("an update of Telegram can't be read: %s", type(error).__name__)
        raise Unacceptable(400, "malformed") from None
    if found is None:
        return None
    address, text, body = found
    return Incoming(channel=CHANNEL, address=address, text=text, dedupe=f"telegram:{number}", body=body)


Found = tuple[str, str, dict[str, Any]]


def _message(message: Message | None) -> Found | None:
    if message is None or message.from_user is None or not _is_private(message.chat):
        return None
    address, body = _address(message.chat), _about(message.from_user, message.message_id)
    if message.contact is not None:
        return address, "[contact]", body | _shared(message.contact, message.from_user)
    if message.text is not None:
        return address, *_written(_text(message.text), body)
    return _attached(message, address, body)


def _written(text: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A text; the three commands that every bot has are told from others."""
    if start := START.fullmatch(text.strip()):
        token = (start[1] or "").strip()
        known = {"token": token} if TOKEN.fullmatch(token) else {}
        return "/start", {**body, "event": "start", **known}
    if command := COMMAND.fullmatch(text.strip()):
        return command[1].lower(), {**body, "as_sent": text}
    return text, body


def _attached(message: Message, address: str, body: dict[str, Any]) -> Found | None:
    """A picture, a place ...; None for what Telegram only notes, as that a message was pinned."""
    kind = next((kind for kind in (*FILES, *NOTES, *OTHERS) if getattr(message, kind, None)), None)
    if kind is None:
        return None
    found = getattr(message, kind)
    if kind in FILES:
        body["media"] = [{"type": kind, "file_id": _file(found)}]
    emoji = getattr(found, "emoji", None) if kind in ("sticker", "dice") else None
    return address, _text(message.caption or emoji or NOTES.get(kind, OTHER)), body


def _file(found: Any) -> str:
    """The largest of a picture's sizes, which Telegram lists from small to large."""
    largest = found[-1] if isinstance(found, tuple) else found
    if isinstance(found, tuple) and not isinstance(largest, PhotoSize):
        raise TypeError("a picture without sizes")
    return _text(largest.file_id)


def _shared(contact: Contact, sender: User) -> dict[str, Any]:
    """A number that was shared. Only the sender's own card proves that it is theirs."""
    digits = re.sub(r"[^0-9]", "", _text(contact.phone_number))
    return {"event": "contact", "phone": f"+{digits}" if digits else "", "own": contact.user_id == _id(sender.id)}


def _edited(message: Message | None) -> Found | None:
    if message is None or message.from_user is None or not _is_private(message.chat):
        return None
    text = message.text if message.text is not None else message.caption
    if text is None:
        return None
    body = _about(message.from_user, message.message_id)
    return _address(message.chat), _text(text), body | {"event": "edited"}


def _pressed(query: CallbackQuery | None) -> Found | None:
    """A button of ours. Of an old message Telegram no longer tells the text and the buttons."""
    if query is None or query.data is None or (query.message is not None and not _is_private(query.message.chat)):
        return None
    chosen, message = _text(query.data), query.message
    number = message.message_id if message is not None else 0
    body = _about(query.from_user, number) | {"event": "choice", "choice": chosen, "query": _text(query.id)}
    return str(_id(query.from_user.id)), _title(message, chosen), body


def _title(message: Any, chosen: str) -> str:
    keyboard = getattr(message, "reply_markup", None)
    buttons = [button for row in keyboard.inline_keyboard for button in row] if keyboard is not None else []
    return next((_text(button.text) for button in buttons if button.callback_data == chosen), "")


def _membership(change: ChatMemberUpdated | None) -> Found | None:
    """The bot was blocked, or unblocked."""
    if change is None or not _is_private(change.chat):
        return None
    events = {ChatMember.BANNED: "blocked", ChatMember.MEMBER: "unblocked"}
    event = events.get(change.new_chat_member.status)
    return (_address(change.chat), "", _about(change.from_user, 0) | {"event": event}) if event else None


def _about(person: User, message_id: int) -> dict[str, Any]:
    """What helps staff to know a stranger, and which message it was."""
    known = {"name": person.full_name, "username": person.username, "language": person.language_code}
    body: dict[str, Any] = {name: _text(value) for name, value in known.items() if value}
    return body | ({"message_id": _id(message_id)} if message_id else {})


def _is_private(chat: Chat) -> bool:
    return chat.type == Chat.PRIVATE


def _address(chat: Chat) -> str:
    return str(_id(chat.id))


def _id(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < MOST_ID:
        raise TypeError("not an id")
    return value


def _text(value: object) -> str:
    """A text that any database can store."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value.encode("utf-8", "replace").decode().replace("\x00", "")
