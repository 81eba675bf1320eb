"""Saying when, as people do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.days import say_day, say_moment, say_past_day

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (2, "Thursday"),
        (6, "Monday"),
        (7, "Tuesday 1 December"),
        (37, "Thursday 31 December"),
        (38, "Friday 1 January 2027"),
        (-1, "Monday 23 November"),
    ],
)
def test_a_day_is_named_by_its_distance(days: int, words: str) -> None:
    assert say_day(TODAY + timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [("America/New_York", "today at 22:30"), ("Asia/Kolkata", "tomorrow at 09:00"), ("UTC", "tomorrow at 03:30")],
)
def test_a_moment_is_told_in_the_members_own_zone(zone: str, words: str) -> None:
    now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert say_moment(datetime(2026, 11, 25, 3, 30, tzinfo=UTC), now, ZoneInfo(zone)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "on Sunday"),
        (6, "on Wednesday"),
        (7, "on 17 November"),
        (365, "on 24 November 2025"),
    ],
)
def test_a_past_day_is_said_as_people_say_it(days: int, words: str) -> None:
    assert say_past_day(TODAY - timedelta(days=days), TODAY) == words
