"""By when somebody is to answer, and what stops that clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.handoff import clocks
from bot.handoff.clocks import Deadlines
from bot.model import HandOff, HandOffState, Priority, Staff, Team
from bot.programme.inbox import Inbox
from tests.unit.handoff.office import inbox, team

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday, inside the hours in London."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = datetime(2026, 11, 25, 9, tzinfo=UTC)
INBOX = Inbox.model_validate(
    inbox(
        member_success=team(),
        targets={
            "urgent": {"first_reply": "30m", "resolve": "8h", "around_the_clock": True},
            "normal": {"first_reply": "4h", "resolve": "17h"},
        },
        claim_expires="6h",
    )
)


def case(**values: Any) -> HandOff:
    """As it is opened at noon."""
    made = HandOff(
        id=1, state=HandOffState.OPEN, priority=Priority.NORMAL, team=Team.MEMBER_SUCCESS, opened_at=NOON, rung=0,
        paused_seconds=0,
    )  # fmt: skip
    clocks.opened(made, NOON)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def claimed(at: datetime = NOON, **values: Any) -> HandOff:
    made = case(state=HandOffState.CLAIMED, assignee=Staff(email="a@example.org", name="A"), claimed_at=at)
    clocks.acted(made, at)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def reply_due(one: HandOff) -> datetime | None:
    return clocks.deadlines(one, INBOX).first_reply


def test_targets_are_in_working_time_of_the_team() -> None:
    assert clocks.deadlines(case(), INBOX) == Deadlines(NOON + 4 * HOUR, NOON + 2 * DAY)
    late = case(opened_at=NOON + 4 * HOUR, waiting_since=NOON + 4 * HOUR)
    assert reply_due(late) == MORNING + 2.5 * HOUR


def test_what_is_urgent_is_due_at_night_too() -> None:
    night = NOON + 14 * HOUR
    one = case(priority=Priority.URGENT, opened_at=night, waiting_since=night)
    assert clocks.deadlines(one, INBOX) == Deadlines(night + HOUR / 2, night + 8 * HOUR)


def test_a_team_without_hours_works_always() -> None:
    night = NOON + 14 * HOUR
    one = case(team=Team.TECHNICAL_SUPPORT, opened_at=night, waiting_since=night)
    assert clocks.deadlines(one, INBOX) == Deadlines(night + 4 * HOUR, night + 17 * HOUR)


def test_a_priority_that_the_content_leaves_out_is_due_too() -> None:
    assert reply_due(case(priority=Priority.LOW)) is not None


def test_an_answer_ends_the_wait_and_the_next_word_of_the_member_begins_it_anew() -> None:
    one = case()
    clocks.replied(one, NOON + HOUR)
    assert (one.first_reply_at, reply_due(one)) == (NOON + HOUR, None)
    clocks.member_wrote(one, NOON + 2 * HOUR)
    assert reply_due(one) == MORNING + HOUR / 2
    clocks.member_wrote(one, NOON + 3 * HOUR)
    assert reply_due(one) == MORNING + HOUR / 2
    clocks.replied(one, NOON + 4 * HOUR)
    assert one.first_reply_at == NOON + HOUR


def test_a_note_is_no_answer() -> None:
    one = case()
    clocks.acted(one, NOON + HOUR)
    assert reply_due(one) == NOON + 4 * HOUR


def test_a_resolved_case_has_no_deadlines_and_no_next_look() -> None:
    one = claimed(state=HandOffState.RESOLVED)
    clocks.resolved(one, NOON)
    assert clocks.deadlines(one, INBOX) == Deadlines(None, None)
    assert clocks.next_look(one, INBOX, NOON) is one.look_at is None


@pytest.mark.parametrize(
    ("at", "until", "reply", "resolve"),
    [
        (NOON + HOUR, NOON + 2 * HOUR, NOON + 5 * HOUR, NOON + 2 * DAY + HOUR),
        (NOON + HOUR, NOON + 5 * HOUR, MORNING + 2.5 * HOUR, NOON + 2 * DAY + 4 * HOUR),
        (NOON + HOUR, MORNING, MORNING + 3 * HOUR, NOON + 2 * DAY + 4.5 * HOUR),
        (NOON + 6 * HOUR, MORNING - HOUR, NOON + 4 * HOUR, NOON + 2 * DAY),
    ],
    ids=["an hour", "beyond a target", "over night", "outside of the hours"],
)
def test_a_snooze_stops_the_clock(at: datetime, until: datetime, reply: datetime, resolve: datetime) -> None:
    one = claimed()
    clocks.snooze(one, until, INBOX, at)
    assert clocks.deadlines(one, INBOX) == Deadlines(reply, resolve)
    assert clocks.next_look(one, INBOX, at) == until
    assert clocks.deadlines(one, INBOX) == Deadlines(reply, resolve)


def test_a_word_of_the_member_ends_a_snooze() -> None:
    one = claimed()
    clocks.snooze(one, NOON + 5 * DAY, INBOX, NOON + HOUR)
    clocks.member_wrote(one, NOON + 2 * HOUR)
    assert not clocks.is_snoozed(one, NOON + 2 * HOUR)
    assert reply_due(one) == NOON + 5 * HOUR


def test_a_wait_that_begins_after_a_snooze_is_not_made_longer_by_it() -> None:
    one = claimed()
    clocks.replied(one, NOON)
    clocks.snooze(one, NOON + 2 * HOUR, INBOX, NOON + HOUR)
    clocks.member_wrote(one, MORNING)
    assert reply_due(one) == MORNING + 4 * HOUR


def test_every_snooze_puts_the_end_off() -> None:
    one = claimed()
    clocks.snooze(one, NOON + 2 * HOUR, INBOX, NOON + HOUR)
    clocks.snooze(one, NOON + 4 * HOUR, INBOX, NOON + 3 * HOUR)
    assert clocks.deadlines(one, INBOX).resolve == NOON + 2 * DAY + 2 * HOUR


def test_a_snooze_that_is_made_longer_is_one_snooze() -> None:
    one = claimed()
    clocks.snooze(one, NOON + 2 * HOUR, INBOX, NOON + HOUR)
    clocks.snooze(one, NOON + 3 * HOUR, INBOX, NOON + 1.5 * HOUR)
    assert clocks.deadlines(one, INBOX) == Deadlines(MORNING + HOUR / 2, NOON + 2 * DAY + 2 * HOUR)


def test_a_snooze_that_is_ended_early_stops_the_clock_until_then() -> None:
    one = claimed()
    clocks.snooze(one, NOON + 3 * HOUR, INBOX, NOON + HOUR)
    clocks.unsnooze(one, NOON + 2 * HOUR)
    assert reply_due(one) == NOON + 5 * HOUR


def test_the_first_reminder_is_due_with_the_target() -> None:
    assert clocks.next_reminder(case(), INBOX) == NOON + 4 * HOUR


def test_a_target_that_is_missed_in_the_evening_is_told_in_the_morning() -> None:
    opened = NOON + 1.5 * HOUR
    one = case(opened_at=opened, waiting_since=opened)
    assert (reply_due(one), clocks.next_reminder(one, INBOX)) == (NOON + 5.5 * HOUR, MORNING)


def test_the_next_reminder_waits_as_the_last_rung_says() -> None:
    one = case(rung=1, reminded_at=NOON + 4 * HOUR)
    assert clocks.next_reminder(one, INBOX) == NOON + 5 * HOUR
    one.rung, one.reminded_at = 2, NOON + 5 * HOUR
    assert clocks.next_reminder(one, INBOX) == MORNING + 1.5 * HOUR
    one.rung = 4
    assert clocks.next_reminder(one, INBOX) is None


def test_after_an_act_colleagues_have_a_while_before_they_are_reminded_anew() -> None:
    one = case(rung=2, reminded_at=NOON + 5 * HOUR)
    clocks.acted(one, MORNING)
    assert clocks.next_reminder(one, INBOX) == MORNING + HOUR
    answered = case(opened_at=NOON - 7 * DAY)
    clocks.replied(answered, MORNING)
    assert clocks.next_reminder(answered, INBOX) == MORNING + 4 * HOUR


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ({}, MORNING + HOUR / 2),
        ({"waiting_since": None}, None),
        ({"waiting_since": NOON + HOUR}, MORNING + 1.5 * HOUR),
        ({"acted_at": NOON + 2 * HOUR}, MORNING + 2.5 * HOUR),
        ({"state": HandOffState.OPEN}, None),
    ],
    ids=["silent", "answered", "wrote later", "noted something", "not claimed"],
)
def test_a_claim_ends_while_the_member_waits(values: dict[str, Any], ends: datetime | None) -> None:
    assert clocks.claim_ends(claimed(**values), INBOX) == ends


def test_a_snooze_lets_a_claim_last() -> None:
    one = claimed()
    clocks.snooze(one, NOON + 3 * HOUR, INBOX, NOON + HOUR)
    assert clocks.claim_ends(one, INBOX) == MORNING + 3.5 * HOUR


def test_claims_last_where_the_content_says_nothing() -> None:
    lasting = Inbox.model_validate(inbox(member_success=team()))
    assert clocks.claim_ends(claimed(), lasting) is None


def test_nobody_looks_before_there_is_something_to_see() -> None:
    given = case(assignee=Staff(email="a@example.org", name="A"))
    assert clocks.next_look(given, INBOX, NOON) == NOON + 4 * HOUR
    assert clocks.next_look(case(), INBOX, NOON) == NOON + clocks.WHILE_NOBODY
    assert clocks.next_look(case(), INBOX, NOON + 8 * HOUR) == MORNING


def test_when_everybody_was_reminded_the_last_wait_is_over_before_nobody_looks() -> None:
    one = claimed(rung=4, reminded_at=NOON + 3 * DAY, waiting_since=None, acted_at=NOON)
    over = clocks.next_look(one, INBOX, NOON + 3 * DAY)
    assert over == datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert clocks.next_look(one, INBOX, over) is None
