"""When somebody would like to be written to: an hour, weekdays, less often."""

from __future__ import annotations

import re
from dataclasses import dataclass

PARTS = (
    (re.compile(r"\b(?:early (?:in the )?morning|first thing)\b", re.IGNORECASE), 9),
    (re.compile(r"\bmornings?\b|\bbefore (?:noon|lunch)\b", re.IGNORECASE), 9),
    (re.compile(r"\blunch(?:time|break| time| break)?\b|\bnoon\b|\bmidday\b", re.IGNORECASE), 12),
    (re.compile(r"\bafternoons?\b|\bafter lunch\b", re.IGNORECASE), 14),
    (re.compile(r"\bevenings?\b|\bafter work\b|\bnights?\b|\bafter hours\b", re.IGNORECASE), 18),
)
LATE = re.compile(r"\b(?:evenings?|tonight|nights?|after work)\b", re.IGNORECASE)
CLOCK = re.compile(
    r"\b(?:at|after|around|about|from|past)\s*(?P<hour>\d{1,2})(?::\d{2})?(?:\s*(?P<half>[ap])\.?m\b)?", re.IGNORECASE
)
BEFORE = re.compile(r"\b(?:before|until|till)\s*(?P<hour>\d{1,2})(?:\s*(?P<half>[ap])\.?m\b)?", re.IGNORECASE)
TURNED_DOWN = re.compile(r"\b(?:not?|never|don'?t|do not|avoid|stop)\b[^,.;]{0,30}$", re.IGNORECASE)
WEEKDAYS = re.compile(
    r"\b(?:week ?days? only|only (?:on )?(?:week ?days|working days|work days)"
    r"|(?:not|no|never|don'?t)\b.{0,25}\b(?:weekends?|saturdays?|sundays?|sat|sun)"
    r"|(?:on|just|during) (?:the )?(?:week ?days|working days|work week)|monday to friday|mon-fri|mon to fri)\b",
    re.IGNORECASE,
)
ANY_DAY = re.compile(
    r"\b(?:weekends? (?:are|is) (?:fine|ok|okay|good|better)|any day|every day is fine)\b", re.IGNORECASE
)
LESS = re.compile(
    r"\b(?:less (?:often|frequent(?:ly)?|messages|texts)|fewer (?:messages|texts|e-?mails)|not so (?:often|many|much)"
    r"|once a (?:week|month)"
    r"|too (?:often|many|much|frequent)|slow down|every (?:other|second) week|not every (?:day|other day))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ContactTimes:
    """`hour` of the day (0 to 23, local); `weekdays_only` None: nothing was said about days."""

    hour: int | None = None
    weekdays_only: bool | None = None
    less_often: bool = False


def read_contact_times(text: str) -> ContactTimes:
    """What a message says about hours, days and how often. Parts of the day that it turns down don't count."""
    days = True if WEEKDAYS.search(text) else False if ANY_DAY.search(text) else None
    return ContactTimes(_hour(text), days, LESS.search(text) is not None)


def _hour(text: str) -> int | None:
    clock = CLOCK.search(text)
    if clock is not None and not TURNED_DOWN.search(text[: clock.start()]):
        hour = _of_day(int(clock["hour"]), clock["half"], late=True)
        return hour + 12 if hour is not None and hour < 12 and not clock["half"] and LATE.search(text) else hour
    before = BEFORE.search(text)
    if before is not None and not TURNED_DOWN.search(text[: before.start()]):
        return max(9, (_of_day(int(before["hour"]), before["half"], late=False) or 10) - 1)
    wanted = [
        (found.start(), hour)
        for pattern, hour in PARTS
        for found in pattern.finditer(text)
        if not TURNED_DOWN.search(text[: found.start()])
    ]
    return min(wanted)[1] if wanted else None


def _of_day(hour: int, half: str | None, *, late: bool) -> int | None:
    """A bare number up to seven means the afternoon: nobody asks to be written to at five in the morning."""
    if hour > 23:
        return None
    if half is not None:
        return hour % 12 + (12 if half.lower() == "p" else 0)
    return hour + 12 if late and 1 <= hour <= 7 else hour
