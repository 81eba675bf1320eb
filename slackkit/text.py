"""Text between Slack's notation and plain words, in both directions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import category

# Look-alikes of the characters that format text in mrkdwn, for names inside of text that is formatted.
LOOK_ALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}

CONTROL = re.compile(r"<(?=[!@#A-Za-z])")
TOKEN = re.compile(r"<([^<>]+)>")
ENTITY = re.compile(r"&(?:amp|lt|gt);")

NameOf = Callable[[str], str]


def mark(value: str) -> str:
    """A value within formatted text (mrkdwn): it can neither format, nor link, nor mention anybody."""
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.translate(LOOK_ALIKES)


def literal(value: str) -> str:
    """Free text for a ``plain_text`` object, which isn't parsed; should it ever be, what would mention is broken."""
    return CONTROL.sub("<\u200b", value)


def clip(value: str, most: int) -> str:
    """At most `most` characters, never empty: Slack refuses empty texts."""
    value = value.strip()
    return (value if len(value) <= most else value[: most - 1].rstrip() + "\u2026") or "\u2013"


def plain(value: str, most: int) -> dict[str, object]:
    """A ``plain_text`` object."""
    return {"type": "plain_text", "text": clip(literal(value), most), "emoji": False}


def formatted(value: str, most: int) -> dict[str, object]:
    """A ``mrkdwn`` object; `value` is formatted by us and holds only marked values."""
    return {"type": "mrkdwn", "text": clip(value, most), "verbatim": True}


def read(value: str, name_of: NameOf) -> str:
    """What somebody wrote in Slack, as they saw it; `name_of` gives the name of a Slack user id."""
    shown = TOKEN.sub(lambda found: _token(found.group(1), name_of), value)
    return ENTITY.sub(lambda found: ENTITIES[found.group()], shown).strip()


def with_emoji(message: Mapping[str, Any]) -> str:
    """The text of a message, in Slack's notation, with its emoji as characters.

    The text has them as ``:wave:``, which nobody outside of Slack can see; the blocks tell which characters are meant.
    Emoji that a workspace made itself are pictures, and keep their names.
    """
    text = str(message.get("text") or "")
    for name, characters in _emoji(message.get("blocks")):
        text = text.replace(f":{name}:", characters)
    return text


def _emoji(blocks: Any) -> list[tuple[str, str]]:
    """Names and characters of the emoji anywhere in blocks, the longest name first: others may be part of it."""
    found: dict[str, str] = {}
    waiting = [blocks]
    while waiting:
        match waiting.pop():
            case {"type": "emoji", "name": str() as name, "unicode": str() as codes, **rest}:
                tone = rest.get("skin_tone")
                full = f"{name}::skin-tone-{tone}" if tone is not None and "::" not in name else name
                if characters := _characters(codes):
                    found[full] = characters
            case dict() as parts:
                waiting.extend(parts.values())
            case list() as parts:
                waiting.extend(parts)
    return sorted(found.items(), key=lambda one: -len(one[0]))


def _characters(codes: str) -> str | None:
    """What ``1f44b-1f3fb`` stands for; None for what is no character, or none that any of our databases can store."""
    try:
        found = "".join(chr(int(code, 16)) for code in codes.split("-"))
    except (ValueError, OverflowError):
        return None
    return None if any(category(one) in ("Cc", "Cs") for one in found) else found


def _token(content: str, name_of: NameOf) -> str:
    target, _, label = content.partition("|")
    if target.startswith("@"):
        return label.removeprefix("@") or name_of(target[1:])
    if target.startswith("#"):
        return f"#{label}" if label else "a channel"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return address if not label or label in (target, address) else f"{label} ({address})"


def read_field(value: str) -> str:
    """What somebody typed into a plain text field of a dialog."""
    return ENTITY.sub(lambda found: ENTITIES[found.group()], value).strip()
