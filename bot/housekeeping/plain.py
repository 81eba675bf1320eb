"""What a value looks like in an archive. Whatever may hold words, a name or an address of somebody is left out."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

ACTOR = "actor"
CODE = re.compile(r"[A-Za-z0-9_.:<>-]{1,120}")
OURS = re.compile(
    r"(?:call|case|check_in|goal|inbox|merge|outbox|run|staff|survey|survey_round|touch)(?::\w+)*|[a-z_]+(?::[a-z_]+)*"
)
"""Subjects that name a row of ours or a key of the content, not an address such as ``telegram:424242``."""
MAY_BE_ADDRESS = frozenset({"subject", "reason", "error", "outcome"})


def plain(name: str, value: Any) -> Any:
    """The value of a column as JSON has it; None for what is left out."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not isinstance(value, str) or name == ACTOR:
        return value
    if name in MAY_BE_ADDRESS and OURS.fullmatch(str(value)) is None:
        return None
    return str(value) if CODE.fullmatch(str(value)) else None
