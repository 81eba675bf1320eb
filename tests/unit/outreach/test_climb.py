"""The climb of a ladder, from the first rung to the person who takes over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.handoff import acts
from bot.members.enrol import enrol
from bot.model import (
    AuditEntry,
    CheckIn,
    CheckInState,
    ContactPoint,
    Conversation,
    HandOffReason,
    HandOffState,
    Member,
    OutboxState,
    Question,
    Touch,
)
from bot.outbox.receipts import Report, record
from bot.outreach import facts
from bot.outreach.climb import climb
from bot.ports import Failed, Unknown
from tests.support import cast
from tests.support.cast import NUMBERS
from tests.support.fake_channel import Killed
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, ladder, make_programme, rung, step

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def test_two_rungs_two_days_apart_and_then_a_person(house: House) -> None:
    house.settle()
    house.clock.push(2 * DAY - MINUTE)
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]
    house.clock.push(MINUTE)
    house.settle()
    assert house.texts()[1:] == ["Maria: Is your form done?"]
    assert house.cases() == []
    house.clock.push(2 * DAY - MINUTE)
    house.settle()
    assert house.cases() == []
    house.clock.push(MINUTE)
    house.settle()
    [case] = house.cases()
    assert case.summary == "No answer about your form after 2 messages."
    assert (case.reason, case.priority, case.address) == ("silent", "normal", NUMBERS["Ana"])
    assert len(house.texts()) == 2
    assert (house.check_in().state, house.check_in().outcome) == (CheckInState.HANDED_OFF, "silent")
    assert house.check_in().next_touch_at is None


def test_the_first_question_is_open_in_the_conversation_once_it_was_sent(house: House) -> None:
    house.tick()
    assert house.rows(Conversation) == []
    house.deliver()
    conversation = house.conversation()
    assert conversation.question is Question.CHECK_IN
    assert conversation.data == {"check_in": house.check_in().id, "step": "form"}


def test_nothing_is_due_before_its_time(house: House) -> None:
    house.settle()
    assert house.tick() == 0


def test_looking_twice_queues_a_rung_once(house: House) -> None:
    assert house.tick() == 1
    assert house.tick() == 0
    assert len(house.outbox()) == 1


def test_a_rung_that_is_climbed_twice_in_one_state_is_still_one_message(house: House) -> None:
    house.tick()
    with house.db.begin() as session:
        session.execute(sa.update(CheckIn).values(rung=0, next_touch_at=TUESDAY))
        session.execute(sa.update(Touch).values(attempt=0))
    house.tick()
    assert len(house.outbox()) == 1


def mixed(db: Database, *rungs: object) -> House:
    """A house whose ladder is of these rungs, and Ana enrolled."""
    house = House(db, make_programme(ladders={"standard": ladder(*rungs)}))
    house.bring("Ana")
    return house


def test_rungs_that_can_not_reach_the_member_cost_no_time(db: Database) -> None:
    house = mixed(db, rung("email"), rung("chat"), rung("sms"), rung("voice"))
    house.settle()
    assert house.touches() == [(0, "skipped", "no_address"), (1, "skipped", "no_address"), (2, "sent", None)]
    house.clock.push(2 * DAY)
    house.settle()
    assert house.touches()[3:] == [(3, "skipped", "no_address")]
    assert house.cases()[0].summary == "No answer about your form after 1 message."


@pytest.mark.parametrize(
    ("name", "reason"), [("Eve", "no_consent"), ("Fay", "unusable_address")], ids=["no consent", "unusable number"]
)
def test_somebody_whom_no_rung_reaches_is_handed_to_a_person_at_once(db: Database, name: str, reason: str) -> None:
    house = House(db)
    house.bring(name)
    house.settle()
    assert house.touches() == [(0, "skipped", reason), (1, "skipped", reason)]
    assert house.cases()[0].reason is HandOffReason.UNREACHABLE
    assert house.cases()[0].summary == f"Could not be asked about your form: {reason.replace('_', ' ')}."
    assert house.sms.calls == []


def test_somebody_without_any_address_is_handed_over_too(db: Database) -> None:
    house = House(db)
    with db.begin() as session:
        enrol(session, house.programme, cast.row("Ida", phone=None, consent_sms=False), source="test", now=TUESDAY)
    house.settle()
    assert house.touches() == [(0, "skipped", "no_address"), (1, "skipped", "no_address")]
    assert (house.cases()[0].channel, house.cases()[0].state) == ("none", HandOffState.OPEN)


def test_somebody_who_left_is_asked_nothing_more(db: Database) -> None:
    house = House(db)
    house.bring("Gus")
    house.settle()
    assert house.touches() == [(0, "cancelled", "member_left")]
    assert (house.check_in().state, house.check_in().outcome) == (CheckInState.CANCELLED, "member_left")


def test_a_changed_ladder_does_not_bend_a_climb(house: House) -> None:
    house.settle()
    longer = ladder(rung(text="new words"), rung(text="new words"), rung(text="new words"), priority="urgent")
    house.programme = make_programme(ladders={"standard": longer})
    house.clock.push(2 * DAY)
    house.settle()
    house.clock.push(2 * DAY)
    house.settle()
    assert house.texts() == ["Compass: Is your form done?", "Maria: Is your form done?"]
    assert house.cases()[0].priority == "normal"


def test_a_changed_journey_does_not_bend_a_climb(house: House) -> None:
    house.programme = make_programme(
        journeys={"onboarding": journey(milestones={"other": [step("other", "joined", "1d")]})}
    )
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]


def test_a_question_at_night_is_held_and_sent_in_the_morning_once(house: House) -> None:
    night = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    house.clock.set(night)
    house.settle()
    assert house.touches() == [(0, "held", "quiet_hours")]
    assert house.check_in().next_touch_at == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    house.clock.set(datetime(2026, 11, 25, 13, 59, tzinfo=UTC))
    house.settle()
    assert house.texts() == []
    house.clock.push(MINUTE)
    house.settle()
    house.clock.push(HOUR)
    house.settle()
    assert house.touches() == [(0, "sent", None)]
    assert len(house.texts()) == 1


def test_the_day_of_a_member_is_in_their_own_zone(db: Database) -> None:
    house = House(db)
    house.bring("Ana", time_zone="Asia/Kolkata")
    house.settle()  # 20:30 in Kolkata
    assert house.touches() == [(0, "held", "quiet_hours")]
    assert house.check_in().next_touch_at == datetime(2026, 11, 25, 3, 30, tzinfo=UTC)


def test_somebody_away_is_asked_on_the_day_of_their_return(db: Database) -> None:
    house = House(db)
    house.bring("Dee")
    house.settle()
    assert house.touches() == [(0, "held", "away")]
    house.clock.set(datetime(2026, 12, 1, 14, 0, tzinfo=UTC))
    house.settle()
    assert house.texts("Dee") == ["Compass: Is your form done?"]


def two_journeys(db: Database, **second: Any) -> House:
    """Ana is asked by two journeys on the same day."""
    tour = step("tour", "joined", "1d", **second)
    return House(db, make_programme(journeys={"onboarding": journey(), "second": journey("second", {"m": [tour]})}))


def test_of_two_questions_due_at_once_the_second_waits_until_the_first_is_answered(db: Database) -> None:
    house = two_journeys(db)
    house.bring("Ana")
    house.settle()
    assert house.touches() == [(0, "sent", None), (0, "held", "another_question")]
    house.clock.push(DAY)
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]
    house.says("done")
    house.perform("action_report_done", "done")
    house.settle()
    assert house.touches()[1] == (0, "held", "member_active")
    house.clock.push(timedelta(minutes=30))
    house.settle()
    assert house.texts("Ana")[-1] == "Compass: Is your tour done?"


def test_a_more_urgent_question_goes_first_and_holds_the_other(db: Database) -> None:
    house = two_journeys(db, message_class="transactional")
    house.bring("Ana")
    house.settle()
    assert house.texts() == ["Compass: Is your tour done?"]
    assert house.touches() == [(0, "sent", None), (0, "held", "another_question")]


def test_two_journeys_share_one_message_a_day(db: Database) -> None:
    house = two_journeys(db, message_class="transactional")
    house.bring("Ana")
    house.change(CheckIn, 2, lambda row: setattr(row, "next_touch_at", TUESDAY + timedelta(hours=1)))
    house.settle()
    house.clock.push(timedelta(hours=1))
    house.settle()
    assert house.touches() == [(0, "sent", None), (0, "held", "daily_cap")]
    house.clock.push(DAY - timedelta(hours=1) - MINUTE)
    house.settle()
    assert len(house.texts()) == 1
    house.clock.push(MINUTE)
    house.settle()
    assert house.texts() == ["Compass: Is your form done?", "Compass: Is your tour done?"]


def test_what_is_on_its_way_counts_for_the_cap_of_the_next(db: Database) -> None:
    house = two_journeys(db, message_class="transactional")
    house.bring("Ana")
    house.change(CheckIn, 2, lambda row: setattr(row, "next_touch_at", TUESDAY + MINUTE))
    house.tick()
    house.clock.push(MINUTE)
    house.tick()
    assert house.touches() == [(0, "queued", None), (0, "held", "daily_cap")]


def test_two_questions_are_asked_in_one_message_where_the_content_says_so(db: Database) -> None:
    first = {"m": [step("form", "joined", "1d", bundle=True)]}
    second = {"m": [step("tour", "joined", "1d", bundle=True)]}
    journeys = {"onboarding": journey(milestones=first), "second": journey("second", second)}
    house = House(db, make_programme(journeys=journeys))
    house.bring("Ana")
    house.settle()
    assert house.texts() == ["Compass: Is your form done? Also: Is your tour done?"]
    assert house.touches() == [(0, "sent", None)]
    assert house.conversation().data["also"] == [2]


def test_an_unread_message_holds_the_next_rung(house: House) -> None:
    house.settle()
    house.clock.push(2 * DAY)
    house.hear("almost there")
    house.tick()
    assert house.touches()[1:] == [(1, "held", "member_writing")]
    assert house.check_in().next_touch_at == house.clock.now() + timedelta(minutes=2)


def test_an_unread_message_holds_the_hand_off_too(house: House) -> None:
    house.settle()
    house.clock.push(2 * DAY)
    house.settle()
    house.clock.push(2 * DAY)
    house.hear("sorry, done")
    house.tick()
    assert house.cases() == []
    assert house.check_in().state is CheckInState.OPEN


def test_whatever_a_member_writes_the_next_rung_waits_its_full_time_again(house: House) -> None:
    house.settle()
    house.clock.push(2 * DAY - MINUTE)
    house.says("hello there")
    house.clock.push(2 * DAY - MINUTE)
    house.settle()
    assert len(house.sms.texts()) == 2  # the question and the answer to the hello
    house.clock.push(MINUTE)
    house.settle()
    assert house.texts()[-1] == "Maria: Is your form done?"


def test_an_open_case_holds_the_ladder_until_it_is_resolved(house: House) -> None:
    house.settle()
    house.says("I want to hurt myself")
    house.clock.push(2 * DAY)
    house.settle()
    assert house.touches()[1:] == [(1, "held", "open_case")]
    with house.db.begin() as session:
        acts.resolve(session, house.act(house.cases()[0].id), "talked", house.programme)
    house.clock.push(6 * HOUR)
    house.settle()
    assert house.touches()[1:] == [(1, "sent", None)]


def test_a_stop_in_mid_ladder_cancels_the_question(house: House) -> None:
    house.settle()
    house.says("STOP")
    assert (house.check_in().state, house.check_in().outcome) == (CheckInState.CANCELLED, "said_stop")
    house.clock.push(10 * DAY)
    house.settle()
    assert house.texts() == ["Compass: Is your form done?", "Guild: stopped"]
    assert house.cases() == []


def test_a_stop_between_planning_and_sending_is_obeyed(house: House) -> None:
    house.tick()
    house.says("STOP")
    house.deliver()
    assert house.texts() == ["Guild: stopped"]
    assert [str(message.state) for message in house.outbox()] == ["refused", "sent"]


def test_somebody_who_stopped_before_is_never_asked(db: Database) -> None:
    house = House(db)
    house.bring("Ben")
    house.clock.push(10 * DAY)
    house.settle()
    assert house.sms.calls == []


def test_a_question_that_surely_failed_is_followed_by_the_next_rung_at_once(house: House) -> None:
    house.sms.answers(Failed("30003 unreachable"))
    house.settle()
    assert house.touches() == [(0, "failed", "30003 unreachable"), (1, "sent", None)]


def test_a_question_of_unknown_fate_counts_as_sent(house: House) -> None:
    house.sms.answers(Unknown("timeout"))
    house.settle()
    house.clock.pass_real(timedelta(minutes=10))
    house.settle()
    [touch] = house.rows(Touch)
    assert touch.sent_at is not None
    assert len(house.sms.calls) == 1
    assert house.conversation().question is Question.CHECK_IN


def test_a_check_in_that_raises_is_set_back_and_the_others_go_on(house: House) -> None:
    house.bring("Hal")
    house.change(Member, house.member("Ana").id, lambda ana: setattr(ana, "time_zone", "Nowhere/Never"))
    assert house.tick() == 2
    house.deliver()
    assert house.texts("Hal") == ["Compass: Is your form done?"]
    ana, hal = house.rows(CheckIn)
    assert ana.next_touch_at == TUESDAY + HOUR
    assert hal.rung == 1
    [fault] = house.rows(AuditEntry, AuditEntry.action == "touch.fault")
    assert (fault.subject, fault.member_id) == (f"check_in:{ana.id}", ana.member_id)
    assert "Nowhere/Never" in (fault.reason or "")
    assert house.tick() == 0


def test_a_check_in_that_was_set_back_is_tried_again_an_hour_later(house: House) -> None:
    house.change(Member, house.member("Ana").id, lambda ana: setattr(ana, "time_zone", "Nowhere/Never"))
    house.tick()
    house.change(Member, house.member("Ana").id, lambda ana: setattr(ana, "time_zone", "America/New_York"))
    house.clock.push(HOUR)
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]


def test_outreach_pauses_while_the_outbox_is_over_its_limit(house: House) -> None:
    house.enqueue("one", "Hal")
    house.enqueue("two", "Ida")
    assert house.tick(outbox_limit=1) == 0
    assert house.check_in().state is CheckInState.SCHEDULED
    assert house.tick(outbox_limit=3) == 1


def test_a_scheduler_killed_in_the_middle_of_a_look_has_done_nothing(house: House) -> None:
    def look() -> None:
        with house.db.begin() as session:
            known = facts.load(session, house.programme, house.reach(), [1], TUESDAY)
            climb(known[1], session.get_one(CheckIn, 1), now=TUESDAY, wall=TUESDAY)
            raise Killed

    with pytest.raises(Killed):
        look()
    assert (house.outbox(), house.touches(), house.check_in().state) == ([], [], CheckInState.SCHEDULED)
    house.settle()
    assert len(house.texts()) == 1


def test_more_than_one_batch_is_handled_in_one_look(db: Database) -> None:
    house = House(db)
    with db.begin() as session:
        for n in range(60):
            one = cast.row("Hal", member_number=f"n{n}", phone=f"+1202555{2000 + n}")
            enrol(session, house.programme, one, source="test", now=TUESDAY)
    assert house.tick() == 60
    assert len(house.outbox()) == 60


def test_each_decision_is_told_once_in_the_log(house: House) -> None:
    house.clock.set(datetime(2026, 11, 29, 15, 0, tzinfo=UTC))  # Sunday
    house.tick()
    house.change(CheckIn, 1, lambda one: setattr(one, "next_touch_at", house.clock.now()))
    house.tick()
    told = house.rows(AuditEntry, AuditEntry.action.like("touch.%"))
    assert [(entry.action, entry.reason) for entry in told] == [("touch.held", "quiet_hours")]


def test_a_late_failure_of_the_first_rung_does_not_cut_the_second_short(house: House) -> None:
    house.settle()
    house.clock.push(2 * DAY)
    house.settle()
    first = house.outbox()[0]
    with house.db.begin() as session:
        report = Report("sms", str(first.provider_id), OutboxState.FAILED, "late", Failed("expired"))
        record(session, report, house.times())
    house.settle()
    assert house.cases() == []
    assert house.touches() == [(0, "failed", "expired"), (1, "sent", None)]


def test_the_question_of_somebody_with_every_rung_behind_them_waits_until_they_are_back(house: House) -> None:
    house.settle()
    house.clock.push(2 * DAY)
    house.settle()
    house.change(Member, house.member("Ana").id, lambda ana: setattr(ana, "away_until", date(2026, 12, 8)))
    house.clock.push(2 * DAY)
    house.settle()
    assert house.cases() == []
    house.clock.set(datetime(2026, 12, 10, 14, 0, tzinfo=UTC))
    house.settle()
    assert len(house.cases()) == 1


def test_stop_by_text_is_no_silence_although_there_is_an_e_mail_address(house: House) -> None:
    with house.db.begin() as session:
        member = session.get_one(Member, house.check_in().member_id)
        session.add(ContactPoint(member_id=member.id, channel="email", address="ana@example.org", consented_at=TUESDAY))
    house.settle()
    house.says("please stop texting me")
    house.clock.push(timedelta(days=5))
    house.settle()
    assert (house.check_in().state, house.check_in().outcome) == (CheckInState.CANCELLED, "said_stop")
    assert house.cases() == []
