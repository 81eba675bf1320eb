"""Members moved by staff: to another segment, into a journey, out of one, and on in it."""

from __future__ import annotations

import pytest

from bot.db import Database
from bot.errors import NotFound, Refused
from bot.members import move
from bot.members.enrol import enrol
from bot.members.hand import Hand
from bot.model import AuditEntry, CheckIn, JourneyRun, Member, MemberStatus, Question, RunState, StepProgress, StepState
from tests.support import cast
from tests.support.house import House
from tests.support.small_programme import journey, make_programme


@pytest.fixture
def moving(db: Database) -> House:
    house = House(db, programme=make_programme(journeys={"onboarding": journey(), "second": journey("second")}))
    house.bring("Ana")
    return house


@pytest.fixture
def maria(moving: House) -> Hand:
    with moving.db.begin() as session:
        person = cast.colleague(session)
    return Hand("console:maria@example.org", moving.times(), person.id)


def runs(house: House) -> list[tuple[str, str, str | None]]:
    return [(run.journey, str(run.state), run.outcome) for run in house.rows(JourneyRun)]


def test_a_segment_that_staff_chose_outlives_the_next_file(moving: House, maria: Hand) -> None:
    with moving.db.begin() as session:
        assert move.to_segment(session, moving.programme, 1, maria, "student") == "student"
    moving.bring("Ana")
    assert moving.member().segment == "student"
    with moving.db.begin() as session:
        with pytest.raises(Refused, match="already"):
            move.to_segment(session, moving.programme, 1, maria, "student")
        assert move.to_segment(session, moving.programme, 1, maria, None) == "everybody"
    told = moving.rows(AuditEntry, AuditEntry.action == "member.moved")
    assert [row.reason for row in told] == ["everybody to student", "student to everybody"]


def test_a_file_that_names_the_segment_decides(moving: House, maria: Hand) -> None:
    with moving.db.begin() as session:
        move.to_segment(session, moving.programme, 1, maria, "student")
        row = cast.row("Ana", traits={"segment": "everybody"})
        enrol(session, moving.programme, row, source="test", now=moving.clock.now())
    moving.bring("Ana")
    assert moving.member().segment == "everybody"


def test_no_segment_that_the_content_lacks(moving: House, maria: Hand) -> None:
    with pytest.raises(Refused, match="not a segment"), moving.db.begin() as session:
        move.to_segment(session, moving.programme, 1, maria, "vip")


def test_a_journey_that_is_stopped_asks_no_more_and_can_be_started_again(moving: House, maria: Hand) -> None:
    moving.settle()
    with moving.db.begin() as session:
        found = move.options(session, moving.programme, 1)
        assert {one.journey for one in found.under_way} == {"onboarding", "second"}
        assert found.to_start == ()
        first = next(one.run_id for one in found.under_way if one.journey == "onboarding")
        assert first is not None
        move.stop(session, moving.programme, 1, maria, first)
    assert ("onboarding", "ended", move.STOPPED) in runs(moving)
    assert not moving.rows(CheckIn, CheckIn.run_id == first, CheckIn.next_touch_at.is_not(None))
    with moving.db.begin() as session:
        with pytest.raises(Refused, match="over"):
            move.stop(session, moving.programme, 1, maria, first)
        assert [one.journey for one in move.options(session, moving.programme, 1).to_start] == ["onboarding"]
        again = move.start(session, moving.programme, 1, maria, "onboarding")
        with pytest.raises(Refused, match="already"):
            move.start(session, moving.programme, 1, maria, "onboarding")
    assert moving.get(JourneyRun, again).state is RunState.ACTIVE
    assert moving.rows(CheckIn, CheckIn.run_id == again, CheckIn.next_touch_at.is_not(None))


def test_who_has_left_enters_nothing(moving: House, maria: Hand) -> None:
    moving.change(Member, 1, lambda member: setattr(member, "status", MemberStatus.LEFT))
    with pytest.raises(Refused, match="no member any more"), moving.db.begin() as session:
        move.start(session, moving.programme, 1, maria, "onboarding")
    with pytest.raises(NotFound), moving.db.begin() as session:
        move.start(session, moving.programme, 1, maria, "flying")


def test_moving_on_to_a_milestone_passes_over_what_is_before_it(moving: House, maria: Hand) -> None:
    moving.settle()
    with moving.db.begin() as session:
        here = move.options(session, moving.programme, 1).under_way[0]
        assert here.run_id is not None
        key, _name = here.milestones[-1]
        assert move.skip_to(session, moving.programme, 1, maria, here.run_id, key) > 0
        with pytest.raises(Refused, match="over already"):
            move.skip_to(session, moving.programme, 1, maria, here.run_id, key)
        with pytest.raises(NotFound):
            move.skip_to(session, moving.programme, 1, maria, here.run_id, "moon")
        with pytest.raises(NotFound):
            move.skip_to(session, moving.programme, 1, maria, 99, key)
    states = {row.step: row.state for row in moving.rows(StepProgress, StepProgress.run_id == here.run_id)}
    assert states["form"] is StepState.SKIPPED
    live = moving.rows(CheckIn, CheckIn.run_id == here.run_id, CheckIn.next_touch_at.is_not(None))
    assert [states[one.step] for one in live] == [StepState.PENDING]
    assert moving.conversation().question is not Question.CHECK_IN
