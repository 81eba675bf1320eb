"""Text between Slack's notation and plain words, in both directions."""

from __future__ import annotations

import re
from collections.abc import Callable

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
