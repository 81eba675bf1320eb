"""What is written into the thread of a case. Pure.

What members and colleagues wrote is plain text, whole or in parts: it can neither format, nor link, nor mention.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.compose.cut import split
from bot.errors import Refused
from bot.handoff.replies import HINDRANCES, ReplyView
from bot.handoff.words import ADVICE, FAILED_DELIVERIES, channel, words
from inbox.cards import Block
from inbox.text import moment
from slackkit.text import clip, formatted, literal, mark, plain

PART = 2900
PARTS = 3
NOTICE = 2900
EXCERPT = 120
USER = re.compile(r"[UW][A-Z0-9]{2,}")

STATES = {
    "pending": "\u2026 on its way",
    "sending": "\u2026 on its way",
    "sent": "\u2713 sent",
    "delivered": "\u2713\u2713 delivered",
    "read": "\u2713\u2713 read",
}
SINCE = {
    "edited": "Its author has changed it here since. {to} still has the first version: to put it right, write again.",
    "deleted": "Its author has deleted it here since. {to} still has it.",
}
NOT_SENT_SINCE = {
    "edited": "Its author has changed it here since; the new version is not sent by that.",
    "deleted": "Its author has deleted it here.",
}


def post(body: Mapping[str, Any], zone: tzinfo | None) -> tuple[str, list[Block]]:
    """One line for notifications, and the blocks; `zone` is the member's own.

    Raises:
        Refused: nobody knows how to show this kind.
    """
    match body.get("kind"):
        case "member_message":
            return _member_message(body, zone)
        case "event" | "reminder":
            return _event(body)
        case "not_done":
            return _not_done(body)
        case kind:
            raise Refused(f"There is no way to show a message of the kind {kind!r} to staff.")


def reply(seen: ReplyView) -> tuple[str, list[Block]]:
    """A reply of staff and what became of it. Where its words stand in the thread already, only the latter."""
    to, by, way = mark(clip(seen.to, 100)), mark(clip(seen.by, 100)), mark(channel(seen.channel))
    line = f"{mark(clip(seen.by, 100))} to {to}: {mark(clip(seen.text, 200))}"
    if seen.quoted:
        return line, [_outcome(seen, f"{_excerpt(seen.text)}")]
    heading = {"type": "context", "elements": [formatted(f"*{by}* to *{to}* by {way}", 1000)]}
    return line, [heading, *parts(seen.text), _outcome(seen, "")]


def _outcome(seen: ReplyView, excerpt: str) -> Block:
    """Small letters while all is well, a warning with what to do when it isn't."""
    if seen.state in STATES:
        told = f"{STATES[seen.state]} by {mark(channel(seen.channel))}{_since(seen, SINCE)}{excerpt}"
        return {"type": "context", "elements": [formatted(told, 1000)]}
    reason = HINDRANCES.get(seen.reason or "", words(seen.reason or ""))
    why = f": {mark(clip(reason, 300))}." if reason else "."
    problem = mark(FAILED_DELIVERIES.get(seen.state, f"The reply is {words(seen.state)}"))
    told = f"\u26a0 {problem}{why} {mark(ADVICE.get(seen.state, ''))}".strip()
    return {"type": "section", "text": formatted(f"{told}{_since(seen, NOT_SENT_SINCE)}{excerpt}", NOTICE)}


def _since(seen: ReplyView, said: Mapping[str, str]) -> str:
    words = said.get(seen.since or "")
    return f"\n{words.format(to=mark(clip(seen.to, 100)))}" if words else ""


def _member_message(body: Mapping[str, Any], zone: tzinfo | None) -> tuple[str, list[Block]]:
    author, text = str(body.get("author") or "The member"), str(body.get("text") or "")
    at = moment(datetime.fromisoformat(str(body["at"])).astimezone(zone or UTC))
    whose = "their time" if zone is not None else "UTC"
    line = f"*{mark(clip(author, 150))}* by {mark(channel(str(body.get('via') or 'message')))}, {at} {whose}"
    heading = {"type": "context", "elements": [formatted(line, 1000)]}
    return mark(clip(f"{author}: {text}", 300)), [heading, *parts(text)]


def _event(body: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """Something that happened, for the eyes of the colleague whom it mentions."""
    said, mention = mark(clip(str(body.get("text") or ""), 800)), str(body.get("mention") or "")
    told = f"<@{mention}> {said}" if USER.fullmatch(mention) else said
    if body.get("warns"):
        blocks: list[Block] = [{"type": "section", "text": formatted(f"\u26a0 {told}", NOTICE)}]
    elif mention:  # in small letters a mention is easily overlooked
        blocks = [{"type": "section", "text": formatted(told, NOTICE)}]
    else:
        blocks = [{"type": "context", "elements": [formatted(told, 1000)]}]
    return told, [*blocks, *(parts(str(body["words"])) if body.get("words") else [])]


def _not_done(body: Mapping[str, Any]) -> tuple[str, list[Block]]:
    reason = clip(str(body.get("reason") or "unknown"), 300)
    said = mark(f"This could not be done: {reason}. Please try again.")
    return said, [{"type": "section", "text": formatted(f"\u26a0 {said}", NOTICE)}]


def parts(text: str) -> list[Block]:
    """The whole text in as many blocks as it needs; what is longer than a letter of three pages says so."""
    parts = split(literal(text), PART) or [""]
    blocks: list[Block] = [{"type": "section", "text": plain(part, 3000)} for part in parts[:PARTS]]
    left = sum(len(part) for part in parts[PARTS:])
    if left:
        more = formatted(f"{left} more characters are in the member's record.", 1000)
        blocks.append({"type": "context", "elements": [more]})
    return blocks


def _excerpt(text: str) -> str:
    text = " ".join(text.split())
    return f"\n\u201c{mark(clip(text, EXCERPT))}\u201d" if text else ""
