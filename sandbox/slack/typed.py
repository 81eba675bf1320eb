"""What Slack's clients make of what a person types."""

from __future__ import annotations

import re
from html import escape

MENTION = re.compile(r"(<[@#!][^<>]*>)")


def as_typed(text: str) -> str:
    """Escaped, but for the mentions that the client made of it."""
    return "".join(part if MENTION.fullmatch(part) else escape(part, quote=False) for part in MENTION.split(text))
