"""The plan of a member: what it foretells is what then happens, and everything in it has its reason in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.calls import outcome
from bot.db import Database
from bot.handoff.cases import Need, open_case
from bot.model import (
    Absence,
    Base,
    Call,
    CallOutcome,
    ContactPoint,
    Conversation,
    Declined,
    HandOffReason,
    Member,
    OutboxMessage,
)
from bot.outreach.plan import Plan, plan_of
from bot.outreach.policy import Reason
from bot.plan.model import Kind
from bot.plan.wording import REASONS, reason_words
from bot.ports import Capabilities
from bot.progress import runs, steps
from tests.support import cast
from tests.support.cast import NUMBERS
from tests.support.fake_channel import FakeChannel
from tests.support.house import TUESDAY, House
from tests.support.silence import foretold, lived, plan
from tests.support.small_programme import journey, ladder, make_programme, rung, step

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
QUIET = {"rungs": [rung(), rung(sender="msm", wait="3d")], "then": None}


def check_it_comes_true(house: House) -> Plan:
    """Compares the whole of what was foretold with what happens while the member stays silent."""
    found = plan(house)
    expected = foretold(found)
    assert expected
    assert lived(house, found.until) == expected
    return found


def house_of(db: Database, changes: dict[str, Any] | None = None, **content: Any) -> House:
    house = House(db, make_programme(**content))
    house.bring("Ana", **(changes or {}))
    return house


# What is foretold comes true


def test_a_silent_ladder_goes_as_foretold_to_the_person_at_its_end(house: House) -> None:
    found = check_it_comes_true(house)
    first, second, case = found.coming
    assert (first.at, first.channel, first.text) == (TUESDAY, "sms", "Compass: Is your form done?")
    assert (second.at, second.sender, second.text) == (TUESDAY + 2 * DAY, "Maria", "Maria: Is your form done?")
    assert (case.at, case.kind, case.team) == (TUESDAY + 4 * DAY, Kind.CASE, "member_success")


def test_each_rung_says_why_it_comes(house: House) -> None:
    first, second, case = plan(house).coming
    assert first.why == "The step is due 1 day after joining."
    assert (first.journey, first.step, first.rung, first.rungs) == ("First days", "your form", 1, 2)
    assert second.why == "There was no answer within 2 days after rung 1."
    assert case.why == "No answer after the last rung: a case of normal priority for member success."


def test_an_address_shows_its_last_four_characters_alone(house: House) -> None:
    assert plan(house).coming[0].address == f"...{NUMBERS['Ana'][-4:]}"


def test_the_middle_of_a_ladder_goes_on_as_foretold(house: House) -> None:
    house.settle()
    found = check_it_comes_true(house)
    assert [one.rung for one in found.coming] == [2, None]


def test_quiet_hours_over_a_weekend_come_true(db: Database) -> None:
    hours = {"start": "09:00", "end": "20:00", "weekdays": ["mon", "tue", "wed", "thu", "fri"]}
    house = house_of(db, hours=hours)
    house.clock.set(datetime(2026, 11, 28, 2, 30, tzinfo=UTC))  # Friday, 21:30 in New York
    found = check_it_comes_true(house)
    [held] = found.coming[0].holds
    assert (held.reason, held.words) == ("quiet_hours", "It is outside of contact hours where Ana lives.")
    assert found.coming[0].at == held.until == datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


def test_a_hold_that_was_decided_is_shown_with_its_reason(house: House) -> None:
    house.clock.set(TUESDAY + 12 * HOUR)
    house.settle()
    found = check_it_comes_true(house)
    assert [held.reason for held in found.coming[0].holds] == ["quiet_hours"]


def test_holidays_and_the_best_hour_come_true(db: Database) -> None:
    hours = {
        "start": "09:00", "end": "20:00", "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat"],
        "on_holidays": False, "best": "18:00",
    }  # fmt: skip
    found = check_it_comes_true(house_of(db, hours=hours))
    assert "public_holiday" in {held.reason for one in found.coming for held in one.holds}  # Thanksgiving


SECOND = journey("second", {"later": [step("call", "joined", "1d"), step("visit")]}, name="Second days")


def test_two_journeys_share_caps_and_take_turns_as_foretold(db: Database) -> None:
    house = house_of(
        db,
        journeys={"onboarding": journey(), "second": SECOND},
        ladders={"standard": QUIET},
        caps={"per_day": 1, "per_week": 2},
    )
    found = check_it_comes_true(house)
    reasons = {held.reason for one in found.coming for held in one.holds}
    assert {"another_question", "weekly_cap"} <= reasons
    words = {held.words for one in found.coming for held in one.holds if held.reason == "another_question"}
    assert any("until Ana has answered the question about your" in one for one in words)


def test_two_journeys_of_which_one_ends_with_a_person_come_true(db: Database) -> None:
    house = house_of(db, journeys={"onboarding": journey(), "second": SECOND})
    found = check_it_comes_true(house)
    waiting = found.coming[-1]
    assert (waiting.at, waiting.holds[-1].reason, waiting.holds[-1].until) == (None, "open_case", None)


def test_an_urgent_question_goes_before_others_as_foretold(db: Database) -> None:
    urgent = journey(
        "second", {"later": [step("fee", "joined", "3d", message_class="transactional")]}, name="Second days"
    )
    house = house_of(db, journeys={"onboarding": journey(), "second": urgent}, ladders={"standard": QUIET})
    check_it_comes_true(house)


def test_a_quiet_end_leads_to_the_next_step_as_foretold(db: Database) -> None:
    found = check_it_comes_true(house_of(db, ladders={"standard": QUIET}))
    assert [one.step for one in found.coming if one.kind is Kind.END] == ["your form", "your hello", "your plan"]
    assert len([one for one in found.coming if one.kind is Kind.MESSAGE]) == 6


def test_two_questions_in_one_message_come_true(db: Database) -> None:
    shared = {"form": [step("form", "joined", "1d", bundle=True)]}
    other = {"later": [step("call", "joined", "2d", bundle=True)]}
    house = house_of(
        db,
        journeys={"onboarding": journey(milestones=shared), "second": journey("second", other)},
        ladders={"standard": QUIET},
    )
    found = check_it_comes_true(house)
    assert found.coming[0].text == "Compass: Is your form done? Also: Is your call done?"
    assert (found.coming[0].step, found.coming[0].also) == ("your form", "your call")


def test_an_absence_comes_true(house: House) -> None:
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        session.add(Absence(member_id=member.id, starts_at=TUESDAY + DAY, ends_at=TUESDAY + 9 * DAY, source="calendar"))
    found = check_it_comes_true(house)
    assert [held.reason for held in found.coming[1].holds] == ["away"]
    assert found.coming[1].at == TUESDAY + 9 * DAY


def test_an_absence_at_the_end_of_the_ladder_comes_true(house: House) -> None:
    house.change(Member, house.member().id, lambda member: setattr(member, "away_until", cast.RETURN))
    house.settle()
    check_it_comes_true(house)


def test_rungs_that_reach_nobody_are_left_out_as_foretold(db: Database) -> None:
    rungs = ladder(rung("email"), rung("chat"), rung(), rung("email", wait="1d"))
    found = check_it_comes_true(house_of(db, ladders={"standard": rungs}))
    [first, case] = found.coming
    assert (first.rung, first.channel) == (3, "sms")
    assert [(one.rung, one.modality, one.reason) for one in first.skips] == [
        (1, "email", "no_address"),
        (2, "chat", "no_address"),
    ]
    assert [one.rung for one in case.skips] == [4]


def test_several_channels_come_true(db: Database) -> None:
    rungs = ladder(rung("email", wait="1d"), rung("chat", wait="1d"), rung(wait="1d"))
    house = house_of(db, {"email": "ana@example.org", "consent_email": True}, ladders={"standard": rungs})
    with house.db.begin() as session:
        session.add(ContactPoint(member_id=house.member().id, channel="telegram", address="77", consented_at=TUESDAY))
    found = check_it_comes_true(house)
    assert [one.channel for one in found.coming[:-1]] == ["email", "telegram", "sms"]


def test_a_call_that_nobody_takes_lets_the_ladder_go_on_at_once_as_foretold(db: Database) -> None:
    calls = FakeChannel("voice", Capabilities(1600, "voice"))
    programme = make_programme(ladders={"standard": ladder(rung("voice"), rung())}, caps={"per_day": 2, "per_week": 3})
    house = House(db, programme, email=calls)
    house.bring("Ana")
    with house.db.begin() as session:
        member = session.scalars(sa.select(Member)).one()
        session.add(ContactPoint(member_id=member.id, channel="voice", address=NUMBERS["Ana"], consented_at=TUESDAY))
    expected = foretold(plan(house))
    house.settle()
    with house.db.begin() as session:
        placed = session.scalars(sa.select(OutboxMessage)).one()
        call = Call(key="a", outbox_id=placed.id, created_at=TUESDAY, changed_at=TUESDAY)
        session.add(call)
        session.flush()
        outcome.record(session, house.programme, call, CallOutcome.NO_ANSWER, house.times())
    happened = [(TUESDAY, "voice", placed.body["text"]), *lived(house, TUESDAY + 60 * DAY)]
    assert sorted(happened, key=lambda line: line[:2]) == sorted(expected, key=lambda line: line[:2])


def test_an_opt_out_ends_the_plan_in_words(house: House) -> None:
    house.change(ContactPoint, 1, lambda point: setattr(point, "opted_out_at", TUESDAY))
    [end] = plan(house).coming
    assert (end.kind, end.why) == (
        Kind.END,
        "It is cancelled. Ana has opted out, and there is no other address that may be used.",
    )


def test_a_declined_class_passes_over_to_the_next_step_as_foretold(db: Database) -> None:
    first = step("offer", "joined", "1d", message_class="promotional")
    house = house_of(db, journeys={"onboarding": journey(milestones={"one": [first, step("next", offset="2d")]})})
    with house.db.begin() as session:
        session.add(
            Declined(member_id=house.member().id, message_class="promotional", source="test", wording="no", at=TUESDAY)
        )
    found = check_it_comes_true(house)
    assert [(one.kind, one.step) for one in found.coming[:2]] == [(Kind.END, "your offer"), (Kind.MESSAGE, "your next")]


def test_a_step_that_lapses_is_passed_over_as_foretold(db: Database) -> None:
    short = [step("offer", "joined", "1d", lapses="3d"), step("next", offset="2d")]
    found = check_it_comes_true(house_of(db, journeys={"onboarding": journey(milestones={"one": short})}))
    assert "Its time is over; the step is passed over." in [one.why for one in found.coming]


def test_journeys_to_come_are_entered_as_foretold(db: Database) -> None:
    engagement = journey(
        "engagement",
        {"more": [step("event", "entered", "1d")]},
        name="More",
        stage="engagement",
        enters={"after": "stage", "stage": "onboarding", "offset": "5d"},
    )
    onboarding = journey(milestones={"one": [step("form", "joined", "1d")]})
    house = house_of(db, journeys={"onboarding": onboarding, "engagement": engagement}, ladders={"standard": QUIET})
    found = check_it_comes_true(house)
    [entry] = found.entries
    assert (entry.journey, entry.why) == ("More", "It begins 5 days after the stage onboarding was over.")
    assert [one.journey for one in found.coming if one.kind is Kind.MESSAGE] == [
        "First days", "First days", "More", "More",
    ]  # fmt: skip


def test_runs_that_lapse_and_recurring_journeys_come_true(db: Database) -> None:
    again = journey(
        "again",
        {"more": [step("event", "entered", "1d"), step("chat")]},
        name="Again",
        stage="engagement",
        lapses="6d",
        enters={"after": "joined", "offset": "2d", "every": "10d"},
    )
    house = house_of(
        db,
        journeys={"onboarding": journey(lapses="5d"), "again": again},
        ladders={"standard": QUIET},
        caps={"per_day": 1, "per_week": 5},
    )
    found = check_it_comes_true(house)
    assert {one.journey for one in found.coming} == {"First days", "Again"}
    assert len(found.entries) > 3


def test_a_celebration_comes_true(db: Database) -> None:
    content = journey()
    content["milestones"][0]["ladder"] = "cheer"
    house = house_of(
        db,
        journeys={"onboarding": content},
        ladders={"standard": QUIET, "cheer": {"rungs": [rung(text="{celebrate}")], "then": None}},
    )
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        standing = runs.active(session, member.id)
        assert standing is not None
        for key in ("form", "hello"):
            steps.complete(
                session, house.programme, standing, standing.step(key), member, steps.Said("event:crm"), TUESDAY
            )
    found = check_it_comes_true(house)
    assert found.coming[0].text == "Well done: settled!"
    assert found.coming[0].why == "A milestone was reached, and the member has not been told yet."


def test_somebody_who_is_just_writing_is_left_in_peace_as_foretold(house: House) -> None:
    with house.db.begin() as session:
        session.add(
            Conversation(
                member_id=house.member().id, last_message_at=TUESDAY, channel="sms", address=NUMBERS["Ana"], data={}
            )
        )
    found = check_it_comes_true(house)
    assert found.coming[0].at == TUESDAY + timedelta(minutes=30)
    assert [held.reason for held in found.coming[0].holds] == ["member_active"]


# What it reads and leaves alone


def test_nothing_is_written_by_looking(house: House) -> None:
    house.settle()
    before = {table.name: _count(house, table) for table in Base.metadata.sorted_tables}
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        plan_of(session, house.programme, house.reach(), member, house.clock.now())
        assert (list(session.new), list(session.dirty), list(session.deleted)) == ([], [], [])
    assert {table.name: _count(house, table) for table in Base.metadata.sorted_tables} == before


def _count(house: House, table: sa.Table) -> list[Any]:
    with house.db.begin() as session:
        return list(session.execute(sa.select(table).order_by(*table.primary_key.columns)).all())


def test_a_plan_has_an_end_in_days_and_in_entries(db: Database) -> None:
    house = house_of(db, ladders={"standard": QUIET})
    assert len(plan(house, days=3).coming) == 2
    assert plan(house, days=1000).until == TUESDAY + 60 * DAY
    cut = plan(house, entries=2)
    assert (len(cut.coming), cut.is_cut) == (2, True)
    assert not plan(house).is_cut


def test_an_open_case_holds_everything_until_a_colleague_is_done(house: House) -> None:
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        need = Need(HandOffReason.ASKED, "Asked", "sms", NUMBERS["Ana"], member)
        open_case(session, need, house.programme, now=TUESDAY, wall=TUESDAY)
    [waiting] = plan(house).coming
    assert (waiting.at, waiting.text) == (None, "Compass: Is your form done?")
    assert [(held.reason, held.until) for held in waiting.holds] == [("open_case", None)]


def test_what_is_held_beyond_the_days_that_are_looked_at_is_told_too(house: House) -> None:
    house.change(Member, house.member().id, lambda member: setattr(member, "away_until", TUESDAY.date() + 90 * DAY))
    [waiting] = plan(house).coming
    assert [held.reason for held in waiting.holds] == ["away"]
    assert waiting.at is not None
    assert waiting.at > plan(house).until


def test_the_ways_tell_the_step_in_hand_and_those_ahead(house: House) -> None:
    [way] = plan(house).ways
    assert (way.journey, way.in_hand, way.ahead) == ("First days", "your form", ("your hello", "your plan"))


# History


def test_the_history_tells_what_was_sent_by_which_rule_and_what_was_held_and_why(house: House) -> None:
    house.clock.set(TUESDAY + 12 * HOUR)
    house.settle()
    house.clock.set(TUESDAY + DAY)
    house.settle()
    told = plan(house).history
    sent = next(one for one in told if one.rule is not None)
    assert (sent.what, sent.channel, sent.text) == ("The programme wrote", "sms", "Compass: Is your form done?")
    assert sent.rule == "check_in:form:rung 1"
    held = next(one for one in told if one.what == "Message 1 about your form: held back")
    assert held.why == "It is outside of contact hours where Ana lives. (by bot)"
    assert any(one.what == "Journey First days: entered" for one in told)
    assert any(one.what == "Consent to sms given" for one in told)
    assert [one.at for one in told] == sorted(one.at for one in told)


def test_the_history_tells_answers_and_steps(house: House) -> None:
    house.settle()
    house.perform("action_report_done", "yep, did it")
    told = {one.what: one for one in plan(house).history}
    assert told["Ana wrote"].text == "yep, did it"
    assert told["Step your form: done"].why == "yep, did it (by member:sms)"


def test_the_history_is_as_long_as_is_asked_for(house: House) -> None:
    house.settle()
    assert plan(house, history=0).history == ()
    assert len(plan(house, history=2).history) == 2
    assert plan(house, history=2).history == plan(house).history[-2:]


# Words


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_the_policy_has_a_sentence(reason: Reason) -> None:
    told = reason_words(reason, "Ana")
    assert reason in REASONS
    assert told.endswith(".")
    assert "{" not in told


def test_a_reason_that_is_not_the_policys_is_told_as_it_is() -> None:
    assert reason_words("no such number", "Ana") == "no such number"
