"""A message as Slack shows it. Pure: sections that hold Slack's limits for any text, and a button for each choice.

In one message that is 3000 characters a section, 12 000 in all, 75 a button, 25 buttons a row. A long text becomes
several sections of one message, not several messages: a send that broke off half-way could not be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.compose.choices import choice_id, titles
from bot.compose.cut import LINK, shorten, split
from slackkit.text import clip, formatted, mark, plain

Block = dict[str, Any]

SECTION, SECTION_AIM = 3000, 2500
MOST_CHARACTERS = 8000
ALL_TEXT = 12_000
FALLBACK = 300
BUTTON, ROW, MOST_BUTTONS = 75, 25, 100


def blocks(outbox_id: int, body: Mapping[str, Any]) -> list[Block]:
    """Empty when there is nothing to say."""
    text = str(body.get("text") or "").strip()
    sections = _sections(shorten(text, MOST_CHARACTERS))
    while sum(map(len, sections)) > ALL_TEXT:  # escaping can make five characters of one
        text = shorten(text, len(text) * 3 // 4)
        sections = _sections(text)
    shown: list[Block] = [{"type": "section", "text": formatted(section, SECTION)} for section in sections]
    return shown + _buttons(outbox_id, titles(body)) if shown else []


def fallback(body: Mapping[str, Any]) -> str:
    """What a notification shows: the beginning, in plain words, escaped."""
    return mark(clip(" ".join(str(body.get("text") or "").split()), FALLBACK))


def marked(text: str) -> str:
    """`text` in Slack's notation: its links work, and nothing else in it formats or mentions."""
    done, at = "", 0
    for found in LINK.finditer(text):
        link = found.group().rstrip(".,;:!?'\")]}*_~`\u2019\u201d\u2026")
        done += mark(text[at : found.start()]) + _link(link)
        at = found.start() + len(link)
    return done + mark(text[at:])


def _link(link: str) -> str:
    return f"<{link.replace('&', '&amp;').replace('|', '%7C')}>"


def _sections(text: str, aim: int = SECTION_AIM) -> list[str]:
    done: list[str] = []
    for part in split(text, aim):
        section = marked(part)
        if len(section) <= SECTION:
            done.append(section)
        else:
            done += _sections(part, max(len(part) // 2, 1))
    return done


def _buttons(outbox_id: int, choices: list[str]) -> list[Block]:
    buttons = [
        {
            "type": "button",
            "action_id": f"choice_{index}",
            "text": plain(choice, BUTTON),
            "value": choice_id(outbox_id, index),
        }
        for index, choice in enumerate(choices[:MOST_BUTTONS])
    ]
    return [{"type": "actions", "elements": buttons[at : at + ROW]} for at in range(0, len(buttons), ROW)]
