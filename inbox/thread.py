"""What is written into the thread of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.errors import Refused
from inbox.cards import Block
from inbox.text import moment
from inbox.words import ADVICE, DELIVERIES, FAILED_DELIVERIES, channel, words
from slackkit.text import clip, formatted, mark, plain

QUOTE = 2900
EXCERPT = 120


def post(body: Mapping[str, Any], zone: tzinfo | None) -> tuple[str, list[Block]]:
    """One line for notifications, and the blocks; `zone` is the member's own.

    Raises:
        Refused: nobody knows how to show this kind.
    """
    match body.get("kind"):
        case "member_message":
            return _member_message(body, zone or UTC)
        case "delivery":
            return _delivery(body)
        case "not_done":
            return _not_done(body)
        case kind:
            raise Refused(f"There is no way to show a message of the kind {kind!r} to staff.")


def _member_message(body: Mapping[str, Any], zone: tzinfo) -> tuple[str, list[Block]]:
    author, text = str(body.get("author") or "The member"), str(body.get("text") or "")
    at = datetime.fromisoformat(str(body["at"])).astimezone(zone)
    line = f"*{mark(clip(author, 150))}* by {mark(channel(str(body.get('via') or 'message')))}, {moment(at)}"
    return mark(clip(f"{author}: {text}", 300)), [
        {"type": "context", "elements": [formatted(line, 1000)]},
        {"type": "section", "text": plain(text, QUOTE)},
    ]


def _delivery(body: Mapping[str, Any]) -> tuple[str, list[Block]]:
    state = str(body.get("state"))
    if state in DELIVERIES:
        return _aside(DELIVERIES[state], body)
    why = f": {words(str(body['reason']))}." if body.get("reason") else "."
    problem = FAILED_DELIVERIES.get(state, f"The reply is {words(state)}") + clip(why, 300)
    said = f"{problem} {ADVICE.get(state, '')}".strip()
    return _warning(said, body)


def _not_done(body: Mapping[str, Any]) -> tuple[str, list[Block]]:
    return _warning(
        f"This could not be done: {clip(str(body.get('reason') or 'unknown'), 300)}. Please try again.", body
    )


def _aside(said: str, body: Mapping[str, Any]) -> tuple[str, list[Block]]:
    return mark(said), [{"type": "context", "elements": [formatted(mark(said) + _excerpt(body), 1000)]}]


def _warning(said: str, body: Mapping[str, Any]) -> tuple[str, list[Block]]:
    return mark(said), [{"type": "section", "text": formatted(f"\u26a0 {mark(said)}{_excerpt(body)}", QUOTE)}]


def _excerpt(body: Mapping[str, Any]) -> str:
    text = " ".join(str(body.get("text") or "").split())
    return f"\n\u201c{mark(clip(text, EXCERPT))}\u201d" if text else ""
