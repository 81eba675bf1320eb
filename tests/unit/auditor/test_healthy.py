"""In a house where everything is as it should be, the auditor finds nothing, whatever members do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.calls import book, outcome
from bot.db import Database
from bot.handoff import acts
from bot.members import consent, membership, merge
from bot.members.membership import Fact
from bot.model import (
    CallOutcome,
    CheckIn,
    CheckInState,
    ContactPoint,
    HandOff,
    Member,
    MemberStatus,
    OutboxMessage,
    Touch,
    TouchState,
)
from bot.ports import Capabilities, Channel, Failed, Unknown
from tests.support import cast
from tests.support.fake_channel import FakeChannel, Killed
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, ladder, make_programme, rung, step
from tests.unit.auditor.world import DAY, HOUR, MINUTE, add, found


def live(house: House, length: timedelta, pace: timedelta = 12 * HOUR) -> None:
    """Time goes by; what is due is done, and the auditor looks at every turn."""
    end = house.clock.now() + length
    while house.clock.now() < end:
        house.settle()
        assert found(house) == []
        house.clock.push(min(pace, end - house.clock.now()))
    house.settle()
    assert found(house) == []


def test_a_member_who_is_silent_until_a_person_takes_over(house: House) -> None:
    live(house, 6 * DAY)
    assert house.check_in().state is CheckInState.HANDED_OFF
    with house.db.begin() as session:
        acts.resolve(session, house.act(house.cases()[0].id), "talked", house.programme)
    live(house, 10 * DAY)


def test_a_member_who_answers_to_the_end_of_the_journey(house: House) -> None:
    for _ in range(3):
        house.settle()
        house.perform("action_report_done", "done")
        live(house, 4 * DAY)


@pytest.mark.parametrize(
    "action", ["report_not_done", "report_in_progress", "report_blocked", "snooze", "request_human"]
)
def test_a_member_who_says_something_else(house: House, action: str) -> None:
    house.settle()
    house.clock.push(HOUR)
    house.perform(f"action_{action}", "something")
    live(house, 3 * DAY)
    house.says("hello")
    live(house, 8 * DAY)


def test_a_member_who_says_stop_and_start(house: House) -> None:
    house.settle()
    house.says("STOP")
    live(house, 3 * DAY)
    house.says("START")
    live(house, 3 * DAY)


def test_a_member_who_stopped_before_anything_was_sent(db: Database) -> None:
    house = House(db)
    house.bring("Ben", "Eve", "Fay", "Gus")
    live(house, 8 * DAY)


def test_a_member_who_goes_away_and_comes_back(house: House) -> None:
    house.settle()
    house.clock.push(HOUR)
    house.perform("action_away", "I am away until 3 December")
    assert house.member().away_until is not None
    live(house, 14 * DAY)


def test_somebody_who_leaves_while_the_question_is_open(house: House) -> None:
    house.settle()
    house.clock.push(HOUR)
    with house.db.begin() as session:
        membership.end(
            session, house.programme, session.get_one(Member, 1), Fact("test", house.clock.now()), house.clock.now()
        )
    live(house, 5 * DAY)
    assert house.member().status is MemberStatus.LEFT


def test_an_answer_while_the_question_is_in_the_hands_of_the_provider(house: House) -> None:
    house.sms.meanwhile = lambda: house.says("STOP")
    house.settle()
    assert house.touches() == [(0, "sent", None)]
    assert found(house) == []


def test_a_question_that_was_interrupted_and_found_at_night_to_have_been_sent(house: House) -> None:
    house.clock.set(datetime(2026, 11, 25, 0, 58, tzinfo=UTC))  # 19:58 in New York
    house.clock._wall = house.clock.now()
    house.sms.answers(Killed())
    with pytest.raises(Killed):
        house.settle()
    house.clock.pass_real(3 * HOUR)
    house.settle()
    [touch] = house.rows(Touch)
    assert touch.sent_at == datetime(2026, 11, 25, 3, 58, tzinfo=UTC)
    assert found(house) == []


def test_a_question_of_unknown_fate(house: House) -> None:
    house.sms.answers(Unknown("timeout"))
    house.settle()
    house.clock.pass_real(10 * MINUTE)
    house.settle()
    assert house.rows(Touch)[0].state is TouchState.UNKNOWN
    assert found(house) == []


def test_a_question_that_failed_and_the_next_rung_at_once(db: Database) -> None:
    house = House(db, make_programme(caps={"per_day": 2, "per_week": 3}))
    house.bring("Ana")
    house.sms.answers(Failed("30003 unreachable"))
    live(house, 3 * DAY)


def test_a_provider_that_answers_just_after_the_hours_end(house: House) -> None:
    house.clock.set(datetime(2026, 11, 25, 0, 59, 50, tzinfo=UTC))
    house.sms.meanwhile = lambda: house.clock.pass_real(timedelta(seconds=30))
    house.settle()
    assert len(house.texts()) == 1
    assert found(house) == []


def test_two_records_that_were_each_asked_and_are_then_found_to_be_one_person(house: House) -> None:
    house.bring("Hal")
    house.settle()
    assert len(house.rows(Touch)) == 2
    house.clock.push(HOUR)
    ids = [house.member(name).id for name in ("Ana", "Hal")]
    with house.db.begin() as session:
        ana, hal = (session.get_one(Member, key) for key in ids)
        kept = merge.merge(session, ana, hal, cast.colleague(session), house.clock.now()).id
    live(house, DAY)
    with house.db.begin() as session:
        merge.undo(session, kept, cast.colleague(session), house.clock.now())
    live(house, 3 * DAY)


def test_two_records_with_journeys_of_their_own_that_are_merged(house: House) -> None:
    journeys = {"other": journey("other", milestones={"m": [step("tour", "joined", "1d")]})}
    house.programme = make_programme(journeys=journeys)
    house.bring("Hal")
    house.programme = make_programme(journeys={"onboarding": journey(), **journeys})
    house.settle()
    house.clock.push(HOUR)
    ids = [house.member(name).id for name in ("Ana", "Hal")]
    with house.db.begin() as session:
        ana, hal = (session.get_one(Member, key) for key in ids)
        merge.merge(session, ana, hal, cast.colleague(session), house.clock.now())
    assert found(house) == []


def test_a_case_of_a_stranger_that_turns_out_to_be_a_members(house: House) -> None:
    house.says("hello?", "+12025550199")
    [case] = house.cases()
    house.clock.push(HOUR)
    house.settle()
    house.clock.push(HOUR)
    with house.db.begin() as session:
        acts.match(session, house.act(case.id), "no-Ana")
    assert house.get(HandOff, case.id).member_id is not None
    assert len(house.texts()) == 1
    assert found(house) == []


def test_several_channels_and_a_stop_on_one_of_them(db: Database) -> None:
    house = House(db, make_programme(ladders={"standard": ladder(rung("email"), rung("sms"), rung("chat"))}))
    house.bring("Ana", email="ana@example.org", consent_email=True)
    house.settle()
    with db.begin() as session:
        consent.withdraw(session, cast.point(session, "Ana"), consent.Evidence("test", "stop"), TUESDAY)
    live(house, 10 * DAY)


def test_two_journeys_at_once(db: Database) -> None:
    journeys = {"onboarding": journey(), "second": journey("second", milestones={"m": [step("tour", "joined", "1d")]})}
    house = House(db, make_programme(journeys=journeys))
    house.bring("Ana")
    live(house, 8 * DAY)


class HouseWithPhone(House):
    """A house that can call, too."""

    def channels(self) -> dict[str, Channel]:
        return {**super().channels(), "voice": PHONE}


PHONE = FakeChannel("voice", Capabilities(1000, "voice"))


@pytest.mark.parametrize("came_of_it", list(CallOutcome))
def test_a_call_whatever_comes_of_it(db: Database, came_of_it: CallOutcome) -> None:
    rungs = ladder(rung("voice", wait="1d"), rung("voice", wait="1d"), rung("sms"))
    house = HouseWithPhone(db, make_programme(ladders={"standard": rungs}, caps={"per_day": 3, "per_week": 9}))
    house.bring("Ana")
    with db.begin() as session:
        phone = ContactPoint(member_id=1, channel="voice", address=cast.NUMBERS["Ana"])
        session.add(phone)
        cast.colleague(session).phone = "+12025550190"
        consent.grant(session, phone, consent.Evidence("form", "yes"), TUESDAY)
    house.settle()
    with db.begin() as session:
        call = book.place(session, session.get_one(OutboxMessage, 1), house.clock.now())
        outcome.record(session, house.programme, call, came_of_it, house.times())
    live(house, 5 * DAY)


def test_two_questions_in_one_message(db: Database) -> None:
    one = step("form", "joined", "1d", bundle=True)
    other = step("tour", "joined", "1d", bundle=True)
    journeys = {
        "onboarding": journey(milestones={"m": [one]}),
        "second": journey("second", milestones={"m": [other]}),
    }
    house = House(db, make_programme(journeys=journeys))
    house.bring("Ana")
    live(house, 8 * DAY)
    assert any(row.bundled_with_id for row in house.rows(CheckIn))


def test_a_journey_that_waits_for_a_date_or_for_an_event(db: Database) -> None:
    steps = [step("form", "date", "1d", due={"after": "date", "date": "exam", "offset": "1d"})]
    seen = [step("login", "joined", "1d", ladder=None)]
    journeys = {
        "onboarding": journey(milestones={"m": steps}),
        "second": journey("second", milestones={"m": seen}),
    }
    house = House(db, make_programme(journeys=journeys))
    house.bring("Ana")
    live(house, 4 * DAY)


def test_a_new_address_without_a_start_leaves_a_journey_that_was_stopped_as_it_is(house: House) -> None:
    house.settle()
    house.says("STOP")
    point = ContactPoint(member_id=house.member().id, channel="email", address="a@example.org", consented_at=TUESDAY)
    add(house, point)
    assert found(house) == []
