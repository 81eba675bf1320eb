"""The choices of a message: as ids behind buttons, or as a line of numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

CHOICE_ID = re.compile(r"c:[0-9]{1,18}:[0-9]{1,3}")


def titles(body: Mapping[str, Any]) -> list[str]:
    """The choices that the body of an outgoing message offers; an empty one keeps its place, as a dash."""
    return [str(choice).strip() or "\u2013" for choice in body.get("choices") or []]


def choice_id(outbox_id: int, index: int) -> str:
    """What a button carries: which message it belongs to, and which of its choices it is, counted from 0."""
    return f"c:{outbox_id}:{index}"


def is_choice_id(value: object) -> bool:
    """Whether a pressed button has one of our ids, and isn't somebody else's."""
    return isinstance(value, str) and CHOICE_ID.fullmatch(value) is not None


def numbered(choices: Sequence[str]) -> str:
    """The choices as a line for channels without buttons, such as ``Reply 1 for done, 2 for not yet``."""
    if not choices:
        return ""
    return "Reply " + ", ".join(f"{number} for {choice}" for number, choice in enumerate(choices, 1))
