"""Until when a case may rest: the moments that are offered to staff."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.outreach.hours import at_local

AFTERNOON = time(14)
MONDAY = 0


def moments_ahead(now: datetime, zone: ZoneInfo, morning: time) -> list[tuple[str, datetime]]:
    """Until when a case is often left alone, in UTC and in order: an hour, the afternoon, tomorrow, Monday."""
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    monday = today + timedelta(days=(MONDAY - today.weekday() - 1) % 7 + 1)
    found = [("In an hour", now + timedelta(hours=1)), ("This afternoon", at_local(today, AFTERNOON, zone))]
    found += [("Tomorrow", at_local(tomorrow, morning, zone)), ("Next Monday", at_local(monday, morning, zone))]
    kept = [(label, at) for label, at in found if at > now + timedelta(minutes=30)]
    if monday == tomorrow:
        kept = [one for one in kept if one[0] != "Tomorrow"]
    return sorted(kept, key=lambda one: one[1])
