"""Putting work into lanes: once, and never lost, whoever drains at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.lanes.dispatcher import Dispatcher, release_leases
from bot.lanes.drain import Drainer
from bot.lanes.put import Wake
from bot.model import InboxMessage, InboxState, Lane
from tests.support.errands import KIND, Errands, put, put_all
from tests.support.sandbox_clock import START, StillClock
from tests.unit.lanes.conftest import LEASE, Yard


def test_a_row_is_inserted_once(db: Database) -> None:
    with db.begin() as session:
        first = put(session, "ana", "one", START, "same")
        assert first is not None
        assert put(session, "ana", "two", START, "same") is None
    with db.begin() as session:
        assert put(session, "ana", "three", START, "same") is None
        assert session.scalars(sa.select(InboxMessage.text)).all() == ["one"]


def test_a_transaction_that_fails_puts_nothing(db: Database) -> None:
    kicked: list[Mapping[str, Wake]] = []
    db.after_commit = kicked.append

    def failing() -> None:
        with db.begin() as session:
            put(session, "ana", "one", START, "x")
            raise ValueError("rolled back")

    with pytest.raises(ValueError, match="rolled back"):
        failing()
    with db.begin() as session:
        assert session.scalars(sa.select(Lane)).all() == []
    assert kicked == []


def test_workers_are_told_once_the_row_is_committed(db: Database) -> None:
    seen: list[tuple[set[str], int]] = []

    def look(wakes: Mapping[str, Wake]) -> None:
        db.after_commit = None
        with db.begin() as session:
            seen.append((set(wakes), len(session.scalars(sa.select(InboxMessage)).all())))

    db.after_commit = look
    put_all(db, START, ana=["one"])
    assert seen == [({"ana"}, 1)]


def test_a_lane_that_is_ready_keeps_its_place(db: Database) -> None:
    put_all(db, START, ana=["one"])
    with db.begin() as session:
        put(session, "ana", "two", START + timedelta(hours=1), "later")
    with db.begin() as session:
        assert session.get_one(Lane, "ana").due_at == START


def test_a_row_that_comes_while_the_lane_is_drained_is_found_by_it(yard: Yard) -> None:
    def more() -> None:
        with yard.db.begin() as session:
            put(session, "ana", "two", yard.wall(), "later")

    yard.put(ana=["one"])
    yard.errands.meanwhile.append(more)
    assert yard.run() == 1
    assert yard.errands.done == ["one", "two"]


def test_a_process_that_starts_frees_the_lanes_of_the_one_that_died(yard: Yard) -> None:
    yard.put(ana=["one"])
    yard.worker.claim()
    assert yard.run() == 0
    release_leases(yard.db)
    assert yard.run() == 1


def in_threads(*works: Callable[[], object]) -> None:
    """Runs them side by side and waits for all; what one raises is raised here."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    if failures:
        raise failures[0]


def test_nothing_is_lost_or_done_twice_while_many_put_and_many_drain(db: Database) -> None:
    clock, errands, over = StillClock(), Errands(), threading.Event()
    lanes, rows = ("ana", "ben", "dee"), 30

    def putting(lane: str) -> None:
        for n in range(rows):
            with db.begin() as session:
                put(session, lane, f"{lane} {n}", clock.wall(), f"{lane}-{n}")

    def draining() -> None:
        worker = Drainer(db, errands, clock, LEASE)
        while worker.run_one() or not over.is_set():
            pass

    drainers = [threading.Thread(target=draining) for _ in range(3)]
    for thread in drainers:
        thread.start()
    try:
        in_threads(*[lambda lane=lane: putting(lane) for lane in lanes])
    finally:
        over.set()
        for thread in drainers:
            thread.join(60)
    while Drainer(db, errands, clock, LEASE).run_one():
        pass
    for lane in lanes:
        assert [text for text in errands.done if text.startswith(lane)] == [f"{lane} {n}" for n in range(rows)]
    with db.begin() as session:
        assert session.scalars(sa.select(Lane.key).where(Lane.due_at.is_not(None))).all() == []
        waiting = sa.select(InboxMessage).where(InboxMessage.state == InboxState.PENDING)
        assert session.scalars(waiting).all() == []


def test_a_row_put_while_the_lane_goes_idle_makes_it_ready_again(db: Database) -> None:
    """The last look of a drain and the put overlap: the put is committed only after the drain has looked."""
    if db.is_sqlite:
        pytest.skip("SQLite has one writer, so the two can't overlap")
    clock, errands = StillClock(), Errands()
    worker = Drainer(db, errands, clock, LEASE)
    put_all(db, clock.wall(), ana=["one"])
    inserted, committed = threading.Event(), threading.Event()

    def slow_put() -> None:
        with db.begin() as session:
            put(session, "ana", "two", clock.wall(), "late")
            inserted.set()
        committed.set()

    def overlap() -> None:
        thread.start()
        assert inserted.wait(30)

    thread = threading.Thread(target=slow_put)
    errands.meanwhile.append(overlap)
    while worker.run_one():
        pass
    assert committed.wait(30)
    thread.join(30)
    while worker.run_one():
        pass
    assert errands.done == ["one", "two"]


def test_the_dispatcher_does_work_as_it_comes_and_finishes_what_it_has_in_hand(db: Database) -> None:
    errands, enough = Errands(), threading.Event()
    dispatcher = Dispatcher(db, {KIND: (Drainer(db, errands, StillClock(), LEASE), 2)})
    dispatcher.start()
    try:
        for _ in range(3):
            errands.meanwhile.append(lambda: None)
        errands.meanwhile.append(enough.set)
        put_all(db, START, ana=["a1", "a2"], ben=["b1", "b2"])
        assert enough.wait(30)
    finally:
        dispatcher.stop()
        db.after_commit = None
    assert sorted(errands.done) == ["a1", "a2", "b1", "b2"]


def test_a_worker_that_raises_lives_on(db: Database) -> None:
    errands, recovered = Errands(), threading.Event()
    worker = Drainer(db, errands, StillClock(), LEASE)
    calls: list[str] = []

    class Stumbling(Drainer):
        def run_one(self) -> bool:
            calls.append("look")
            if len(calls) == 1:
                raise RuntimeError("the database is away")
            recovered.set()
            return worker.run_one()

    dispatcher = Dispatcher(db, {KIND: (Stumbling(db, errands, StillClock(), LEASE), 1)})
    dispatcher.start()
    dispatcher.wake({"a": Wake(KIND, 0, START), "b": Wake("unknown", 0, START)})
    try:
        assert recovered.wait(30)
    finally:
        dispatcher.stop()
        db.after_commit = None
