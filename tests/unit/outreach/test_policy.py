"""The contact policy: every reason, their order, and what must hold whatever the facts are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outreach.hours import WEEKDAYS, at_local, next_open
from bot.outreach.policy import DAY, WEEK, Cancel, Decision, Facts, Hold, Reason, Send, Skip, decide
from bot.programme.models import Caps, ContactHours

NEW_YORK = ZoneInfo("America/New_York")
TEN = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # Tuesday, 10:00 in New York
MINUTE = timedelta(minutes=1)
FREE = Facts(
    zone=NEW_YORK,
    hours=ContactHours(start=time(9), end=time(20), weekdays=("mon", "tue", "wed", "thu", "fri", "sat")),
    caps=Caps(per_day=1, per_week=3),
)
ALL_THAT_CAN_BE_WRONG: dict[str, Any] = {
    "is_member": False,
    "is_open": False,
    "opted_out": True,
    "has_open_case": True,
    "is_writing": True,
    "away_until": date(2026, 12, 1),
    "has_address": False,
    "unusable": True,
    "consented": False,
}


def decided(now: datetime = TEN, **facts: Any) -> Decision:
    return decide(replace(FREE, **facts), now)


def reason_of(decision: Decision) -> Reason | None:
    return None if isinstance(decision, Send) else decision.reason


def test_nothing_against_it_is_send() -> None:
    assert decided() == Send()


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        ({"is_member": False}, Cancel(Reason.MEMBER_LEFT)),
        ({"is_open": False}, Cancel(Reason.NO_LONGER_OPEN)),
        ({"opted_out": True}, Cancel(Reason.SAID_STOP)),
        ({"has_open_case": True}, Hold(Reason.OPEN_CASE, TEN + timedelta(hours=6))),
        ({"is_writing": True}, Hold(Reason.MEMBER_WRITING, TEN + timedelta(minutes=2))),
        ({"away_until": date(2026, 12, 1)}, Hold(Reason.AWAY, datetime(2026, 12, 1, 14, 0, tzinfo=UTC))),
        ({"has_address": False}, Skip(Reason.NO_ADDRESS)),
        ({"unusable": True}, Skip(Reason.UNUSABLE_ADDRESS)),
        ({"consented": False}, Skip(Reason.NO_CONSENT)),
        ({"sent": (TEN - timedelta(hours=1),)}, Hold(Reason.DAILY_CAP, TEN + timedelta(hours=23))),
    ],
)
def test_each_fact_has_its_own_reason(facts: dict[str, Any], decision: Decision) -> None:
    assert decided(**facts) == decision


def test_the_reasons_are_asked_in_the_order_of_the_document() -> None:
    order = []
    facts = dict(ALL_THAT_CAN_BE_WRONG)
    for fact in ALL_THAT_CAN_BE_WRONG:
        reason = reason_of(decided(**facts))
        assert reason is not None
        order.append(str(reason))
        del facts[fact]
    assert order == [
        "member_left",
        "no_longer_open",
        "said_stop",
        "open_case",
        "member_writing",
        "away",
        "no_address",
        "unusable_address",
        "no_consent",
    ]


@pytest.mark.parametrize(
    ("shift", "held"), [(timedelta(hours=-1, minutes=-1), True), (timedelta(hours=-1), False), (-59 * MINUTE, False)]
)
def test_quiet_hours_end_on_the_minute(shift: timedelta, held: bool) -> None:
    decision = decided(TEN + shift)
    assert decision == (Hold(Reason.QUIET_HOURS, TEN - timedelta(hours=1)) if held else Send())


@pytest.mark.parametrize(("minutes", "held"), [(-1, False), (0, True), (1, True)])
def test_quiet_hours_begin_on_the_minute_and_last_until_the_next_open_day(minutes: int, held: bool) -> None:
    saturday_evening = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)  # Saturday, 20:00 in New York
    decision = decided(saturday_evening + minutes * MINUTE)
    monday = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    assert decision == (Hold(Reason.QUIET_HOURS, monday) if held else Send())


@pytest.mark.parametrize(("minutes", "held"), [(-1, True), (0, False), (1, False)])
def test_somebody_away_is_back_when_contact_may_begin_on_that_day(minutes: int, held: bool) -> None:
    back = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    decision = decided(back + minutes * MINUTE, away_until=date(2026, 12, 1))
    assert decision == (Hold(Reason.AWAY, back) if held else Send())


def test_somebody_who_is_back_on_a_closed_day_is_asked_on_the_next_open_one() -> None:
    sunday = date(2026, 11, 29)
    assert decided(away_until=sunday) == Hold(Reason.AWAY, datetime(2026, 11, 30, 14, 0, tzinfo=UTC))


@pytest.mark.parametrize(("minutes", "held"), [(-1, True), (0, False), (1, False)])
def test_a_day_after_the_last_message_the_next_may_come(minutes: int, held: bool) -> None:
    decision = decided(TEN + minutes * MINUTE, sent=(TEN - DAY,))
    assert decision == (Hold(Reason.DAILY_CAP, TEN) if held else Send())


@pytest.mark.parametrize(("minutes", "held"), [(-1, True), (0, False), (1, False)])
def test_a_week_after_the_first_of_three_the_next_may_come(minutes: int, held: bool) -> None:
    sent = (TEN - WEEK, TEN - 4 * DAY, TEN - 2 * DAY)
    decision = decided(TEN + minutes * MINUTE, sent=sent)
    assert decision == (Hold(Reason.WEEKLY_CAP, TEN) if held else Send())


def test_a_cap_that_ends_at_night_holds_until_the_morning() -> None:
    late = datetime(2026, 11, 24, 0, 59, tzinfo=UTC)  # Monday, 19:59 in New York
    decision = decided(TEN, sent=(late,))
    assert decision == Hold(Reason.DAILY_CAP, late + DAY)
    night = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # sent at 23:00, by whatever rule
    assert decided(TEN, sent=(night,)) == Hold(Reason.DAILY_CAP, datetime(2026, 11, 25, 14, 0, tzinfo=UTC))


def test_messages_of_more_than_a_week_ago_do_not_count() -> None:
    assert decided(sent=(TEN - WEEK, TEN - WEEK - DAY, TEN - 3 * DAY)) == Send()


@st.composite
def situations(draw: st.DrawFn) -> tuple[Facts, datetime]:
    """Any facts that a programme allows, at any moment of a year with its clock changes."""
    start = draw(st.integers(0, 20))
    per_day = draw(st.integers(1, 3))
    now = draw(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    hours = {
        "start": time(start),
        "end": time(draw(st.integers(start + 2, 23)), 30),
        "weekdays": sorted(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))),
    }
    ages = draw(st.lists(st.timedeltas(timedelta(), timedelta(days=9)), max_size=8))
    facts = Facts(
        zone=ZoneInfo(draw(st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"]))),
        hours=ContactHours.model_validate(hours),
        caps=Caps(per_day=per_day, per_week=draw(st.integers(per_day, 6))),
        is_member=draw(st.sampled_from([True, True, True, False])),
        is_open=draw(st.sampled_from([True, True, True, False])),
        has_open_case=draw(st.sampled_from([False, False, True])),
        is_writing=draw(st.sampled_from([False, False, True])),
        away_until=draw(st.none() | st.dates(date(2025, 12, 1), date(2027, 2, 1))),
        has_address=draw(st.sampled_from([True, True, False])),
        consented=draw(st.sampled_from([True, True, False])),
        opted_out=draw(st.sampled_from([False, False, True])),
        unusable=draw(st.sampled_from([False, False, True])),
        sent=tuple(sorted(now - age for age in ages)),
    )
    return facts, now


@given(situations())
def test_what_is_sent_breaks_no_rule(situation: tuple[Facts, datetime]) -> None:
    facts, now = situation
    if not isinstance(decide(facts, now), Send):
        return
    assert facts.is_member
    assert facts.is_open
    assert facts.has_address
    assert facts.consented
    assert not any((facts.opted_out, facts.unusable, facts.has_open_case, facts.is_writing))
    assert next_open(now, facts.zone, facts.hours) == now
    assert facts.away_until is None or now >= at_local(facts.away_until, facts.hours.start, facts.zone)
    assert sum(sent > now - DAY for sent in facts.sent) < facts.caps.per_day
    assert sum(sent > now - WEEK for sent in facts.sent) < facts.caps.per_week


@given(situations())
def test_a_hold_ends_in_the_future(situation: tuple[Facts, datetime]) -> None:
    facts, now = situation
    decision = decide(facts, now)
    if isinstance(decision, Hold):
        assert decision.until > now


@given(situations())
def test_looking_again_when_a_hold_ends_comes_to_an_end(situation: tuple[Facts, datetime]) -> None:
    facts, now = situation
    decision = decide(replace(facts, has_open_case=False, is_writing=False), now)
    for _ in range(20):
        if not isinstance(decision, Hold):
            return
        held, now = decision.reason, decision.until
        decision = decide(replace(facts, has_open_case=False, is_writing=False), now)
        assert reason_of(decision) != held
    raise AssertionError(f"still held for {decision}")
