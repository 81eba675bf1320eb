"""A question that few are asked does not wait behind one that thousands are asked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.db import Database
from bot.model import CheckIn, CheckInKind, CheckInState, Touch
from bot.outreach.due import Look, touch_due
from bot.outreach.in_turn import in_turn
from tests.support.house import TUESDAY, House

MINUTE = timedelta(minutes=1)


def ask(house: House, about: str, count: int, at: datetime, **changes: object) -> None:
    with house.db.begin() as session:
        for _ in range(count):
            values = {"state": CheckInState.SCHEDULED, "next_touch_at": at, **changes}
            session.add(CheckIn(member_id=1, step=about, created_at=at, **values))


def turns(house: House, few: int = 5, most: int = 100) -> list[str]:
    with house.db.begin() as session:
        ids = in_turn(session, TUESDAY, few, most)
        return [session.get_one(CheckIn, number).step for number in ids]


@pytest.fixture
def crowd(db: Database) -> House:
    """Ten are due of one question since ten minutes, and two of another since a minute."""
    house = House(db)
    house.bring("Ana")
    with db.begin() as session:
        for check_in in session.query(CheckIn):
            check_in.next_touch_at = None
    ask(house, "a", 10, TUESDAY - 10 * MINUTE)
    ask(house, "b", 2, TUESDAY - MINUTE)
    return house


def test_each_question_has_its_turn(crowd: House) -> None:
    assert turns(crowd) == ["a", "b", "a", "b", *["a"] * 8]


def test_who_is_due_longest_comes_first_within_a_turn(crowd: House) -> None:
    ask(crowd, "c", 1, TUESDAY - 20 * MINUTE)
    assert turns(crowd, most=3) == ["c", "a", "b"]


def test_a_step_and_a_celebration_of_the_same_name_are_two_questions(crowd: House) -> None:
    ask(crowd, "a", 1, TUESDAY - MINUTE, kind=CheckInKind.CELEBRATION)
    assert turns(crowd, most=3) == ["a", "b", "a"]


def test_what_is_moved_at_once_needs_no_turns(crowd: House) -> None:
    assert turns(crowd, few=12) == []
    assert len(turns(crowd, few=11)) == 12


def test_what_is_closed_or_not_yet_due_has_no_turn(crowd: House) -> None:
    ask(crowd, "closed", 3, TUESDAY - MINUTE, state=CheckInState.ANSWERED)
    ask(crowd, "later", 3, TUESDAY + MINUTE)
    assert set(turns(crowd)) == {"a", "b"}


def test_a_look_takes_the_turns_in_their_order(db: Database) -> None:
    house = House(db)
    house.bring("Ana", "Chi", "Hal", "Ida")
    last = house.rows(CheckIn)[-1].id
    house.change(CheckIn, last, lambda row: setattr(row, "step", "plan"))
    look = Look(house.db, house.programme, house.reach(), house.clock)
    ids = look.in_turn(2, 1)
    assert (len(ids), last in ids) == (2, True)
    assert look.move(2, ids) == 2
    assert {touch.check_in_id for touch in house.rows(Touch)} == set(ids)


def test_more_than_a_batch_is_moved_to_the_last(db: Database) -> None:
    house = House(db)
    house.bring("Ana")
    ask(house, "gone", 650, TUESDAY - MINUTE, expires_at=TUESDAY - MINUTE)
    moved = touch_due(house.db, house.programme, house.reach(), house.clock, outbox_limit=1000)
    assert moved == 651
    assert touch_due(house.db, house.programme, house.reach(), house.clock, outbox_limit=1000) == 0
