"""Lanes: order inside, independence between, leases that end, and rows that can't be handled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import Times
from bot.lanes.drain import ROWS_PER_LEASE, Drainer
from bot.lanes.sweep import wake_forgotten
from bot.model import InboxState, Lane
from tests.support.errands import Errands, put
from tests.support.fake_channel import Killed
from tests.unit.lanes.conftest import LEASE, Yard


def test_the_rows_of_a_lane_are_handled_in_their_order(yard: Yard) -> None:
    yard.put(ana=["one", "two", "three"])
    assert yard.run() == 1
    assert yard.errands.done == ["one", "two", "three"]
    assert yard.lane("ana").due_at is None
    assert yard.lane("ana").lease_until is None


def test_a_lane_that_is_held_lets_other_lanes_go_on(yard: Yard) -> None:
    yard.put(ana=["a1", "a2"], ben=["b1"])
    held = yard.worker.claim()
    assert held is not None
    assert held.key == "ana"
    assert yard.run() == 1
    assert yard.errands.done == ["b1"]


def test_while_one_lane_calls_outside_another_worker_takes_the_next_lane(yard: Yard) -> None:
    yard.put(ana=["a1", "a2"], ben=["b1"])
    yard.errands.meanwhile.append(yard.worker.run_one)
    yard.run()
    assert yard.errands.performed == ["a1", "b1", "a2"]
    assert yard.errands.done == ["b1", "a1", "a2"]


def test_a_lane_is_not_taken_twice_while_its_lease_lasts(yard: Yard) -> None:
    yard.put(ana=["one"])
    first = yard.worker.claim()
    assert first is not None
    yard.clock.pass_real(LEASE)
    assert yard.worker.claim() is None
    yard.clock.pass_real(timedelta(microseconds=1))
    again = yard.worker.claim()
    assert again is not None
    assert again.epoch == first.epoch + 1


def test_a_pushed_calendar_does_not_end_a_lease(yard: Yard) -> None:
    yard.put(ana=["one"])
    yard.worker.claim()
    yard.clock.push(timedelta(days=30))
    assert not yard.worker.is_ready()


def test_a_worker_that_comes_back_from_the_dead_writes_nothing(yard: Yard) -> None:
    yard.put(ana=["one", "two"])

    def taken_over() -> None:
        yard.clock.pass_real(LEASE * 2)
        yard.run()

    yard.errands.meanwhile.append(taken_over)
    yard.run()
    assert yard.errands.done == ["one", "two"]
    assert yard.errands.late == ["one"]
    assert yard.errands.performed == ["one", "one", "two"]


def test_a_worker_that_lost_its_lease_before_it_began_does_nothing(yard: Yard) -> None:
    yard.put(ana=["one"])
    stale = yard.worker.claim()
    yard.clock.pass_real(LEASE * 2)
    fresh = yard.worker.claim()
    assert stale is not None
    assert fresh is not None
    yard.worker.drain(stale)
    assert yard.errands.performed == []
    yard.worker.drain(fresh)
    assert yard.errands.done == ["one"]


def test_each_row_renews_the_lease(yard: Yard) -> None:
    yard.put(ana=["one", "two", "three"])
    for _ in range(3):
        yard.errands.meanwhile.append(lambda: yard.clock.pass_real(LEASE - timedelta(seconds=1)))
    yard.run()
    assert yard.errands.late == []
    assert yard.errands.done == ["one", "two", "three"]


def test_a_killed_worker_leaves_its_row_to_the_next(yard: Yard) -> None:
    def killed() -> None:
        raise Killed

    yard.put(ana=["one", "two"])
    yard.errands.meanwhile.append(killed)
    with pytest.raises(Killed):
        yard.run()
    assert yard.run() == 0
    yard.clock.pass_real(LEASE * 2)
    yard.run()
    assert yard.errands.done == ["one", "two"]


def test_a_lane_parks_and_keeps_its_order(yard: Yard) -> None:
    yard.put(ana=["park", "two"])
    yard.run()
    assert yard.errands.done == []
    assert yard.lane("ana").due_at == yard.wall() + timedelta(minutes=1)
    yard.errands.cured = True
    yard.clock.pass_real(timedelta(seconds=59))
    assert yard.run() == 0
    yard.clock.pass_real(timedelta(seconds=1))
    yard.run()
    assert yard.errands.done == ["park", "two"]


def test_what_is_put_into_a_parked_lane_waits_behind(yard: Yard) -> None:
    yard.put(ana=["park"])
    yard.run()
    parked = yard.lane("ana").due_at
    with yard.db.begin() as session:
        put(session, "ana", "two", yard.wall(), "later")
    assert yard.lane("ana").due_at == parked
    assert not yard.worker.is_ready()


def test_after_twenty_rows_a_lane_goes_to_the_back_of_the_queue(yard: Yard) -> None:
    yard.put(ana=[f"a{n}" for n in range(ROWS_PER_LEASE + 5)])
    yard.clock.pass_real(timedelta(seconds=1))
    yard.put(ben=["b"])
    yard.clock.pass_real(timedelta(seconds=1))
    assert yard.worker.run_one()
    assert len(yard.errands.done) == ROWS_PER_LEASE
    yard.run()
    assert yard.errands.done[ROWS_PER_LEASE] == "b"
    assert yard.errands.done[ROWS_PER_LEASE + 1 :] == [f"a{n}" for n in range(ROWS_PER_LEASE, ROWS_PER_LEASE + 5)]


def test_rows_that_need_no_call_count_too(yard: Yard) -> None:
    yard.put(ana=["skip"] * (ROWS_PER_LEASE + 1))
    assert yard.run() == 2


def test_work_that_falls_over_is_told_to_the_handler(yard: Yard) -> None:
    yard.put(ana=["crash", "two"])
    yard.run()
    assert yard.errands.crashes == ["RuntimeError: the work fell over"]
    assert yard.errands.done == ["crash", "two"]


def outlive(yard: Yard) -> None:
    """Passes the pauses between the tries of a poisoned row."""
    for _ in range(10):
        yard.run()
        yard.clock.pass_real(timedelta(minutes=1))


def test_a_poisoned_row_is_set_aside_with_its_reason_and_the_lane_goes_on(yard: Yard) -> None:
    yard.put(ana=["poison", "two"])
    yard.run()
    assert (yard.row("poison").attempts, yard.row("poison").state) == (1, InboxState.PENDING)
    outlive(yard)
    poison = yard.row("poison")
    assert (poison.state, poison.attempts) == (InboxState.DEAD, 3)
    assert poison.error == "ValueError: this row is poison"
    assert yard.errands.done == ["two"]


def test_a_poisoned_row_does_not_undo_the_row_before_it(yard: Yard) -> None:
    yard.put(ana=["one", "poison", "three"])
    yard.run()
    assert yard.errands.performed == ["one"]
    assert yard.row("one").state is InboxState.DONE
    outlive(yard)
    assert yard.row("poison").state is InboxState.DEAD
    assert yard.errands.performed == ["one", "three"]


def test_a_poisoned_row_does_not_undo_rows_that_needed_no_call(yard: Yard) -> None:
    yard.put(ana=["skip", "poison"])
    yard.run()
    assert yard.row("skip").state is InboxState.DONE
    outlive(yard)
    assert yard.row("poison").state is InboxState.DEAD


def test_a_row_whose_outcome_can_not_be_written_is_set_aside_too(yard: Yard) -> None:
    yard.put(ana=["unsettled", "two"])
    outlive(yard)
    assert yard.row("unsettled").state is InboxState.DEAD
    assert yard.row("unsettled").error == "ValueError: this can't be written"
    assert yard.errands.done == ["two"]


def test_a_row_is_left_alone_until_its_pause_is_over(yard: Yard) -> None:
    yard.put(ana=["poison"])
    yard.run()
    until = yard.row("poison").not_before
    assert until is not None
    yard.run()
    assert yard.lane("ana").due_at == until
    assert yard.row("poison").attempts == 1


def test_workers_of_one_kind_leave_other_kinds_alone(yard: Yard) -> None:
    yard.put(ana=["one"])
    other = Errands(kind="other")
    assert not Drainer(yard.db, other, yard.clock, LEASE).run_one()
    assert not Drainer(yard.db, other, yard.clock, LEASE).is_ready()


def test_a_lost_wake_up_costs_a_sweep_and_no_message(yard: Yard) -> None:
    yard.put(ana=["one"])
    with yard.db.begin() as session:
        session.get_one(Lane, "ana").due_at = None
    assert yard.run() == 0
    with yard.db.begin() as session:
        assert wake_forgotten(session, Times(yard.wall(), yard.wall())) == 1
        assert {wake.kind for wake in session.info["wakes"].values()} == {"errand"}
    yard.run()
    assert yard.errands.done == ["one"]
    with yard.db.begin() as session:
        assert wake_forgotten(session, Times(yard.wall(), yard.wall())) == 0
