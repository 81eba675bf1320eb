"""Parts of Block Kit that cards, the home tab and answers to commands are put together from. Pure.

What members wrote, and what others named, is marked or plain: it can neither format, nor link, nor mention anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from inbox.text import moment
from slackkit.text import clip, formatted, mark, plain

Block = dict[str, Any]

SECTION = 2000
VALUE = 110


def safe(value: str, most: int) -> str:
    """A value within formatted text that has at most `most` characters when it is marked; never empty."""
    shown = clip(value, most)
    while len(marked := mark(shown)) > most:
        shown = clip(shown, len(shown) - max(1, (len(marked) - most) // 5))
    return marked


def header(text: str) -> Block:
    """The largest letters there are; plain text of at most 150 characters."""
    return {"type": "header", "text": plain(text, 150)}


def section(text: str, most: int = SECTION) -> Block:
    """`text` is formatted by us and holds only marked values."""
    return {"type": "section", "text": formatted(text, most)}


def words(text: str, most: int = SECTION) -> Block:
    """Words of somebody else, exactly as they wrote them."""
    return {"type": "section", "text": plain(text, most)}


def fields(facts: Iterable[tuple[str, str | None]]) -> list[Block]:
    """Names with values in two columns, as many blocks as they need; values that are None are left out."""
    told = [formatted(f"*{name}*\n{safe(value, VALUE)}", 2000) for name, value in facts if value]
    return [{"type": "section", "fields": told[at : at + 10]} for at in range(0, len(told), 10)]


def context(text: str) -> Block:
    """Small grey letters; `text` is formatted by us and holds only marked values."""
    return {"type": "context", "elements": [formatted(text, 1000)]}


def button(action: str, label: str, value: str, *, primary: bool = False) -> Block:
    found: Block = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": label},
        "value": value,
    }
    return {**found, "style": "primary"} if primary else found


def when(at: datetime, zone: tzinfo) -> str:
    """A moment for staff, within formatted text: each sees it in their own time zone, old clients in `zone`."""
    local = at.astimezone(zone)
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{moment(local)} {mark(f'{local:%Z}')}>"
