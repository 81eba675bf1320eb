"""When and where one member answers."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outreach.best_time import Answered, aim, best_channel, best_hour
from bot.programme.models import ContactHours

HOURS = ContactHours(start=time(9), end=time(20), weekdays=("mon", "tue", "wed", "thu", "fri", "sat"))
NEW_YORK, LONDON, KOLKATA = ZoneInfo("America/New_York"), ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata")
ZONES = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Antarctica/Troll",  # two hours of summer time
    "UTC",
]
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times().map(lambda at: at.replace(microsecond=0))


def answered(*local: str, zone: ZoneInfo = LONDON, channel: str = "sms") -> list[Answered]:
    return [Answered(datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC), channel) for text in local]


def moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_nothing_is_learned_from_too_few_answers() -> None:
    answers = answered("2026-03-02 18:10", "2026-03-03 18:20")
    assert best_hour([], LONDON, HOURS) is None
    assert best_hour(answers, LONDON, HOURS) is None
    assert best_hour(answers, LONDON, HOURS, least=2) == time(18)
    assert best_hour([], LONDON, HOURS, least=0) is None


def test_answers_when_we_may_not_write_do_not_count() -> None:
    at_night_or_on_sunday = answered("2026-03-02 23:10", "2026-03-03 20:00", "2026-03-08 12:00", "2026-03-04 08:59")
    answers = answered("2026-03-02 18:10", "2026-03-03 18:20")
    assert best_hour(answers + at_night_or_on_sunday, LONDON, HOURS) is None


def test_it_is_the_hour_around_which_most_answers_come() -> None:
    answers = answered(
        "2026-03-02 17:40", "2026-03-03 18:20", "2026-03-04 18:05", "2026-03-05 09:10", "2026-03-06 12:00"
    )
    assert best_hour(answers, LONDON, HOURS) == time(18)


def test_answers_on_both_sides_of_an_hour_belong_together() -> None:
    assert best_hour(answered("2026-03-02 12:50", "2026-03-03 13:10", "2026-03-04 09:10"), LONDON, HOURS) == time(13)
    assert best_hour(answered("2026-03-02 12:00", "2026-03-03 14:00", "2026-03-04 09:10"), LONDON, HOURS) == time(13)


def test_one_answer_at_another_time_does_not_move_it() -> None:
    answers = answered("2026-03-02 18:10", "2026-03-03 18:20", "2026-03-04 18:05", "2026-03-05 09:10")
    assert best_hour(answers, LONDON, HOURS) == time(18)


def test_of_hours_with_the_same_answers_around_them_it_is_the_earlier() -> None:
    assert best_hour(answered("2026-03-02 12:10", "2026-03-03 12:50", "2026-03-04 12:30"), LONDON, HOURS) == time(12)


def test_a_new_habit_wins_over_an_old_one() -> None:
    mornings = answered("2025-03-03 10:10", "2025-03-04 10:10", "2025-03-05 10:10", "2025-03-06 10:10")
    evenings = answered("2026-03-02 18:10", "2026-03-03 18:10")
    assert best_hour(mornings + evenings, LONDON, HOURS) == time(18)
    lately = answered("2026-02-02 10:10", "2026-02-03 10:10", "2026-02-04 10:10", "2026-02-05 10:10")
    assert best_hour(lately + evenings, LONDON, HOURS) == time(10)


def test_the_hour_is_the_members_own_through_the_year() -> None:
    winter_and_summer = answered("2026-01-14 18:10", "2026-03-31 18:10", "2026-07-15 18:10", zone=NEW_YORK)
    assert best_hour(winter_and_summer, NEW_YORK, HOURS) == time(18)
    half_past = answered("2026-01-14 18:10", "2026-01-15 18:10", "2026-01-16 18:10", zone=KOLKATA)
    assert best_hour(half_past, KOLKATA, HOURS) == time(18)


@pytest.mark.parametrize(
    ("start", "end", "hour"), [(time(9, 30), time(17), time(10)), (time(9, 15), time(9, 45), time(9, 15))]
)
def test_the_hour_is_one_of_contact(start: time, end: time, hour: time) -> None:
    hours = HOURS.model_copy(update={"start": start, "end": end})
    assert best_hour(answered("2026-03-02 09:40", "2026-03-03 09:35", "2026-03-04 09:30"), LONDON, hours) == hour


def test_midnight_is_near_to_both_sides() -> None:
    hours = HOURS.model_copy(update={"start": time(0), "end": time(23, 59)})
    answers = answered("2026-03-02 23:40", "2026-03-03 23:30", "2026-03-04 00:20", "2026-03-04 12:00")
    assert best_hour(answers, LONDON, hours) == time(0)


def test_a_time_without_a_zone_is_refused() -> None:
    naive = [Answered(datetime(2026, 3, 2, 12), "sms")] * 3  # noqa: DTZ001
    with pytest.raises(ValueError, match="without a zone"):
        best_hour(naive, LONDON, HOURS)
    with pytest.raises(ValueError, match="without a zone"):
        best_channel(naive)
    with pytest.raises(ValueError, match="without a zone"):
        aim(datetime(2026, 3, 2, 12), None, LONDON)  # noqa: DTZ001


@given(
    st.lists(MOMENTS.map(lambda at: Answered(at, "sms")), max_size=12).flatmap(
        lambda answers: st.tuples(st.just(answers), st.permutations(answers))
    ),
    st.sampled_from(ZONES).map(ZoneInfo),
)
def test_whatever_the_answers_the_hour_is_whole_and_within_contact_and_their_order_does_not_matter(
    orders: tuple[list[Answered], list[Answered]], zone: ZoneInfo
) -> None:
    hour = best_hour(orders[0], zone, HOURS)
    assert hour is None or (hour.minute == 0 and HOURS.start <= hour < HOURS.end)
    assert best_hour(orders[1], zone, HOURS) == hour


def test_a_channel_with_most_answers_is_the_best() -> None:
    sms = answered("2026-03-02 18:10", "2026-03-03 18:10")
    email = answered("2026-03-04 18:10", channel="email")
    assert best_channel(sms + email) == "sms"
    assert best_channel(sms) is None
    assert best_channel([]) is None


def test_without_a_clear_favourite_there_is_no_best_channel() -> None:
    sms = answered("2026-03-02 18:10", "2026-03-03 18:10")
    email = answered("2026-03-02 18:20", "2026-03-03 18:20", channel="email")
    assert best_channel(sms + email) is None
    assert best_channel(sms + email + answered("2026-03-03 18:30", channel="voice")) is None
    assert best_channel(sms + email + answered("2026-03-03 18:30")) == "sms"


def test_answers_on_a_channel_that_was_left_fade() -> None:
    before = answered("2025-03-02 18:10", "2025-03-03 18:10", "2025-03-04 18:10", channel="email")
    assert best_channel(before + answered("2026-03-02 18:10")) == "sms"


@pytest.mark.parametrize(
    ("due", "at", "aimed"),
    [
        ("2026-03-03 09:00", time(18), "2026-03-03 18:00"),
        ("2026-03-03 18:00", time(18), "2026-03-03 18:00"),
        ("2026-03-03 20:30", time(18), "2026-03-03 18:00"),
        ("2026-03-03 22:00", time(18), "2026-03-03 18:00"),
        ("2026-03-03 22:01", time(18), "2026-03-04 18:00"),
        ("2026-03-03 02:00", time(23), "2026-03-02 23:00"),
        ("2026-03-07 20:00", time(18), "2026-03-07 18:00"),  # the night before the clocks change
        ("2026-03-07 22:01", time(18), "2026-03-08 18:00"),
        ("2026-10-31 22:01", time(18), "2026-11-01 18:00"),
        ("2026-03-07 12:00", time(2, 30), "2026-03-08 03:30"),  # the hour that is skipped
    ],
)
def test_it_is_aimed_at_the_next_such_time_or_one_that_has_just_passed(due: str, at: time, aimed: str) -> None:
    assert aim(moment(due, NEW_YORK), at, NEW_YORK) == moment(aimed, NEW_YORK)


def test_without_a_time_nothing_is_moved() -> None:
    due = moment("2026-03-03 09:00", NEW_YORK)
    assert aim(due, None, NEW_YORK) == due


@given(MOMENTS, TIMES, st.sampled_from(ZONES).map(ZoneInfo))
def test_aiming_moves_by_at_most_four_hours_back_and_less_than_a_day_on(
    due: datetime, at: time, zone: ZoneInfo
) -> None:
    assert timedelta(hours=-4) <= aim(due, at, zone) - due < timedelta(hours=24)


@given(MOMENTS, TIMES, st.sampled_from(ZONES).map(ZoneInfo))
def test_aiming_again_changes_nothing(due: datetime, at: time, zone: ZoneInfo) -> None:
    aimed = aim(due, at, zone)
    assert aim(aimed, at, zone) == aimed


@given(MOMENTS, TIMES.filter(lambda at: at.hour >= 4), st.sampled_from(ZONES).map(ZoneInfo))
def test_what_is_aimed_at_is_the_members_local_time(due: datetime, at: time, zone: ZoneInfo) -> None:
    assert aim(due, at, zone).astimezone(zone).time() == at


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=3)), TIMES, st.sampled_from(ZONES).map(ZoneInfo))
def test_what_is_due_later_is_never_aimed_at_earlier(due: datetime, by: timedelta, at: time, zone: ZoneInfo) -> None:
    assert aim(due, at, zone) <= aim(due + by, at, zone)
