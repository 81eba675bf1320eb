"""Each kind of what was sent wrongly is found when exactly that is broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.handoff import cases
from bot.handoff.cases import Need
from bot.model import (
    Absence,
    AuditEntry,
    CheckIn,
    ConsentEvent,
    ConsentKind,
    Declined,
    HandOffReason,
    Member,
    MemberStatus,
    OutboxMessage,
    OutboxState,
    Purpose,
    Touch,
)
from tests.support.cast import NUMBERS
from tests.support.house import TUESDAY, House
from tests.support.small_programme import make_programme
from tests.unit.auditor.world import DAY, HOUR, MINUTE, add, found, look, sent_once, sent_touch, set_row

OFTEN = {"per_day": 9, "per_week": 9}


@pytest.fixture
def lively(db: Database) -> House:
    """A house in which many messages a day are allowed."""
    house = House(db, make_programme(caps=OFTEN))
    house.bring("Ana")
    return house


def sent_at(house: House, at: datetime, touch: int = 1) -> list[tuple[str, str]]:
    """What is found when the first question went out at `at` instead."""
    if not house.rows(Touch):
        house.settle()
    set_row(house, Touch, touch, sent_at=at)
    set_row(house, CheckIn, 1, next_touch_at=at + 9 * DAY) if house.get(CheckIn, 1).next_touch_at else None
    house.clock.set(at + MINUTE)
    return found(house)


def copy_of(row: OutboxMessage, **changes: Any) -> OutboxMessage:
    values = {column.key: getattr(row, column.key) for column in sa.inspect(OutboxMessage).columns}
    return OutboxMessage(**{**values, "id": None, "provider_id": None, "dedupe": "copy", **changes})


def test_one_question_as_two_messages(house: House) -> None:
    sent_once(house)
    add(house, copy_of(house.outbox()[0], state=OutboxState.UNKNOWN))
    assert found(house) == [("doubled_delivery", "touch:1")]


def test_a_question_that_was_held_back_and_then_sent_is_one(house: House) -> None:
    sent_once(house)
    add(house, copy_of(house.outbox()[0], state=OutboxState.REFUSED))
    assert found(house) == []


def test_two_questions_within_a_minute(lively: House) -> None:
    touch = sent_once(lively)
    add(lively, sent_touch(lively.check_in(), 1, TUESDAY + timedelta(seconds=30)))
    lively.clock.push(MINUTE)
    assert found(lively) == [("doubled_touch", "touch:2")]
    set_row(lively, Touch, touch.id, channel="email")
    assert found(lively) == []


def test_one_message_that_is_answered_twice_with_the_same_words(house: House) -> None:
    house.settle()
    house.says("hello")
    house.settle()
    reply = next(row for row in house.outbox() if row.purpose is Purpose.REPLY)
    add(house, copy_of(reply, body={"text": "something else"}))
    assert found(house) == []
    add(house, copy_of(reply, dedupe="again"))
    assert found(house) == [("doubled_reply", "inbox:1")]


@pytest.mark.parametrize(
    ("at", "is_late"),
    [
        (datetime(2026, 11, 25, 3, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 29, 15, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 1, 0, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 1, 1, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 13, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 14, 0, tzinfo=UTC), False),
    ],
    ids=["at night", "on Sunday", "answered 30 s after the end", "90 s after the end", "1 s too early", "in time"],
)
def test_the_hours_of_contact(house: House, at: datetime, is_late: bool) -> None:
    assert sent_at(house, at) == ([("forbidden_hours", "touch:1")] if is_late else [])


def test_a_public_holiday_where_the_member_lives(db: Database) -> None:
    hours = {"start": "09:00", "end": "20:00", "weekdays": ["mon", "tue", "wed", "thu", "fri"], "on_holidays": False}
    house = House(db, make_programme(hours=hours))
    house.bring("Ana")
    thanksgiving = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    assert sent_at(house, thanksgiving) == [("forbidden_holiday", "touch:1")]
    set_row(house, Member, 1, country="CA")
    assert found(house) == []


def ledger(at: datetime, kind: ConsentKind, **changes: Any) -> ConsentEvent:
    values = {"member_id": 1, "channel": "sms", "address": NUMBERS["Ana"], "source": "test", "wording": "", **changes}
    return ConsentEvent(kind=kind, at=at, **values)


def test_a_question_after_a_withdrawal_of_consent(house: House) -> None:
    house.settle()
    add(house, ledger(TUESDAY + HOUR, ConsentKind.WITHDRAWN))
    assert found(house) == []
    assert sent_at(house, TUESDAY + HOUR + MINUTE / 2) == []
    assert sent_at(house, TUESDAY + 2 * HOUR) == [("forbidden_consent", "touch:1")]
    add(house, ledger(TUESDAY + HOUR + MINUTE, ConsentKind.GRANTED))
    assert found(house) == []


def test_a_question_without_any_consent(house: House) -> None:
    house.settle()
    with house.db.begin() as session:
        session.execute(sa.delete(ConsentEvent))
    [finding] = look(house).findings
    assert finding.kind == "forbidden_consent"
    assert finding.summary.endswith("consent was never given.")


def test_a_question_of_a_class_that_was_declined(house: House) -> None:
    house.settle()
    declined = {"channel": "any", "address": "", "message_class": "relationship"}
    add(house, ledger(TUESDAY + HOUR, ConsentKind.WITHDRAWN, **declined))
    assert found(house) == []
    assert sent_at(house, TUESDAY + 2 * HOUR) == [("forbidden_class", "touch:1")]
    add(house, ledger(TUESDAY + HOUR + MINUTE, ConsentKind.GRANTED, **declined))
    assert found(house) == []


def test_a_class_that_was_declined_without_an_entry_in_the_ledger(house: House) -> None:
    house.settle()
    row = {"member_id": 1, "source": "test", "wording": "", "at": TUESDAY + HOUR}
    add(house, Declined(message_class="promotional", **row))
    assert sent_at(house, TUESDAY + 2 * HOUR) == []
    add(house, Declined(message_class="relationship", **row))
    assert found(house) == [("forbidden_class", "touch:1")]


def test_a_question_before_the_day_of_return(house: House) -> None:
    house.settle()
    said = TUESDAY + HOUR
    set_row(house, Member, 1, away_until=(TUESDAY + 3 * DAY).date())
    add(house, AuditEntry(at=said, actor="member", action="member.away", member_id=1, reason="until 2026-11-27"))
    assert found(house) == []
    assert sent_at(house, TUESDAY + 2 * HOUR) == [("forbidden_absence", "touch:1")]
    assert sent_at(house, TUESDAY + 3 * DAY) == []


def test_a_question_during_an_absence(house: House) -> None:
    house.settle()
    add(house, Absence(member_id=1, starts_at=TUESDAY + HOUR, ends_at=TUESDAY + 3 * HOUR, source="calendar"))
    assert found(house) == []
    assert sent_at(house, TUESDAY + 2 * HOUR) == [("forbidden_absence", "touch:1")]
    learned = AuditEntry(at=TUESDAY + 2 * HOUR, actor="calendar", action="absences.imported", member_id=1)
    add(house, learned)
    assert found(house) == []


def test_more_questions_than_a_day_may_have(house: House) -> None:
    house.settle()
    add(house, sent_touch(house.check_in(), 1, TUESDAY + 3 * HOUR))
    house.clock.push(4 * HOUR)
    assert found(house) == [("forbidden_cap", "touch:2")]
    assert sent_at(house, TUESDAY + DAY, touch=2) == []


def test_more_questions_than_a_week_may_have(house: House) -> None:
    house.settle()
    for day in range(1, 4):
        add(house, sent_touch(house.check_in(), day, TUESDAY + day * DAY))
    set_row(house, CheckIn, 1, next_touch_at=TUESDAY + 9 * DAY)
    house.clock.push(3 * DAY)
    [finding] = look(house).findings
    assert (finding.kind, finding.subject) == ("forbidden_cap", "touch:4")
    assert finding.summary.endswith("number 4 within 7 days, of at most 3.")


def test_a_question_to_somebody_who_had_left(house: House) -> None:
    house.settle()
    before, after = ({"status": status} for status in ("active", "left"))
    left = AuditEntry(at=TUESDAY + HOUR, actor="event", action="membership.ended", member_id=1,
                      details={"before": before, "after": after})  # fmt: skip
    add(house, left)
    set_row(house, Member, 1, status=MemberStatus.LEFT)
    assert found(house) == []
    assert sent_at(house, TUESDAY + 2 * HOUR) == [("forbidden_left", "touch:1")]


def test_a_question_while_a_case_was_open(house: House) -> None:
    house.settle()
    opened = TUESDAY + HOUR
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Asked.", "sms", NUMBERS["Ana"], session.get_one(Member, 1))
        cases.open_case(session, need, house.programme, now=opened, wall=house.clock.wall())
    house.clock.push(HOUR)
    house.settle()
    assert found(house) == []
    assert sent_at(house, TUESDAY + 2 * HOUR) == [("forbidden_case", "touch:1")]


def test_a_question_after_the_answer(house: House) -> None:
    house.settle()
    house.clock.push(HOUR)
    house.perform("action_report_not_done", "not yet")
    house.settle()
    assert sent_at(house, TUESDAY + HOUR + MINUTE / 2) == []
    assert sent_at(house, TUESDAY + HOUR + 2 * MINUTE) == [("forbidden_answered", "touch:1")]


def test_a_rung_before_its_turn(lively: House) -> None:
    lively.settle()
    add(lively, sent_touch(lively.check_in(), 1, TUESDAY + HOUR))
    lively.clock.push(3 * HOUR)
    assert found(lively) == []
    assert sent_at(lively, TUESDAY + 2 * HOUR) == [("forbidden_rung", "touch:2")]


def test_what_was_sent_before_the_period_is_not_judged_again(house: House) -> None:
    house.settle()
    assert sent_at(house, datetime(2026, 11, 25, 3, 0, tzinfo=UTC)) != []
    assert found(house, since=house.clock.now()) == []
