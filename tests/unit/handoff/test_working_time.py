"""Working time stands still while nobody works."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handoff.working_time import ALWAYS, WorkingTime
from bot.programme.inbox import WorkingHours

WEEK = ("mon", "tue", "wed", "thu", "fri")
LONDON = WorkingTime(
    WorkingHours(time_zone="Europe/London", start=time(9), end=time(17, 30), weekdays=WEEK, country="GB-ENG")
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def london(text: str) -> datetime:
    assert LONDON.hours is not None
    return datetime.fromisoformat(text).replace(tzinfo=LONDON.hours.zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24 09:00", 2, "2026-11-24 11:00"),
        ("2026-11-24 08:00", 2, "2026-11-24 11:00"),
        ("2026-11-24 16:30", 1, "2026-11-24 17:30"),  # it ends with the day, not on the next morning
        ("2026-11-24 16:30", 1.25, "2026-11-25 09:15"),
        ("2026-11-24 17:30", 1, "2026-11-25 10:00"),
        ("2026-11-24 23:00", 1, "2026-11-25 10:00"),
        ("2026-11-27 17:00", 1, "2026-11-30 09:30"),  # a weekend
        ("2026-12-24 17:00", 1, "2026-12-29 09:30"),  # Christmas, a weekend, and the day for Boxing Day
        ("2026-03-27 17:00", 1, "2026-03-30 09:30"),  # the clocks go forward on Sunday
        ("2026-10-23 17:00", 1, "2026-10-26 09:30"),  # and back
        ("2026-11-24 09:00", 8.5, "2026-11-24 17:30"),
        ("2026-11-24 09:00", 42.5, "2026-11-30 17:30"),
    ],
)
def test_a_span_takes_only_working_time(start: str, hours: float, end: str) -> None:
    assert LONDON.after(london(start), hours * HOUR) == london(end)
    assert LONDON.between(london(start), london(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-24 08:59", "2026-11-24 09:00"),
        ("2026-11-24 09:00", "2026-11-24 09:00"),
        ("2026-11-24 17:29", "2026-11-24 17:29"),
        ("2026-11-24 17:30", "2026-11-25 09:00"),
        ("2026-11-28 12:00", "2026-11-30 09:00"),
        ("2026-12-25 12:00", "2026-12-29 09:00"),
    ],
)
def test_it_opens_in_the_morning_of_the_next_working_day(at: str, opens: str) -> None:
    assert LONDON.opens(london(at)) == london(opens)
    assert LONDON.is_open(london(at)) is (at == opens)


def test_hours_that_the_clocks_skip_or_repeat_count_as_they_pass() -> None:
    nights = WorkingTime(WorkingHours(time_zone="Europe/Berlin", start=time(1), end=time(4), weekdays=("sun",)))
    spring, autumn = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert nights.between(spring, spring + DAY) == 2 * HOUR
    assert nights.between(autumn, autumn + DAY) == 4 * HOUR


def test_hours_that_a_change_skips_as_a_whole_are_worked_on_another_day() -> None:
    gap = WorkingTime(WorkingHours(time_zone="Europe/Berlin", start=time(2), end=time(2, 30), weekdays=("sun",)))
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert gap.after(spring, HOUR / 2) <= spring + 8 * DAY


def test_a_team_without_hours_works_always() -> None:
    night = datetime(2026, 12, 25, 3, tzinfo=UTC)
    assert ALWAYS.is_open(night)
    assert ALWAYS.after(night, 5 * DAY) == night + 5 * DAY
    assert ALWAYS.between(night, night + 5 * DAY) == 5 * DAY
    assert ALWAYS.between(night, night - DAY) == timedelta()


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        LONDON.after(datetime(2026, 11, 24, 9), HOUR)  # noqa: DTZ001


zones = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
clock = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
weeks = st.lists(st.sampled_from([*WEEK, "sat", "sun"]), min_size=1, unique=True).map(tuple)
countries = st.sampled_from([None, "GB-ENG", "US", "DE-BY"])
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(), 12 * DAY)


@st.composite
def teams(draw: st.DrawFn) -> WorkingTime:
    start, end = sorted(draw(st.lists(clock, min_size=2, max_size=2, unique=True)))
    return WorkingTime(
        WorkingHours(time_zone=draw(zones), start=start, end=end, weekdays=draw(weeks), country=draw(countries))
    )


@given(teams(), moments, st.timedeltas(timedelta(minutes=1), 2 * DAY))
def test_as_much_working_time_passes_as_was_asked_for(team: WorkingTime, start: datetime, span: timedelta) -> None:
    end = team.after(start, span)
    assert end > start
    assert team.between(start, end) == span
    assert team.between(start, end - timedelta(microseconds=1)) < span


@given(teams(), moments, spans, spans)
def test_spans_add_up(team: WorkingTime, start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    assert team.between(start, middle) + team.between(middle, end) == team.between(start, end)
    assert timedelta() <= team.between(start, end) <= end - start


@given(teams(), moments)
def test_it_opens_once_and_is_open_then(team: WorkingTime, at: datetime) -> None:
    opens = team.opens(at)
    assert opens >= at
    assert team.is_open(opens)
    assert team.opens(opens) == opens
    assert team.between(at, opens) == timedelta()
