"""What a call says next and what comes of it, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from bot.calls import book, outcome, progress
from bot.calls.progress import RANK, Next
from bot.db import Database
from bot.errors import Refused
from bot.model import (
    AuditEntry,
    Call,
    CallOutcome,
    CallState,
    CheckIn,
    CheckInState,
    ContactPoint,
    Conversation,
    HandOff,
    Member,
    OutboxMessage,
    Purpose,
    Question,
    Staff,
    StepState,
    Touch,
    TouchState,
)
from bot.outbox.enqueue import Message, enqueue
from bot.progress import runs, steps
from tests.support import cast
from tests.support.house import TUESDAY, House
from tests.support.small_programme import ladder, make_programme, rung

ANA = cast.NUMBERS["Ana"]
EVERYTHING_ELSE = (
    CallOutcome.DECLINED,
    CallOutcome.MACHINE,
    CallOutcome.NO_ANSWER,
    CallOutcome.BUSY,
    CallOutcome.FAILED,
)


@pytest.fixture
def house(db: Database) -> House:
    """Ana's rung is a call, which was placed an hour ago."""
    made = House(db, make_programme(ladders={"standard": ladder(rung("voice", wait="1d"), rung("sms"))}))
    made.bring("Ana")
    with db.begin() as session:
        session.query(Staff).one().phone = "+12025550190"
        member, check_in = session.query(Member).one(), session.query(CheckIn).one()
        session.add(ContactPoint(member_id=member.id, channel="voice", address=ANA, consented_at=TUESDAY))
        check_in.state, check_in.rung = CheckInState.OPEN, 1
        check_in.ladder = made.programme.ladders["standard"].for_segment("").model_dump(mode="json")
        check_in.next_touch_at = TUESDAY + timedelta(hours=23)
        touch = Touch(check_in_id=check_in.id, member_id=member.id, rung=0, channel="voice", sender="Compass",
                      state=TouchState.SENT, attempt=1, sent_at=TUESDAY - timedelta(hours=1),
                      changed_at=TUESDAY)  # fmt: skip
        session.add(touch)
        session.add(Conversation(member_id=member.id, question=Question.CHECK_IN, data={"step": "form"}))
        session.flush()
        row = enqueue(
            session,
            Message("voice", ANA, Purpose.TOUCH, "test", "one", text="Hi", member_id=member.id, touch_id=touch.id),
            now=TUESDAY,
            wall=TUESDAY,
        )
        book.place(session, session.get_one(OutboxMessage, row), TUESDAY)
    return made


@contextmanager
def ringing(house: House) -> Iterator[tuple[Session, Call]]:
    """The call in a transaction, locked, as a request finds it."""
    with house.db.begin() as session:
        key = session.query(Call).one().key
        call = book.find(session, key, "")
        assert call is not None
        yield session, call


def ends(house: House, how: CallOutcome) -> bool:
    with ringing(house) as (session, call):
        return outcome.record(session, house.programme, call, how, house.times())


@pytest.mark.parametrize("how", EVERYTHING_ELSE)
def test_without_a_talk_the_ladder_goes_on_at_once(house: House, how: CallOutcome) -> None:
    assert ends(house, how)
    check_in = house.one(CheckIn)
    assert (check_in.state, check_in.rung, check_in.next_touch_at) == (CheckInState.OPEN, 1, TUESDAY)
    assert house.cases() == []
    house.settle()
    assert house.texts() == []  # the day's cap: one message a day
    assert house.touches()[1] == (1, "held", "daily_cap")
    assert house.conversation().question is Question.CHECK_IN


def test_a_talk_answers_the_question_and_asks_again_some_days_later(house: House) -> None:
    ends(house, CallOutcome.TALKED)
    asked, later = house.rows(CheckIn)
    assert (asked.state, asked.outcome, asked.next_touch_at) == (CheckInState.ANSWERED, "talked to Maria", None)
    assert (later.step, later.round, later.next_touch_at) == ("form", 2, TUESDAY + timedelta(days=3))
    assert house.conversation().question is Question.NONE


def test_after_a_talk_about_the_last_step_nothing_is_asked_again(house: House) -> None:
    with house.db.begin() as session:
        standing = runs.active(session, house.member().id)
        assert standing is not None
        for progress_of_step in standing.progress.values():
            progress_of_step.state = StepState.DONE
    ends(house, CallOutcome.TALKED)
    assert len(house.rows(CheckIn)) == 1


def test_a_wish_to_talk_becomes_a_case_where_the_member_can_be_written_to(house: House) -> None:
    ends(house, CallOutcome.MSM_NOT_REACHED)
    [case] = house.cases()
    assert (case.channel, case.address, str(case.reason), str(case.priority)) == ("sms", ANA, "asked", "high")
    assert house.one(CheckIn).state is CheckInState.HANDED_OFF
    assert house.conversation().question is Question.NONE


def test_who_has_no_other_address_is_called_back(house: House) -> None:
    house.change(ContactPoint, cast_point(house), lambda point: setattr(point, "opted_out_at", TUESDAY))
    ends(house, CallOutcome.MSM_NOT_REACHED)
    assert (house.cases()[0].channel, house.cases()[0].address) == ("voice", ANA)


def cast_point(house: House) -> int:
    return house.one(ContactPoint, ContactPoint.channel == "sms").id


@pytest.mark.parametrize(("first", "second"), list(product(CallOutcome, [CallOutcome.TALKED, CallOutcome.BUSY])))
def test_the_first_outcome_stands(house: House, first: CallOutcome, second: CallOutcome) -> None:
    assert ends(house, first)
    assert not ends(house, second)
    assert house.one(Call).outcome is first
    entries = house.rows(AuditEntry, AuditEntry.action == "call.ended")
    assert [entry.reason for entry in entries] == [first]


@pytest.mark.parametrize("how", CallOutcome)
def test_a_question_that_is_over_stays_as_it_is(house: House, how: CallOutcome) -> None:
    house.change(CheckIn, house.one(CheckIn).id, lambda row: steps.close(row, CheckInState.ANSWERED, "done", TUESDAY))
    ends(house, how)
    assert house.one(CheckIn).outcome == "done"
    assert len(house.cases()) == (how is CallOutcome.MSM_NOT_REACHED)


@pytest.mark.parametrize("how", CallOutcome)
def test_a_call_without_a_rung_is_only_kept(house: House, how: CallOutcome) -> None:
    house.change(OutboxMessage, house.one(OutboxMessage).id, lambda row: setattr(row, "touch_id", None))
    ends(house, how)
    assert house.one(Call).outcome is how
    assert house.one(CheckIn).next_touch_at == TUESDAY + timedelta(hours=23)


@pytest.mark.parametrize(
    ("state", "status", "expected"),
    [
        (CallState.PLACED, "no-answer", CallOutcome.NO_ANSWER),
        (CallState.PLACED, "busy", CallOutcome.BUSY),
        (CallState.PLACED, "failed", CallOutcome.FAILED),
        (CallState.PLACED, "canceled", CallOutcome.FAILED),
        (CallState.PLACED, "completed", CallOutcome.FAILED),
        (CallState.ANSWERED, "completed", CallOutcome.DECLINED),
        (CallState.ACCEPTED, "completed", CallOutcome.MSM_NOT_REACHED),
        (CallState.CONNECTED, "completed", CallOutcome.TALKED),
        (CallState.OVER, "completed", None),
    ],
)
def test_how_far_a_call_came_says_what_its_end_means(
    house: House, state: CallState, status: str, expected: CallOutcome | None
) -> None:
    with ringing(house) as (session, call):
        call.state = state
        progress.ended(session, house.programme, call, status, house.times())
        assert call.outcome is expected


@pytest.mark.parametrize(("before", "after"), list(product(CallState, CallState)))
def test_a_call_never_goes_back(house: House, before: CallState, after: CallState) -> None:
    with ringing(house) as (_, call):
        call.state = before
        progress.reach(call, after, house.times())
        assert RANK[call.state] == max(RANK[before], RANK[after])


@pytest.mark.parametrize(
    ("digits", "attempt", "heard"),
    [("1", 1, Next.DIAL_MSM), ("1", 2, Next.DIAL_MSM), ("", 1, Next.ASK_AGAIN), ("5", 1, Next.ASK_AGAIN),
     ("", 2, Next.GOODBYE), ("*", 2, Next.GOODBYE), ("9", 1, Next.STOPPED), ("9", 2, Next.STOPPED)],
)  # fmt: skip
def test_each_key_has_its_answer_and_the_same_one_again(house: House, digits: str, attempt: int, heard: Next) -> None:
    for _ in range(2):
        with ringing(house) as (session, call):
            assert progress.pressed(session, house.programme, call, digits, attempt, house.times()) is heard


def test_a_key_pressed_after_a_goodbye_dials_nobody(house: House) -> None:
    with ringing(house) as (session, call):
        progress.pressed(session, house.programme, call, "", 2, house.times())
        assert progress.pressed(session, house.programme, call, "1", 2, house.times()) is Next.GOODBYE
        assert call.outcome is CallOutcome.DECLINED


def test_key_9_withdraws_consent_for_calls_and_not_for_texts(house: House) -> None:
    with ringing(house) as (session, call):
        progress.pressed(session, house.programme, call, "9", 1, house.times())
    stopped = {point.channel for point in house.rows(ContactPoint) if point.opted_out_at is not None}
    assert stopped == {"voice"}
    assert house.one(CheckIn).state is CheckInState.OPEN


def test_a_rung_that_was_passed_is_not_asked(house: House) -> None:
    house.change(CheckIn, house.one(CheckIn).id, lambda row: setattr(row, "rung", 2))
    with ringing(house) as (session, call):
        assert progress.answered(session, house.programme, call, "human", house.times()) is Next.NO_LONGER_ASKED
        assert call.outcome is None


@pytest.mark.parametrize("by", ["machine_end_beep", "machine_end_silence", "machine_end_other"])
def test_a_machine_that_waits_gets_a_message_again_and_again_the_same(house: House, by: str) -> None:
    for _ in range(2):
        with ringing(house) as (session, call):
            assert progress.answered(session, house.programme, call, by, house.times()) is Next.VOICEMAIL
    assert house.one(Call).outcome is CallOutcome.MACHINE


def test_a_call_is_found_by_key_then_by_sid_or_not_at_all(house: House) -> None:
    with ringing(house) as (_, call):
        call.sid = "CA1"
        key = call.key
    with house.db.begin() as session:
        found = [book.find(session, *names) for names in ((key, ""), ("", "CA1"), ("x", "CA1"), ("x", ""), ("", ""))]
    assert [call is not None for call in found] == [True, True, True, False, False]


def test_nobody_is_called_without_somebody_to_talk_to(house: House) -> None:
    with house.db.begin() as session:
        session.query(Call).delete()
        session.query(Staff).one().phone = None
    with house.db.begin() as session, pytest.raises(Refused, match="no phone number"):
        book.place(session, session.query(OutboxMessage).one(), TUESDAY)
    assert house.rows(Call) == []
    assert house.rows(HandOff) == []
