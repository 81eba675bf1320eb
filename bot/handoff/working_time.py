"""Working time: what passes while a team is at work. Nights, weekends and public holidays take none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.clock import check_aware
from bot.outreach import holidays
from bot.outreach.hours import WEEKDAYS, at_local, never
from bot.programme.inbox import WorkingHours

_DAYS_AHEAD = 366
_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def _in_utc(day: date, begin: time, end: time, zone: str) -> tuple[datetime, datetime]:
    """From when until when a team works on that day. Lists of cases ask for the same few days again and again."""
    return at_local(day, begin, ZoneInfo(zone)), at_local(day, end, ZoneInfo(zone))


@dataclass(frozen=True)
class WorkingTime:
    """When a team works; without `hours` it always does. Moments come in any zone and go out in UTC."""

    hours: WorkingHours | None = None

    def is_open(self, moment: datetime) -> bool:
        """Whether the team works at `moment`; the end of the day is just after the last moment of it."""
        return self.opens(moment) <= check_aware(moment)

    def opens(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which the team works."""
        return max(check_aware(moment).astimezone(UTC), next(self._days(moment))[0])

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """When `span` of working time has passed since `moment`; for none, `moment` itself.

        What ends with the day ends in the evening, not on the next morning.
        """
        start, left = check_aware(moment).astimezone(UTC), span
        if left <= timedelta():
            return start
        for first, last in self._days(start):
            begins = max(first, start)
            if last - begins >= left:
                return begins + left
            left -= last - begins
        raise AssertionError("days never end")

    def between(self, first: datetime, until: datetime) -> timedelta:
        """How much working time passes from `first` until `until`; none if that is earlier."""
        start, end, passed = check_aware(first).astimezone(UTC), check_aware(until).astimezone(UTC), timedelta()
        if end <= start:
            return passed
        for begins, ends in self._days(start):
            if begins >= end:
                break
            passed += min(ends, end) - max(begins, start)
        return passed

    def _days(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From when until just before when the team works, on each day that is not over at `moment`; without end."""
        if self.hours is None:
            yield check_aware(moment).astimezone(UTC), datetime.max.replace(tzinfo=UTC)
            return
        day, idle = check_aware(moment).astimezone(self.hours.zone).date(), 0
        is_closed, begin, end, name = self._closed(), self.hours.start, self.hours.end, self.hours.time_zone
        while True:
            # When a whole year is closed the calendar must be wrong, and only weekdays count.
            if WEEKDAYS[day.weekday()] in self.hours.weekdays and (idle > _DAYS_AHEAD or not is_closed(day)):
                first, last = _in_utc(day, begin, end, name)
                # The hour that a DST change skips may be all the hours there were.
                if last > max(first, moment):
                    idle = 0
                    yield first, last
            day, idle = day + _DAY, idle + 1

    def _closed(self) -> Callable[[date], bool]:
        if self.hours is None or self.hours.country is None:
            return never
        return holidays.closed_days(self.hours.country, self.hours.time_zone)


ALWAYS = WorkingTime()
