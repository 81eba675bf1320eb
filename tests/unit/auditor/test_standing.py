"""Each kind of what is wrong now is found when exactly that is broken, and not before."""

from __future__ import annotations

import sqlalchemy as sa

from bot.db import Database
from bot.handoff import acts
from bot.model import (
    CheckIn,
    CheckInState,
    HandOff,
    JourneyRun,
    OutboxMessage,
    PlannedEntry,
    StepProgress,
    StepState,
    Touch,
    TouchState,
)
from tests.support.house import House
from tests.support.small_programme import make_programme
from tests.unit.auditor.world import DAY, MINUTE, add, found, sent_once, set_row
from tests.unit.handoff.office import inbox, team


def test_a_question_that_nobody_looked_at_in_time(house: House) -> None:
    house.settle()
    house.clock.push(2 * DAY + 14 * MINUTE)
    assert found(house) == []
    house.clock.push(2 * MINUTE)
    assert found(house) == [("missed_check_in", "check_in:1")]
    assert found(house, lateness=DAY) == []


def test_a_touch_on_its_way_without_a_message(house: House) -> None:
    house.tick()
    house.clock.push(16 * MINUTE)
    assert found(house) == []
    with house.db.begin() as session:
        session.execute(sa.delete(OutboxMessage))
    assert found(house) == [("missed_touch", "touch:1")]


def test_a_question_handed_to_a_person_without_a_case(house: House) -> None:
    for _ in range(3):
        house.settle()
        house.clock.push(2 * DAY)
    house.look_at_cases()
    assert found(house) == []
    with house.db.begin() as session:
        session.execute(sa.delete(HandOff))
    assert found(house) == [("missed_case", "run:1")]


def test_a_message_of_a_member_that_waits(house: House) -> None:
    house.settle()
    house.hear("hello?")
    house.clock.push(14 * MINUTE)
    assert found(house) == []
    house.clock.push(2 * MINUTE)
    assert found(house) == [("missed_answer", "inbox:1")]


def test_an_answer_that_does_not_leave(house: House) -> None:
    house.settle()
    row = house.enqueue("hello")
    house.clock.push(16 * MINUTE)
    assert found(house) == [("missed_delivery", f"outbox:{row}")]


def test_a_question_may_wait_for_its_place_longer_than_an_answer(house: House) -> None:
    house.tick()
    house.clock.push(59 * MINUTE)
    assert found(house) == []
    house.clock.push(2 * MINUTE)
    assert found(house) == [("missed_delivery", "outbox:1")]


def test_a_journey_that_does_not_begin(house: House) -> None:
    house.settle()
    due = house.clock.now() - 16 * MINUTE
    add(house, PlannedEntry(member_id=house.member().id, journey="tour", occasion="joined", due_at=due))
    assert found(house) == [("missed_entry", "planned_entry:1")]


def test_a_journey_that_does_not_end(house: House) -> None:
    house.settle()
    set_row(house, JourneyRun, 1, lapses_at=house.clock.now() - 16 * MINUTE)
    assert found(house) == [("missed_end", "run:1")]


def test_an_open_question_without_a_time(house: House) -> None:
    house.settle()
    set_row(house, CheckIn, 1, next_touch_at=None)
    assert found(house) == [("no_next_step_check_in", "check_in:1")]


def test_a_journey_that_asks_nothing_any_more(house: House) -> None:
    house.settle()
    set_row(house, CheckIn, 1, state=CheckInState.CANCELLED, closed_at=house.clock.now(), next_touch_at=None)
    assert found(house) == [("no_next_step_journey", "run:1")]


def test_a_journey_whose_every_step_is_over_asks_nothing_rightly(house: House) -> None:
    house.settle()
    set_row(house, CheckIn, 1, state=CheckInState.CANCELLED, closed_at=house.clock.now(), next_touch_at=None)
    for progress in house.rows(StepProgress):
        set_row(house, StepProgress, progress.id, state=StepState.SKIPPED)
    assert found(house) == []


def test_a_held_message_that_the_ladder_left_behind(house: House) -> None:
    touch = sent_once(house)
    house.clock.push(DAY)
    held = {"state": TouchState.HELD, "sent_at": None, "held_until": house.clock.now() - 25 * 60 * MINUTE}
    set_row(house, Touch, touch.id, **held)
    assert found(house) == [("no_next_step_hold", f"touch:{touch.id}")]


def test_two_open_questions_in_one_journey(house: House) -> None:
    house.settle()
    now = house.clock.now()
    other = CheckIn(
        member_id=house.member().id, run_id=1, step="form", round=2, next_touch_at=now + DAY, created_at=now
    )
    add(house, other)
    assert found(house) == [("doubled_question", "run:1")]


def with_a_case(db: Database) -> House:
    """Ana asked for a person on a Tuesday, in the hours of a team whose ladder has two rungs."""
    parts = inbox(member_success=team(), ladder=[{"to": to, "by": "slack", "wait": "1h"} for to in ("deputy", "lead")])
    house = House(db, make_programme(inbox=parts))
    house.bring("Ana")
    house.perform("action_request_human", "a person please")
    house.settle()
    return house


def test_a_case_that_nobody_looked_at_in_time(db: Database) -> None:
    house = with_a_case(db)
    set_row(house, HandOff, 1, look_at=house.clock.now())
    house.clock.push(14 * MINUTE)
    assert found(house) == []
    house.clock.push(2 * MINUTE)
    assert found(house) == [("missed_reminder", "case:1")]
    house.look_at_cases()
    assert found(house) == []


def test_a_case_that_everybody_was_reminded_of_in_vain(db: Database) -> None:
    house = with_a_case(db)
    for _ in range(10):
        house.clock.push(DAY)
        house.settle()
    assert house.get(HandOff, 1).rung == 2
    assert found(house) == [("no_next_step_case", "case:1")]
    with house.db.begin() as session:
        acts.note(session, house.act(1), "I called her.")
    assert found(house) == []


def test_a_resolved_case_needs_no_look(db: Database) -> None:
    house = with_a_case(db)
    with house.db.begin() as session:
        acts.resolve(session, house.act(1), "done", house.programme)
    assert house.get(HandOff, 1).look_at is None
    assert [kind for kind, _ in found(house) if kind.endswith("case")] == []
