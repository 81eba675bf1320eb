"""Lanes that nobody uses go, and no worker takes a new lane for one that is gone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.housekeeping import lanes
from bot.housekeeping.keeping import Kind
from bot.lanes.drain import Lease
from bot.lanes.epochs import BEGIN, MARGIN, first_epoch, highest_deletable
from bot.model import InboxMessage, InboxState, Lane
from tests.support.house import LEASE
from tests.unit.housekeeping.past import Past

MONTH = timedelta(days=31)


def keys(past: Past) -> list[str]:
    return [lane.key for lane in past.house.rows(Lane)]


def lane_of(past: Past, text: str = "hi") -> str:
    """Ana writes, and is answered; the lane of what she wrote."""
    past.house.says(text)
    past.house.deliver()
    return f"in:{past.member_id}"


def test_a_lane_goes_a_month_after_it_was_last_used(past: Past) -> None:
    lane_of(past)
    assert len(keys(past)) == 2
    past.house.clock.pass_real(timedelta(days=29))
    assert past.removed(Kind.LANES) == 0
    past.house.clock.pass_real(timedelta(days=2))
    assert past.removed(Kind.LANES) == 2
    assert keys(past) == []


def test_a_member_who_comes_back_gets_a_new_lane_and_an_answer(past: Past) -> None:
    lane_of(past)
    past.house.clock.pass_real(MONTH)
    past.run()
    assert past.house.says("hello again").state is InboxState.DONE
    past.house.deliver()
    assert len(past.house.texts()) == 2


def test_a_lane_in_which_something_waits_stays(past: Past) -> None:
    lane = lane_of(past)
    past.house.clock.pass_real(MONTH)
    past.heard(0, lane=lane, state=InboxState.PENDING)
    past.run()
    assert keys(past) == [lane]


@pytest.mark.parametrize("what", ["due_at", "lease_until"])
def test_a_lane_that_waits_or_is_worked_on_stays(past: Past, what: str) -> None:
    lane = lane_of(past)
    past.house.clock.pass_real(MONTH)
    past.house.change(Lane, lane, lambda row: setattr(row, what, past.times().wall))
    past.run()
    assert keys(past) == [lane]


def test_a_lane_of_unknown_age_counts_as_used_when_it_is_first_looked_at(past: Past) -> None:
    lane = lane_of(past)
    past.house.change(Lane, lane, lambda row: setattr(row, "kicked_at", None))
    past.run()
    past.house.clock.pass_real(timedelta(days=29))
    past.run()
    assert lane in keys(past)
    past.house.clock.pass_real(timedelta(days=3))
    past.run()
    assert keys(past) == []


def test_a_worker_that_comes_back_from_the_dead_changes_nothing_on_a_lane_that_was_made_anew(past: Past) -> None:
    house = past.house
    house.hear("first")
    dead = house.turns.claim()
    assert dead is not None
    house.clock.pass_real(LEASE * 2)
    while house.turns.run_one():
        pass
    house.deliver()
    house.clock.pass_real(MONTH)
    past.run()
    assert keys(past) == []
    second = house.hear("second")
    taken = house.turns.claim()
    assert taken is not None
    assert taken.key == dead.key
    assert taken.epoch > dead.epoch
    house.turns.drain(dead)
    assert house.get(InboxMessage, second).state is InboxState.PENDING
    house.turns.drain(taken)
    assert house.get(InboxMessage, second).state is InboxState.DONE


def test_no_lease_of_a_lane_that_was_deleted_fits_any_lease_of_a_later_one() -> None:
    """However often the old one was leased, and though another machine's clock is most of a day behind."""
    wall = datetime(2027, 3, 1, tzinfo=UTC)
    highest = highest_deletable(wall) - 1
    assert highest < first_epoch(wall - MARGIN + timedelta(seconds=1))
    assert first_epoch(BEGIN - timedelta(days=9)) == 0
    assert first_epoch(datetime(2093, 12, 31, tzinfo=UTC)) < 2**31


def test_a_lane_that_was_leased_so_often_that_its_epoch_is_ahead_of_time_stays(past: Past) -> None:
    lane = lane_of(past)
    past.house.clock.pass_real(MONTH)
    ahead = first_epoch(past.times().wall)
    past.house.change(Lane, lane, lambda row: setattr(row, "epoch", ahead))
    past.run()
    assert keys(past) == [lane]


def test_the_lanes_of_before_have_low_epochs_and_go_too(past: Past) -> None:
    past.add(Lane(key="in:7", kind="turn", epoch=3, kicked_at=past.ago(40)))
    assert past.removed(Kind.LANES) == 1


def test_a_worker_of_a_lane_from_before_epochs_began_with_time_holds_nothing(past: Past) -> None:
    past.add(Lane(key=f"in:{past.member_id}", kind="turn", epoch=3, kicked_at=past.ago(40)))
    past.run()
    waits = past.house.hear("hello")
    for epoch in range(5):
        past.house.turns.drain(Lease(f"in:{past.member_id}", epoch))
    assert past.house.get(InboxMessage, waits).state is InboxState.PENDING


def test_all_lanes_are_looked_at_in_turn_once_a_day(past: Past) -> None:
    lane = lane_of(past)
    past.run()
    assert past.run().total == 0
    past.house.change(Lane, lane, lambda row: setattr(row, "kicked_at", past.ago(40)))
    past.house.clock.pass_real(timedelta(hours=23))
    assert past.removed(Kind.LANES) == 0
    past.house.clock.pass_real(timedelta(hours=2))
    assert past.removed(Kind.LANES) == 1


def test_what_is_put_in_while_its_lane_is_deleted_is_not_lost(past: Past) -> None:
    if past.house.db.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    lane = lane_of(past)
    past.house.clock.pass_real(MONTH)
    wall = past.times().wall
    written = threading.Event()

    def write() -> None:
        past.house.hear("meanwhile")
        written.set()

    with past.house.db.begin() as session:
        gone = lanes._delete(session, Lane.key == lane, wall - timedelta(days=30), wall)
        writer = threading.Thread(target=write)
        writer.start()
        _until_somebody_waits(past)
        assert not written.is_set()
    writer.join(10)
    assert gone == 1
    assert past.house.get(Lane, lane).due_at == wall
    assert past.house.turns.run_one()


def _until_somebody_waits(past: Past) -> None:
    waits = sa.text("select count(*) from pg_locks where not granted")
    deadline = threading.Event()
    for _ in range(1000):
        with past.house.db.engine.connect() as connection:
            if connection.execute(waits).scalar_one():
                return
        deadline.wait(0.01)
    raise AssertionError("nobody waits for the lane")
