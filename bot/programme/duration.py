"""Lengths of time as staff write them: ``2d``, ``3h``, ``1w``, ``1d12h``, or ISO 8601 (``P2D``, ``-P90D``)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bot.programme.unfit import Unfit

_SHORT = re.compile(
    r"(?P<sign>[+-])?(?:(?P<weeks>\d+)w)?(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?", re.ASCII
)
_ISO = re.compile(
    r"(?P<sign>[+-])?P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_REMEDY = 'Write weeks, days, hours or minutes, for example "2d", "3h" or "1d12h", or ISO 8601 such as "P2D".'


def parse_duration(text: str) -> timedelta:
    """Reads a length of time. A leading minus makes it negative; ``m`` is minutes; months and years are refused.

    Raises:
        Unfit: it is not a length of time, or longer than a calendar holds.
    """
    written = text.strip()
    match = _SHORT.fullmatch(written) or _ISO.fullmatch(written)
    found = {name: value for name, value in match.groupdict().items() if value is not None} if match else {}
    sign = -1 if found.pop("sign", "+") == "-" else 1
    if not found:
        raise Unfit(f'"{text}" is not a length of time', _REMEDY)
    try:
        return sign * timedelta(**{name: float(value) for name, value in found.items()})
    except OverflowError:
        raise Unfit(f'"{text}" is too long', _REMEDY) from None


def format_duration(length: timedelta) -> str:
    """ISO 8601 in days and seconds, which `parse_duration` reads back exactly (pydantic's own form has years in it)."""
    size, sign = abs(length), "-" if length < timedelta() else ""
    if not size.seconds and not size.microseconds:
        return f"{sign}P{size.days}D"
    fraction = f".{size.microseconds:06}" if size.microseconds else ""
    return f"{sign}P{size.days}DT{size.seconds}{fraction}S"


def _read(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        return parse_duration(value)
    raise Unfit(f"{value!r} has no unit", _REMEDY)


Duration = Annotated[
    timedelta,
    BeforeValidator(_read),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[+-]?((\d+w)?(\d+d)?(\d+h)?(\d+m)?|P[0-9WDTHMS.]+)$",
            "examples": ["2d", "3h", "1d12h", "-90d"],
        },
        mode="validation",
    ),
]
"""A model's field: read by `parse_duration`, written by `format_duration`."""
