"""Steps that staff mark: done, passed over, opened again."""

from __future__ import annotations

import pytest

from bot.errors import NotFound, Refused
from bot.members.progress_by_staff import Mark, mark
from bot.model import AuditEntry, CheckIn, CheckInState, JourneyRun, Member, Question, RunState, StepProgress, StepState
from bot.progress.steps import Said
from tests.support.house import House

MARIA = Said("staff:maria@example.org", "saw it")


def say(house: House, step: str, to: Mark) -> None:
    with house.db.begin() as session:
        mark(session, house.programme, session.get_one(Member, 1), step, to, MARIA, house.clock.now())


def state(house: House, step: str) -> StepState:
    return house.one(StepProgress, StepProgress.step == step).state


def live(house: House) -> list[str]:
    return [row.step for row in house.rows(CheckIn, CheckIn.next_touch_at.is_not(None))]


def test_a_step_that_staff_saw_done_is_done_with_its_evidence(house: House) -> None:
    house.settle()
    say(house, "form", Mark.DONE)
    row = house.one(StepProgress, StepProgress.step == "form")
    assert (row.state, row.source, row.evidence) == (StepState.DONE, "staff:maria@example.org", "saw it")
    assert live(house) == ["hello"]


def test_a_yes_that_comes_afterwards_does_not_count_for_the_next_step(house: House) -> None:
    house.settle()
    assert house.conversation().question is Question.CHECK_IN
    say(house, "form", Mark.DONE)
    house.perform("action_affirm", "yes")
    assert state(house, "hello") is StepState.PENDING


def test_a_question_about_another_step_stays_open(house: House) -> None:
    house.settle()
    say(house, "plan", Mark.DONE)
    assert (live(house), house.conversation().question) == (["form"], Question.CHECK_IN)


def test_a_step_that_is_passed_over_gives_way_to_the_next(house: House) -> None:
    house.settle()
    say(house, "form", Mark.SKIPPED)
    assert (state(house, "form"), live(house)) == (StepState.SKIPPED, ["hello"])
    assert house.rows(CheckIn)[0].state is CheckInState.CANCELLED


def test_an_opened_step_waits_behind_the_open_question_and_comes_then(house: House) -> None:
    say(house, "form", Mark.DONE)
    say(house, "form", Mark.OPEN)
    assert (state(house, "form"), live(house)) == (StepState.PENDING, ["hello"])
    say(house, "hello", Mark.DONE)
    assert live(house) == ["form"]


def test_saying_it_twice_is_saying_it_once(house: House) -> None:
    say(house, "form", Mark.DONE)
    entries = len(house.rows(AuditEntry))
    say(house, "form", Mark.DONE)
    assert len(house.rows(AuditEntry)) == entries


def test_a_step_that_no_journey_has_is_not_found(house: House) -> None:
    with pytest.raises(NotFound, match="a step fly"):
        say(house, "fly", Mark.DONE)


def test_a_journey_that_is_over_takes_no_more_marks(house: House) -> None:
    for step in ("form", "hello", "plan"):
        say(house, step, Mark.DONE)
    assert house.one(JourneyRun).state is RunState.COMPLETED
    with pytest.raises(Refused, match="is over"):
        say(house, "form", Mark.OPEN)
