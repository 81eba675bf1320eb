"""Saying when, as people do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def say_day(day: date, today: date) -> str:
    """``today``, ``tomorrow``, ``Friday`` within a week, else ``Monday 14 December``; with the year in another year."""
    if day == today:
        return "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    if timedelta() < day - today < timedelta(days=7):
        return f"{day:%A}"
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def say_past_day(day: date, today: date) -> str:
    """``today``, ``yesterday``, ``on Friday`` within a week, else ``on 14 December``; with the year in another year."""
    if day == today:
        return "today"
    if day == today - timedelta(days=1):
        return "yesterday"
    if timedelta() < today - day < timedelta(days=7):
        return f"on {day:%A}"
    return f"on {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def say_moment(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The day as `say_day` has it, and the hour: ``tomorrow at 15:00``."""
    local = moment.astimezone(zone)
    return f"{say_day(local.date(), now.astimezone(zone).date())} at {local:%H:%M}"
