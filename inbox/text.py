"""Moments as staff read them, and which lines of a thread are for the member."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.plan.wording import span

MARK = "&gt;"
QUOTE = re.compile(r"^\s*&gt;\s?")


def moment(at: datetime) -> str:
    """Like ``Tue 3 Nov, 14:05``, in the zone of `at`."""
    return f"{at:%a} {at.day} {at:%b}, {at:%H:%M}"


def zone_of(at: datetime) -> str:
    """The time zone of `at`, like ``PST, UTC-8`` or ``UTC+5:30``: unlike the time of day, it stays true for a while."""
    name, offset = f"{at:%Z}", f"{at:%z}"
    hours, minutes = int(offset[1:3] or 0), offset[3:5]
    told = f"UTC{offset[:1]}{hours}" + (f":{minutes}" if minutes not in ("00", "") else "")
    told = told if hours or minutes not in ("00", "") else "UTC"
    return f"{name}, {told}" if name.isalpha() and name != "UTC" else told


def within(length: timedelta | None) -> str:
    """How long something took, like ``2 hours and 5 minutes``; a dash when it never happened."""
    if length is None:
        return "\u2013"
    return span(length) if length >= timedelta(minutes=1) else "less than a minute"


def day(on: date) -> str:
    """Like ``3 Nov 2026``."""
    return f"{on.day} {on:%b %Y}"


def divide(text: str) -> tuple[str, str]:
    """Parts a thread message, in Slack's notation, into what is for the member and what stays private.

    For the member are only the lines that begin with ``>``, and all that follows ``>>>``. Without a ``>`` at the very
    beginning nothing is: private talk may quote.
    """
    text = text.strip()
    if text.startswith(MARK * 3):
        return text.removeprefix(MARK * 3).strip(), ""
    if not text.startswith(MARK):
        return "", text
    lines = text.splitlines()
    spoken = [QUOTE.sub("", line) for line in lines if QUOTE.match(line)]
    kept = [line for line in lines if not QUOTE.match(line)]
    return "\n".join(spoken).strip(), "\n".join(kept).strip()
