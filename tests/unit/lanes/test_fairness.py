"""Who waits for whom: nobody for a lane that has more to do, and bulk for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db import Database
from bot.lanes.drain import ROWS_PER_LEASE
from bot.lanes.put import make_ready
from bot.model import Lane, Urgency
from tests.support.errands import put_all
from tests.support.house import House
from tests.unit.lanes.conftest import Yard


def test_a_member_with_one_message_waits_for_twenty_of_one_with_a_hundred(db: Database) -> None:
    house = House(db)
    house.bring("Ana", "Chi")
    for n in range(100):
        house.hear(f"message {n}", "Ana")
        if n == 0:
            house.hear("my only one", "Chi")
    house.clock.pass_real(timedelta(seconds=1))
    while house.turns.run_one():
        pass
    texts = [turn.text for turn in house.dialogue.turns]
    assert texts.index("my only one") == ROWS_PER_LEASE
    assert len(house.rows(Lane, Lane.due_at.is_not(None), Lane.kind == "turn")) == 0


@pytest.mark.parametrize("first", list(Urgency))
def test_of_lanes_that_are_ready_the_most_urgent_is_taken(yard: Yard, first: Urgency) -> None:
    for urgency in sorted(Urgency, reverse=True):
        if urgency >= first:
            put_all(yard.db, yard.wall(), **{f"lane{urgency}": [f"row of {urgency.name}"]})
            with yard.db.begin() as session:
                lane = session.get_one(Lane, f"lane{urgency}")
                lane.urgency = urgency
    yard.run(1)
    assert yard.errands.done[0] == f"row of {first.name}"


def test_a_lane_that_someone_begins_to_wait_for_is_taken_before_others(yard: Yard) -> None:
    yard.put(first=["one"], second=["two"])
    with yard.db.begin() as session:
        for key in ("first", "second"):
            session.get_one(Lane, key).urgency = Urgency.OUTREACH
        make_ready(session, "second", yard.errands.kind, yard.wall(), Urgency.WAITED_FOR)
    yard.run(1)
    assert yard.errands.done == ["two"]
