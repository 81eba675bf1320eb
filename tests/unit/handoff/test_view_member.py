"""What staff see of a member: how to reach them, what they want, what they answered; and what it costs to look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import cases
from bot.handoff.view import CaseView, view
from bot.handoff.view_answers import Answer
from bot.handoff.view_member import MemberView, Wanted, member_view
from bot.handoff.view_reach import phone_of
from bot.members import consent, goals
from bot.model import (
    Absence,
    ContactPoint,
    Conversation,
    HandOff,
    Member,
    MemberStatus,
    OutboxMessage,
    OutboxState,
    Purpose,
    SurveyAnswer,
)
from tests.support.cast import NUMBERS, RETURN, point
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)


def seen(house: House, who: str = "Ana", now: datetime | None = None) -> MemberView:
    with house.db.begin() as session:
        member = session.scalars(sa.select(Member).where(Member.first_name == who)).one()
        return member_view(session, member, house.programme, now or house.clock.now())


def case_seen(house: House, case_id: int = 1) -> CaseView:
    with house.db.begin() as session:
        return view(session, cases.get(session, case_id), house.programme, house.clock.now())


def add_point(house: House, channel: str, address: str, **values: object) -> None:
    with house.db.begin() as session:
        ana = session.scalars(sa.select(Member).where(Member.first_name == "Ana")).one()
        session.add(ContactPoint(member_id=ana.id, channel=channel, address=address, **values))


def test_the_best_channel_is_the_one_asked_for_then_the_one_answered_on_then_the_last(house: House) -> None:
    add_point(house, "telegram", "77", consented_at=TUESDAY)
    ana = house.member().id
    assert (seen(house).reach.best, seen(house).reach.why) == ("sms", None)
    house.says("hello")
    assert (seen(house).reach.best, seen(house).reach.why) == ("sms", "last")
    house.change(Conversation, ana, lambda row: setattr(row, "best_channel", "telegram"))
    assert (seen(house).reach.best, seen(house).reach.why) == ("telegram", "answers")
    house.change(Member, ana, lambda row: setattr(row, "wishes", {"channel": "sms", "hour": 18}))
    assert (seen(house).reach.best, seen(house).reach.why, seen(house).reach.best_hour) == ("sms", "wished", 18)


def test_a_channel_that_was_stopped_is_not_the_best_whatever_was_learned(house: House) -> None:
    add_point(house, "telegram", "77", consented_at=TUESDAY)
    house.says("hello")
    with house.db.begin() as session:
        consent.withdraw(session, point(session, "Ana"), consent.Evidence("keyword", "STOP"), TUESDAY)
    found = seen(house).reach
    assert (found.best, found.why, found.closed) == ("telegram", "only", (("sms", "opted_out"),))


def test_who_can_not_be_reached_has_no_best_channel(house: House) -> None:
    house.bring("Fay", "Eve")
    assert (seen(house, "Fay").reach.best, seen(house, "Fay").reach.closed) == (None, (("sms", "unusable_address"),))
    assert seen(house, "Eve").reach.closed == (("sms", "no_consent"),)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (TUESDAY, None),
        (datetime(2026, 11, 25, 4, 0, tzinfo=UTC), datetime(2026, 11, 25, 14, 0, tzinfo=UTC)),
    ],
)
def test_it_is_quiet_outside_the_hours_of_contact_where_the_member_lives(
    house: House, now: datetime, until: datetime | None
) -> None:
    assert seen(house, now=now).reach.quiet_until == until


def test_an_absence_is_told_from_the_record_and_from_calendars(house: House) -> None:
    house.bring("Dee")
    away = seen(house, "Dee").reach.away_until
    assert away is not None
    assert away.astimezone(house.member("Dee").zone).date() == RETURN
    with house.db.begin() as session:
        ana = session.scalars(sa.select(Member).where(Member.first_name == "Ana")).one()
        session.add(Absence(member_id=ana.id, starts_at=TUESDAY - DAY, ends_at=TUESDAY + 3 * DAY, source="calendar"))
        session.add(Absence(member_id=ana.id, starts_at=TUESDAY + 9 * DAY, ends_at=TUESDAY + 10 * DAY, source="x"))
    assert seen(house).reach.away_until == TUESDAY + 3 * DAY
    assert seen(house, now=TUESDAY + 4 * DAY).reach.away_until is None


def test_the_goal_is_shown_with_the_last_note_about_it(house: House) -> None:
    assert seen(house).goal is None
    with house.db.begin() as session:
        ana = session.scalars(sa.select(Member).where(Member.first_name == "Ana")).one()
        goals.set_goal(session, ana, "find a mentor", "member:sms", TUESDAY)
        goals.note_progress(session, ana, 10, None, "staff:Maria", TUESDAY)
        goals.note_progress(session, ana, 40, "has two names", "staff:Maria", TUESDAY)
    assert seen(house).goal == Wanted("find a mentor", 40, "has two names")


def answered(house: House, question: str, at: datetime, **values: object) -> None:
    with house.db.begin() as session:
        ana = session.scalars(sa.select(Member).where(Member.first_name == "Ana")).one()
        session.add(SurveyAnswer(member_id=ana.id, survey="first_month", question=question, at=at, **values))


def test_a_score_and_its_reason_are_one_answer_and_the_newest_comes_first(house: House) -> None:
    answered(house, "ease", TUESDAY - 9 * DAY, kind="ces", number=6)
    answered(house, "recommend", TUESDAY - DAY, kind="nps", number=4)
    answered(house, "recommend_why", TUESDAY - DAY, kind="text", text="no time")
    answered(house, "more", TUESDAY, kind="text", text="all fine")
    assert seen(house).answers == (
        Answer("first month", TUESDAY, "text", words="all fine"),
        Answer("first month", TUESDAY - DAY, "nps", 4, 0, 10, "low", "no time"),
        Answer("first month", TUESDAY - 9 * DAY, "ces", 6, 1, 7, "high"),
    )


def test_the_step_where_the_member_is_stuck_is_shown_with_their_words(house: House) -> None:
    house.settle()
    house.perform("action_report_blocked", "the form is gone")
    position = seen(house).position
    assert position is not None
    assert (position.open_step, position.state, position.said) == ("your form", "blocked", "the form is gone")


def test_what_became_of_a_message_is_shown_where_it_is_known(house: House) -> None:
    for _ in range(4):
        house.settle()
        house.clock.push(3 * DAY)
    first = house.outbox(OutboxMessage.touch_id.is_not(None))[0]
    house.change(OutboxMessage, first.id, lambda row: setattr(row, "state", OutboxState.READ))
    question = case_seen(house).question
    assert question is not None
    assert [line.state for line in question.touches] == ["read", "sent"]


def test_codes_and_other_notices_are_not_among_the_last_messages(house: House) -> None:
    house.perform("action_request_human", "a person please")
    ana = house.member().id
    row = house.enqueue("Guild: 123456", member_id=ana, purpose=Purpose.NOTICE)
    house.change(OutboxMessage, row, lambda kept: setattr(kept, "state", OutboxState.SENT))
    shown = case_seen(house)
    assert shown.words is not None
    assert shown.words.text == "a person please"
    assert "123456" not in repr(shown)


def test_messages_on_their_way_are_not_shown_as_said(house: House) -> None:
    house.perform("action_request_human", "a person please")
    house.enqueue("on its way", member_id=house.member().id)
    assert "on its way" not in repr(case_seen(house))


@pytest.mark.parametrize(
    ("stopped", "broken", "number"),
    [(False, False, "+12025550190"), (True, False, NUMBERS["Ana"]), (True, True, "+12025550190")],
)
def test_a_number_that_may_be_called_is_preferred_to_one_that_was_stopped(
    house: House, *, stopped: bool, broken: bool, number: str
) -> None:
    add_point(house, "voice", "+12025550190", consented_at=TUESDAY, opted_out_at=TUESDAY if stopped else None)
    house.perform("action_request_human", "a person please")
    if broken:
        sms = house.one(ContactPoint, ContactPoint.channel == "sms")
        house.change(ContactPoint, sms.id, lambda row: setattr(row, "unusable_at", TUESDAY))
    with house.db.begin() as session:
        assert phone_of(session.get_one(HandOff, 1)) == number


def test_a_stranger_is_called_where_they_wrote_from_if_that_is_a_phone(house: House) -> None:
    house.says("who are you?", "Chi")
    house.gets("telegram", "4711", "hello?")
    with house.db.begin() as session:
        numbers = [phone_of(case) for case in session.scalars(sa.select(HandOff).order_by(HandOff.id))]
    assert numbers == [NUMBERS["Chi"], None]


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_a_card_costs_few_statements_however_much_has_happened(house: House) -> None:
    def cost() -> int:
        with house.db.begin() as session:
            case = session.get_one(HandOff, 1)
            with statements(session) as asked:
                view(session, case, house.programme, house.clock.now())
            return len(asked)

    for _ in range(4):
        house.settle()
        house.clock.push(3 * DAY)
    before = cost()
    for number in range(20):
        house.says(f"message {number}")
        answered(house, f"q{number}", TUESDAY, kind="nps", number=3)
    assert cost() == before <= 26


def test_what_is_long_past_is_still_a_member(house: House) -> None:
    house.bring("Gus")
    shown = seen(house, "Gus")
    assert (shown.person.status, str(shown.risk.level)) == (str(MemberStatus.LEFT), "high")


def test_the_renewal_is_counted_in_the_members_days(house: House) -> None:
    house.change(Member, house.member().id, lambda row: setattr(row, "renews_on", date(2026, 11, 26)))
    assert seen(house).person.renews_in == 2 * DAY
