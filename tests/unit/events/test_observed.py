"""Events that show a step to be done: which count, in which runs, and what becomes of the question."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db import Database
from bot.model import (
    AuditEntry,
    CheckIn,
    CheckInState,
    Conversation,
    JourneyRun,
    MemberStatus,
    Question,
    RunState,
    StepProgress,
    StepState,
)
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, make_programme, step
from tests.unit.events.telling import observing, renewing, tell

DAY = timedelta(days=1)


@pytest.fixture
def house(db: Database) -> House:
    house = House(db, observing())
    house.bring("Ana")
    return house


def states(house: House) -> dict[str, str]:
    return {progress.step: str(progress.state) for progress in house.rows(StepProgress)}


def test_the_step_in_hand_is_done_and_the_next_is_asked(house: House) -> None:
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]
    house.clock.push(DAY)
    tell(house, "form.sent", id="web-7")
    first, second = house.rows(CheckIn)
    assert (first.state, first.outcome) == (CheckInState.ANSWERED, "done")
    assert (second.step, second.state) == ("hello", CheckInState.SCHEDULED)
    form = house.one(StepProgress, StepProgress.step == "form")
    assert (form.state, form.source) == (StepState.DONE, "event:api:lms")
    assert form.evidence == "form.sent on 2026-11-25 15:00 UTC (id web-7)"
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]


def test_a_yes_that_comes_after_the_event_is_not_taken_for_the_next_step(house: House) -> None:
    house.settle()
    assert house.conversation().question is Question.CHECK_IN
    tell(house, "form.sent")
    assert house.conversation().question is Question.NONE


def test_a_question_about_another_step_stays_open(house: House) -> None:
    house.settle()
    tell(house, "posted")
    assert states(house) == {"form": "pending", "hello": "done", "plan": "pending"}
    assert house.one(CheckIn).state is CheckInState.OPEN
    assert house.get(Conversation, house.member().id).question is Question.CHECK_IN


def test_any_of_the_events_of_a_step_will_do_and_the_second_changes_nothing(house: House) -> None:
    tell(house, "posted")
    tell(house, "signed_in")
    done = house.rows(AuditEntry, AuditEntry.action == "step.done")
    assert [(entry.subject, entry.actor) for entry in done] == [("onboarding:hello", "event:api:lms")]


def test_an_event_that_no_step_waits_for_is_only_kept(house: House) -> None:
    tell(house, "bought.coffee")
    assert set(states(house).values()) == {"pending"}


def test_the_last_step_that_is_seen_completes_the_journey(db: Database) -> None:
    house = House(db, make_programme(journeys={"onboarding": journey(milestones={
        "all": [step("form", "joined", "1d", observed_by=["seen"]), step("hello", observed_by=["seen"])],
    })}))  # fmt: skip
    house.bring("Ana")
    tell(house, "seen")
    assert house.one(JourneyRun).state is RunState.COMPLETED
    assert set(states(house).values()) == {"done"}


def test_a_step_that_was_passed_over_turns_out_done(house: House) -> None:
    form = house.one(StepProgress, StepProgress.step == "form")
    house.change(StepProgress, form.id, lambda row: setattr(row, "state", StepState.SKIPPED))
    tell(house, "form.sent")
    assert states(house)["form"] == "done"


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2026, 11, 22, 5, 0, tzinfo=UTC), True),  # midnight in New York, where Ana joined on that day
        (datetime(2026, 11, 22, 0, 0, tzinfo=UTC), True),  # the day alone, as many systems write it
        (datetime(2026, 11, 21, 23, 59, tzinfo=UTC), False),
    ],
)
def test_for_onboarding_an_event_counts_from_the_day_of_joining(house: House, at: datetime, counts: bool) -> None:
    tell(house, "form.sent", at)
    assert states(house)["form"] == ("done" if counts else "pending")


def test_for_other_stages_an_event_counts_from_the_entry(db: Database) -> None:
    house = House(db, observing(renewal=renewing()))
    house.bring("Ana", renews_on=date(2027, 1, 20))
    talk = StepProgress.step == "talk"
    tell(house, "talked", TUESDAY - timedelta(minutes=1))
    assert house.one(StepProgress, talk).state is StepState.PENDING
    house.clock.push(timedelta(hours=1))
    tell(house, "talked", TUESDAY)
    assert house.one(StepProgress, talk).state is StepState.DONE


def test_an_event_counts_in_every_run_that_has_the_step(db: Database) -> None:
    milestones = {"all": [step("form", "entered", "1d", observed_by=["form.sent"]), step("late")]}
    second = journey("second", milestones, stage="engagement", enters={"after": "joined", "offset": "0d"})
    house = House(db, observing(second=second))
    house.bring("Ana")
    tell(house, "form.sent")
    forms = house.rows(StepProgress, StepProgress.step == "form")
    assert [progress.state for progress in forms] == [StepState.DONE, StepState.DONE]


def test_what_was_seen_before_a_run_began_counts_when_it_begins(db: Database) -> None:
    """Somebody whose segment changes comes into another onboarding, and isn't asked what was seen already."""
    both = {
        "first": journey("first", {"a": [step("form", "joined", "1d")]}, segments=["everybody"]),
        "other": journey(
            "other",
            {"a": [step("photo", "joined", "1d", observed_by=["photo.added"]), step("hello")]},
            segments=["student"],
        ),
    }
    house = House(db, make_programme(journeys=both))
    house.bring("Ana")
    tell(house, "photo.added")
    house.clock.push(DAY)
    house.bring("Ana", traits={"stage": "student"})
    photo = house.one(StepProgress, StepProgress.step == "photo")
    assert (photo.state, photo.source) == (StepState.DONE, "event:api:lms")
    live = house.one(CheckIn, CheckIn.state == CheckInState.SCHEDULED)
    assert live.step == "hello"


def test_a_renewal_completes_the_renewal_journey_and_moves_the_date(db: Database) -> None:
    house = House(db, observing(renewal=renewing()))
    house.bring("Ana", renews_on=date(2027, 1, 20))
    tell(house, "membership.renewed")
    run = house.one(JourneyRun, JourneyRun.journey == "renewal")
    assert (run.state, run.outcome) == (RunState.COMPLETED, "completed")
    assert house.member().renews_on == date(2028, 1, 20)


def test_who_comes_back_completes_the_journey_that_won_them_back(db: Database) -> None:
    back = {"back": [step("return", "entered", "1d", observed_by=["membership.joined_again", "membership.renewed"])]}
    winback = journey("winback", back, stage="winback", enters={"after": "lapsed", "offset": "0d"})
    house = House(db, observing(winback=winback))
    house.bring("Ana")
    tell(house, "membership.lapsed")
    house.clock.push(DAY)
    house.settle()
    assert house.one(JourneyRun, JourneyRun.journey == "winback").state is RunState.ACTIVE
    tell(house, "membership.joined_again")
    assert house.one(JourneyRun, JourneyRun.journey == "winback").state is RunState.COMPLETED
    member = house.member()
    assert (member.status, member.joined_on) == (MemberStatus.ACTIVE, date(2026, 11, 25))
