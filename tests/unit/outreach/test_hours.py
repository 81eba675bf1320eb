"""When contact may begin, in the member's own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outreach.holidays import is_holiday
from bot.outreach.hours import WEEKDAYS, at_local, next_open
from bot.programme.models import ContactHours

HOURS = ContactHours(start=time(9), end=time(20), weekdays=("mon", "tue", "wed", "thu", "fri", "sat"))
NEW_YORK, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")
LORD_HOWE, SANTIAGO = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Santiago")
CAIRO = ZoneInfo("Africa/Cairo")
SYDNEY, KOLKATA = ZoneInfo("Australia/Sydney"), ZoneInfo("Asia/Kolkata")
ZONES = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "UTC"]


def local(zone: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-24 08:59", "2026-11-24 09:00"),
        ("2026-11-24 09:00", "2026-11-24 09:00"),
        ("2026-11-24 09:01", "2026-11-24 09:01"),
        ("2026-11-24 19:59", "2026-11-24 19:59"),
        ("2026-11-24 20:00", "2026-11-25 09:00"),
        ("2026-11-24 20:01", "2026-11-25 09:00"),
        ("2026-11-25 00:00", "2026-11-25 09:00"),
    ],
)
@pytest.mark.parametrize("zone", [NEW_YORK, LONDON, SYDNEY, KOLKATA], ids=str)
def test_the_hours_begin_on_the_minute_and_end_just_before_the_minute(zone: ZoneInfo, at: str, opens: str) -> None:
    assert next_open(local(zone, at), zone, HOURS) == local(zone, opens)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-28 19:59", "2026-11-28 19:59"),  # Saturday
        ("2026-11-28 20:00", "2026-11-30 09:00"),
        ("2026-11-29 12:00", "2026-11-30 09:00"),  # Sunday
        ("2026-11-30 08:59", "2026-11-30 09:00"),
    ],
)
def test_a_closed_weekday_is_passed_over(at: str, opens: str) -> None:
    assert next_open(local(NEW_YORK, at), NEW_YORK, HOURS) == local(NEW_YORK, opens)


def test_the_weekday_is_the_members_not_ours() -> None:
    sunday_in_sydney = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)  # Saturday in UTC, Sunday 09:00 in Sydney
    assert next_open(sunday_in_sydney, SYDNEY, HOURS) == local(SYDNEY, "2026-11-30 09:00")


def test_one_open_day_a_week_is_found() -> None:
    only_monday = ContactHours(start=time(9), end=time(20), weekdays=("mon",))
    opens = next_open(local(LONDON, "2026-11-23 20:00"), LONDON, only_monday)
    assert opens == local(LONDON, "2026-11-30 09:00")


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (NEW_YORK, "2026-03-07 20:00", "2026-03-09 09:00"),  # the night of a spring change, over a Sunday
        (NEW_YORK, "2026-10-31 20:00", "2026-11-02 09:00"),
        (LONDON, "2026-03-28 20:00", "2026-03-30 09:00"),
        (LONDON, "2026-10-24 20:00", "2026-10-26 09:00"),
        (SYDNEY, "2026-10-03 20:00", "2026-10-05 09:00"),
        (SYDNEY, "2026-04-04 20:00", "2026-04-06 09:00"),
        (LORD_HOWE, "2026-10-03 20:00", "2026-10-05 09:00"),
        (LORD_HOWE, "2026-04-04 20:00", "2026-04-06 09:00"),
        (SANTIAGO, "2026-09-05 20:00", "2026-09-07 09:00"),  # at midnight, which that Sunday does not have
        (SANTIAGO, "2026-04-04 20:00", "2026-04-06 09:00"),
        (CAIRO, "2026-04-23 20:00", "2026-04-24 09:00"),
        (CAIRO, "2026-10-29 20:00", "2026-10-30 09:00"),
    ],
)
def test_nine_in_the_morning_stays_nine_when_the_clocks_change(zone: ZoneInfo, before: str, after: str) -> None:
    opens = next_open(local(zone, before), zone, HOURS)
    assert opens == local(zone, after)
    assert opens.astimezone(zone).time() == time(9)


@pytest.mark.parametrize(
    ("zone", "before", "elapsed"),
    [
        (NEW_YORK, "2026-03-07 20:00", 12),
        (NEW_YORK, "2026-10-31 20:00", 14),
        (LONDON, "2026-03-28 20:00", 12),
        (KOLKATA, "2026-03-28 20:00", 13),
        (LORD_HOWE, "2026-10-03 20:00", 12.5),
        (LORD_HOWE, "2026-04-04 20:00", 13.5),
        (SANTIAGO, "2026-09-05 20:00", 12),
        (SANTIAGO, "2026-04-04 20:00", 14),
    ],
)
def test_the_night_of_a_change_is_shorter_or_longer(zone: ZoneInfo, before: str, elapsed: float) -> None:
    every_day = HOURS.model_copy(update={"weekdays": WEEKDAYS})
    start = local(zone, before)
    assert next_open(start, zone, every_day) - start == timedelta(hours=elapsed)


def test_an_hour_that_does_not_exist_is_as_long_after_midnight_as_named() -> None:
    skipped = at_local(date(2026, 3, 8), time(2, 30), NEW_YORK)
    assert skipped.astimezone(NEW_YORK).time() == time(3, 30)


def test_an_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    first = at_local(date(2026, 11, 1), time(1, 30), NEW_YORK)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-12-24 20:00", "2026-12-26 09:00"),
        ("2026-12-25 08:00", "2026-12-26 09:00"),
        ("2026-12-25 12:00", "2026-12-26 09:00"),  # within the hours of a closed day
        ("2026-12-24 12:00", "2026-12-24 12:00"),
    ],
)
def test_a_holiday_is_passed_over_like_a_closed_weekday(at: str, opens: str) -> None:
    closed = partial(is_holiday, country="US")
    assert next_open(local(NEW_YORK, at), NEW_YORK, HOURS, closed) == local(NEW_YORK, opens)


def test_holidays_and_closed_weekdays_in_a_row_are_passed_over() -> None:
    weekdays = HOURS.model_copy(update={"weekdays": WEEKDAYS[:5]})
    opens = next_open(
        local(LONDON, "2026-04-02 20:00"), LONDON, weekdays, partial(is_holiday, country="GB", region="ENG")
    )
    assert opens == local(LONDON, "2026-04-07 09:00")  # Good Friday to Easter Monday


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (NEW_YORK, "2026-03-07 20:00", "2026-03-10 09:00"),
        (LONDON, "2026-10-24 20:00", "2026-10-27 09:00"),
        (LORD_HOWE, "2026-10-03 20:00", "2026-10-06 09:00"),
        (SANTIAGO, "2026-09-05 20:00", "2026-09-08 09:00"),
    ],
)
def test_a_holiday_on_the_day_after_the_clocks_change_is_passed_over(zone: ZoneInfo, before: str, after: str) -> None:
    monday = local(zone, after).astimezone(zone).date() - timedelta(days=1)
    opens = next_open(local(zone, before), zone, HOURS, lambda day: day == monday)
    assert opens == local(zone, after)


def test_the_holiday_is_the_members_day_not_ours() -> None:
    morning_in_sydney = datetime(2026, 12, 24, 22, 0, tzinfo=UTC)  # the 25th, 09:00
    assert next_open(morning_in_sydney, SYDNEY, HOURS, lambda day: day == date(2026, 12, 25)) == local(
        SYDNEY, "2026-12-26 09:00"
    )


@pytest.mark.parametrize(
    ("at", "opens"),
    [("2026-11-24 12:00", "2026-11-24 12:00"), ("2026-11-28 20:00", "2026-11-30 09:00")],
)
def test_a_calendar_that_closes_every_day_is_not_believed(at: str, opens: str) -> None:
    asked: list[date] = []

    def closed(day: date) -> bool:
        asked.append(day)
        return True

    assert next_open(local(NEW_YORK, at), NEW_YORK, HOURS, closed) == local(NEW_YORK, opens)
    assert len(asked) < 370


def test_a_calendar_is_believed_for_up_to_a_year() -> None:
    until = date(2027, 11, 20)
    opens = next_open(local(NEW_YORK, "2026-11-24 12:00"), NEW_YORK, HOURS, lambda day: day < until)
    assert opens == local(NEW_YORK, "2027-11-20 09:00")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        next_open(datetime(2026, 11, 24, 9), NEW_YORK, HOURS)  # noqa: DTZ001


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    start=st.integers(0, 20),
    length=st.integers(2, 23),
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    closed=st.sets(st.integers(1, 28)),
)
def test_contact_begins_inside_the_hours_and_never_earlier_than_asked(
    moment: datetime, zone: ZoneInfo, start: int, length: int, days: set[str], closed: set[int]
) -> None:
    hours = ContactHours.model_validate(
        {"start": time(start), "end": time(min(start + length, 23), 30), "weekdays": sorted(days)}
    )
    opens = next_open(moment, zone, hours, lambda day: day.day in closed)
    there = opens.astimezone(zone)
    assert opens >= moment
    assert hours.start <= there.time() < hours.end
    assert WEEKDAYS[there.weekday()] in days
    assert there.day not in closed
    assert next_open(opens, zone, hours, lambda day: day.day in closed) == opens
