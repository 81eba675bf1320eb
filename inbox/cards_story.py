"""Why there is a case: what was tried, what the member wrote, what was said last. Pure."""

from __future__ import annotations

from datetime import UTC, tzinfo

from bot.handoff.view import CaseView
from bot.handoff.view_story import Line, Question, TouchLine
from bot.handoff.words import CALLS, TOUCHES, channel, reason
from bot.handoff.words import words as without_underscores
from inbox.blocks import Block, safe, section, words
from inbox.text import moment
from slackkit.text import clip, mark

SUMMARY = 800
TOUCHES_SHOWN = 8
MESSAGE = 320
MESSAGES_SHOWN = 4


def why(view: CaseView) -> list[Block]:
    """The reason, each attempt to reach the member, and their words."""
    blocks = [section(f"*Why now:* {safe(reason(view.reason), 100)}")]
    if view.summary.strip():
        blocks.append(words(view.summary, SUMMARY))
    if view.words is not None:
        blocks.append(words(_line(view.words, view), MESSAGE + 150))
    if view.question is not None:
        blocks.append(section("\n".join(_tried(view.question, view)), 2500))
    return blocks


def last_messages(view: CaseView) -> list[Block]:
    """What was said last, by either side."""
    if not view.last_messages:
        return []
    lines = [_line(line, view) for line in view.last_messages[-MESSAGES_SHOWN:]]
    return [section(f"*Last messages* {_clock(view)}"), words("\n".join(lines), 1900)]


def zone_of(view: CaseView) -> tzinfo:
    """The member's own zone; a stranger's is not known."""
    return view.person.local_time.tzinfo or UTC if view.person else UTC


def _clock(view: CaseView) -> str:
    """By whose clock the times of a list are."""
    return "(in their local time)" if view.person else "(in UTC)"


def _tried(question: Question, view: CaseView) -> list[str]:
    zone = zone_of(view)
    lines = [_touch(touch, zone) for touch in question.touches[-TOUCHES_SHOWN:]]
    more = len(question.touches) - len(lines)
    return [
        f"Asked about *{safe(question.about, 100)}* {_clock(view)}",
        *([f"({more} earlier)"] if more else []),
        *lines,
    ]


def _touch(touch: TouchLine, zone: tzinfo) -> str:
    became = CALLS.get(touch.reason or "", TOUCHES.get(touch.state, without_underscores(touch.state)))
    told = touch.reason is None or touch.reason in CALLS
    because = "" if told else f" ({safe(without_underscores(touch.reason or ''), 80)})"
    way = f"{mark(clip(channel(touch.channel), 40))} from {safe(touch.sender, 60)}"
    return f"\u2022 {moment(touch.at.astimezone(zone))}: {way} {mark(clip(became, 60))}{because}"


def _line(line: Line, view: CaseView) -> str:
    who = line.author or (view.person.name if view.person else "They")
    at, way = moment(line.at.astimezone(zone_of(view))), clip(channel(line.channel), 30)
    return f"{at}, {clip(who, 60)} by {way}: \u201c{clip(' '.join(line.text.split()), MESSAGE)}\u201d"
