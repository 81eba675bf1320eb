"""Times of day and weekdays as the content writes them."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from bot.programme.base import Weekday
from bot.programme.unfit import Unfit


def _time_of_day(value: object) -> object:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{2}:\d{2}(:\d{2})?", value):
        return value
    raise Unfit(f'"{value}" is not a time of day', 'Write hours and minutes, without a zone: "09:00".')


LocalTime = Annotated[
    time,
    BeforeValidator(_time_of_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}$", "examples": ["09:00"]}),
]


def each_once(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    """Raises: Unfit: a weekday is named twice."""
    if len(set(days)) != len(days):
        raise Unfit("a weekday is named twice", "Name each weekday once.")
    return days
