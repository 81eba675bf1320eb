"""Named days and how they fall: weekdays, days of the month, feasts. Every function takes the day it counts from."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
_FAR = 8  # a 29 February may be eight years away


@dataclass(frozen=True, slots=True)
class Fixed:
    """A day that is already known, as ``tomorrow``."""

    on: date


@dataclass(frozen=True, slots=True)
class Weekday:
    """The next Monday (0) to Sunday (6), `weeks` later."""

    number: int
    weeks: int = 0


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of any month, or of one month, or of one month of one year. Day 0 is the last of the month."""

    day: int
    month: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Feast:
    """A day that moves with the year."""

    name: str


@dataclass(frozen=True, slots=True)
class Span:
    """A whole week, month, weekend or year, from `first` to `last`."""

    first: date
    last: date


Day = Fixed | Weekday | MonthDay | Feast | Span


def easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * i) // 451
    month, day = divmod(h + i - 7 * m + 114, 31)
    return date(year, month, day + 1)


_FROM_EASTER = {
    "shrove tuesday": -47, "ash wednesday": -46, "mothering sunday": -21, "palm sunday": -7, "maundy thursday": -3,
    "good friday": -2, "easter": 0, "easter monday": 1, "pentecost": 49, "whit monday": 50,
}  # fmt: skip
# Month, weekday, and for which time it comes (from 0; -1: the last).
_NTH = {"thanksgiving": (11, 3, 3), "labor day": (9, 0, 0), "memorial day": (5, 0, -1)}


def feast(name: str, year: int) -> date:
    """The day of a moving feast in `year`."""
    if name in _FROM_EASTER:
        return easter(year) + timedelta(days=_FROM_EASTER[name])
    month, number, turn = _NTH[name]
    found = nth_weekday(date(year, month, 1), number, turn)
    assert found is not None
    return found


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day. Day 0 is the last of the month."""
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None


def next_after(day: Day, after: date) -> date | None:
    """The first such day later than `after`; a fixed day stays itself. None when it never comes."""
    match day:
        case Fixed(on):
            return on
        case Span(first, _):
            return first
        case Weekday(number, weeks):
            return after + timedelta(days=(number - after.weekday() - 1) % 7 + 1 + 7 * weeks)
        case Feast(name):
            return min(on for year in (after.year, after.year + 1) if (on := feast(name, year)) > after)
        case MonthDay(number, month, year):
            return _next_month_day(number, month, year, after)


def _next_month_day(day: int, month: int | None, year: int | None, after: date) -> date | None:
    if month is not None and year is not None:
        found = make_date(year, month, day)
        return found if found and found > after else None
    if month is not None:
        years = range(after.year, after.year + _FAR + 1)
        return next((on for y in years if (on := make_date(y, month, day)) and on > after), None)
    months = (divmod(after.year * 12 + after.month - 1 + n, 12) for n in range(4))
    return next((on for y, m in months if (on := make_date(y, m + 1, day)) and on > after), None)


def last_until(day: Day, until: date) -> date | None:
    """The latest such day up to `until`; None for days that only look forward."""
    if not isinstance(day, MonthDay) or day.year is not None:
        return None
    if day.month is not None:
        years = range(until.year, until.year - _FAR - 1, -1)
        return next((on for y in years if (on := make_date(y, day.month, day.day)) and on <= until), None)
    months = (divmod(until.year * 12 + until.month - 1 - n, 12) for n in range(4))
    return next((on for y, m in months if (on := make_date(y, m + 1, day.day)) and on <= until), None)


def add_months(on: date, months: int) -> date:
    """`months` later, or the last day of that month when it is shorter."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def nth_weekday(within: date, number: int, turn: int) -> date | None:
    """The weekday that comes for the `turn`-th time (from 0; -1: for the last) in the month of `within`."""
    month = month_of(within)
    first = month.first + timedelta(days=(number - month.first.weekday()) % 7)
    days = [on for week in range(5) if (on := first + timedelta(weeks=week)) <= month.last]
    return days[turn] if turn < len(days) else None


def week_of(on: date) -> Span:
    """Monday to Sunday around `on`."""
    monday = on - timedelta(days=on.weekday())
    return Span(monday, monday + timedelta(days=6))


def month_of(on: date) -> Span:
    """First to last day of the month of `on`."""
    return Span(on.replace(day=1), on.replace(day=calendar.monthrange(on.year, on.month)[1]))
