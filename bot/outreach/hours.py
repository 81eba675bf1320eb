"""When the programme may write first: hours and weekdays in the member's own time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import check_aware
from bot.programme.models import ContactHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_open(moment: datetime, zone: ZoneInfo, hours: ContactHours) -> datetime:
    """The first moment (UTC) from `moment` on at which contact may begin; `moment` itself inside the hours."""
    local = check_aware(moment).astimezone(zone)
    if _is_open_on(local.date(), hours) and hours.start <= local.time() < hours.end:
        return check_aware(moment)
    day = local.date() if local.time() < hours.start else local.date() + timedelta(days=1)
    while not _is_open_on(day, hours):  # ends: the content has at least one weekday
        day += timedelta(days=1)
    return at_local(day, hours.start, zone)


def at_local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time of day in UTC. In the hour that a DST change skips, it is as long after midnight as named."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(ZoneInfo("UTC"))


def _is_open_on(day: date, hours: ContactHours) -> bool:
    return WEEKDAYS[day.weekday()] in hours.weekdays
