"""Entering a journey, going through it, and standing somewhere in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db import Database
from bot.model import (
    AuditEntry,
    CheckIn,
    CheckInState,
    JourneyRun,
    JourneyVersion,
    Member,
    RunState,
    StepProgress,
    StepState,
)
from bot.programme.models import Journey
from bot.progress import runs, steps
from bot.progress.steps import Advance, Said
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, make_programme, step

DAY = timedelta(days=1)


@dataclass
class Going:
    """Ana's way through her journey."""

    house: House

    def complete(self, key: str, said: Said = Said("member:sms", "did it")) -> Advance:  # noqa: B008 - frozen
        with self.house.db.begin() as session:
            standing = runs.active(session, 1)
            assert standing is not None
            member = session.get_one(Member, 1)
            programme, now = self.house.programme, self.house.clock.now()
            return steps.complete(session, programme, standing, standing.step(key), member, said, now)

    def enter(self, occasion: str, found: Journey | None = None) -> runs.Standing | None:
        with self.house.db.begin() as session:
            way = found or self.house.programme.journeys["onboarding"]
            member, now = session.get_one(Member, 1), self.house.clock.now()
            return runs.enter(session, member, way, runs.Occasion(occasion), now)

    def states(self) -> dict[str, StepState]:
        return {row.step: row.state for row in self.house.rows(StepProgress)}


@pytest.fixture
def going(house: House) -> Going:
    return Going(house)


def test_a_member_enters_with_every_step_open_and_the_first_question_scheduled(going: Going) -> None:
    assert going.states() == dict.fromkeys(("form", "hello", "plan"), StepState.PENDING)
    check_in = going.house.check_in()
    assert (check_in.step, check_in.state, check_in.round) == ("form", CheckInState.SCHEDULED, 1)


def test_a_journey_is_entered_once_on_one_occasion(going: Going) -> None:
    assert going.enter("joined") is None
    assert going.enter("joined") is None
    assert len(going.house.rows(JourneyRun)) == 1


def test_a_journey_is_entered_again_on_another_occasion(going: Going) -> None:
    assert going.enter("2027-renewal") is not None
    assert [run.occasion for run in going.house.rows(JourneyRun)] == ["joined", "2027-renewal"]
    assert len(going.house.rows(JourneyVersion)) == 1


def test_the_version_is_pinned_when_the_journey_is_entered(going: Going) -> None:
    changed = make_programme(journeys={"onboarding": journey(milestones={"m": [step("tour", "joined", "1d")]})})
    new = changed.journeys["onboarding"]
    assert going.enter("again", new) is not None
    first, second = going.house.rows(JourneyRun)
    assert first.version != second.version
    with going.house.db.begin() as session:
        assert runs.standing(session, first.id).journey == going.house.programme.journeys["onboarding"]
        assert runs.standing(session, second.id).journey == new


def test_the_newest_run_under_way_is_the_one_that_counts(going: Going) -> None:
    going.enter("again")
    with going.house.db.begin() as session:
        standing = runs.active(session, 1)
        assert standing is not None
        assert standing.run.occasion == "again"
        standing.run.state = RunState.ENDED
    with going.house.db.begin() as session:
        standing = runs.active(session, 1)
        assert standing is not None
        assert standing.run.occasion == "joined"


def test_a_step_that_is_done_closes_its_question_and_schedules_the_next(going: Going) -> None:
    advance = going.complete("form")
    assert advance.reached is None
    assert advance.ahead is not None
    assert advance.ahead.key == "hello"
    first, second = going.house.rows(CheckIn)
    assert (first.state, first.outcome, first.next_touch_at) == (CheckInState.ANSWERED, "done", None)
    assert (second.step, second.state) == ("hello", CheckInState.SCHEDULED)
    assert second.next_touch_at == TUESDAY + 3 * DAY


def test_the_last_step_of_a_milestone_reaches_it(going: Going) -> None:
    going.complete("form")
    reached = going.complete("hello").reached
    assert reached is not None
    assert reached.key == "settled"


def test_a_milestone_is_reached_by_whichever_of_its_steps_comes_last(going: Going) -> None:
    assert going.complete("hello").reached is None
    reached = going.complete("form").reached
    assert reached is not None
    assert reached.key == "settled"


def test_the_last_step_completes_the_journey(going: Going) -> None:
    for key in ("form", "hello"):
        going.complete(key)
    last = going.complete("plan")
    assert last.ahead is None
    assert last.reached is not None
    run = going.house.one(JourneyRun)
    assert (run.state, run.ended_at) == (RunState.COMPLETED, TUESDAY)
    assert all(row.state is CheckInState.ANSWERED for row in going.house.rows(CheckIn))
    with going.house.db.begin() as session:
        assert runs.active(session, 1) is None
    going.house.settle()
    assert going.house.sms.calls == []


def test_a_skipped_step_is_behind_the_member(going: Going) -> None:
    going.house.change(StepProgress, 1, lambda row: setattr(row, "state", StepState.SKIPPED))
    with going.house.db.begin() as session:
        standing = runs.active(session, 1)
        assert standing is not None
        assert standing.current is not None
        assert standing.current.key == "hello"


@pytest.mark.parametrize("source", ["member:sms", "staff:Maria", "event"])
def test_who_says_that_a_step_is_done_is_kept(going: Going, source: str) -> None:
    going.complete("form", Said(source, "the words"))
    row = going.house.rows(StepProgress)[0]
    assert (row.state, row.source, row.evidence, row.changed_at) == (StepState.DONE, source, "the words", TUESDAY)
    [entry] = going.house.rows(AuditEntry, AuditEntry.action == "step.done")
    assert (entry.actor, entry.subject, entry.reason) == (source, "onboarding:form", "the words")


def test_an_event_stops_the_climb_too(going: Going) -> None:
    going.house.settle()
    going.complete("form", Said("event"))
    going.house.clock.push(2 * DAY)
    going.house.settle()
    assert going.house.texts() == ["Compass: Is your form done?"]


def test_a_new_question_takes_the_place_of_the_live_one(going: Going) -> None:
    with going.house.db.begin() as session:
        standing = runs.active(session, 1)
        assert standing is not None
        steps.schedule(session, standing, standing.step("form"), TUESDAY + DAY, TUESDAY)
    first, second = going.house.rows(CheckIn)
    assert (first.state, first.outcome) == (CheckInState.CANCELLED, "replaced")
    assert (second.round, second.next_touch_at) == (2, TUESDAY + DAY)


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("America/New_York", datetime(2026, 11, 26, 14, 0, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 11, 26, 3, 30, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 11, 25, 20, 0, tzinfo=UTC)),
    ],
)
def test_what_is_due_after_joining_is_due_at_nine_of_the_members_day(db: Database, zone: str, due: datetime) -> None:
    house = House(db)
    house.bring("Ana", time_zone=zone, joined_on=date(2026, 11, 25))
    house.clock.push(due - timedelta(hours=1) - house.clock.now())
    house.tick()
    assert house.check_in().next_touch_at == due


def test_what_was_due_long_ago_is_due_now(db: Database) -> None:
    house = House(db)
    house.bring("Ana", joined_on=date(2020, 1, 1))
    assert house.check_in().next_touch_at == TUESDAY
