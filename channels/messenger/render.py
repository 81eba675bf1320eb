"""Messages as the Send API takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.compose.choices import choice_id, numbered, titles
from bot.compose.cut import shorten, split, utf16

MOST_CHARACTERS = 1999
MOST_QUICK_REPLIES = 13
LONGEST_TITLE = 20
LONGEST_PARAMETER = 900

Json = dict[str, Any]


def parts(outbox_id: int, body: Mapping[str, Any]) -> tuple[Json, ...]:
    """The messages of a text: cut at the ends of sentences, with the choices as quick replies below the last.

    Choices that are too long for their buttons, or too many, stand in the text in full; buttons show what they can.
    """
    choices = titles(body)
    text = str(body.get("text") or "").strip()
    if not _all_fit(choices):
        listed = "\n".join(f"{number}. {choice}" for number, choice in enumerate(choices, 1))
        text = f"{text}\n\n{listed}".strip()
    elif choices and not text:
        text = numbered(choices)
    texts = split(text, MOST_CHARACTERS, utf16)
    messages: list[Json] = [
        {"text": part, "metadata": f"msb:{outbox_id}:{number}"} for number, part in enumerate(texts)
    ]
    if messages and choices:
        messages[-1]["quick_replies"] = [
            _quick_reply(outbox_id, index, title) for index, title in enumerate(choices[:MOST_QUICK_REPLIES])
        ]
    return tuple(messages)


def template(name: str, language: str, body: Mapping[str, Any]) -> Json:
    """The text as the one parameter of a utility template: a single line, with the choices as numbers.

    It carries no metadata, which Meta documents for texts and attachments only.
    """
    tail = " ".join(numbered(titles(body)).split())
    tail = shorten(tail, LONGEST_PARAMETER // 2)
    text = shorten(" ".join(str(body.get("text") or "").split()), LONGEST_PARAMETER - len(tail) - 1)
    filled = " ".join(part for part in (text, tail) if part)
    component = {"type": "body", "parameters": [{"type": "text", "text": filled}]}
    return {"template": {"name": name, "language": {"code": language}, "components": [component]}}


def _all_fit(choices: list[str]) -> bool:
    return len(choices) <= MOST_QUICK_REPLIES and all(utf16(choice) <= LONGEST_TITLE for choice in choices)


def _quick_reply(outbox_id: int, index: int, title: str) -> Json:
    return {
        "content_type": "text",
        "title": shorten(title, LONGEST_TITLE, utf16),
        "payload": choice_id(outbox_id, index),
    }
