"""Days that a week, a month or a year is counted by: its end, its last Friday, the weekend, the week after next."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.language import days as d
from bot.language.date_names import month_number, weekday_number
from bot.language.date_words import Context, Meaning, Past

_EDGES = {
    "": "end",
    "last day": "end",
    "last working day": "end",
    "last business day": "end",
    "final day": "end",
    "1st day": "start",
    "beginning": "start",
    "early": "start",
    "back end": "end",
    "close": "end",
}
_TURNS = {"last": -1, "final": -1, "1st": 0, "2nd": 1, "3rd": 2, "4th": 3}


def month_named(m: re.Match[str], c: Context) -> Meaning:
    """A month by itself is its span, next time it comes."""
    first = d.next_after(d.MonthDay(1, month_number(m[1]), int(m[2]) if m[2] else None), c.today)
    return d.month_of(first) if first else Past()


def edge(m: re.Match[str], c: Context) -> Meaning | None:
    """The end, middle or start of a week, month or year."""
    side, whole = _EDGES.get(m[1], m[1]), m[2]
    if whole.startswith(("week", "this week", "the week", "next week", "wk")):
        week = d.week_of(c.today + timedelta(days=7 if "next" in whole else 0))
        return d.Fixed(week.first + timedelta(days={"e": 4, "m": 2}.get(side[0], 0)))
    if "year" in whole:
        year = c.today.year + ("next" in whole)
        return d.Fixed(date(year, 12, 31) if side[0] == "e" else date(year, 1, 1))
    if "month" in whole:
        base = d.add_months(c.today.replace(day=1), 1 if "next" in whole else 0)
        month = d.month_of(base)
        return d.Fixed({"e": month.last, "m": base.replace(day=15)}.get(side[0], month.first))
    day = {"e": 0, "m": 15}.get(side[0], 1)
    return d.MonthDay(day, month_number(whole.split()[-1]))


def nth_weekday(m: re.Match[str], c: Context) -> Meaning | None:
    """``the last Friday of the month``, ``the first Monday in May``; the next time that it comes."""
    turn, number, whole = _TURNS[m[1]], weekday_number(m[2]), m[3]
    first = c.today.replace(day=1)
    if "next" in whole:
        return _fixed(d.nth_weekday(d.add_months(first, 1), number, turn))
    named = month_number(whole) if "month" not in whole else None
    for ahead in range(24):
        start = d.add_months(first, ahead)
        on = d.nth_weekday(start, number, turn) if named in (None, start.month) else None
        if on is not None and on > c.today:
            return d.Fixed(on)
    return None


def nth_week(m: re.Match[str], c: Context) -> Meaning | None:
    """``the second week of May``: from its 8th; the last week is its last seven days."""
    turn, whole = _TURNS[m[1]], m[2]
    if "month" in whole:
        month = d.month_of(d.add_months(c.today.replace(day=1), 1 if "next" in whole else 0))
        return d.Fixed(month.last - timedelta(days=6) if turn < 0 else month.first + timedelta(weeks=turn))
    number = month_number(whole)
    if turn >= 0:
        return d.MonthDay(1 + 7 * turn, number)
    end = d.next_after(d.MonthDay(0, number), c.today)
    return d.Fixed(end - timedelta(days=6)) if end else None


def _fixed(on: date | None) -> d.Fixed | None:
    return d.Fixed(on) if on else None


def weekend(m: re.Match[str], c: Context) -> Meaning:
    saturday = c.today + timedelta(days=(5 - c.today.weekday()) % 7 or (7 if c.today.weekday() == 5 else 0))
    if "next" in m[0] and c.today.weekday() < 5:
        saturday += timedelta(days=7)
    return d.Span(saturday, saturday + d.ONE_DAY)


def next_unit(m: re.Match[str], c: Context) -> Meaning:
    unit, this, after = (
        m[2],
        m[1]
        in {
            "this",
            "all",
            "the rest of the",
            "rest of the",
            "all this",
            "the whole",
            "rest of this",
            "the rest of this",
        },
        bool(m[3]),
    )
    steps = 0 if this else 2 if after else 1
    if unit == "week":
        return d.week_of(c.today + timedelta(days=7 * steps)) if steps else d.Span(c.today, d.week_of(c.today).last)
    if unit == "month":
        month = d.month_of(d.add_months(c.today.replace(day=1), steps))
        return month if steps else d.Span(c.today, month.last)
    year = c.today.year + steps
    return d.Span(date(year, 1, 1) if steps else c.today, date(year, 12, 31))


def in_week(m: re.Match[str], c: Context) -> Meaning:
    day = m["a"] or m["b"]
    return d.Fixed(d.week_of(c.today + timedelta(days=7)).first + timedelta(days=weekday_number(day)))


def weeks_on(m: re.Match[str], c: Context) -> Meaning:
    """``a week on Friday``, ``two weeks tomorrow``."""
    weeks = 1 if m[1] in {"a", "1", None} else int(m[1])
    if m[2] in {"today", "now"}:
        return d.Fixed(c.today + timedelta(weeks=weeks))
    if m[2] == "tomorrow":
        return d.Fixed(c.today + d.ONE_DAY + timedelta(weeks=weeks))
    return d.Weekday(weekday_number(m[2]), weeks)
