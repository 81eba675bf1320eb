"""Windows of time: whole calendar months, in UTC, of which the last one is still going on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

PERIODS = (3, 6, 12, 24)
"""So many months, the present one among them, can be looked at."""
DEFAULT = 12


@dataclass(frozen=True)
class Window:
    """From the beginning of the day `first` until just before that of the day `until`."""

    first: date
    until: date

    @property
    def starts(self) -> datetime:
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        return _midnight(self.until)


def slices(window: Window, days: int) -> list[Window]:
    """The window in pieces of so many days; 0: in one."""
    if not days:
        return [window]
    starts = range(window.first.toordinal(), window.until.toordinal(), days)
    return [Window(date.fromordinal(at), min(date.fromordinal(at + days), window.until)) for at in starts]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def month_of(day: date) -> str:
    """``2026-11``."""
    return f"{day.year:04}-{day.month:02}"


def month(name: str) -> Window:
    """The month of that name."""
    first = date.fromisoformat(f"{name}-01")
    return Window(first, _later(first, 1))


def months(today: date, count: int) -> list[str]:
    """The names of the last `count` months, the oldest first; the last is that of `today`."""
    first = today.replace(day=1)
    return [month_of(_later(first, -back)) for back in range(count - 1, -1, -1)]


def period(today: date, count: int) -> Window:
    """The last `count` months, up to the end of the present one."""
    first = today.replace(day=1)
    return Window(_later(first, 1 - count), _later(first, 1))


def _later(first: date, by: int) -> date:
    at = first.year * 12 + first.month - 1 + by
    return date(at // 12, at % 12 + 1, 1)
