"""What stands in a conversation for something that isn't text."""

from __future__ import annotations

from collections.abc import Iterable

NOTES = {"image": "[picture]", "video": "[video]", "audio": "[voice message]"}
OTHER = "[file]"
EMPTY = "[empty message]"


def notes(content_types: Iterable[str]) -> str:
    """A note for each attachment, by its media type; for none, that the message is empty."""
    return " ".join(NOTES.get(content_type.partition("/")[0], OTHER) for content_type in content_types) or EMPTY
