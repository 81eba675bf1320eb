"""When stories begin, and where the clock goes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.sandbox import times
from console.sandbox.clock_bar import next_morning
from console.sandbox.tour.days import is_story_time, next_story_day, next_working_day, ordinal

TUESDAY = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


def test_stories_begin_on_a_tuesday_or_wednesday_without_holidays_around() -> None:
    assert next_story_day(datetime(2026, 11, 30, 9, tzinfo=UTC)) == TUESDAY
    assert next_story_day(TUESDAY).weekday() == 2
    assert next_working_day(datetime(2026, 12, 2, 9, tzinfo=UTC)).weekday() == 3
    assert next_story_day(datetime(2026, 11, 23, 9, tzinfo=UTC)) == TUESDAY  # Thanksgiving is in between


@pytest.mark.parametrize(
    ("at", "can_begin"),
    [
        (TUESDAY, True),
        (TUESDAY.replace(minute=40), True),
        (TUESDAY.replace(hour=17), False),
        (TUESDAY.replace(hour=15), False),
        (TUESDAY.replace(day=3), False),
    ],
)
def test_a_story_begins_at_once_if_it_is_its_time(at: datetime, can_begin: bool) -> None:
    assert is_story_time(at) is can_begin


def test_the_next_morning_is_nine_where_the_member_lives() -> None:
    morning = next_morning(datetime(2026, 12, 2, 3, 0, tzinfo=UTC), "America/New_York")  # still Tuesday there
    assert morning.astimezone(UTC) == datetime(2026, 12, 2, 14, 0, tzinfo=UTC)


def test_days_are_said_as_people_say_them() -> None:
    assert [ordinal(day) for day in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd",
    ]  # fmt: skip


def test_times_are_written_in_the_zone_that_is_asked_for() -> None:
    assert times.local(TUESDAY, "America/New_York") == "Tue 01 Dec, 11:00"
    assert times.moment("1764604800.000100") == times.moment("2025-12-01T16:00:00.000100+00:00")
    assert times.city("America/New_York") == "New York"
