"""What a person sent, in words: the text, or a note on what can't be read."""

from __future__ import annotations

from bot.compose import media as media_notes
from channels.messenger.fields import Json, id_of, object_of, objects_of, text_of

NOTES = {**media_notes.NOTES, "sticker": "[sticker]", "location": "[place]"}
UNSUPPORTED = "[something that can't be shown here]"
THUMBS_UP = frozenset({"369239263222822", "369239343222814", "369239383222810"})
MEDIA_LIMIT = 30


def attachments(message: Json) -> list[Json]:
    """The attachments. For a while a sticker came twice, as a sticker and as a picture: that is one."""
    found = objects_of(message, "attachments")[:MEDIA_LIMIT]
    stickers = {_sticker(item) for item in found if item.get("type") == "sticker"} - {""}
    return [item for item in found if item.get("type") == "sticker" or _sticker(item) not in stickers]


def media(message: Json) -> list[dict[str, str]]:
    """Addresses and types of the attachments that have a file."""
    return [
        {"url": url, "type": text_of(item, "type")}
        for item in attachments(message)
        if item.get("type") != "fallback" and (url := text_of(object_of(item, "payload"), "url"))
    ]


def words(message: Json) -> str:
    """The text of a message, or notes on its attachments; never empty. A thumb is said as a character."""
    if text := text_of(message, "text").strip():
        return text
    notes = [note for item in attachments(message) if (note := _note(item))]
    if notes:
        return " ".join(notes)
    return UNSUPPORTED if message.get("is_unsupported") is True else media_notes.EMPTY


def _note(item: Json) -> str:
    kind = text_of(item, "type")
    if _sticker(item) in THUMBS_UP:
        return "\U0001f44d"
    if kind == "fallback":
        payload = object_of(item, "payload")
        found = (text_of(place, name).strip() for place in (item, payload) for name in ("title", "url"))
        return next((words for words in found if words), "[link]")
    return NOTES.get(kind, media_notes.OTHER)


def _sticker(item: Json) -> str:
    return id_of(object_of(item, "payload"), "sticker_id")
