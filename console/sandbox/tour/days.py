"""The days on which stories begin: working days with none of the public holidays around them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.outreach.holidays import closed_days

START_OF_DAY = time(16, 0)  # UTC: 11:00 or 12:00 in New York, 10:00 or 11:00 in Chicago, afternoon in London
CLEAR_DAYS = 11
"""So many days from the start of a story on are no public holidays where its members live: days are counted in it."""


def next_working_day(now: datetime) -> datetime:
    """16:00 UTC on the first Tuesday, Wednesday or Thursday from tomorrow on with no public holiday soon after it."""
    return _first_clear_day(now, (1, 2, 3))


def next_story_day(now: datetime) -> datetime:
    """The same, on a Tuesday or Wednesday: the day after the next is no Sunday either."""
    return _first_clear_day(now, (1, 2))


def is_story_time(now: datetime) -> bool:
    """Whether a story can begin right now: on such a day, and not much later than they begin."""
    yesterday = now - timedelta(days=1)
    return next_story_day(yesterday) <= now < next_story_day(yesterday) + timedelta(hours=1)


def at_start_of_day(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), START_OF_DAY, tzinfo=UTC)


def ordinal(day: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th ..."""
    suffix = "th" if 10 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _first_clear_day(now: datetime, weekdays: tuple[int, ...]) -> datetime:
    is_holiday = closed_days(None, "America/New_York")
    day = now.date() + timedelta(days=1)
    while day.weekday() not in weekdays or any(is_holiday(day + timedelta(days=n)) for n in range(CLEAR_DAYS)):
        day += timedelta(days=1)
    return datetime.combine(day, START_OF_DAY, tzinfo=UTC)
