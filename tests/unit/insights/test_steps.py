"""How far members come in a journey: each number is known beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.insights import funnel, steps, whereabouts
from bot.insights.funnel import Chosen, Funnel
from bot.insights.steps import Place, Who
from bot.insights.tally import Slice, Tally
from bot.model import (
    CheckInState,
    HandOff,
    HandOffReason,
    JourneyRun,
    MemberStatus,
    Priority,
    RunState,
    StepState,
    Team,
)
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, make_programme, step
from tests.unit.insights.histories import DAY, HOUR, Step, asked, done, member, run

PROGRAMME = make_programme()
FIRST = PROGRAMME.journeys["onboarding"]
ALL = Slice(0, 10**6)


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    with db.begin() as opened:
        yield opened


def told(session: Session, chosen: Chosen = funnel.EVERYBODY) -> Funnel:
    found = steps.look(session, ALL, TUESDAY)
    return funnel.funnel(found, funnel.versions(session, PROGRAMME)["onboarding"], chosen)


def test_nobody_has_entered(session: Session) -> None:
    found = told(session)
    assert (found.runs.entered, found.runs.days) == (0, None)
    assert [(one.entered, one.reached, one.not_yet) for one in found.steps.values()] == [(0, 0, 0)] * 3


def test_each_run_is_counted_once_on_each_step(session: Session) -> None:
    for source in ("member:sms", "member:email", "event:crm", "staff:Maria", "api:crm"):
        run(session, FIRST, member(session), {"form": done(source, 2 * DAY)})
    run(session, FIRST, member(session), {"form": Step(StepState.SKIPPED, "bot")})
    asked(session, run(session, FIRST, member(session)), "form", opened=TUESDAY - 6 * DAY)
    asked(session, run(session, FIRST, member(session)), "form", opened=TUESDAY - 7 * DAY)
    asked(session, run(session, FIRST, member(session)), "form", CheckInState.SCHEDULED)
    asked(session, run(session, FIRST, member(session)), "form", CheckInState.HANDED_OFF)
    run(session, FIRST, member(session), {"form": Step(StepState.BLOCKED, "member:sms")})
    run(session, FIRST, member(session))
    left = run(session, FIRST, member(session), state=RunState.ENDED, outcome="lapsed")
    asked(session, left, "form", CheckInState.CANCELLED)
    form = told(session).steps["form"]
    assert form.done == {Who.MEMBER: 2, Who.EVENT: 1, Who.STAFF: 2}
    assert form.here == {Place.OPEN: 1, Place.OVERDUE: 1, Place.COMING: 1, Place.STUCK: 2}
    assert (form.entered, form.reached, form.skipped, form.stopped, form.not_yet) == (13, 12, 1, 1, 1)
    assert form.days == 2


def test_what_was_asked_again_counts_as_it_stands_now(session: Session) -> None:
    going = run(session, FIRST, member(session), {"form": Step(StepState.IN_PROGRESS, "member:sms")})
    asked(session, going, "form", CheckInState.ANSWERED, TUESDAY - 9 * DAY)
    asked(session, going, "form", CheckInState.SCHEDULED, round=2)
    assert told(session).steps["form"].here == {Place.OPEN: 1}


def test_runs_are_told_by_how_they_ended(session: Session) -> None:
    for days in (3, 5, 30):
        run(session, FIRST, member(session), state=RunState.COMPLETED, ended_at=TUESDAY + (days - 20) * DAY + HOUR)
    for why in ("lapsed", "lapsed", "left"):
        run(session, FIRST, member(session), state=RunState.ENDED, outcome=why)
    run(session, FIRST, member(session))
    found = told(session).runs
    assert (found.active, found.completed, found.ended, found.entered) == (1, 3, 3, 7)
    assert found.left == {"lapsed": 2, "left": 1}
    assert found.days == 5


def test_a_journey_that_is_complete_without_a_step_has_not_stopped_at_it(session: Session) -> None:
    over = run(session, FIRST, member(session), state=RunState.COMPLETED, ended_at=TUESDAY)
    asked(session, over, "plan", CheckInState.CANCELLED)
    plan = told(session).steps["plan"]
    assert (plan.stopped, plan.reached, plan.not_yet) == (0, 0, 1)


def test_whoever_was_merged_into_another_is_not_counted(session: Session) -> None:
    run(session, FIRST, member(session, status=MemberStatus.MERGED), {"form": done()})
    assert told(session).runs.entered == 0


def test_runs_are_chosen_by_segment_and_by_the_month_of_joining(session: Session) -> None:
    run(session, FIRST, member(session, "student", date(2026, 9, 30)), {"form": done()})
    run(session, FIRST, member(session, "student", date(2026, 10, 1)), {"form": done()})
    run(session, FIRST, member(session, "everybody", date(2026, 10, 31)))
    assert told(session, Chosen(segment="student")).steps["form"].all_done == 2
    october = told(session, Chosen(joined="2026-10")).steps["form"]
    assert (october.entered, october.all_done) == (2, 1)
    assert told(session, Chosen("student", "2026-10")).runs.entered == 1
    assert funnel.months(steps.look(session, ALL, TUESDAY), "onboarding") == ["2026-10", "2026-09"]


def test_members_keep_the_version_that_they_entered(session: Session) -> None:
    older = make_programme(journeys={"onboarding": journey(milestones={"old": [step("fax", "joined"), step("form")]})})
    before = older.journeys["onboarding"]
    run(session, before, member(session), {"fax": done(), "form": done()})
    run(session, FIRST, member(session), {"form": done()})
    known = funnel.versions(session, PROGRAMME)["onboarding"]
    assert [(one.number, one.is_current) for one in known] in ([(1, False), (2, True)], [(1, True), (2, False)])
    assert funnel.newest(known).digest == FIRST.version
    everybody = told(session)
    assert everybody.journey == FIRST
    assert (everybody.steps["form"].entered, everybody.steps["plan"].entered) == (2, 1)
    assert [(one.key, one.all_done) for one in everybody.gone] == [("fax", 1)]
    one = told(session, Chosen(version=before.version))
    assert (one.journey.version, list(one.steps), one.runs.entered) == (before.version, ["fax", "form"], 1)


def test_a_journey_that_nobody_can_enter_any_more_is_still_told(session: Session) -> None:
    gone = make_programme(journeys={"old": journey("old")}).journeys["old"]
    run(session, gone, member(session), {"form": done()})
    known = funnel.versions(session, PROGRAMME)
    assert [one.is_current for one in known["old"]] == [False]
    assert funnel.funnel(steps.look(session, ALL, TUESDAY), known["old"]).steps["form"].all_done == 1


def test_slices_add_up_to_the_whole(db: Database, house: House) -> None:
    with db.begin() as session:
        for at in range(7):
            run(session, FIRST, member(session), {"form": done(after=at * DAY)})
        whole = steps.look(session, ALL, TUESDAY)
        parts = steps.Steps()
        for low in range(0, 9, 3):
            parts.add(steps.look(session, Slice(low, low + 3), TUESDAY))
    assert parts == whole
    tally = Tally(db, JourneyRun.id, steps.Steps, steps.look)
    assert tally.is_little()
    counted = tally.count(house.times())
    assert (counted.value, counted.at) == (whole, TUESDAY)
    assert not tally.is_stale(counted.wall + timedelta(seconds=59))
    assert tally.is_stale(counted.wall + timedelta(minutes=1))


def test_who_stands_at_a_step_and_who_has_waited_longest(session: Session) -> None:
    late = run(session, FIRST, member(session, first_name="Late"))
    asked(session, late, "form", opened=TUESDAY - 9 * DAY)
    asked(session, run(session, FIRST, member(session, first_name="Fresh")), "form", opened=TUESDAY - DAY)
    asked(session, run(session, FIRST, member(session, first_name="Else")), "hello", opened=TUESDAY - 9 * DAY)
    run(session, FIRST, member(session, first_name="Said"), {"form": Step(StepState.BLOCKED, "member:sms")})
    silent = run(session, FIRST, member(session, first_name="Silent"))
    question = asked(session, silent, "form", CheckInState.HANDED_OFF)
    session.add(
        HandOff(member_id=silent.member_id, subject="member:1", channel="sms", address="+1", summary="No answer",
                reason=HandOffReason.SILENT, priority=Priority.HIGH, team=Team.MEMBER_SUCCESS, opened_at=TUESDAY,
                check_in_id=question.id)
    )  # fmt: skip
    session.flush()

    def names(*places: Place, chosen: Chosen = funnel.EVERYBODY) -> list[str]:
        found = whereabouts.at_step(session, "onboarding", "form", places, TUESDAY, chosen=chosen)
        return [one.name.split()[0] for one in found]

    assert names(Place.OVERDUE) == ["Late"]
    assert names(Place.OPEN, Place.OVERDUE) == ["Late", "Fresh"]
    assert names(Place.STUCK) == ["Said", "Silent"]
    assert names(Place.OPEN, chosen=Chosen(segment="student")) == []
    assert names(Place.OPEN, chosen=Chosen(joined="2026-11", version=FIRST.version)) == ["Fresh"]
