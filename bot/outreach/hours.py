"""When the programme may write first: hours, weekdays and holidays in the member's own time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import check_aware
from bot.programme.models import ContactHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_AHEAD = 366


def never(_day: date) -> bool:
    """No day is closed."""
    return False


def next_open(
    moment: datetime, zone: ZoneInfo, hours: ContactHours, is_closed: Callable[[date], bool] = never
) -> datetime:
    """The first moment (UTC) from `moment` on at which contact may begin; `moment` itself inside the hours.

    A day that `is_closed` (a holiday, in the member's own calendar) is like a weekday without contact. When it closes a
    whole year it must be wrong, and only hours and weekdays count.
    """
    local = check_aware(moment).astimezone(zone)
    if _is_open_on(local.date(), hours, is_closed) and hours.start <= local.time() < hours.end:
        return check_aware(moment)
    first = local.date() if local.time() < hours.start else local.date() + timedelta(days=1)
    days = (first + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD))
    day = next((day for day in days if _is_open_on(day, hours, is_closed)), None)
    # Ends: the content has at least one weekday, so a day is found once nothing is closed.
    return next_open(moment, zone, hours) if day is None else at_local(day, hours.start, zone)


def at_local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time of day in UTC. In the hour that a DST change skips, it is as long after midnight as named."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(ZoneInfo("UTC"))


def _is_open_on(day: date, hours: ContactHours, is_closed: Callable[[date], bool]) -> bool:
    return WEEKDAYS[day.weekday()] in hours.weekdays and not is_closed(day)
